import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Problems } from "../core/validation";
import { externalEndpoint } from "../kubernetes/network";
import type { KubernetesSite } from "../kubernetes/site";
import type { KafkaCredentials, KafkaTls } from "./cluster";
import { type KafkaAccess, KafkaClusterBase, type KafkaGrant } from "./cluster-base";
import { attributeProblems, portOf } from "./imported-validation";
import { TopicsJob } from "./topics-job";

/** What there is to know about a Kafka cluster that somebody else runs: MSK, Confluent, Aiven, another team. */
export interface KafkaClusterAttributes {
  /** host:port. The brokers are reached at the same ports. */
  readonly bootstrapServers: readonly string[];
  /** How many there are: a topic cannot have more copies. */
  readonly brokers: number;
  /** @default plain text */
  readonly tls?: KafkaTls;
  /** Who makes topics, and whoever of the clients has no user of its own. @default none: nobody is asked who he is */
  readonly credentials?: KafkaCredentials;
  /** Users of clients, by the names that grants are asked for with. Their rights are given where the cluster is run. @default none */
  readonly users?: Readonly<Record<string, KafkaCredentials>>;
  /** Addresses of its brokers, for the network policies of its clients. @default every address, on the brokers' ports */
  readonly cidrs?: readonly string[];
  /**
   * Whether topics are made here, or only said to be there. Who makes them elsewhere must set `max.message.bytes` and
   * `message.timestamp.type=LogAppendTime` as `contract/topics.ts` has them, with the reasons.
   *
   * @default true
   */
  readonly manageTopics?: boolean;
  /** The consumer's image: it makes the topics. @default none: then `manageTopics` must be false */
  readonly topicsImage?: ContainerImage;
}

/** See {@link KafkaClusterAttributes}; made by `KafkaCluster.fromAttributes`. */
export class ImportedKafkaCluster extends KafkaClusterBase {
  /** Clients with a user of their own that were granted something. */
  private readonly asked = new Set<string>();
  private readonly topicsApplied: readonly ITerraformDependable[];
  /** How its brokers are reached, whether or not its topics are there yet. */
  private readonly unprepared: KafkaAccess;

  constructor(
    scope: Construct,
    id: string,
    site: KubernetesSite,
    private readonly attributes: KafkaClusterAttributes,
  ) {
    super(scope, id, attributes.brokers);
    const { bootstrapServers, tls, credentials, users = {}, cidrs, manageTopics = true, topicsImage } = attributes;
    new Problems()
      .add(attributeProblems(attributes))
      .require(
        !manageTopics || topicsImage !== undefined,
        "imported Kafka: topics cannot be made without 'topicsImage': name the consumer's image, or set 'manageTopics' to false",
      )
      .throwIfAny();
    this.node.addValidation({
      validate: () =>
        Object.keys(users)
          .filter((client) => !this.asked.has(client))
          .map(
            (client) => `imported Kafka: there is a user for client '${client}', to whom nothing is granted: remove it`,
          ),
    });
    this.unprepared = {
      bootstrapServers,
      ...(tls ? { tls } : {}),
      ...(credentials ? { credentials } : {}),
      endpoint: externalEndpoint("kafka", bootstrapServers.map(portOf), cidrs),
      ready: [],
    };
    this.topicsApplied =
      manageTopics && topicsImage
        ? [
            new TopicsJob(this, "Topics", site, {
              image: topicsImage,
              kafka: this.unprepared,
              topics: () => this.renderTopics(),
            }).applied,
          ]
        : [];
  }

  protected access({ client }: KafkaGrant): KafkaAccess {
    const user = client === undefined ? undefined : this.attributes.users?.[client];
    if (user && client) this.asked.add(client);
    return { ...this.unprepared, ...(user ? { credentials: user } : {}), ready: this.topicsApplied };
  }
}
