import { MAX_LINE_BYTES, minMessageBytes } from "../../contract/size-limits";
import { Problems } from "../core/validation";
import type { TopicProps } from "./cluster";

/** What is wrong with a topic on a cluster of so many brokers; empty if nothing is. */
export function topicProblems(topic: TopicProps, brokers: number): string[] {
  const { name, partitions, replicationFactor = 1, minInSyncReplicas = 1, maxMessageBytes } = topic;
  const smallest = minMessageBytes(MAX_LINE_BYTES);
  return new Problems()
    .require(
      /^[a-zA-Z0-9._-]{1,249}$/.test(name) && !/^\.{1,2}$/.test(name),
      `topic '${name}': a topic's name has 1 to 249 letters, digits, '.', '_' or '-': rename it`,
    )
    .require(
      Number.isInteger(partitions) && partitions >= 1,
      `topic '${name}': 'partitions' (${partitions}) must be a whole number of at least 1`,
    )
    .require(
      Number.isInteger(replicationFactor) && replicationFactor >= 1,
      `topic '${name}': 'replicationFactor' (${replicationFactor}) must be a whole number of at least 1`,
    )
    .require(
      Number.isInteger(minInSyncReplicas) && minInSyncReplicas >= 1,
      `topic '${name}': 'minInSyncReplicas' (${minInSyncReplicas}) must be a whole number of at least 1`,
    )
    .require(
      replicationFactor <= brokers,
      `topic '${name}': 'replicationFactor' (${replicationFactor}) must be at most 'brokers' (${brokers}): lower it or add a broker`,
    )
    .require(
      minInSyncReplicas <= replicationFactor,
      `topic '${name}': 'minInSyncReplicas' (${minInSyncReplicas}) must be at most 'replicationFactor' (${replicationFactor}): lower it or raise the replication`,
    )
    .require(
      maxMessageBytes === undefined || maxMessageBytes >= smallest,
      `topic '${name}': 'maxMessageBytes' (${maxMessageBytes}) must be at least ${smallest}: the longest line (${MAX_LINE_BYTES} bytes) can grow to that when it is written as JSON`,
    )
    .list();
}
