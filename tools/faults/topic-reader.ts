import { Consumer } from "@platformatic/kafka";

export interface TopicMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: string;
  readonly headers: ReadonlyMap<string, string>;
}

const MAX_BYTES = 16 * 1024 * 1024;
const LATEST = -1n;

/** All that is in a topic, read without a group; what was read once is not read again. */
export class TopicReader {
  private readonly all: TopicMessage[] = [];
  private readonly positions = new Map<number, bigint>();

  constructor(
    private readonly broker: string,
    private readonly topic: string,
  ) {}

  /** Where each partition was found to end. */
  get ends(): ReadonlyMap<number, bigint> {
    return this.positions;
  }

  /** What is in the topic now. Rejects if the broker does not answer. */
  async read(): Promise<readonly TopicMessage[]> {
    await this.each((message) => this.all.push(message));
    return this.all;
  }

  /** Hands over each message once, without keeping it. Rejects if the broker does not answer. */
  async each(take: (message: TopicMessage) => void): Promise<void> {
    const client = new Consumer({
      clientId: "faults",
      bootstrapBrokers: [this.broker],
      groupId: "faults-driver",
      autocommit: false,
      connectTimeout: 2_000,
      requestTimeout: 5_000,
      retries: 2,
      retryDelay: 300,
    });
    client.topics.track(this.topic);
    try {
      const ends = (await client.listOffsets({ topics: [this.topic], timestamp: LATEST })).get(this.topic) ?? [];
      for (const [partition, end] of ends.entries()) await this.readPartition(client, partition, end, take);
    } finally {
      await client.close(true).catch(() => undefined);
    }
  }

  private async readPartition(
    client: Consumer,
    partition: number,
    end: bigint,
    take: (message: TopicMessage) => void,
  ): Promise<void> {
    const { id, partitions } = (await client.metadata({ topics: [this.topic] })).topics.get(this.topic)!;
    for (let position = this.positions.get(partition) ?? 0n; position < end;) {
      const response = await client.fetch({
        node: partitions[partition]!.leader,
        maxBytes: MAX_BYTES,
        maxWaitTime: 500,
        topics: [{ topicId: id, partitions: [request(partition, position)] }],
      });
      const batches = response.responses.flatMap((each) => each.partitions).flatMap((each) => each.records ?? []);
      for (const batch of batches) {
        for (const { offsetDelta, headers, value } of batch.records) {
          const offset = batch.firstOffset + BigInt(offsetDelta);
          if (offset < position) continue;
          const texts = headers.map(([name, text]) => [name?.toString() ?? "", text?.toString() ?? ""] as const);
          take({ partition, offset, value: value?.toString() ?? "", headers: new Map(texts) });
          position = offset + 1n;
        }
        const next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
        if (next > position) position = next;
      }
      this.positions.set(partition, position);
    }
  }
}

function request(partition: number, fetchOffset: bigint) {
  return { partition, fetchOffset, partitionMaxBytes: MAX_BYTES, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
}
