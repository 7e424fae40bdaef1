import { Size } from "../core/size";
import { SEGMENT } from "./broker-environment";
import type { TopicProps } from "./cluster";

/**
 * What is wrong with topics on a disk of one node; empty if nothing is. Topics without `retentionBytes` are not counted: they
 * have no end that could be known.
 */
export function storageProblems(topics: readonly TopicProps[], storage: Size): string[] {
  const bounded = topics.flatMap(({ name, partitions, retentionBytes }) =>
    retentionBytes ? [{ name, partitions, retentionBytes }] : [],
  );
  const needed = Size.sum(
    bounded.map(({ partitions, retentionBytes }) =>
      Size.bytes(partitions * (retentionBytes.toBytes() + SEGMENT.toBytes())),
    ),
  );
  const usable = storage.times(USABLE);
  if (needed.toBytes() <= usable.toBytes()) return [];
  const terms = bounded.map(
    ({ name, partitions, retentionBytes }) => `'${name}' ${partitions} x (${retentionBytes} + a segment of ${SEGMENT})`,
  );
  return [
    `Kafka: 'storage' (${storage}) is too small for what its topics may keep: ${terms.join(", ")} is ${needed}, and nine tenths of it are ${usable}; give more storage or lower 'retentionBytes'`,
  ];
}

/** The rest is for Kafka's own topics, dead letters, and segments that wait to be deleted. */
export const USABLE = 0.9;
