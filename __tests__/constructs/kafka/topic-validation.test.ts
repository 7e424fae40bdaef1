import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../../constructs/core/duration";
import type { TopicProps } from "../../../constructs/kafka/cluster";
import { topicProblems } from "../../../constructs/kafka/topic-validation";
import { MAX_LINE_BYTES, minMessageBytes } from "../../../contract/size-limits";
import { topicSchema } from "../../../contract/topics";

const TOPIC: TopicProps = { name: "logs", partitions: 1, retention: Duration.hours(1) };
const SMALLEST = minMessageBytes(MAX_LINE_BYTES);

function problemsWith(change: Partial<TopicProps>, brokers = 3): string[] {
  return topicProblems({ ...TOPIC, ...change }, brokers);
}

test("the smallest props are right on one broker", () => {
  expect(topicProblems(TOPIC, 1)).toEqual([]);
});

test.each<[string, Partial<TopicProps>]>([
  ["partitions", { partitions: 1 }],
  ["replicationFactor, its lower bound", { replicationFactor: 1, minInSyncReplicas: 1 }],
  ["replicationFactor, its upper bound", { replicationFactor: 3 }],
  ["minInSyncReplicas, its upper bound", { replicationFactor: 3, minInSyncReplicas: 3 }],
  ["maxMessageBytes", { maxMessageBytes: SMALLEST }],
])("accepts the bound of %s", (_, change) => {
  expect(problemsWith(change)).toEqual([]);
});

test.each<[Partial<TopicProps>, string]>([
  [{ partitions: 0 }, "topic 'logs': 'partitions' (0) must be a whole number of at least 1"],
  [{ partitions: 1.5 }, "topic 'logs': 'partitions' (1.5) must be a whole number of at least 1"],
  [
    { replicationFactor: 4 },
    "topic 'logs': 'replicationFactor' (4) must be at most 'brokers' (3): lower it or add a broker",
  ],
  [{ replicationFactor: 1.5 }, "topic 'logs': 'replicationFactor' (1.5) must be a whole number of at least 1"],
  [{ minInSyncReplicas: 0 }, "topic 'logs': 'minInSyncReplicas' (0) must be a whole number of at least 1"],
  [
    { replicationFactor: 2, minInSyncReplicas: 3 },
    "topic 'logs': 'minInSyncReplicas' (3) must be at most 'replicationFactor' (2): lower it or raise the replication",
  ],
  [
    { maxMessageBytes: SMALLEST - 1 },
    `topic 'logs': 'maxMessageBytes' (${SMALLEST - 1}) must be at least ${SMALLEST}: the longest line (1048576 bytes) can grow to that when it is written as JSON`,
  ],
])("refuses what is beyond the bound: %j", (change, message) => {
  expect(problemsWith(change)).toEqual([message]);
});

test("a replication of none is refused, not left for Kafka to refuse", () => {
  expect(problemsWith({ replicationFactor: 0 })).toEqual([
    "topic 'logs': 'replicationFactor' (0) must be a whole number of at least 1",
    "topic 'logs': 'minInSyncReplicas' (1) must be at most 'replicationFactor' (0): lower it or raise the replication",
  ]);
});

describe("names", () => {
  const names: [string, boolean][] = [
    ["a", true],
    ["App_logs.v1-x", true],
    ["a".repeat(249), true],
    ["a".repeat(250), false],
    ["...", true],
    [".", false],
    ["..", false],
    ["", false],
    ["a b", false],
    ["ä", false],
  ];
  test.each(names)("%j: %s", (name, valid) => {
    const message = `topic '${name}': a topic's name has 1 to 249 letters, digits, '.', '_' or '-': rename it`;
    expect(problemsWith({ name })).toEqual(valid ? [] : [message]);
  });

  test.each(names)("the topic program agrees on %j: %s", (name, valid) => {
    expect(topicSchema.safeParse({ name, partitions: 1, replicationFactor: 1 }).success).toBe(valid);
  });
});

test("several problems are told together", () => {
  expect(problemsWith({ name: "", partitions: 0, replicationFactor: 9, minInSyncReplicas: 10 })).toHaveLength(4);
});
