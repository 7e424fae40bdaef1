import { Size } from "../../core/size";
import { Problems } from "../../core/validation";
import { SEGMENT } from "../broker-environment";
import type { TopicProps } from "../cluster";
import { USABLE } from "../storage";

/** How many nodes there are, and of what. */
export interface Nodes {
  readonly brokers: number;
  /** Nodes that only keep the metadata. @default none: brokers keep it as well */
  readonly controllers?: number;
  /** @default 1: none is told from another */
  readonly zones?: number;
  /** @default false */
  readonly cruiseControl?: boolean;
}

/** What is wrong with the number of nodes; empty if nothing. */
export function nodeProblems(nodes: Nodes): string[] {
  const { brokers, zones = 1, cruiseControl = false } = nodes;
  return new Problems()
    .require(isCount(brokers), `Kafka: 'brokers' (${brokers}) must be a whole number of at least 1`)
    .require(isCount(zones), `Kafka: 'zones' (${zones}) must be a whole number of at least 1`)
    .require(
      !isCount(brokers) || !isCount(zones) || brokers % zones === 0,
      `Kafka: 'brokers' (${brokers}) must be a multiple of 'zones' (${zones}): where a zone has fewer than another, each of them holds more; add or take brokers`,
    )
    .require(
      !cruiseControl || brokers >= 2,
      `Kafka: 'brokers' (${brokers}) must be at least 2 with 'cruiseControl', which moves partitions from one to another: add a broker or leave it out`,
    )
    .add(controllerProblems(nodes))
    .list();
}

/** What is wrong with the quorum that keeps the metadata: without its majority nothing can be written. */
export function controllerProblems({ brokers, controllers, zones = 1 }: Nodes): string[] {
  const prop = controllers === undefined ? "brokers" : "controllers.nodes";
  const nodes = controllers ?? brokers;
  if (!isCount(nodes)) {
    return controllers === undefined ? [] : [`Kafka: '${prop}' (${nodes}) must be a whole number of at least 1`];
  }
  const inOneZone = Math.ceil(nodes / zones);
  return new Problems()
    .require(
      nodes % 2 === 1,
      controllers === undefined
        ? `Kafka: 'brokers' (${nodes}) must be odd without 'controllers', because they keep the metadata as well: a majority of ${nodes} can spare no more than one of ${nodes - 1}; add or take one, or name 'controllers'`
        : `Kafka: '${prop}' (${nodes}) must be odd: a majority of ${nodes} can spare no more than one of ${nodes - 1}; add or take one`,
    )
    .require(
      controllers === undefined || nodes >= 3,
      `Kafka: '${prop}' (${nodes}) must be at least 3: with fewer, no node may be away; add nodes, or leave 'controllers' out`,
    )
    .require(
      zones <= 1 || 2 * (nodes - inOneZone) > nodes,
      `Kafka: '${prop}' (${nodes}) in 'zones' (${zones}) are ${inOneZone} in one of them, and without it the metadata has no majority: add zones or nodes, or set 'zones' to 1 if the loss of one need not be survived`,
    )
    .list();
}

type Copied = Pick<TopicProps, "name" | "replicationFactor" | "minInSyncReplicas">;

/**
 * What becomes of topics when a zone is lost: as many copies as must be written have to remain. Kafka puts copies into one zone
 * after the other (its `StripedReplicaPlacer`), so that none has more than its share.
 */
export function zoneProblems(topics: readonly Copied[], zones: number): string[] {
  if (zones <= 1) return [];
  return topics.flatMap(({ name, replicationFactor = 1, minInSyncReplicas = 1 }) => {
    const inOneZone = Math.ceil(replicationFactor / zones);
    const left = replicationFactor - inOneZone;
    return left >= minInSyncReplicas
      ? []
      : [
          `topic '${name}': of 'replicationFactor' (${replicationFactor}) ${inOneZone} may be in one of the 'zones' (${zones}), and the ${left} without it are fewer than 'minInSyncReplicas' (${minInSyncReplicas}): add copies, lower the one, or set 'zones' to 1 if the loss of one need not be survived`,
        ];
  });
}

/** What Cruise Control cannot do: its goals, as Strimzi has them, want every copy in a zone of its own. */
export function rebalanceProblems(topics: readonly Copied[], zones: number): string[] {
  if (zones <= 1) return [];
  return topics
    .filter(({ replicationFactor = 1 }) => replicationFactor > zones)
    .map(
      ({ name, replicationFactor }) =>
        `topic '${name}': 'replicationFactor' (${replicationFactor}) must be at most 'zones' (${zones}) with 'cruiseControl', which wants every copy in another zone: lower it, add zones or leave Cruise Control out`,
    );
}

/** What topics may keep, in all their copies, on the disks of all brokers. Topics without `retentionBytes` are not counted. */
export function clusterStorageProblems(topics: readonly TopicProps[], storage: Size, brokers: number): string[] {
  const bounded = topics.flatMap(({ name, partitions, replicationFactor = 1, retentionBytes }) =>
    retentionBytes ? [{ name, partitions, replicationFactor, retentionBytes }] : [],
  );
  const bytes = bounded.map(
    ({ partitions, replicationFactor, retentionBytes }) =>
      partitions * replicationFactor * (retentionBytes.toBytes() + SEGMENT.toBytes()),
  );
  const needed = Size.mebibytes(
    Size.bytes(bytes.reduce((sum, one) => sum + Math.ceil(one / brokers), 0)).toMebibytes(),
  );
  const usable = storage.times(USABLE);
  if (needed.toBytes() <= usable.toBytes()) return [];
  const terms = bounded.map(
    ({ name, partitions, replicationFactor, retentionBytes }) =>
      `'${name}' ${partitions} x ${replicationFactor} x (${retentionBytes} + a segment of ${SEGMENT})`,
  );
  return [
    `Kafka: 'storage' (${storage}) of each of ${brokers} brokers is too small for what topics may keep: ${terms.join(", ")} is ${needed} for one, and nine tenths of it are ${usable}; give more storage, lower 'retentionBytes' or add brokers`,
  ];
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
