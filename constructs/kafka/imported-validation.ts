import { isCidr } from "../core/cidr";
import { Problems } from "../core/validation";
import type { KafkaClusterAttributes } from "./imported";

/** What is wrong with what is said about a Kafka cluster that somebody else runs; empty if nothing. */
export function attributeProblems(attributes: Omit<KafkaClusterAttributes, "topicsImage">): string[] {
  const { bootstrapServers, brokers, tls, credentials, users = {}, cidrs = [], manageTopics = true } = attributes;
  const problems = new Problems()
    .require(bootstrapServers.length > 0, "imported Kafka: 'bootstrapServers' is empty: name one broker or more")
    .require(
      Number.isInteger(brokers) && brokers >= 1,
      `imported Kafka: 'brokers' (${brokers}) must be a whole number of at least 1`,
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

export function portOf(server: string): number {
  return Number(HOST_AND_PORT.exec(server)?.groups?.["port"]);
}

function isHostAndPort(server: string): boolean {
  const port = portOf(server);
  return port >= 1 && port <= 65_535;
}
