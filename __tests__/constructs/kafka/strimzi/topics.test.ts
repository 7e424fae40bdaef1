import { expect, test } from "@jest/globals";
import { Duration } from "../../../../constructs/core/duration";
import { kafkaTopic } from "../../../../constructs/kafka/strimzi/topics";

const objectName = (name: string) => kafkaTopic({ name, partitions: 1, retention: Duration.hours(1) }).metadata.name;

test.each(["app-logs", "a", "a1"])("an object can have the name '%s', and has it", (name) => {
  expect(objectName(name)).toBe(name);
});

test.each(["App", "a.b", "a_b", "-a", "a-", "1a", "...", "_", "a".repeat(249), "A".repeat(249)])(
  "topic '%s' has an object of another name, and keeps its own",
  (name) => {
    const topic = kafkaTopic({ name, partitions: 1, retention: Duration.hours(1) });
    expect(topic.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(topic.metadata.name.length).toBeLessThan(253);
    expect(topic.spec.topicName).toBe(name);
  },
);

test("topics whose names differ only in what objects cannot have are different objects", () => {
  const names = ["a_b", "a.b", "A_b", "a-b"];
  expect(new Set(names.map(objectName)).size).toBe(names.length);
});
