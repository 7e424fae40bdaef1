import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { BulkSender } from "../../consumer/src/elasticsearch/bulk-sender";
import { ElasticsearchClient } from "../../consumer/src/elasticsearch/client";
import { Liveness } from "../../consumer/src/liveness";
import { createLog } from "../../consumer/src/log";
import { Metrics } from "../../consumer/src/metrics";
import { Pipeline } from "../../consumer/src/pipeline/pipeline";
import { Transform } from "../../consumer/src/pipeline/transform";
import type { KafkaConnectionSettings } from "../../contract/settings";
import { ElasticsearchDouble } from "./elasticsearch-double";
import { broker, restartBroker } from "./kafka-double";

jest.mock("@platformatic/kafka", () => jest.requireActual("./kafka-double"));
// An import would be loaded before the line above is run.
const { KafkaSource } = jest.requireActual<typeof import("../../consumer/src/kafka/kafka-source")>(
  "../../consumer/src/kafka/kafka-source",
);

const TOPIC = "app-logs";

/** Messages without an origin: their ids are made of their places. */
const messages = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => JSON.stringify({ message: JSON.stringify({ n: first + n }) }));
const numbers = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);

let double: ElasticsearchDouble;
let client: ElasticsearchClient;
let metrics: Metrics;
let pipeline: Pipeline | undefined;
let running: Promise<void>;

const stored = () =>
  [...double.stored.values()]
    .map((document) => (document as { attributes: { n: number } }).attributes.n)
    .sort((a, b) => a - b);
const committed = () => Object.fromEntries([...broker.committed].map(([partition, { offset }]) => [partition, offset]));
const counted = async (metric: "topicsRecreated" | "expired") => (await metrics[metric].get()).values[0]?.value;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never: ${condition}; stored ${stored()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function start(): void {
  const log = createLog("silent");
  const backoff = { initialMs: 1, maxMs: 5 };
  metrics = new Metrics();
  const source = new KafkaSource({
    connection: { KAFKA_BROKERS: ["kafka:9092"] } as unknown as KafkaConnectionSettings,
    topic: TOPIC,
    group: "group",
    maxBytes: 1_000_000,
    log,
    onSession: () => metrics.sessions.inc(),
    onExpired: (count) => metrics.expired.inc(count),
    onTopicRecreated: () => metrics.topicsRecreated.inc(),
  });
  const deadLetters = { write: () => Promise.reject(new Error("there are no dead letters here")) };
  const sender = new BulkSender(
    (content) => client.request("POST", "x/_bulk", { type: "application/x-ndjson", content }),
    deadLetters,
    backoff,
    { answered: () => undefined, retried: () => undefined },
    log,
  );
  const transform = new Transform(TOPIC, "logs-app-test");
  pipeline = new Pipeline(
    { source, transform, sender, deadLetters, metrics, liveness: new Liveness(), log },
    { maxBytes: 1_000_000, maxDocuments: 100, maxAgeMs: 10, maxInFlight: 2, commitEveryMs: 5, stuckAfterMs: 10_000 },
  );
  running = pipeline.run();
}

async function stop(): Promise<void> {
  pipeline?.stop();
  await running;
  pipeline = undefined;
}

beforeEach(async () => {
  restartBroker();
  double = new ElasticsearchDouble();
  client = new ElasticsearchClient({ urls: [await double.start()], timeoutMs: 2_000, connections: 3 });
});

afterEach(async () => {
  await stop();
  await client.close();
  await double.stop();
});

/** A consumer that has read, delivered and committed two messages of each partition. */
async function consumingTwoOf(partitions: number): Promise<string> {
  const id = broker.create(TOPIC, partitions);
  for (const partition of numbers(0, partitions)) broker.produce(TOPIC, partition, ...messages(partition * 2, 2));
  start();
  await until(() => broker.committed.size === partitions && [...broker.committed.values()].every(({ offset }) => offset === 2n)); // prettier-ignore
  return id;
}

describe("a topic that is deleted and created again under a running consumer", () => {
  test("is read from its start, and its messages meet no id of the old one's", async () => {
    await consumingTwoOf(1);
    broker.create(TOPIC, 1);
    broker.produce(TOPIC, 0, ...messages(100, 40));
    await until(() => committed()[0] === 40n);
    expect(stored()).toEqual([0, 1, ...numbers(100, 40)]);
  });

  test("is read from its start if Kafka has deleted the group's offsets with the old one", async () => {
    await consumingTwoOf(1);
    broker.committed.clear();
    broker.create(TOPIC, 1);
    broker.produce(TOPIC, 0, ...messages(100, 40));
    await until(() => committed()[0] === 40n);
    expect(stored()).toEqual([0, 1, ...numbers(100, 40)]);
  });

  test("is counted once", async () => {
    await consumingTwoOf(1);
    broker.create(TOPIC, 1);
    broker.produce(TOPIC, 0, ...messages(100, 1));
    await until(() => committed()[0] === 1n);
    expect(await counted("topicsRecreated")).toBe(1);
  });

  test.each([1, 3])("is read whole if it has %i partitions instead of 2", async (partitions) => {
    await consumingTwoOf(2);
    broker.create(TOPIC, partitions);
    for (const one of numbers(0, partitions)) broker.produce(TOPIC, one, ...messages(100 + one * 10, 10));
    await until(() => stored().length === 4 + partitions * 10);
    expect(stored()).toEqual([...numbers(0, 4), ...numbers(100, partitions * 10)]);
  });
});

describe("a topic that is deleted and created again while no consumer runs", () => {
  test("is read from its start, as its commits are the old one's, and is counted", async () => {
    await consumingTwoOf(1);
    await stop();
    broker.create(TOPIC, 1);
    broker.produce(TOPIC, 0, ...messages(100, 40));
    start();
    await until(() => committed()[0] === 40n);
    expect([stored(), await counted("topicsRecreated")]).toEqual([[0, 1, ...numbers(100, 40)], 1]);
  });

  test("leaves no commits of the old one, not even for a partition without messages", async () => {
    await consumingTwoOf(1);
    await stop();
    const id = broker.create(TOPIC, 1);
    start();
    await until(() => broker.committed.get(0)?.offset === 0n);
    expect(broker.committed.get(0)).toEqual({ offset: 0n, metadata: `topic-id:${id}` });
  });
});

test("a consumer that starts again goes on where it was, and counts nothing", async () => {
  const id = await consumingTwoOf(1);
  expect(broker.committed.get(0)).toEqual({ offset: 2n, metadata: `topic-id:${id}` });
  await stop();
  broker.produce(TOPIC, 0, ...messages(2, 1));
  double.stored.clear();
  start();
  await until(() => committed()[0] === 3n);
  expect([stored(), await counted("topicsRecreated")]).toEqual([[2], 0]);
});

test("a commit without a topic's id counts: a version before this one made it", async () => {
  broker.create(TOPIC, 1);
  broker.produce(TOPIC, 0, ...messages(0, 3));
  broker.committed.set(0, { offset: 2n, metadata: null });
  start();
  await until(() => committed()[0] === 3n);
  expect([stored(), await counted("topicsRecreated")]).toEqual([[2], 0]);
});
