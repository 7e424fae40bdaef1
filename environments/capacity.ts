import { capacityProblems } from "../constructs/capacity/problems";
import { type CapacityPlan, planCapacity } from "../constructs/capacity/plan";
import type { StatedSizes } from "../constructs/capacity/stated-sizes";
import { workloadProblems } from "../constructs/capacity/workload";
import { elasticsearchHeap } from "../constructs/elasticsearch/heap";
import { Size } from "../constructs/core/size";
import type { Quantity } from "../constructs/capacity/derived";
import type { EckElasticsearch, EnvironmentConfig, Platform } from "./environment";
import { spelledAs } from "./paths";

/** What an environment's workload needs, beside what it states. */
export interface EnvironmentCapacity {
  readonly plan: CapacityPlan;
  /** What is compared with it. */
  readonly stated: StatedSizes;
  /** What stands beside it, by the names that numbers have in the plan; more than can be compared. */
  readonly beside: Readonly<Record<string, Quantity>>;
  /** What of the environment does not carry its load. */
  readonly problems: readonly string[];
}

/**
 * The plan of an environment that states a workload and objectives; undefined for others.
 *
 * @throws ConfigurationError if they make no sense
 */
export function capacityOf(environment: EnvironmentConfig): EnvironmentCapacity | undefined {
  const { workload, objectives, platform } = environment;
  if (!workload || !objectives) return undefined;
  const zones = platform.kind === "kubernetes" ? platform.zones : undefined;
  const plan = planCapacity(workload, { ...objectives, ...(zones ? { zones } : {}) });
  const stated = statedSizes(environment);
  return {
    plan,
    stated,
    beside: besideThePlan(environment),
    problems: spelledAs(CAPACITY_PATHS, capacityProblems(plan, stated)),
  };
}

/** Where an environment states what the model calls otherwise. */
export const CAPACITY_PATHS: Readonly<Record<string, string>> = {
  "kafka.cpusPerBroker": "kafka.cpu",
  "kafka.diskPerBroker": "platform.claims.kafka",
  "elasticsearch.primaryShards": "elasticsearch.shards",
  "elasticsearch.rolloverSize": "elasticsearch.lifecycle.rolloverSize",
  "elasticsearch.rolloverAge": "elasticsearch.lifecycle.rolloverAge",
  "elasticsearch.warmAge": "elasticsearch.lifecycle.warmAfter",
  "elasticsearch.deleteAge": "elasticsearch.lifecycle.deleteAfter",
  "elasticsearch.rolloverAge + deleteAge": "elasticsearch.lifecycle.rolloverAge + deleteAfter",
  "elasticsearch.hot.nodes": "elasticsearch.nodes",
  "elasticsearch.hot.memory": "elasticsearch.memory",
  "elasticsearch.hot.heap": "elasticsearch.heap",
  "elasticsearch.hot.disk": "platform.claims.elasticsearch",
  "elasticsearch.warm.nodes": "platform.elasticsearch.warm.nodes",
  "elasticsearch.warm.memory": "platform.elasticsearch.warm.memory",
  "elasticsearch.warm.disk": "platform.elasticsearch.warm.storage",
};

/**
 * The sizes that an environment states. Elasticsearch is one of them where its indices are deleted some day: else how much it
 * will hold cannot be told.
 */
export function statedSizes({ kafka, elasticsearch, consumer, platform }: EnvironmentConfig): StatedSizes {
  const { partitions, replicationFactor, retention, retentionBytes } = kafka.logs;
  const { replicas, autoscaling } = consumer;
  const { shards, lifecycle, nodes, memory, heap } = elasticsearch;
  const disks = disksOf(platform);
  const { warm } = enginesOf(platform);
  return {
    kafka: {
      brokers: kafka.brokers,
      partitions,
      replicationFactor,
      retention,
      ...(retentionBytes ? { retentionBytes } : {}),
      ...(disks.kafka ? { diskPerBroker: disks.kafka } : {}),
      ...(kafka.cpu ? { cpusPerBroker: kafka.cpu.toMillis() / 1000 } : {}),
    },
    consumer: autoscaling ? { replicas: autoscaling.maxReplicas, maxReplicas: autoscaling.maxReplicas } : { replicas },
    // On Docker there is none, which is told elsewhere.
    ...(lifecycle && platform.kind === "kubernetes"
      ? {
          elasticsearch: {
            primaryShards: shards,
            rolloverSize: lifecycle.rolloverSize,
            rolloverAge: lifecycle.rolloverAge,
            ...(lifecycle.warmAfter ? { warmAge: lifecycle.warmAfter } : {}),
            deleteAge: lifecycle.deleteAfter,
            hot: {
              nodes,
              memory,
              ...(heap ? { heap } : {}),
              ...(disks.elasticsearch ? { disk: disks.elasticsearch } : {}),
            },
            ...(warm ? { warm: { nodes: warm.nodes, memory: warm.memory, disk: warm.storage } } : {}),
          },
        }
      : {}),
  };
}

/**
 * Claims, where they are what there is: on Docker a volume is as large as the machine's disk, and somebody else's nodes have
 * disks of their own.
 */
function disksOf(platform: Platform): { readonly kafka?: Size; readonly elasticsearch?: Size } {
  if (platform.kind === "docker") return {};
  const { claims, kafka, elasticsearch } = platform;
  return {
    ...(kafka?.kind === "imported" ? {} : { kafka: claims.kafka }),
    ...(elasticsearch?.kind === "imported" ? {} : { elasticsearch: claims.elasticsearch }),
  };
}

/** Nodes beside those that take lines. */
function enginesOf(platform: Platform): Pick<EckElasticsearch, "masters" | "warm"> {
  if (platform.kind !== "kubernetes" || platform.elasticsearch?.kind !== "eck") return {};
  return platform.elasticsearch;
}

function besideThePlan({ kafka, elasticsearch, filebeat, consumer, platform }: EnvironmentConfig) {
  const { partitions, replicationFactor, minInSyncReplicas, retention, retentionBytes } = kafka.logs;
  const { autoscaling } = consumer;
  const { lifecycle } = elasticsearch;
  const disks = disksOf(platform);
  const { masters, warm } = enginesOf(platform);
  const facts: Record<string, Quantity | undefined> = {
    "filebeat.memory": filebeat.memory,
    "kafka.brokers": kafka.brokers,
    "kafka.cpusPerBroker": kafka.cpu && kafka.cpu.toMillis() / 1000,
    "kafka.replicationFactor": replicationFactor,
    "kafka.minInSyncReplicas": minInSyncReplicas,
    "kafka.partitions": partitions,
    "kafka.retention": retention,
    "kafka.retentionBytes": retentionBytes,
    "kafka.diskPerBroker": disks.kafka,
    "kafka.disk": disks.kafka && Size.bytes(disks.kafka.toBytes() * kafka.brokers),
    "consumer.replicas": autoscaling?.minReplicas ?? consumer.replicas,
    "consumer.maxReplicas": autoscaling?.maxReplicas ?? consumer.replicas,
    "elasticsearch.primaryShards": elasticsearch.shards,
    "elasticsearch.hot.nodes": elasticsearch.nodes,
    "elasticsearch.hot.memory": elasticsearch.memory,
    "elasticsearch.hot.heap": elasticsearch.heap ?? elasticsearchHeap(elasticsearch.memory),
    "elasticsearch.hot.disk": disks.elasticsearch,
    "elasticsearch.rolloverSize": lifecycle?.rolloverSize,
    "elasticsearch.rolloverAge": lifecycle?.rolloverAge,
    "elasticsearch.warmAge": lifecycle?.warmAfter,
    "elasticsearch.deleteAge": lifecycle?.deleteAfter,
    "elasticsearch.warm.nodes": warm?.nodes,
    "elasticsearch.warm.memory": warm?.memory,
    "elasticsearch.warm.heap": warm && elasticsearchHeap(warm.memory),
    "elasticsearch.warm.disk": warm?.storage,
    "elasticsearch.masters.nodes": masters?.nodes,
    "elasticsearch.masters.memory": masters?.memory,
  };
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, Quantity] => fact[1] !== undefined));
}

/** What an environment's workload does not fit into; empty if nothing, or if none is stated. */
export function environmentCapacityProblems(environment: EnvironmentConfig): string[] {
  const { workload, objectives, kafka, elasticsearch, consumer, platform } = environment;
  if (!workload && !objectives) return [];
  if (!workload || !objectives) {
    const [is, isNot] = workload ? ["workload", "objectives"] : ["objectives", "workload"];
    return [`'${is}' is stated without '${isNot}': neither says anything alone; state both or remove it`];
  }
  const nonsense = workloadProblems(workload, objectives);
  if (nonsense.length > 0) return nonsense;
  // More than nodes can hold is told elsewhere.
  if (elasticsearch.replicas !== objectives.replicas && elasticsearch.replicas < elasticsearch.nodes) {
    return [
      `'elasticsearch.replicas' (${elasticsearch.replicas}) must be 'objectives.replicas' (${objectives.replicas}): disks are compared with so many copies; make them the same`,
    ];
  }
  // Counts that cannot be are told elsewhere, and nothing can be divided by them.
  const counts = [
    ...[kafka.brokers, kafka.logs.partitions, kafka.logs.replicationFactor, consumer.replicas],
    ...[elasticsearch.nodes, elasticsearch.shards, enginesOf(platform).warm?.nodes ?? 1],
    platform.kind === "kubernetes" ? (platform.zones ?? 1) : 1,
  ];
  if (!counts.every((count) => Number.isInteger(count) && count >= 1)) return [];
  return [...(capacityOf(environment)?.problems ?? [])];
}
