import { type ITerraformDependable, Lazy } from "cdktf";
import type { Construct } from "constructs";
import { MAX_DEAD_LETTER_BYTES } from "../../contract/size-limits";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import { singleNodeBrokerEnvironment } from "./broker-environment";
import { type KafkaAccess, KafkaClusterBase } from "./cluster-base";
import { checkedBrokerHeap } from "./heap";
import {
  CLIENT_PORT,
  CLUSTER_ID,
  CONTROLLER_PORT,
  DATA_DIRECTORY,
  KAFKA_USER,
  METADATA_COMMAND,
  WRITABLE_DIRECTORIES,
} from "./image";

export interface KafkaContainerProps {
  readonly image: ContainerImage;
  /** The image whose `topics apply` creates the topics: the consumer's. */
  readonly topicsImage: ContainerImage;
  readonly memory: Size;
  /** @default half of `memory`; Kafka's own data is best left to the page cache */
  readonly heap?: Size;
  /** Port on the machine's loopback address. */
  readonly machinePort: number;
}

/** A Kafka cluster of one KRaft node in a container. Topics are declared here and created before any client starts. */
export class KafkaContainer extends KafkaClusterBase {
  private readonly bootstrapServers: readonly string[];
  private readonly topicsApplied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: DockerSite, props: KafkaContainerProps) {
    super(scope, id, 1);
    const heap = checkedBrokerHeap(props);

    const broker = new HardenedContainer(this, "Broker", site, {
      name: HOSTNAME,
      image: props.image,
      user: `${KAFKA_USER.uid}:${KAFKA_USER.gid}`,
      memory: props.memory,
      ports: [{ container: MACHINE_PORT, host: props.machinePort }],
      mounts: [{ volume: site.addVolume("kafka-data"), path: DATA_DIRECTORY }],
      tmpfs: Object.fromEntries(
        Object.entries(WRITABLE_DIRECTORIES).map(([path, size]) => [
          path,
          `rw,nosuid,nodev,size=${size.toMebibytes()}m,uid=${KAFKA_USER.uid},gid=${KAFKA_USER.gid}`,
        ]),
      ),
      env: singleNodeBrokerEnvironment({
        clusterId: CLUSTER_ID,
        hostname: HOSTNAME,
        clientPort: CLIENT_PORT,
        controllerPort: CONTROLLER_PORT,
        machine: { port: MACHINE_PORT, advertisedPort: props.machinePort },
        dataDirectory: DATA_DIRECTORY,
        heap,
        // The broker's limit counts for replication and for fetches: that of its largest topic.
        maxMessageBytes: MAX_DEAD_LETTER_BYTES,
      }),
      healthCheck: { command: HEALTH_COMMAND, timeout: Duration.seconds(20) },
      gracePeriod: Duration.seconds(30),
    });
    this.bootstrapServers = [`${broker.hostname}:${CLIENT_PORT}`];
    this.topicsApplied = new HardenedContainer(this, "Topics", site, {
      name: "kafka-topics",
      image: props.topicsImage,
      command: ["topics", "apply"],
      memory: props.memory.times(0.25),
      oneShot: true,
      env: {
        KAFKA_BROKERS: this.bootstrapServers.join(","),
        // Late: topics are added after this constructor has run.
        TOPICS: Lazy.stringValue({ produce: () => this.renderTopics() }),
      },
      dependsOn: [broker.ready],
    }).ready;
  }

  protected access(): KafkaAccess {
    return { bootstrapServers: this.bootstrapServers, ready: [this.topicsApplied] };
  }
}

const HOSTNAME = "kafka";
const MACHINE_PORT = 9094;

/** Asks for metadata until the first answer, then watches the port. The marker is in memory and goes with the run. */
const HEALTH_COMMAND = [
  `if [ -e /tmp/ready ]; then bash -c ': </dev/tcp/127.0.0.1/${CLIENT_PORT}';`,
  `else ${METADATA_COMMAND.join(" ")} >/dev/null && touch /tmp/ready; fi`,
].join(" ");
