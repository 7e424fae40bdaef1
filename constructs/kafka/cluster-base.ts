import { Construct } from "constructs";
import { MAX_MESSAGE_BYTES } from "../../contract/size-limits";
import { renderTopics, TOPIC_TIMESTAMP } from "../../contract/topics";
import { ConfigurationError } from "../core/validation";
import type { IKafkaCluster, KafkaConnection, KafkaConsumerConnection, TopicProps } from "./cluster";
import { topicProblems } from "./topic-validation";

/** What is granted, on what and to whom. */
export type KafkaGrant = { readonly topic: string; readonly client: string | undefined } & (
  { readonly right: "produce" | "read" } | { readonly right: "consume"; readonly group: string }
);

/** The part of a connection that is the cluster's, not the topic's. */
export type KafkaAccess = Omit<KafkaConnection, "topic" | "maxMessageBytes">;

/** What all clusters have in common: topics are declared once, checked, and granted only when they were declared. */
export abstract class KafkaClusterBase extends Construct implements IKafkaCluster {
  private readonly topics = new Map<string, TopicProps>();

  /** @param brokers how many there are: a topic cannot have more copies */
  constructor(
    scope: Construct,
    id: string,
    private readonly brokers: number,
  ) {
    super(scope, id);
    this.node.addValidation({
      validate: () =>
        this.topics.size > 0 ? [] : ["Kafka has no topic: call addTopic(), none is made by being named"],
    });
  }

  addTopic(topic: TopicProps): void {
    const problems = topicProblems(topic, this.brokers);
    if (this.topics.has(topic.name)) problems.push(`topic '${topic.name}' is added twice: remove one`);
    if (problems.length > 0) throw new ConfigurationError(problems);
    this.topics.set(topic.name, topic);
  }

  grantProduce(topic: string, client?: string): KafkaConnection {
    const { maxMessageBytes = MAX_MESSAGE_BYTES } = this.declared(topic);
    return { ...this.access({ right: "produce", topic, client }), topic, maxMessageBytes };
  }

  grantConsume(topic: string, group: string, client?: string): KafkaConsumerConnection {
    const { maxMessageBytes = MAX_MESSAGE_BYTES, partitions } = this.declared(topic);
    const access = this.access({ right: "consume", topic, group, client });
    return { ...access, topic, maxMessageBytes, group, partitions };
  }

  grantRead(topic: string, client?: string): KafkaConnection {
    const { maxMessageBytes = MAX_MESSAGE_BYTES } = this.declared(topic);
    return { ...this.access({ right: "read", topic, client }), topic, maxMessageBytes };
  }

  /** Lets a client do what is granted, as its own user where there are users, and tells how it reaches the brokers. */
  protected abstract access(grant: KafkaGrant): KafkaAccess;

  /** Complete only at synthesis: topics are added after the constructor has run. */
  protected get declaredTopics(): readonly TopicProps[] {
    return [...this.topics.values()];
  }

  /** {@link declaredTopics} as the topic program's `TOPICS`. */
  protected renderTopics(): string {
    return renderTopics(this.declaredTopics.map(declaration));
  }

  private declared(topic: string): TopicProps {
    const declared = this.topics.get(topic);
    if (declared) return declared;
    const known = [...this.topics.keys()].join(", ") || "none";
    throw new ConfigurationError([`topic '${topic}' is not declared (declared: ${known}): call addTopic() first`]);
  }
}

/** A topic with Kafka's own names for what is configured, and nothing left out. */
export function declaration(topic: TopicProps) {
  return {
    name: topic.name,
    partitions: topic.partitions,
    replicationFactor: topic.replicationFactor ?? 1,
    config: {
      "cleanup.policy": "delete",
      "max.message.bytes": String(topic.maxMessageBytes ?? MAX_MESSAGE_BYTES),
      ...TOPIC_TIMESTAMP,
      "min.insync.replicas": String(topic.minInSyncReplicas ?? 1),
      "retention.bytes": String(topic.retentionBytes?.toBytes() ?? -1),
      "retention.ms": String(topic.retention.toMilliseconds()),
    },
  };
}
