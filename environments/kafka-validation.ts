import { Problems } from "../constructs/core/validation";
import { brokerHeap, brokerHeapProblems } from "../constructs/kafka/heap";
import { attributeProblems } from "../constructs/kafka/imported-validation";
import { storageProblems } from "../constructs/kafka/storage";
import {
  clusterStorageProblems,
  nodeProblems,
  rebalanceProblems,
  zoneProblems,
} from "../constructs/kafka/strimzi/validation";
import { topicProblems } from "../constructs/kafka/topic-validation";
import type { EnvironmentConfig, KubernetesPlatform, StrimziKafka } from "./environment";
import { spelledAs } from "./paths";
import { topicsOf } from "./topics";
import { zonesOf } from "./zones";

/** What cannot work in an environment's Kafka; empty if nothing. */
export function kafkaProblems(environment: EnvironmentConfig): string[] {
  const { kafka, platform } = environment;
  // What is wrong with the copies of the one is wrong with the other's: told once.
  const [logs] = topicsOf(environment);
  return spelledAs(PATHS, [
    ...topicProblems(logs, kafka.brokers),
    ...copiesProblems(environment),
    ...(platform.kind === "kubernetes"
      ? engineProblems(environment, platform)
      : brokerHeapProblems(kafka.heap ?? brokerHeap(kafka.memory), kafka.memory)),
  ]);
}

/** Copies are there for the broker that is away: for an upgrade, say. */
function copiesProblems({ kafka: { logs } }: EnvironmentConfig): string[] {
  const { replicationFactor, minInSyncReplicas } = logs;
  return new Problems()
    .require(
      replicationFactor === 1 || minInSyncReplicas !== replicationFactor,
      `'minInSyncReplicas' (${minInSyncReplicas}) must be below 'replicationFactor' (${replicationFactor}): nothing could be written while one broker restarts; lower the one or raise the other`,
    )
    .require(
      replicationFactor < 3 || minInSyncReplicas >= 2,
      `'minInSyncReplicas' (${minInSyncReplicas}) must be at least 2 with 'replicationFactor' (${replicationFactor}): a line would be acknowledged that only one broker has, and be lost with it; raise it`,
    )
    .list();
}

function engineProblems(environment: EnvironmentConfig, platform: KubernetesPlatform): string[] {
  const { brokers, memory, heap = brokerHeap(memory) } = environment.kafka;
  const { kafka: engine, claims } = platform;
  switch (engine?.kind) {
    case "imported":
      return attributeProblems({ ...engine, brokers });
    case "strimzi":
      return [...brokerHeapProblems(heap, memory), ...operatedProblems(environment, platform, engine)];
    case undefined:
      return new Problems()
        .require(
          brokers === 1,
          `'brokers' (${brokers}) must be 1 where no operator runs them: lower it, or say who runs more in 'platform.kafka'`,
        )
        .add(brokerHeapProblems(heap, memory))
        .add(storageProblems(topicsOf(environment), claims.kafka))
        .list();
  }
}

function operatedProblems(
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
  { controllers, cruiseControl }: StrimziKafka,
): string[] {
  const { brokers } = environment.kafka;
  const [logs] = topicsOf(environment);
  const zones = zonesOf(platform);
  const problems = nodeProblems({
    brokers,
    zones,
    cruiseControl: cruiseControl !== undefined,
    ...(controllers ? { controllers: controllers.nodes } : {}),
  });
  return [
    ...problems,
    ...(controllers ? controllerProblems(controllers) : []),
    ...zoneProblems([logs], zones),
    ...(cruiseControl ? rebalanceProblems([logs], zones) : []),
    // Nothing can be divided by brokers that cannot be.
    ...(problems.length > 0 ? [] : clusterStorageProblems(topicsOf(environment), platform.claims.kafka, brokers)),
  ];
}

function controllerProblems({ memory }: NonNullable<StrimziKafka["controllers"]>): string[] {
  const path = "platform.kafka.controllers.memory";
  return spelledAs({ memory: path }, brokerHeapProblems(brokerHeap(memory), memory));
}

const PATHS = {
  brokers: "kafka.brokers",
  memory: "kafka.memory",
  heap: "kafka.heap",
  partitions: "kafka.logs.partitions",
  replicationFactor: "kafka.logs.replicationFactor",
  minInSyncReplicas: "kafka.logs.minInSyncReplicas",
  retentionBytes: "kafka.logs.retentionBytes",
  maxMessageBytes: "kafka.logs.maxMessage",
  storage: "platform.claims.kafka",
  zones: "platform.zones",
  controllers: "platform.kafka.controllers",
  "controllers.nodes": "platform.kafka.controllers.nodes",
  cruiseControl: "platform.kafka.cruiseControl",
  bootstrapServers: "platform.kafka.bootstrapServers",
  cidrs: "platform.kafka.cidrs",
  tls: "platform.kafka.tls",
  credentials: "platform.kafka.credentials",
  users: "platform.kafka.users",
  manageTopics: "platform.kafka.manageTopics",
} as const;
