import { SecretRef } from "../../constructs/core/secret-ref";
import type { EnvironmentConfig, KubernetesPlatform } from "../environment";
import { production } from "../production";

// Nothing is left for them to run.
const { operators, ...platform } = production.platform;

/**
 * Production on a Kafka and an Elasticsearch that somebody else runs: one line each, and everything else as it was. No deploy knows
 * this environment; copy what you need of it.
 */
export const managed = {
  ...production,
  name: "managed",
  platform: {
    ...platform,
    kafka: managedKafka(),
    elasticsearch: managedElasticsearch(),
  },
} satisfies EnvironmentConfig;

/** Passwords are in Secrets of the namespace that are there already. */
function managedKafka(): NonNullable<KubernetesPlatform["kafka"]> {
  const user = (username: string) => ({
    mechanism: "SCRAM-SHA-512" as const,
    username,
    password: SecretRef.of(`kafka-user-${username}`, "password"),
  });
  return {
    kind: "imported",
    bootstrapServers: ["b-1.kafka.example.com:9096", "b-2.kafka.example.com:9096", "b-3.kafka.example.com:9096"],
    // Of a public authority.
    tls: {},
    credentials: user("topics"),
    users: { filebeat: user("filebeat"), "log-consumer": user("log-consumer") },
    cidrs: ["10.20.0.0/16"],
  };
}

function managedElasticsearch(): NonNullable<KubernetesPlatform["elasticsearch"]> {
  const user = (username: string) => ({
    username,
    password: SecretRef.of(`elasticsearch-user-${username}`, "password"),
  });
  return {
    kind: "imported",
    urls: ["https://search.example.com:9243"],
    credentials: {
      index: user("consumer"),
      read: user("reader"),
      content: user("content"),
      kibana: user("kibana"),
      kibanaContent: user("kibana-content"),
    },
  };
}
