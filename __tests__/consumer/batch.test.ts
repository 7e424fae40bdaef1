import { describe, expect, test } from "@jest/globals";
import { Batch } from "../../consumer/src/pipeline/batch";
import type { SourceRecord } from "../../consumer/src/pipeline/log-source";
import { OffsetTracker } from "../../consumer/src/pipeline/offset-tracker";

function record(offset: number, timestamp = 0): SourceRecord {
  return { topicId: "t1", partition: 0, offset, key: null, value: Buffer.from("v"), timestamp };
}

describe("the body", () => {
  test("is what was added, in order", () => {
    const batch = new Batch(Buffer.alloc(100), 0);
    expect(batch.add("a\n", record(1))).toBe(true);
    expect(batch.add("b\u00e9\ud83d\ude00\n", record(2))).toBe(true);
    expect(batch.body().toString()).toBe("a\nb\u00e9\ud83d\ude00\n");
    expect([batch.documents, batch.bytes, batch.size(0), batch.size(1)]).toEqual([2, 10, 2, 8]);
  });

  test("of some documents is theirs alone", () => {
    const batch = new Batch(Buffer.alloc(100), 0);
    ["a\n", "bb\n", "ccc\n"].forEach((lines, i) => batch.add(lines, record(i)));
    expect(batch.body([0, 2]).toString()).toBe("a\nccc\n");
    expect(batch.body([1]).toString()).toBe("bb\n");
    expect(batch.source(1).offset).toBe(1);
  });
});

describe("the limit", () => {
  test("a document that fits to the byte beside the messages is taken, one more byte is not", () => {
    const batch = new Batch(Buffer.alloc(12), 0);
    expect(batch.add("\u00e9".repeat(4), record(0))).toBe(true);
    expect(batch.add("abc", record(1))).toBe(false);
    expect(batch.add("ab", record(1))).toBe(true);
    expect(batch.body().toString()).toBe("\u00e9\u00e9\u00e9\u00e9ab");
    expect(batch.documents).toBe(2);
  });

  test("an empty batch takes any document, as it could go nowhere else", () => {
    const batch = new Batch(Buffer.alloc(4), 0);
    expect(batch.add("much too large", record(0))).toBe(true);
    expect(batch.body().toString()).toBe("much too large");
    expect(batch.add("x", record(1))).toBe(false);
  });

  test("messages that became no documents count, too", () => {
    const batch = new Batch(Buffer.alloc(10), 0);
    batch.reject({ source: { ...record(0), value: Buffer.alloc(1000) }, reason: "envelope-invalid", detail: "" });
    expect([batch.documents, batch.messages, batch.bytes]).toEqual([0, 1, 1000]);
  });
});

test("messages are kept as they were read, whatever becomes of what they were read from", () => {
  const read = Buffer.from("keyvalue");
  const source = {
    topicId: "t1",
    partition: 3,
    offset: 2 ** 40,
    key: read.subarray(0, 3),
    value: read.subarray(3),
    timestamp: 17,
  };
  const batch = new Batch(Buffer.alloc(100), 0);
  batch.add("{}\n", source);
  batch.add("{}\n", { ...source, key: null, offset: 2 ** 40 + 1 });
  read.fill(0);
  const kept = { topicId: "t1", partition: 3, timestamp: 17, value: Buffer.from("value") };
  expect(batch.source(0)).toEqual({ ...kept, offset: 2 ** 40, key: Buffer.from("key") });
  expect(batch.source(1)).toEqual({ ...kept, offset: 2 ** 40 + 1, key: null });
  expect(batch.body().toString()).toBe("{}\n{}\n");
});

test("messages of a topic and of its successor in one batch are told apart", () => {
  const batch = new Batch(Buffer.alloc(100), 0);
  for (const topicId of ["t1", "t1", "t2", undefined]) batch.add("{}\n", { ...record(7), topicId });
  expect([0, 1, 2, 3].map((index) => batch.source(index).topicId)).toEqual(["t1", "t1", "t2", undefined]);
});

test("a batch of thousands knows each of its documents", () => {
  const batch = new Batch(Buffer.alloc(100_000), 0);
  for (let offset = 0; offset < 5_000; offset++) batch.add(`${offset}\n`, record(offset, offset));
  expect([batch.documents, batch.oldest]).toEqual([5_000, 0]);
  expect([0, 1_024, 4_999].map((index) => batch.source(index).offset)).toEqual([0, 1_024, 4_999]);
  expect(batch.body([1_023, 1_024, 4_999]).toString()).toBe("1023\n1024\n4999\n");
});

describe("offsets", () => {
  test("are delivered with the batch that covers them", () => {
    const tracker = new OffsetTracker();
    tracker.assign(1, new Map([[0, 0], [1, 0]])); // prettier-ignore
    const [first, second] = [new Batch(Buffer.alloc(10), 0), new Batch(Buffer.alloc(10), 0)];
    first.cover(tracker, 1, 0, 5);
    first.cover(tracker, 1, 1, 3);
    first.cover(tracker, 1, 0, 8);
    second.cover(tracker, 1, 0, 12);
    second.delivered(tracker);
    expect(tracker.committable()).toBeUndefined();
    first.delivered(tracker);
    expect(tracker.committable()?.offsets).toEqual(new Map([[0, 12], [1, 3]])); // prettier-ignore
  });

  test("of an earlier assignment are not, and do not stand in the way of the new one's", () => {
    const tracker = new OffsetTracker();
    tracker.assign(1, new Map([[0, 0]]));
    const batch = new Batch(Buffer.alloc(10), 0);
    batch.cover(tracker, 1, 0, 100);
    tracker.assign(2, new Map([[0, 0]]));
    batch.cover(tracker, 1, 0, 110);
    batch.cover(tracker, 2, 0, 7);
    batch.delivered(tracker);
    expect(tracker.committable()).toEqual({ assignment: 2, offsets: new Map([[0, 7]]) });
  });
});

test("the oldest message is the first", () => {
  const batch = new Batch(Buffer.alloc(10), 99);
  expect(batch.oldest).toBe(99);
  batch.add("a", record(0, 5));
  batch.add("b", record(1, 3));
  expect(batch.oldest).toBe(5);
});
