import { Consumer } from "@platformatic/kafka";
import type { DeadLettersSettings } from "../../../contract/dead-letters-settings";
import { readDeadLetter, type RecordHeaders } from "../dead-letter-reader";
import { connectionOptions } from "../kafka/client-options";
import { closeClient } from "../kafka/close-client";

export interface DeadLettersOptions {
  readonly limit: number;
  readonly since: Date | undefined;
  readonly write: (line: string) => void;
}

const EARLIEST = -2n;
const LATEST = -1n;
const MAX_BYTES = 16 * 1024 * 1024;

/** Prints the dead letters that are in the topic now, one JSON object a line, and ends. Reads without a group: nothing is consumed. */
export async function printDeadLetters(settings: DeadLettersSettings, options: DeadLettersOptions): Promise<void> {
  const topic = settings.KAFKA_DEAD_LETTER_TOPIC;
  const client = new Consumer({
    ...connectionOptions(settings),
    groupId: "dead-letters",
    autocommit: false,
    retries: 3,
    retryDelay: 500,
  });
  client.topics.track(topic);
  try {
    const ends = (await client.listOffsets({ topics: [topic], timestamp: LATEST })).get(topic) ?? [];
    const starts = await startOffsets(client, topic, options.since);
    const print = printer(options);
    for (const [partition, end] of ends.entries()) {
      const start = starts.get(partition);
      if (start !== undefined && !(await printPartition(client, topic, partition, start, end, print))) return;
    }
  } finally {
    await closeClient(client);
  }
}

async function startOffsets(client: Consumer, topic: string, since: Date | undefined): Promise<Map<number, bigint>> {
  const timestamp = since ? BigInt(since.getTime()) : EARLIEST;
  const offsets = (await client.listOffsetsWithTimestamps({ topics: [topic], timestamp })).get(topic);
  // -1: nothing is that new.
  return new Map(
    [...(offsets ?? [])].filter(([, { offset }]) => offset >= 0n).map(([partition, { offset }]) => [partition, offset]),
  );
}

/** @returns false when enough is printed */
async function printPartition(
  client: Consumer,
  topic: string,
  partition: number,
  start: bigint,
  end: bigint,
  print: (headers: RecordHeaders, value: Buffer | null) => boolean,
): Promise<boolean> {
  for (let position = start; position < end;) {
    const metadata = (await client.metadata({ topics: [topic] })).topics.get(topic)!;
    const request = {
      partition,
      fetchOffset: position,
      partitionMaxBytes: MAX_BYTES,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    };
    const response = await client.fetch({
      node: metadata.partitions[partition]!.leader,
      maxBytes: MAX_BYTES,
      maxWaitTime: 500,
      topics: [{ topicId: metadata.id, partitions: [request] }],
    });
    const batches = response.responses.flatMap((each) => each.partitions).flatMap((each) => each.records ?? []);
    for (const batch of batches) {
      for (const record of batch.records) {
        const offset = batch.firstOffset + BigInt(record.offsetDelta);
        if (offset >= position && offset < end && !print(record.headers, record.value)) return false;
      }
    }
    const last = batches.at(-1);
    if (last) position = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
  }
  return true;
}

function printer({ limit, write }: DeadLettersOptions): (headers: RecordHeaders, value: Buffer | null) => boolean {
  const seen = new Set<string>();
  return (headers, value) => {
    const letter = readDeadLetter(headers, value);
    const { topic, partition, offset } = letter.source;
    // A consumer that was killed between a dead letter and its commit has written it twice.
    const source = `${topic}/${partition}/${offset}`;
    if (!seen.has(source)) {
      seen.add(source);
      write(JSON.stringify(letter));
    }
    return seen.size < limit;
  };
}
