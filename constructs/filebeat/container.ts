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
import {
  FILEBEAT_DATA,
  SHIPPER_METRICS_ENTRYPOINT,
  SHIPPER_METRICS_MEMORY,
  SHIPPER_METRICS_PORT,
  shipperMetricsEnv,
} from "./metrics";

export interface FilebeatContainerProps {
  readonly image: ContainerImage;
  /** The consumer's: it carries the program that serves metrics. */
  readonly programImage: ContainerImage;
  /** Port of the metrics on the machine's loopback address. */
  readonly metricsMachinePort: number;
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

/**
 * Filebeat in a container: ships every line of the log volume to Kafka. Its registry outlives it. A second container serves
 * metrics of it and of the files.
 *
 * That one reaches Filebeat over the environment's own network: were it in Filebeat's network namespace, it would stay in the old
 * one when Filebeat is restarted.
 */
export class FilebeatContainer extends Construct {
  constructor(scope: Construct, id: string, site: DockerSite, props: FilebeatContainerProps) {
    super(scope, id);
    const { bootstrapServers, topic, maxMessageBytes } = props.kafka;
    const logs = { volume: props.logVolume, path: LOG_DIRECTORY, readOnly: true };
    const registry = { volume: site.addVolume("filebeat-registry"), path: FILEBEAT_DATA };
    const filebeat = new HardenedContainer(this, "Shipper", site, {
      name: "filebeat",
      image: props.image,
      user: USER,
      memory: props.memory,
      env: { GOMEMLIMIT: goMemoryLimit(props.memory) },
      entrypoint: ["filebeat"],
      command: ["-e", "-c", CONFIG_FILE],
      mounts: [logs, registry],
      files: {
        [CONFIG_FILE]: renderFilebeatConfig({
          paths: [LOG_FILES],
          metricsHost: "0.0.0.0",
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
    new HardenedContainer(this, "Metrics", site, {
      name: "filebeat-metrics",
      image: props.programImage,
      // Whether a file can be read is found out with Filebeat's own rights.
      user: USER,
      memory: SHIPPER_METRICS_MEMORY,
      entrypoint: SHIPPER_METRICS_ENTRYPOINT,
      command: ["shipper-metrics"],
      env: shipperMetricsEnv(filebeat.hostname),
      ports: [{ container: SHIPPER_METRICS_PORT, host: props.metricsMachinePort }],
      mounts: [logs, { ...registry, readOnly: true }],
      healthCheck: {
        command: ["node", "/app/main.js", "healthcheck", "--live"],
        interval: Duration.seconds(10),
      },
      dependsOn: [filebeat.ready],
    });
  }
}

const USER = "1000:0";
const CONFIG_FILE = "/tmp/filebeat.yml";
