import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DeadLetterDocuments } from "../../consumer/src/document/dead-letter-document";
import { BulkSender, type Rejected } from "../../consumer/src/elasticsearch/bulk-sender";
import { ElasticsearchClient } from "../../consumer/src/elasticsearch/client";
import { DeadLetterRecorder, RefusedRecords } from "../../consumer/src/elasticsearch/dead-letter-recorder";
import { createLog } from "../../consumer/src/log";
import { ECS_VERSION, isLogEventField } from "../../contract/log-event";
import { deadLetterStreamName } from "../../contract/names";
import { ElasticsearchDouble, status } from "./elasticsearch-double";

const STREAM = deadLetterStreamName("eu-west");
const log = createLog("fatal");
const idle = () => undefined;

let double: ElasticsearchDouble;
let client: ElasticsearchClient;
let kept: Rejected[];
let refused: number;
let recorder: DeadLetterRecorder;

beforeEach(async () => {
  double = new ElasticsearchDouble();
  client = new ElasticsearchClient({ urls: [await double.start()], timeoutMs: 2_000, connections: 1 });
  kept = [];
  refused = 0;
  recorder = recorderAfter(async (rejected) => void kept.push(...rejected));
});

afterEach(async () => {
  await client.close();
  await double.stop();
});

function recorderAfter(keep: (rejected: readonly Rejected[]) => Promise<void>): DeadLetterRecorder {
  const sender = new BulkSender(
    (content) => client.request("POST", `${STREAM}/_bulk`, { type: "application/x-ndjson", content }),
    new RefusedRecords((count) => (refused += count), log),
    { initialMs: 1, maxMs: 2 },
    { answered: idle, retried: idle },
    log,
  );
  return new DeadLetterRecorder({ write: keep }, "app-logs", new DeadLetterDocuments("app-logs", STREAM), sender);
}

function deadLetter(offset: number, value: string | null = "garbage", more: Partial<Rejected> = {}): Rejected {
  const bytes = value === null ? null : Buffer.from(value);
  const source = { topicId: "t1", partition: 3, offset, key: null, value: bytes, timestamp: 0 };
  return { source, reason: "envelope-invalid", detail: "the message is not JSON", ...more };
}

const envelope = (line: string | object) =>
  JSON.stringify({ message: typeof line === "string" ? line : JSON.stringify(line) });
const records = () => [...double.stored.values()] as Record<string, Record<string, unknown>>[];

describe("the record of a dead letter", () => {
  test("says what it was and why it is one, in fields of the contract", async () => {
    const before = new Date().toISOString();
    const detail = "status 400; document_parsing_exception";
    const value = envelope({ service_name: "orders", msg: "secret" });
    await recorder.write([deadLetter(7, value, { reason: "document-rejected", detail })], idle);
    const [record] = records();
    expect(record).toEqual({
      "@timestamp": expect.any(String),
      message: detail,
      service: { name: "orders" },
      event: { ingested: expect.any(String) },
      ecs: { version: ECS_VERSION },
      data_stream: { type: "logs", dataset: "app.dead_letter", namespace: "eu-west" },
      log_pipeline: {
        dead_letter: { reason: "document-rejected" },
        kafka: { topic: "app-logs", partition: 3, offset: 7 },
      },
    });
    const times = [before, record?.["@timestamp"], record?.["event"]?.["ingested"], new Date().toISOString()];
    expect(times.map(String)).toEqual([...times].map(String).sort());
    expect(paths(record).filter((path) => !isLogEventField(path))).toEqual([]);
    expect(double.requests.map(({ path }) => path)).toEqual([`/${STREAM}/_bulk`]);
  });

  test.each<[string, string | null, string | undefined]>([
    ["under ECS's name", envelope({ "service.name": "payments" }), "payments"],
    ["as an object", envelope({ service: { name: "gateway" } }), "gateway"],
    ["not at all, in a line without it", envelope({ msg: "m" }), undefined],
    ["not at all, in a text", envelope("panic"), undefined],
    ["not at all, without an envelope", "garbage", undefined],
    ["not at all, without a value", null, undefined],
  ])("names the service %s", async (_, value, name) => {
    await recorder.write([deadLetter(1, value)], idle);
    expect(records()[0]?.["service"]).toEqual(name === undefined ? undefined : { name });
  });

  test("has so much of the error as helps", async () => {
    await recorder.write([deadLetter(1, null, { detail: "x".repeat(100_000) })], idle);
    expect(String(records()[0]?.["message"])).toHaveLength(1000);
  });
});

test("a message that is given up again is recorded once; another is another", async () => {
  await recorder.write([deadLetter(1)], idle);
  await recorder.write([deadLetter(1), deadLetter(2)], idle);
  expect(double.stored.size).toBe(2);
  expect(kept).toHaveLength(3);
});

test("a dead letter at the same place of a topic that was created again has a record of its own", async () => {
  const first = deadLetter(1);
  await recorder.write([first], idle);
  await recorder.write([{ ...first, source: { ...first.source, topicId: "t2" } }], idle);
  expect(double.stored.size).toBe(2);
});

test("records follow what is kept, not the other way round", async () => {
  let atKeeping = -1;
  await recorderAfter(async () => void (atKeeping = double.requests.length)).write([deadLetter(1)], idle);
  expect([atKeeping, double.requests.length]).toEqual([0, 1]);
  const failing = recorderAfter(() => Promise.reject(new Error("no broker")));
  await expect(failing.write([deadLetter(2)], idle)).rejects.toThrow("no broker");
  expect(double.stored.size).toBe(1);
});

test("who waits for dead letters waits for their records, however often they are refused for a while", async () => {
  double.then(status(503), status(401), ({ answer }) => answer([{ status: 429 }]));
  await recorder.write([deadLetter(1)], idle);
  expect([double.requests.length, double.stored.size, refused]).toEqual([4, 1, 0]);
});

test("a record that is refused for good is counted and passed over, the others are not", async () => {
  double.then(({ documents, answer }) => {
    double.store(documents[0]!);
    answer([{ status: 201 }, { status: 400, error: { type: "document_parsing_exception" } }]);
  });
  await recorder.write([deadLetter(1), deadLetter(2)], idle);
  expect([double.stored.size, refused, double.requests.length]).toEqual([1, 1, 1]);
});

test("a flood is recorded in parts", async () => {
  const flood = Array.from({ length: 2500 }, (_, offset) =>
    deadLetter(offset, null, { detail: "\u0001".repeat(1000) }),
  );
  await recorder.write(flood, idle);
  expect(double.stored.size).toBe(2500);
  expect(Math.max(...double.requests.map(({ ids }) => ids.length))).toBeLessThanOrEqual(1000);
});

function paths(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, prefix === "" ? key : `${prefix}.${key}`));
}
