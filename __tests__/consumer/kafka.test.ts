import { describe, expect, test } from "@jest/globals";
import { readRecord } from "../../consumer/src/dead-letters/read";
import { isKafkaError, responseOf } from "../../consumer/src/kafka/errors";
import { compressionOf, readPartition } from "../../consumer/src/kafka/fetch-response";
import { MEMBERSHIP } from "../../consumer/src/kafka/membership";
import { DEAD_LETTER_HEADER } from "../../contract/dead-letter";

const RECORDS = [0, 1, 2].map((offsetDelta) => ({
  length: 100,
  attributes: 0,
  timestampDelta: BigInt(offsetDelta * 10),
  offsetDelta,
  key: null,
  value: Buffer.from(`v${offsetDelta}`),
  headers: [],
}));

const batch = (firstOffset: number, more: object = {}) => ({
  firstOffset: BigInt(firstOffset),
  length: 60,
  partitionLeaderEpoch: 0,
  magic: 2,
  crc: 0,
  attributes: 0,
  lastOffsetDelta: 2,
  firstTimestamp: 1_000n,
  maxTimestamp: 9_000n,
  producerId: -1n,
  producerEpoch: -1,
  firstSequence: -1,
  records: RECORDS,
  ...more,
});

const recordsOf = ({ records }: ReturnType<typeof readPartition>) =>
  Array.from({ length: records.length }, (_, index) => records.at(index));
const offsetsOf = (read: ReturnType<typeof readPartition>) => recordsOf(read).map((record) => record?.offset);

describe("what a fetch brought", () => {
  test("is read with offsets and times", () => {
    const read = readPartition("t1", 3, 10, [batch(10), batch(13)]);
    expect(offsetsOf(read)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(read.nextOffset).toBe(16);
    expect(read.records.at(2)).toEqual({
      topicId: "t1",
      partition: 3,
      offset: 12,
      key: null,
      value: Buffer.from("v2"),
      timestamp: 1_020,
    });
  });

  test("starts at the position, though the broker sends whole batches", () => {
    expect(offsetsOf(readPartition("t1", 0, 12, [batch(10)]))).toEqual([12]);
    const behind = readPartition("t1", 0, 13, [batch(10)]);
    expect([recordsOf(behind), behind.nextOffset]).toEqual([[], 13]);
  });

  test("goes on behind what is no record, and behind what compaction took", () => {
    const marker = readPartition("t1", 0, 10, [batch(10, { attributes: 0b10_0000 })]);
    expect([recordsOf(marker), marker.nextOffset]).toEqual([[], 13]);
    const read = readPartition("t1", 0, 10, [batch(10, { lastOffsetDelta: 9 })]);
    expect([offsetsOf(read), read.nextOffset]).toEqual([[10, 11, 12], 20]);
  });

  test("has the broker's time where the topic says so", () => {
    expect(readPartition("t1", 0, 10, [batch(10, { attributes: 0b1000 })]).records.at(0)?.timestamp).toBe(9_000);
  });

  test("of nothing is nothing", () => {
    const nothing = readPartition("t1", 0, 10, []);
    expect([recordsOf(nothing), nothing.nextOffset]).toEqual([[], 10]);
  });

  test("tells how much it was compressed", () => {
    const response = (records: object[] | null) =>
      ({ responses: [{ partitions: [{ records }] }] }) as unknown as Parameters<typeof compressionOf>[0];
    expect(compressionOf(response([batch(0), batch(3)]))).toBe(5);
    expect(compressionOf(response(null))).toBeUndefined();
  });
});

describe("an error of the client", () => {
  const nested = {
    message: "a",
    errors: [{ errors: [{ apiId: "MESSAGE_TOO_LARGE" }] }, { cause: { response: { ok: 1 } } }],
  };

  test("is known by the broker's name for it, however deep", () => {
    expect(isKafkaError(nested, "X", "MESSAGE_TOO_LARGE")).toBe(true);
    expect(isKafkaError(nested, "X")).toBe(false);
    for (const error of [undefined, null, "text", new Error("plain")]) expect(isKafkaError(error, "X")).toBe(false);
  });

  test("has the broker's answer", () => {
    expect(responseOf(nested)).toEqual({ ok: 1 });
    expect(responseOf(new Error("plain"))).toBeUndefined();
  });
});

describe("a dead letter", () => {
  const headers = (texts: Record<string, string>) =>
    Object.entries(texts).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const);
  const source = {
    [DEAD_LETTER_HEADER.reason]: "document-rejected",
    [DEAD_LETTER_HEADER.detail]: "no date",
    [DEAD_LETTER_HEADER.time]: "2026-01-31T10:00:00.000Z",
    [DEAD_LETTER_HEADER.topic]: "app-logs",
    [DEAD_LETTER_HEADER.partition]: "3",
    [DEAD_LETTER_HEADER.offset]: "9007199254740993",
  };
  const printed = {
    reason: "document-rejected",
    detail: "no date",
    time: "2026-01-31T10:00:00.000Z",
    source: { topic: "app-logs", partition: 3, offset: "9007199254740993" },
  };
  const read = (texts: Record<string, string>) =>
    readRecord({ partition: 1, writtenAt: 2, key: null, value: Buffer.from("raw"), headers: headers(texts) });

  test("is read without a line where the envelope told none", () => {
    expect(read(source)).toEqual({
      ...{ partition: 1, writtenAt: 2, key: null, value: Buffer.from("raw"), replayed: undefined },
      letter: printed,
    });
  });

  test("is read with the line that it was, and Kafka's time of its message and id of its topic", () => {
    const more = {
      [DEAD_LETTER_HEADER.host]: "h",
      [DEAD_LETTER_HEADER.file]: "/a.log",
      [DEAD_LETTER_HEADER.lineOffset]: "0",
      [DEAD_LETTER_HEADER.timestamp]: "1234",
      [DEAD_LETTER_HEADER.topicId]: "t1",
    };
    expect(read({ ...source, ...more }).letter).toEqual({
      ...printed,
      source: { ...printed.source, topicId: "t1", timestamp: 1234 },
      line: { host: "h", file: "/a.log", offset: 0 },
    });
  });
});

describe("a member of the group", () => {
  const { sessionTimeout, heartbeatInterval, rebalanceTimeout, heartbeatStallTimeout } = MEMBERSHIP;

  test("that was killed is missed so early that two in a row fit into the 30 s in which its lines are to go on", () => {
    expect(sessionTimeout).toBeLessThanOrEqual(12_000);
  });

  test("may miss four heartbeats, and lives longer than a broker's restart", () => {
    expect(sessionTimeout).toBeGreaterThan(4 * heartbeatInterval);
    expect(heartbeatStallTimeout).toBeGreaterThanOrEqual(sessionTimeout);
    expect(rebalanceTimeout).toBeGreaterThanOrEqual(sessionTimeout);
  });
});
