import type { ITerraformDependable } from "cdktf";
import type { KafkaSaslMechanism } from "../../contract/settings";
import type { Duration } from "../core/duration";
import type { SecretRef } from "../core/secret-ref";
import type { Size } from "../core/size";
import type { NetworkEndpoint } from "../kubernetes/network";

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
  /** @default plain text */
  readonly tls?: KafkaTls;
  /** @default none: who may reach the brokers may use them */
  readonly credentials?: KafkaCredentials;
  /** What the client's pods must be let through to. @default nothing: Docker's networks know no policies */
  readonly endpoint?: NetworkEndpoint;
  /** What must be there before the client starts: brokers and topics. */
  readonly ready: readonly ITerraformDependable[];
}

export interface KafkaTls {
  /** Authorities in PEM. @default the public ones that the client's program knows */
  readonly ca?: SecretRef;
}

/** A SASL user. */
export interface KafkaCredentials {
  readonly mechanism: KafkaSaslMechanism;
  readonly username: string;
  readonly password: SecretRef;
}

export interface KafkaConsumerConnection extends KafkaConnection {
  readonly group: string;
  /** Of the topic: more members than this would have nothing to read. */
  readonly partitions: number;
}

/**
 * A Kafka cluster, owned or imported.
 *
 * A grant is the only way to a connection, and answers the right that was asked for and no other. Where there are users, all
 * grants to one `client` are rights of one user: a KafkaUser, say, with the ACLs of each. A program that reads one topic and
 * writes to another has one connection to Kafka, so it must be one client. Where there are no users it is the network that lets
 * a client's pods through, and nothing else does.
 */
export interface IKafkaCluster {
  /** Declares a topic; it exists before any client that was granted it starts. */
  addTopic(topic: TopicProps): void;
  /**
   * The right to write to a topic and to ask what it is like.
   *
   * @param client who shall have it. @default the user that all unnamed clients share
   * @throws ConfigurationError for a topic that was never added
   */
  grantProduce(topic: string, client?: string): KafkaConnection;
  /**
   * The right to read a topic as a member of a group, and to commit the group's offsets.
   *
   * @param client who shall have it. @default the user that all unnamed clients share
   * @throws ConfigurationError for a topic that was never added
   */
  grantConsume(topic: string, group: string, client?: string): KafkaConsumerConnection;
  /**
   * The right to read a topic without being a member of a group: a person who looks at it.
   *
   * @param client who shall have it. @default the user that all unnamed clients share
   * @throws ConfigurationError for a topic that was never added
   */
  grantRead(topic: string, client?: string): KafkaConnection;
}
