import { beforeEach, describe, expect, test } from "@jest/globals";
import { waitUntilWritable } from "../../consumer/src/commands/kafka-wait";
import { type TopicMetadata, writeObstacle } from "../../consumer/src/kafka/write-access";
import type { Log } from "../../consumer/src/log";
import { parseWriteAccessSettings } from "../../contract/write-access-settings";

const [READ, WRITE, DESCRIBE] = [1 << 3, 1 << 4, 1 << 8];
const WRITABLE: TopicMetadata = {
  errorCode: 0,
  topicAuthorizedOperations: WRITE | DESCRIBE,
  partitions: [
    { partitionIndex: 0, leaderId: 1 },
    { partitionIndex: 1, leaderId: 2 },
  ],
};
const LEADERLESS = {
  ...WRITABLE,
  errorCode: 0,
  partitions: [
    { partitionIndex: 0, leaderId: 1 },
    { partitionIndex: 1, leaderId: -1 },
  ],
};

describe("the obstacle between a user and a topic", () => {
  test("is none with the right to write and a leader for each partition", () => {
    expect(writeObstacle("logs", "filebeat", WRITABLE)).toBeUndefined();
  });

  test.each<[string, TopicMetadata | undefined, string]>([
    ["no right to write", { ...WRITABLE, topicAuthorizedOperations: READ | DESCRIBE }, "may not write to topic 'logs'"],
    ["no right to describe", { ...WRITABLE, errorCode: 29 }, "may not describe topic 'logs'"],
    ["no topic", { ...WRITABLE, errorCode: 3, partitions: [] }, "topic 'logs' does not exist"],
    ["an answer without the topic", undefined, "topic 'logs' does not exist"],
    ["rights that are not reported", { ...WRITABLE, topicAuthorizedOperations: -2147483648 }, "do not report"],
    ["a partition without a leader", LEADERLESS, "no leader for partition 1"],
    ["no partition", { ...WRITABLE, partitions: [] }, "no leader for any partition"],
  ])("is named: %s", (_, topic, said) => {
    expect(writeObstacle("logs", "filebeat", topic)).toContain(said);
  });

  test("that an ACL mends has the command", () => {
    expect(writeObstacle("logs", "filebeat", { ...WRITABLE, topicAuthorizedOperations: DESCRIBE })).toContain(
      "kafka-acls.sh --add --allow-principal User:filebeat --operation Write --topic logs",
    );
  });
});

describe("the wait", () => {
  const password = "/run/secrets/filebeat/password";
  const settings = parseWriteAccessSettings({
    KAFKA_BROKERS: "kafka:9093",
    KAFKA_TOPIC: "logs",
    KAFKA_USERNAME: "filebeat",
    KAFKA_PASSWORD_FILE: password,
  });
  let now = 0;
  let warned: string[];
  const log = {
    info: () => undefined,
    warn: ({ obstacle }: { obstacle: string }) => void warned.push(obstacle),
  } as unknown as Log;
  const pause = async (ms: number) => void (now += ms);

  /** Each answer is given once, the last one for ever. */
  function answers(...list: readonly (TopicMetadata | Error)[]) {
    let asked = 0;
    const ask = async () => {
      const answer = list[Math.min(asked++, list.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { ask, asked: () => asked };
  }
  const wait = (ask: () => Promise<TopicMetadata | undefined>) =>
    waitUntilWritable(settings, log, { ask, pause, now: () => now });

  beforeEach(() => {
    warned = [];
    now = 0;
  });

  test("ends at the first answer that lets the user write", async () => {
    const { ask, asked } = answers(new Error("connect ECONNREFUSED"), LEADERLESS, WRITABLE);
    await wait(ask);
    expect(asked()).toBe(3);
    expect(warned).toEqual([
      "Kafka does not answer at kafka:9093: connect ECONNREFUSED",
      expect.stringContaining("no leader for partition 1"),
    ]);
  });

  test("goes on after a wrong password, which it names", async () => {
    const refused = Object.assign(new Error("SASL authentication failed."), { code: "PLT_KFK_AUTHENTICATION" });
    await wait(answers(new AggregateError([refused], "no broker"), WRITABLE).ask);
    expect(warned).toEqual([
      `Kafka refuses user 'filebeat' (SCRAM-SHA-512) with the password of ${password}: create the user, or put its password into the Secret`,
    ]);
  });

  test("repeats the same obstacle once a minute, however often it asks", async () => {
    const hour = 60 * 60_000;
    const ask = async () => (now < hour ? LEADERLESS : WRITABLE);
    await wait(ask);
    expect(warned.length).toBeGreaterThan(40);
    expect(warned.length).toBeLessThanOrEqual(60);
  });
});
