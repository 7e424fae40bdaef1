import { describe, expect, test } from "@jest/globals";
import { readBulkResponse } from "../../../consumer/src/elasticsearch/bulk-response";
import { bulkAnswer, countBulk } from "../../../tools/bench/consumer/sink/bulk-body";

const body = (...documents: readonly object[]): Buffer =>
  Buffer.from(documents.map((document) => `{"create":{}}\n${JSON.stringify(document)}\n`).join(""));

describe("the counting sink", () => {
  test("counts every second line", () => {
    expect(countBulk(body()).documents).toBe(0);
    expect(countBulk(body({ a: 1 }, { b: "\n" }, { c: 3 })).documents).toBe(3);
    expect(countBulk(body({ a: 1 }, { b: 2 }).subarray(0, -1)).documents).toBe(2);
  });

  test("measures the age of what has a time, and of that document alone", () => {
    const now = Date.parse("2026-01-31T10:00:01.000Z");
    const documents = [{ "@timestamp": "2026-01-31T10:00:00.123456789Z" }, { a: 1 }, { "@timestamp": "bogus" }];
    expect(countBulk(body(...documents), now)).toEqual({ documents: 3, delays: [877] });
    expect(countBulk(body(...documents))).toEqual({ documents: 3, delays: [] });
  });

  test.each([true, false])("answers as Elasticsearch does, filtered or not: %p", (filtered) => {
    const outcomes = readBulkResponse(bulkAnswer(3, filtered), 3);
    expect(outcomes).toEqual(new Array(3).fill({ kind: "delivered" }));
    expect(readBulkResponse(bulkAnswer(3, filtered), 2)).toBeUndefined();
  });
});
