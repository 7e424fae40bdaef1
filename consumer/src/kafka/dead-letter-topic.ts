import { Consumer, Producer } from "@platformatic/kafka";
import { DEAD_LETTER_HEADER } from "../../../contract/dead-letter";
import type { DeadLettersSettings } from "../../../contract/dead-letters-settings";
import type { DeadLetterRecords } from "../dead-letters/choose";
import { type DeadLetterRecord, readRecord } from "../dead-letters/read";
import type { ReplayNotes } from "../dead-letters/replay";
import { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { appendTimeOf } from "./fetch-response";

const EARLIEST = -2n;
const LATEST = -1n;
const ACKS_ALL = -1;
/** Of one answer. A broker sends a larger record all the same. Beside the consumer in its container, memory is short. */
const MAX_BYTES = 2 * 1024 * 1024;
const NOTES_AT_ONCE = 1000;

/** The dead letters that are in their topic when it is opened, and the notes of those that were replayed. */
export class DeadLetterTopic implements DeadLetterRecords, ReplayNotes {
  private readonly client: Consumer;
  private readonly topic: string;
  private producer: Producer | undefined;
  private ranges: readonly Range[] | undefined;

  /** @param since what was written before is passed over. @default everything is read */
  constructor(
    private readonly settings: DeadLettersSettings,
    private readonly since: Date | undefined,
  ) {
    this.topic = settings.KAFKA_DEAD_LETTER_TOPIC;
    // Reads without a group: nothing is consumed.
    this.client = new Consumer({
      ...connectionOptions(settings),
      groupId: "dead-letters",
      autocommit: false,
      retries: 3,
      retryDelay: 500,
    });
    this.client.topics.track(this.topic);
  }

  async count(): Promise<number> {
    this.ranges ??= await this.findRanges();
    return this.ranges.reduce((sum, { start, end }) => sum + Number(end - start), 0);
  }

  /** The same each time: what comes later is not read. */
  async *read(): AsyncGenerator<DeadLetterRecord> {
    this.ranges ??= await this.findRanges();
    for (const range of this.ranges) yield* this.readPartition(range);
  }

  async note(replayed: readonly DeadLetterRecord[], at: Date): Promise<void> {
    this.producer ??= new Producer({
      ...connectionOptions(this.settings),
      retries: 3,
      retryDelay: 250,
      requestTimeout: 30_000,
    });
    const { topic, topicId, partition, offset, replayed: time } = DEAD_LETTER_HEADER;
    for (let start = 0; start < replayed.length; start += NOTES_AT_ONCE) {
      await this.producer.send({
        acks: ACKS_ALL,
        messages: replayed.slice(start, start + NOTES_AT_ONCE).map(({ partition: own, letter: { source } }) => ({
          topic: this.topic,
          partition: own,
          headers: bytesOf({
            [topic]: source.topic,
            ...(source.topicId === undefined ? {} : { [topicId]: source.topicId }),
            [partition]: String(source.partition),
            [offset]: source.offset,
            [time]: at.toISOString(),
          }),
        })),
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([closeClient(this.client), this.producer && closeClient(this.producer)]);
  }

  private async findRanges(): Promise<Range[]> {
    const { client, topic } = this;
    const ends = (await client.listOffsets({ topics: [topic], timestamp: LATEST })).get(topic) ?? [];
    const timestamp = this.since ? BigInt(this.since.getTime()) : EARLIEST;
    const starts = (await client.listOffsetsWithTimestamps({ topics: [topic], timestamp })).get(topic);
    return [...ends.entries()].flatMap(([partition, end]) => {
      const start = starts?.get(partition)?.offset;
      // -1: nothing is that new.
      return start !== undefined && start >= 0n ? [{ partition, start, end }] : [];
    });
  }

  private async *readPartition({ partition, start, end }: Range): AsyncGenerator<DeadLetterRecord> {
    for (let position = start; position < end;) {
      const metadata = (await this.client.metadata({ topics: [this.topic] })).topics.get(this.topic)!;
      const request = {
        partition,
        fetchOffset: position,
        partitionMaxBytes: MAX_BYTES,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      };
      const response = await this.client.fetch({
        node: metadata.partitions[partition]!.leader,
        maxBytes: MAX_BYTES,
        maxWaitTime: 500,
        topics: [{ topicId: metadata.id, partitions: [request] }],
      });
      const batches = response.responses.flatMap((each) => each.partitions).flatMap((each) => each.records ?? []);
      for (const batch of batches) {
        const appendTime = appendTimeOf(batch);
        for (const { offsetDelta, timestampDelta, headers, key, value } of batch.records) {
          const offset = batch.firstOffset + BigInt(offsetDelta);
          const writtenAt = appendTime ?? Number(batch.firstTimestamp) + Number(timestampDelta);
          if (offset >= position && offset < end) yield readRecord({ partition, writtenAt, headers, key, value });
        }
      }
      const last = batches.at(-1);
      if (last) position = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
    }
  }
}

interface Range {
  readonly partition: number;
  readonly start: bigint;
  /** The offset after the last. */
  readonly end: bigint;
}

function bytesOf(headers: Readonly<Record<string, string>>): Map<Buffer, Buffer> {
  return new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));
}
