import { Consumer } from "@platformatic/kafka";

export interface TopicMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: string;
  readonly headers: ReadonlyMap<string, string>;
}

const MAX_BYTES = 16 * 1024 * 1024;
const [EARLIEST, LATEST] = [-2n, -1n];

/** All that is in a topic now, read without a group. */
export async function readTopic(broker: string, topic: string): Promise<TopicMessage[]> {
  const client = new Consumer({
    clientId: "faults",
    bootstrapBrokers: [broker],
    groupId: "faults",
    autocommit: false,
    retries: 10,
    retryDelay: 500,
  });
  client.topics.track(topic);
  const messages: TopicMessage[] = [];
  try {
    const starts = (await client.listOffsets({ topics: [topic], timestamp: EARLIEST })).get(topic) ?? [];
    const ends = (await client.listOffsets({ topics: [topic], timestamp: LATEST })).get(topic) ?? [];
    const { id, partitions } = (await client.metadata({ topics: [topic] })).topics.get(topic)!;
    for (const [partition, end] of ends.entries()) {
      for (let position = starts[partition] ?? 0n; position < end;) {
        const response = await client.fetch({
          node: partitions[partition]!.leader,
          maxBytes: MAX_BYTES,
          maxWaitTime: 500,
          topics: [
            {
              topicId: id,
              partitions: [
                {
                  partition,
                  fetchOffset: position,
                  partitionMaxBytes: MAX_BYTES,
                  currentLeaderEpoch: -1,
                  lastFetchedEpoch: -1,
                },
              ],
            },
          ],
        });
        const batches = response.responses.flatMap((each) => each.partitions).flatMap((each) => each.records ?? []);
        for (const batch of batches) {
          for (const record of batch.records) {
            const offset = batch.firstOffset + BigInt(record.offsetDelta);
            if (offset < position || offset >= end) continue;
            const headers = new Map(
              record.headers.map(([key, text]) => [key?.toString() ?? "", text?.toString() ?? ""]),
            );
            messages.push({ partition, offset, value: record.value?.toString() ?? "", headers });
          }
        }
        const last = batches.at(-1);
        if (last) position = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
      }
    }
  } finally {
    await client.close(true);
  }
  return messages;
}
