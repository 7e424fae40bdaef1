import type { Duration } from "../core/duration";
import type { Size } from "../core/size";
import type { TierPlan } from "./elasticsearch";
import type { CapacityPlan } from "./plan";

/** Sizes that somebody chose. Only what is stated is checked. */
export interface StatedSizes {
  readonly kafka?: StatedKafka;
  readonly consumer?: {
    /** Fixed, or where autoscaling ends. */
    readonly replicas: number;
    /** Where autoscaling ends, if there is any. @default `replicas` */
    readonly maxReplicas?: number;
  };
  readonly elasticsearch?: StatedElasticsearch;
}

export interface StatedKafka {
  readonly brokers: number;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly retention: Duration;
  /** Of one partition. @default unlimited */
  readonly retentionBytes?: Size;
  /** @default unknown: a machine's own disk */
  readonly diskPerBroker?: Size;
  /** @default unknown */
  readonly cpusPerBroker?: number;
}

export interface StatedElasticsearch {
  /** Of an index. */
  readonly primaryShards: number;
  readonly rolloverSize: Size;
  readonly rolloverAge: Duration;
  /** `min_age` of the warm phase. @default there is none: an index stays where it is */
  readonly warmAge?: Duration;
  /** `min_age` of the delete phase. */
  readonly deleteAge: Duration;
  /** @default unknown: somebody else's nodes */
  readonly hot?: StatedTier;
  /** @default unknown, or there are none */
  readonly warm?: StatedTier;
}

export interface StatedTier {
  readonly nodes: number;
  /** Of one node. */
  readonly memory: Size;
  /** @default half of `memory` */
  readonly heap?: Size;
  /** Of one node. @default unknown: somebody else's */
  readonly disk?: Size;
}

/** A plan's own sizes, as if somebody had stated them. */
export function sizesOf({ kafka, consumer, elasticsearch }: CapacityPlan) {
  const { primaryShards, rolloverSize, rolloverAge, warmAge, deleteAge, hot, warm } = elasticsearch;
  return {
    kafka: {
      brokers: kafka.brokers.value,
      partitions: kafka.partitions.value,
      replicationFactor: kafka.replicationFactor.value,
      retention: kafka.retention.value,
      retentionBytes: kafka.retentionBytes.value,
      diskPerBroker: kafka.diskPerBroker.value,
      cpusPerBroker: kafka.cpusPerBroker.value,
    },
    consumer: { replicas: consumer.replicas.value, maxReplicas: consumer.maxReplicas.value },
    elasticsearch: {
      primaryShards: primaryShards.value,
      rolloverSize: rolloverSize.value,
      rolloverAge: rolloverAge.value,
      ...(warmAge ? { warmAge: warmAge.value } : {}),
      deleteAge: deleteAge.value,
      hot: tierOf(hot),
      ...(warm ? { warm: tierOf(warm) } : {}),
    },
  } satisfies Required<StatedSizes>;
}

function tierOf({ nodes, memory, heap, disk }: TierPlan) {
  return { nodes: nodes.value, memory: memory.value, heap: heap.value, disk: disk.value };
}
