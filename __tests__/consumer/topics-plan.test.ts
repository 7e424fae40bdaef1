import { describe, expect, test } from "@jest/globals";
import { planTopics, type ExistingTopic } from "../../consumer/src/topics-plan";
import { parseTopicsSettings, renderTopics } from "../../contract/topics";

const wanted = { name: "app-logs", partitions: 4, replicationFactor: 2, config: { "retention.ms": "1000" } };
const existing: ExistingTopic = { ...wanted, config: { "retention.ms": "1000", "other.setting": "somebody's" } };
const plan = (topic: Partial<typeof wanted>, current: Partial<ExistingTopic> = {}) =>
  planTopics([{ ...wanted, ...topic }], [{ ...existing, ...current }]);

describe("a topic", () => {
  test("that is not there is created", () => {
    expect(planTopics([wanted], [])).toEqual({
      changes: [{ kind: "create", topic: wanted }],
      unchanged: [],
      problems: [],
    });
  });

  test("that is as it shall be is left alone, and so is what nobody mentioned", () => {
    expect(plan({})).toEqual({ changes: [], unchanged: ["app-logs"], problems: [] });
    expect(planTopics([], [existing])).toEqual({ changes: [], unchanged: [], problems: [] });
  });

  test("gets more partitions", () => {
    expect(plan({ partitions: 6 }).changes).toEqual([{ kind: "add-partitions", name: "app-logs", from: 4, to: 6 }]);
  });

  test("gets the settings that differ, and only those", () => {
    const config = { "retention.ms": "2000", "max.message.bytes": "5" };
    expect(plan({ config }, { config: { "retention.ms": "1000", "max.message.bytes": "5" } }).changes).toEqual([
      { kind: "configure", name: "app-logs", set: { "retention.ms": "2000" } },
    ]);
    expect(plan({ config }, { config: {} }).changes).toEqual([{ kind: "configure", name: "app-logs", set: config }]);
  });

  test("never loses partitions", () => {
    const { problems } = plan({ partitions: 3 });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/'partitions' \(3\) must be at least the 4/);
  });

  test("keeps its replication; all problems are told at once", () => {
    expect(plan({ replicationFactor: 3 }).problems[0]).toMatch(/'replicationFactor' \(3\) must stay 2/);
    expect(plan({ partitions: 1, replicationFactor: 1 }).problems).toHaveLength(2);
  });
});

describe("the settings", () => {
  const env = (topics: string) => ({ KAFKA_BROKERS: "a:9092,b:9092", TOPICS: topics });

  test("round trip", () => {
    const { TOPICS, KAFKA_BROKERS } = parseTopicsSettings(env(renderTopics([wanted, { ...wanted, name: "b.c_d-1" }])));
    expect(KAFKA_BROKERS).toEqual(["a:9092", "b:9092"]);
    expect(TOPICS).toEqual([wanted, { ...wanted, name: "b.c_d-1" }]);
    expect(parseTopicsSettings(env('[{"name":"a","partitions":1,"replicationFactor":1}]')).TOPICS[0]?.config).toEqual(
      {},
    );
  });

  test.each([
    ["not JSON", "[", /TOPICS .*is not JSON/],
    ["no topic", "[]", /TOPICS/],
    ["no partitions", JSON.stringify([{ ...wanted, partitions: 0 }]), /TOPICS .* at 0\.partitions/],
    ["half a partition", JSON.stringify([{ ...wanted, partitions: 1.5 }]), /0\.partitions/],
    ["a bad name", JSON.stringify([{ ...wanted, name: "a b" }]), /0\.name: must be 1 to 249/],
    ["a name of dots", JSON.stringify([{ ...wanted, name: ".." }]), /0\.name/],
    ["a name that is too long", JSON.stringify([{ ...wanted, name: "x".repeat(250) }]), /0\.name/],
    ["an unknown key", JSON.stringify([{ ...wanted, retention: 1 }]), /retention/],
    ["a setting that is no text", JSON.stringify([{ ...wanted, config: { a: 1 } }]), /0\.config\.a/],
    ["a topic twice", JSON.stringify([wanted, wanted]), /named twice/],
  ])("refuse %s", (_, topics, message) => {
    expect(() => parseTopicsSettings(env(topics))).toThrow(message);
  });
});
