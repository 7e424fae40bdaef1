import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import { type ConsumerSettingsProps, consumerSettings, DEFAULT_DRAIN_DEADLINE, HTTP_PORT } from "./settings";

export interface LogConsumerContainerProps extends ConsumerSettingsProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  /** From SIGTERM to SIGKILL; longer than `drainDeadline`. @default 5 s longer */
  readonly gracePeriod?: Duration;
  /** What must be there first, beside Kafka and Elasticsearch: the index template. */
  readonly after: readonly ITerraformDependable[];
  /** Port of its probes and metrics on the machine's loopback address. */
  readonly machinePort: number;
}

/** The consumer in a container: from Kafka into the data stream, and what cannot be indexed into the dead letters. */
export class LogConsumerContainer extends Construct {
  constructor(scope: Construct, id: string, site: DockerSite, props: LogConsumerContainerProps) {
    super(scope, id);
    const drainDeadline = props.drainDeadline ?? DEFAULT_DRAIN_DEADLINE;
    new HardenedContainer(this, "Consumer", site, {
      name: "consumer",
      image: props.image,
      user: "1000:1000",
      memory: props.memory,
      ports: [{ container: HTTP_PORT, host: props.machinePort }],
      env: consumerSettings(props).env,
      healthCheck: { command: ["node", "/app/main.js", "healthcheck"], interval: Duration.seconds(10) },
      // Longer than the drain, so that the program ends by itself and says how.
      gracePeriod: props.gracePeriod ?? Duration.milliseconds(drainDeadline.toMilliseconds() + 5000),
      dependsOn: [...props.source.ready, ...props.deadLetters.ready, ...props.elasticsearch.ready, ...props.after],
    });
  }
}
