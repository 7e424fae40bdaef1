import type { ITerraformDependable } from "cdktf";
import type { Duration } from "../core/duration";
import type { Size } from "../core/size";

/** A topic, as its owner states it. */
export interface TopicProps {
  readonly name: string;
  readonly partitions: number;
  /** Copies of every record. @default 1 */
  readonly replicationFactor?: number;
  /** How many copies must be written before a produce with `acks=all` succeeds. @default 1 */
  readonly minInSyncReplicas?: number;
  /** Records older than this may be deleted: the longest outage of a consumer that loses nothing. */
  readonly retention: Duration;
  /** Per partition. @default unlimited: only `retention` counts */
  readonly retentionBytes?: Size;
  /** @default contract's MAX_MESSAGE_BYTES */
  readonly maxMessageBytes?: number;
}

/** What a client needs to reach a topic. */
export interface KafkaConnection {
  /** host:port */
  readonly bootstrapServers: readonly string[];
  readonly topic: string;
  /** In bytes; a producer that sends more is refused. */
  readonly maxMessageBytes: number;
  /** What must be there before the client starts: brokers and topics. */
  readonly ready: readonly ITerraformDependable[];
}

export interface KafkaConsumerConnection extends KafkaConnection {
  readonly group: string;
}

/** A Kafka cluster, owned or imported. */
export interface IKafkaCluster {
  /** Declares a topic; it exists before any client that was granted it starts. */
  addTopic(topic: TopicProps): void;
  /** @throws ConfigurationError for a topic that was never added */
  grantProduce(topic: string): KafkaConnection;
  /** @throws ConfigurationError for a topic that was never added */
  grantConsume(topic: string, group: string): KafkaConsumerConnection;
}
