import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { PartitionFetcher, type FetcherOptions } from "../../consumer/src/kafka/partition-fetcher";
import { createLog } from "../../consumer/src/log";

/** Of the client, as far as a fetcher uses it; a fetch is answered only if there is an answer. */
const client = {
  topic: { id: "t1", partitionsCount: 1 },
  answers: [] as object[],
  metadata() {
    const partitions = Array.from({ length: this.topic.partitionsCount }, () => ({ leader: 1 }));
    return Promise.resolve({ topics: new Map([["app-logs", { ...this.topic, partitions }]]) });
  },
  fetch() {
    const answer = this.answers.shift();
    return answer ? Promise.resolve(answer) : new Promise(() => undefined);
  },
  clearMetadata() {
    // Nothing is remembered.
  },
};

const told: [string, ...number[]][] = [];
let fetcher: PartitionFetcher;

/** Two messages of ten. */
function answer() {
  const records = [0, 1].map((offsetDelta) => ({ offsetDelta, timestampDelta: 0n, key: null, value: null, length: 9 }));
  const batch = { firstOffset: 0n, lastOffsetDelta: 1, attributes: 0, firstTimestamp: 0n, length: 9, records };
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 10n, records: [batch] };
  return { responses: [{ topicId: "t1", partitions: [partition] }] };
}

function start(positions: ReadonlyMap<number, number>): void {
  fetcher = new PartitionFetcher(client as unknown as ConstructorParameters<typeof PartitionFetcher>[0], {
    topic: "app-logs",
    topicId: "t1",
    assignment: 1,
    positions,
    maxBytes: 1_000_000,
    maxWaitMs: 500,
    log: createLog("silent"),
    partitionCount: 1,
    onContact: () => undefined,
    onChunk: () => undefined,
    onFailed: () => undefined,
    onPartitionsChanged: (from, to) => void told.push(["partitions", from, to]),
    onTopicRecreated: () => void told.push(["recreated"]),
    onExpired: (count) => void told.push(["expired", count]),
  } satisfies FetcherOptions);
}

/** Long enough for the timer that asks for metadata. */
const aWhile = () => jest.advanceTimersByTimeAsync(1_500);

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(client, { topic: { id: "t1", partitionsCount: 1 }, answers: [answer()] });
  told.length = 0;
});

afterEach(() => {
  fetcher.stop();
  jest.useRealTimers();
});

describe("when the topic is another one of its name", () => {
  test("it stops, says so once, and counts what it knows to be in the old one and has not given out", async () => {
    start(new Map([[0, 0]]));
    await aWhile();
    client.topic = { ...client.topic, id: "t2" };
    await aWhile();
    await aWhile();
    expect(told).toEqual([["expired", 10], ["recreated"]]); // prettier-ignore
    expect(fetcher.take()).toBeUndefined();
  });

  test("what was given out is not counted", async () => {
    start(new Map([[0, 0]]));
    await aWhile();
    expect(fetcher.take()?.nextOffset).toBe(2);
    client.topic = { ...client.topic, id: "t2" };
    await aWhile();
    expect(told).toEqual([["expired", 8], ["recreated"]]); // prettier-ignore
  });
});

test("a member without partitions sees new ones, too, as it may lead the group", async () => {
  start(new Map());
  client.topic = { ...client.topic, partitionsCount: 3 };
  await aWhile();
  expect(told).toEqual([["partitions", 1, 3]]);
});
