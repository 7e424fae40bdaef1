import { describe, expect, test } from "@jest/globals";
import { DEAD_LETTER_HEADER } from "../../contract/dead-letter";
import { LOG_EVENT_FIELDS, type Field } from "../../contract/log-event";
import { LOG_DIRECTORY, LOG_FILES, TOPIC } from "../../contract/names";
import { SettingsError } from "../../contract/settings";
import { MAX_DEAD_LETTER_BYTES, MAX_LINE_BYTES, MAX_MESSAGE_BYTES, minMessageBytes } from "../../contract/size-limits";
import { parseTopicsSettings, renderTopics } from "../../contract/topics";

const FIELDS: readonly (readonly [string, Field])[] = Object.entries(LOG_EVENT_FIELDS);

describe("size limits", () => {
  test("a topic takes the longest line, whatever is in it, and the dead letters' topic takes that with headers", () => {
    expect(MAX_MESSAGE_BYTES).toBeGreaterThanOrEqual(minMessageBytes(MAX_LINE_BYTES));
    expect(MAX_DEAD_LETTER_BYTES).toBeGreaterThan(MAX_MESSAGE_BYTES);
  });

  test("the worst line really grows to no more than is allowed for", () => {
    const line = "\u0001".repeat(1000);
    expect(Buffer.byteLength(JSON.stringify({ message: line }))).toBeLessThanOrEqual(
      minMessageBytes(Buffer.byteLength(line)),
    );
    expect(Buffer.byteLength(JSON.stringify(line)) - 2).toBe(minMessageBytes(1000) - minMessageBytes(0));
  });
});

describe("the log event", () => {
  const names = FIELDS.flatMap(([, field]) => field.from ?? []);

  test("no two fields take the same name of the services", () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("no name of the services is itself a field with another meaning", () => {
    expect(names.filter((name) => name in LOG_EVENT_FIELDS)).toEqual([]);
  });

  test("no field is an object around another", () => {
    const inside = (path: string) => FIELDS.filter(([other]) => other.startsWith(`${path}.`)).map(([other]) => other);
    expect(FIELDS.flatMap(([path]) => inside(path))).toEqual([]);
  });

  test("what the services of this project log has a field", () => {
    const fieldOf = (name: string) => FIELDS.find(([, field]) => field.from?.includes(name))?.[0];
    expect(
      Object.fromEntries(
        ["service_name", "timestamp", "level", "trace_id", "request_id"].map((name) => [name, fieldOf(name)]),
      ),
    ).toEqual({
      service_name: "service.name",
      timestamp: "@timestamp",
      level: "log.level",
      trace_id: "trace.id",
      request_id: "http.request.id",
    });
  });

  test("everything is described", () => {
    for (const [, field] of FIELDS) expect(field.description).not.toBe("");
  });
});

describe("settings of the topic program", () => {
  const topic = { name: "logs", partitions: 2, replicationFactor: 1, config: { "retention.ms": "1000" } };

  test("what is rendered is what is read", () => {
    const env = { KAFKA_BROKERS: "a:1", TOPICS: renderTopics([topic, { ...topic, name: "more", config: undefined }]) };
    expect(parseTopicsSettings(env).TOPICS).toEqual([topic, { ...topic, name: "more", config: {} }]);
  });

  test.each([
    ["is not JSON", "[{"],
    ["a topic is named twice", JSON.stringify([topic, topic])],
  ])("%s", (problem, text) => {
    expect(() => parseTopicsSettings({ KAFKA_BROKERS: "a:1", TOPICS: text })).toThrow(
      new SettingsError(`the topics' settings are wrong:\n- TOPICS (${JSON.stringify(text)}): ${problem}`),
    );
  });

  test.each([
    ["no topic at all", []],
    ["no partition", [{ ...topic, partitions: 0 }]],
    ["no copy", [{ ...topic, replicationFactor: 0 }]],
    ["a misspelt key", [{ ...topic, partition: 1 }]],
  ])("%s is refused, where it is rendered and where it is read", (_, topics) => {
    expect(() => renderTopics(topics)).toThrow(expect.objectContaining({ name: "ZodError" }));
    expect(() => parseTopicsSettings({ KAFKA_BROKERS: "a:1", TOPICS: JSON.stringify(topics) })).toThrow(
      "the topics' settings are wrong:\n- TOPICS (",
    );
  });
});

test("names: files are shipped from the directory that services write to; topics and headers are distinct", () => {
  expect(LOG_FILES).toBe(`${LOG_DIRECTORY}/*.log`);
  expect(new Set(Object.values(TOPIC)).size).toBe(Object.keys(TOPIC).length);
  expect(new Set(Object.values(DEAD_LETTER_HEADER)).size).toBe(Object.keys(DEAD_LETTER_HEADER).length);
});
