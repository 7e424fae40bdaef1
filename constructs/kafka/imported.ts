import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { isCidr } from "../core/cidr";
import type { ContainerImage } from "../core/container-image";
import { Problems } from "../core/validation";
import { externalEndpoint } from "../kubernetes/network";
import type { KubernetesSite } from "../kubernetes/site";
import type { KafkaCredentials, KafkaTls } from "./cluster";
import { type KafkaAccess, KafkaClusterBase, type KafkaGrant } from "./cluster-base";
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
  /** Whether topics are made here, or only said to be there. @default true */
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
    new Problems().add(attributeProblems(attributes)).throwIfAny();
    const { bootstrapServers, tls, credentials, users = {}, cidrs, manageTopics = true, topicsImage } = attributes;
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

function attributeProblems(attributes: KafkaClusterAttributes): string[] {
  const { bootstrapServers, brokers, tls, credentials, users = {}, cidrs = [] } = attributes;
  const { manageTopics = true, topicsImage } = attributes;
  const problems = new Problems()
    .require(bootstrapServers.length > 0, "imported Kafka: 'bootstrapServers' is empty: name one broker or more")
    .require(
      Number.isInteger(brokers) && brokers >= 1,
      `imported Kafka: 'brokers' (${brokers}) must be a whole number of at least 1`,
    )
    .require(
      !manageTopics || topicsImage !== undefined,
      "imported Kafka: topics cannot be made without 'topicsImage': name the consumer's image, or set 'manageTopics' to false",
    )
    .require(
      !manageTopics || credentials !== undefined || Object.keys(users).length === 0,
      "imported Kafka: there are 'users' of clients and no user who makes topics: name 'credentials', or set 'manageTopics' to false",
    );
  for (const server of bootstrapServers) {
    problems.require(
      isHostAndPort(server),
      `imported Kafka: bootstrap server '${server}' is not host:port, such as 'b-1.example.com:9096': correct it`,
    );
  }
  for (const cidr of cidrs) {
    problems.require(
      isCidr(cidr),
      `imported Kafka: '${cidr}' in 'cidrs' is no range such as '10.0.0.0/16': correct it`,
    );
  }
  const inTheClear = tls ? [] : [...(credentials ? [credentials] : []), ...Object.values(users)];
  return problems
    .add(
      inTheClear.map(
        ({ username }) =>
          `imported Kafka: user '${username}' without 'tls' would send a password across the network that anybody on it could read: set 'tls', which may be {} for a public authority`,
      ),
    )
    .list();
}

const HOST_AND_PORT = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:.]+\]):(?<port>\d{1,5})$/;

function portOf(server: string): number {
  return Number(HOST_AND_PORT.exec(server)?.groups?.["port"]);
}

function isHostAndPort(server: string): boolean {
  const port = portOf(server);
  return port >= 1 && port <= 65_535;
}
