import { capacityProblems } from "../constructs/capacity/problems";
import { type CapacityPlan, planCapacity } from "../constructs/capacity/plan";
import type { StatedSizes } from "../constructs/capacity/stated-sizes";
import { workloadProblems } from "../constructs/capacity/workload";
import { elasticsearchHeap } from "../constructs/elasticsearch/heap";
import { Size } from "../constructs/core/size";
import type { Quantity } from "../constructs/capacity/derived";
import type { EnvironmentConfig } from "./environment";

/** What an environment's workload needs, beside what it states. */
export interface EnvironmentCapacity {
  readonly plan: CapacityPlan;
  /** What is compared with it. */
  readonly stated: StatedSizes;
  /** What stands beside it, by the names that numbers have in the plan; more than can be compared. */
  readonly beside: Readonly<Record<string, Quantity>>;
}

/**
 * The plan of an environment that states a workload and objectives; undefined for others.
 *
 * @throws ConfigurationError if they make no sense
 */
export function capacityOf(environment: EnvironmentConfig): EnvironmentCapacity | undefined {
  const { workload, objectives } = environment;
  if (!workload || !objectives) return undefined;
  return {
    plan: planCapacity(workload, objectives),
    stated: statedSizes(environment),
    beside: besideThePlan(environment),
  };
}

/**
 * The sizes that an environment states. Elasticsearch is none of them: its one node deletes nothing, so how much it will hold
 * cannot be told.
 */
export function statedSizes({ kafka, consumer, platform }: EnvironmentConfig): StatedSizes {
  const { partitions, replicationFactor, retention, retentionBytes } = kafka.logs;
  const { replicas, autoscaling } = consumer;
  return {
    kafka: {
      brokers: kafka.brokers,
      partitions,
      replicationFactor,
      retention,
      ...(retentionBytes ? { retentionBytes } : {}),
      // On Docker a volume is as large as the machine's disk, which is no fact of ours.
      ...(platform.kind === "kubernetes" ? { diskPerBroker: platform.claims.kafka } : {}),
    },
    consumer: autoscaling ? { replicas: autoscaling.maxReplicas, maxReplicas: autoscaling.maxReplicas } : { replicas },
  };
}

function besideThePlan({ kafka, elasticsearch, filebeat, consumer, platform }: EnvironmentConfig) {
  const { partitions, replicationFactor, minInSyncReplicas, retention, retentionBytes } = kafka.logs;
  const { autoscaling } = consumer;
  const claims = platform.kind === "kubernetes" ? platform.claims : undefined;
  const facts: Record<string, Quantity | undefined> = {
    "filebeat.memory": filebeat.memory,
    "kafka.brokers": kafka.brokers,
    "kafka.replicationFactor": replicationFactor,
    "kafka.minInSyncReplicas": minInSyncReplicas,
    "kafka.partitions": partitions,
    "kafka.retention": retention,
    "kafka.retentionBytes": retentionBytes,
    "kafka.diskPerBroker": claims?.kafka,
    "kafka.disk": claims && Size.bytes(claims.kafka.toBytes() * kafka.brokers),
    "consumer.replicas": autoscaling?.minReplicas ?? consumer.replicas,
    "consumer.maxReplicas": autoscaling?.maxReplicas ?? consumer.replicas,
    "elasticsearch.primaryShards": elasticsearch.shards,
    "elasticsearch.hot.nodes": elasticsearch.nodes,
    "elasticsearch.hot.memory": elasticsearch.memory,
    "elasticsearch.hot.heap": elasticsearch.heap ?? elasticsearchHeap(elasticsearch.memory),
    "elasticsearch.hot.disk": claims?.elasticsearch,
  };
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, Quantity] => fact[1] !== undefined));
}

/** What an environment's workload does not fit into; empty if nothing, or if none is stated. */
export function environmentCapacityProblems(environment: EnvironmentConfig): string[] {
  const { workload, objectives, kafka, consumer } = environment;
  if (!workload && !objectives) return [];
  if (!workload || !objectives) {
    const [is, isNot] = workload ? ["workload", "objectives"] : ["objectives", "workload"];
    return [`'${is}' is stated without '${isNot}': neither says anything alone; state both or remove it`];
  }
  const nonsense = workloadProblems(workload, objectives);
  if (nonsense.length > 0) return nonsense;
  // Counts that cannot be are told elsewhere, and nothing can be divided by them.
  const counts = [kafka.brokers, kafka.logs.partitions, kafka.logs.replicationFactor, consumer.replicas];
  if (!counts.every((count) => Number.isInteger(count) && count >= 1)) return [];
  return capacityProblems(planCapacity(workload, objectives), statedSizes(environment));
}
