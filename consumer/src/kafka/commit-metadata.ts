/**
 * The metadata of a commit: the id of the topic that it was made for. Kafka keeps a group's offsets by the topic's name. It deletes
 * them with the topic, but a consumer that has not yet heard of the deletion may commit once more, and its offsets would then
 * count for the topic that was created in its place.
 */
const PREFIX = "topic-id:";

interface CommitTopic {
  readonly partitions: readonly object[];
}

interface FetchedPartition {
  readonly partitionIndex: number;
  committedOffset: bigint;
  readonly metadata?: string | null;
}

interface FetchedTopics {
  readonly topics: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

/** The broker's answer about committed offsets: with groups since version 8, for one group before. */
export type OffsetFetchResponse = { readonly groups: readonly FetchedTopics[] } | FetchedTopics;

/** The topics of an OffsetCommit request, each partition with the metadata. */
export function withTopicId<T extends CommitTopic>(topics: readonly T[], topicId: string): T[] {
  const committedMetadata = PREFIX + topicId;
  return topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((partition) => ({ ...partition, committedMetadata })),
  }));
}

/**
 * Takes offsets that were committed for another topic out of an answer, as if there were none.
 *
 * A commit without an id counts: it is of a version of this program that kept none, or of a tool that reset the group.
 *
 * @returns the partitions that had such an offset
 */
export function removeForeignOffsets(response: OffsetFetchResponse, topicId: string): number[] {
  const removed: number[] = [];
  for (const { topics } of "groups" in response ? response.groups : [response]) {
    for (const partition of topics.flatMap(({ partitions }) => partitions)) {
      const { metadata, committedOffset, partitionIndex } = partition;
      if (committedOffset < 0n || !metadata?.startsWith(PREFIX) || metadata === PREFIX + topicId) continue;
      partition.committedOffset = -1n;
      removed.push(partitionIndex);
    }
  }
  return removed;
}
