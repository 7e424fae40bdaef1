import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { RecordList } from "../../consumer/src/kafka/record-list";

const bytes = fc.option(fc.uint8Array({ maxLength: 20 }));
const record = fc.record({
  offset: fc.maxSafeNat(),
  timestamp: fc.integer({ min: -1 }),
  key: bytes,
  value: bytes,
  /** Whether it is in memory of its own, or in what all share. */
  apart: fc.boolean(),
});

test("records come out as they were put in, wherever their bytes are", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const shared = Buffer.alloc(2_000);
      let used = 0;
      const place = (content: Uint8Array | null, apart: boolean): Buffer | null => {
        if (content === null) return null;
        if (apart) return Buffer.from(content);
        const at = shared.subarray(used, (used += content.length));
        at.set(content);
        return at;
      };
      const list = new RecordList("t1", 3, records.length);
      for (const { offset, timestamp, key, value, apart } of records)
        list.add(offset, timestamp, place(key, apart), place(value, apart));

      expect(list).toHaveLength(records.length);
      expect(Array.from(records, (_, index) => list.at(index))).toEqual(
        records.map(({ offset, timestamp, key, value }) => ({
          topicId: "t1",
          partition: 3,
          offset,
          timestamp,
          key: key && Buffer.from(key),
          value: value && Buffer.from(value),
        })),
      );
    }),
  );
});

test("there is none before the first and beyond the last", () => {
  const list = new RecordList("t1", 0, 2);
  list.add(5, 1_000, null, Buffer.from("v"));
  expect([list.at(-1), list.at(0)?.offset, list.at(1)]).toEqual([undefined, 5, undefined]);
});
