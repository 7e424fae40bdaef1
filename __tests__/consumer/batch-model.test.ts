import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Batch } from "../../consumer/src/pipeline/batch";
import type { SourceRecord } from "../../consumer/src/pipeline/log-source";

const lines = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  // One, two, three and four bytes in UTF-8, and halves of characters, which become three.
  {
    weight: 4,
    arbitrary: fc.string({
      unit: fc.constantFrom("a", "\u00e9", "\u4e2d", "\ud83d\ude00", "\ud800", "\n"),
      maxLength: 30,
    }),
  },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 400 }).map((length) => "\u4e2d".repeat(length)) },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), lines }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reject" as const), bytes: fc.option(fc.nat(50)) }) },
);

function source(offset: number, value: Buffer | null = null): SourceRecord {
  return { topicId: "t1", partition: 0, offset, key: null, value, timestamp: 1000 + offset };
}

test("a batch holds what it took, byte for byte, refuses what does not fit, and any first document fits", () => {
  let refused = 0;
  let grown = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 256 }),
      fc.array(step, { maxLength: 40 }),
      fc.infiniteStream(fc.boolean()),
      (capacity, steps, coins) => {
        // What an earlier batch left in the buffer is in no body.
        const batch = new Batch(Buffer.alloc(capacity, 0xff), 7);
        const documents: Buffer[] = [];
        const taken: number[] = [];
        let room = capacity;
        let rejectedBytes = 0;
        let rejected = 0;
        steps.forEach((each, n) => {
          if (each.kind === "reject") {
            const value = each.bytes === null ? null : Buffer.alloc(each.bytes);
            batch.reject({ source: source(n, value), reason: "envelope-invalid", detail: "" });
            rejectedBytes += value?.length ?? 0;
            rejected++;
            return;
          }
          const bytes = Buffer.from(each.lines);
          const used = documents.reduce((sum, document) => sum + document.length, 0);
          const fits = used + bytes.length <= room;
          const isFirst = documents.length === 0;
          expect(batch.add(each.lines, source(n))).toBe(fits || isFirst);
          if (!fits && !isFirst) {
            refused++;
            return;
          }
          if (!fits) {
            grown++;
            room = bytes.length;
          }
          documents.push(bytes);
          taken.push(n);
        });

        const whole = Buffer.concat(documents);
        expect(batch.body()).toEqual(whole);
        expect(batch.documents).toBe(documents.length);
        expect(batch.messages).toBe(documents.length + rejected);
        expect(batch.rejected).toHaveLength(rejected);
        expect(batch.bytes).toBe(whole.length + rejectedBytes);
        expect(batch.oldest).toBe(taken.length > 0 ? 1000 + taken[0]! : 7);
        documents.forEach((document, index) => {
          expect(batch.size(index)).toBe(document.length);
          expect(batch.source(index).offset).toBe(taken[index]);
        });

        const some = documents.map((_, index) => index).filter(() => coins.next().value === true);
        expect(batch.body(some)).toEqual(Buffer.concat(some.map((index) => documents[index]!)));
      },
    ),
    { numRuns: 500 },
  );
  expect([refused > 50, grown > 50]).toEqual([true, true]);
});
