import { describe, expect, test } from "@jest/globals";
import { parseEnvelope } from "../../../consumer/src/document/envelope";
import { Transform } from "../../../consumer/src/pipeline/transform";
import { fieldsOf } from "../../../tools/bench/consumer/compare-fields";
import { COMPARED_FIELDS } from "../../../tools/bench/consumer/fields";
import { FILES, Lines } from "../../../tools/bench/consumer/lines";

const AT = Date.parse("2026-01-31T10:00:00Z");
const take = (count: number, seed = 1) => {
  const lines = new Lines(seed);
  return Array.from({ length: count }, () => lines.message(AT));
};

describe("the lines of a backlog", () => {
  test("are the same for the same seed, and others for another", () => {
    expect(take(500)).toEqual(take(500));
    expect(take(500, 2)).not.toEqual(take(500));
  });

  test("are from 200 bytes to 4 KB as they are in Kafka, of every size in between", () => {
    const sizes = take(5_000).map(({ value }) => Buffer.byteLength(value));
    expect(Math.min(...sizes)).toBeGreaterThan(200);
    expect(Math.max(...sizes)).toBeLessThan(6_000);
    for (const [low, high] of [
      [200, 500],
      [500, 1000],
      [1000, 2000],
      [2000, 6000],
    ] as const)
      // prettier-ignore
      expect(sizes.filter((size) => size >= low && size < high).length).toBeGreaterThan(50);
  });

  test("come from files that each keep their key, and are each at a place of their own", () => {
    const messages = take(FILES * 20);
    const keys = new Map(messages.map(({ file, key }) => [file, key]));
    expect(keys.size).toBe(FILES);
    expect(new Set(keys.values()).size).toBe(FILES);
    const places = messages.map(({ key, value }) => {
      const envelope = parseEnvelope(Buffer.from(value));
      if (typeof envelope === "string") throw new Error(envelope);
      expect(key).toBe(`${envelope.host}:${envelope.path}`);
      return `${key}:${envelope.offset}`;
    });
    expect(new Set(places).size).toBe(messages.length);
  });

  test("become documents that have every compared field in some, and a time and a message in all", () => {
    const transform = new Transform("app-logs", "logs-app-local");
    const documents = take(5_000).map(({ value }, offset) => {
      const record = { topicId: "t1", partition: 0, offset, key: null, value: Buffer.from(value), timestamp: AT };
      const made = transform.apply(record, AT);
      if (!("lines" in made)) throw new Error(made.invalid);
      return made.lines.split("\n")[1]!;
    });
    const fields = fieldsOf(documents);
    for (const field of COMPARED_FIELDS) expect([field, fields[field]! > 0.01]).toEqual([field, true]);
    expect([fields["@timestamp"], fields["message"]]).toEqual([1, 1]);
    // Plain text is what is not JSON: it names no service, and has the one of its file.
    expect(fields["service.name"]).toBe(1);
  });
});
