import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { LOG_DIRECTORY, LOG_FILES } from "../../contract/names";
import { MAX_LINE_BYTES } from "../../contract/size-limits";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { KafkaConnection } from "../kafka/cluster";
import { METRICS_PORT, renderFilebeatConfig } from "./config";
import { goMemoryLimit } from "./memory";

export interface FilebeatContainerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  readonly kafka: KafkaConnection;
  /** The volume that the services write their log files to. */
  readonly logVolume: string;
  /** What `host.name` of its events says. */
  readonly hostName: string;
  /** Longer lines are cut off. @default contract's MAX_LINE_BYTES */
  readonly maxLine?: Size;
  /** What must be there first, beside Kafka. */
  readonly after: readonly ITerraformDependable[];
}

/** Filebeat in a container: ships every line of the log volume to Kafka. Its registry outlives it. */
export class FilebeatContainer extends Construct {
  constructor(scope: Construct, id: string, site: DockerSite, props: FilebeatContainerProps) {
    super(scope, id);
    const { bootstrapServers, topic, maxMessageBytes } = props.kafka;
    new HardenedContainer(this, "Shipper", site, {
      name: "filebeat",
      image: props.image,
      user: "1000:0",
      memory: props.memory,
      env: { GOMEMLIMIT: goMemoryLimit(props.memory) },
      entrypoint: ["filebeat"],
      command: ["-e", "-c", CONFIG_FILE],
      mounts: [
        { volume: props.logVolume, path: LOG_DIRECTORY, readOnly: true },
        { volume: site.addVolume("filebeat-registry"), path: "/usr/share/filebeat/data" },
      ],
      files: {
        [CONFIG_FILE]: renderFilebeatConfig({
          paths: [LOG_FILES],
          hostName: props.hostName,
          memory: props.memory,
          kafka: { bootstrapServers, topic, maxMessageBytes },
          maxLineBytes: props.maxLine?.toBytes() ?? MAX_LINE_BYTES,
        }),
      },
      healthCheck: { command: `curl -fsS -o /dev/null http://127.0.0.1:${METRICS_PORT}/` },
      gracePeriod: Duration.seconds(15),
      dependsOn: [...props.kafka.ready, ...props.after],
    });
  }
}

const CONFIG_FILE = "/tmp/filebeat.yml";
