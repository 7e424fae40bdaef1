import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { MAX_DEAD_LETTER_BYTES, MAX_MESSAGE_BYTES } from "../../contract/size-limits";
import { renderTopics } from "../../contract/topics";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { ConfigurationError } from "../core/validation";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import { singleNodeBrokerEnvironment } from "./broker-environment";
import type { IKafkaCluster, KafkaConnection, KafkaConsumerConnection, TopicProps } from "./cluster";
import { topicProblems } from "./topic-validation";

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
export class KafkaContainer extends Construct implements IKafkaCluster {
  private readonly topics = new Map<string, TopicProps>();
  private readonly topicsApplied: HardenedContainer;
  private readonly bootstrapServers: readonly string[];

  constructor(scope: Construct, id: string, site: DockerSite, props: KafkaContainerProps) {
    super(scope, id);
    const broker = new HardenedContainer(this, "Broker", site, {
      name: HOSTNAME,
      image: props.image,
      user: "1000:1000",
      memory: props.memory,
      ports: [{ container: MACHINE_PORT, host: props.machinePort }],
      mounts: [{ volume: site.addVolume("kafka-data"), path: DATA_DIRECTORY }],
      tmpfs: KAFKA_TMPFS,
      env: singleNodeBrokerEnvironment({
        clusterId: CLUSTER_ID,
        hostname: HOSTNAME,
        clientPort: CLIENT_PORT,
        controllerPort: 9093,
        machine: { port: MACHINE_PORT, advertisedPort: props.machinePort },
        dataDirectory: DATA_DIRECTORY,
        heap: props.heap ?? props.memory.times(0.5),
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
        TOPICS: Lazy.stringValue({ produce: () => renderTopics([...this.topics.values()].map(declaration)) }),
      },
      dependsOn: [broker.ready],
    });
    this.node.addValidation({
      validate: () => (this.topics.size > 0 ? [] : ["Kafka has no topic: call addTopic(), auto-creation is off"]),
    });
  }

  addTopic(topic: TopicProps): void {
    const problems = topicProblems(topic, 1);
    if (this.topics.has(topic.name)) problems.push(`topic '${topic.name}' is added twice: remove one`);
    if (problems.length > 0) throw new ConfigurationError(problems);
    this.topics.set(topic.name, topic);
  }

  grantProduce(topic: string): KafkaConnection {
    const declared = this.topics.get(topic);
    if (!declared) {
      const known = [...this.topics.keys()].join(", ") || "none";
      throw new ConfigurationError([`topic '${topic}' is not declared (declared: ${known}): call addTopic() first`]);
    }
    return {
      bootstrapServers: this.bootstrapServers,
      topic,
      maxMessageBytes: declared.maxMessageBytes ?? MAX_MESSAGE_BYTES,
      ready: [this.topicsApplied.ready],
    };
  }

  grantConsume(topic: string, group: string): KafkaConsumerConnection {
    return { ...this.grantProduce(topic), group };
  }
}

/** In the form of the topic program's settings. */
function declaration(topic: TopicProps) {
  return {
    name: topic.name,
    partitions: topic.partitions,
    replicationFactor: topic.replicationFactor ?? 1,
    config: {
      "cleanup.policy": "delete",
      "max.message.bytes": String(topic.maxMessageBytes ?? MAX_MESSAGE_BYTES),
      "min.insync.replicas": String(topic.minInSyncReplicas ?? 1),
      "retention.bytes": String(topic.retentionBytes?.toBytes() ?? -1),
      "retention.ms": String(topic.retention.toMilliseconds()),
    },
  };
}

const HOSTNAME = "kafka";
const CLIENT_PORT = 9092;
const MACHINE_PORT = 9094;
const DATA_DIRECTORY = "/var/lib/kafka/data";
/** Any will do, but it must not change while the volume lives. */
const CLUSTER_ID = "bG9nLXBpcGVsaW5lLTAwMQ";

const KAFKA_TMPFS = {
  "/tmp": "rw,nosuid,nodev,size=64m,uid=1000,gid=1000",
  // The image's start script writes the rendered server.properties and the JVM's logs here.
  "/opt/kafka/config": "rw,nosuid,nodev,size=4m,uid=1000,gid=1000",
  "/opt/kafka/logs": "rw,nosuid,nodev,size=64m,uid=1000,gid=1000",
};

/**
 * An open port is not a ready broker, and asking for its metadata costs a JVM: ask until the first answer, then watch the
 * port. The marker is in memory and goes with the container's run.
 */
const HEALTH_COMMAND = [
  `if [ -e /tmp/ready ]; then bash -c ': </dev/tcp/127.0.0.1/${CLIENT_PORT}';`,
  `else KAFKA_HEAP_OPTS='-Xmx64m' /opt/kafka/bin/kafka-topics.sh --bootstrap-server 127.0.0.1:${CLIENT_PORT} --list >/dev/null`,
  "&& touch /tmp/ready; fi",
].join(" ");
