import { beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Rejected } from "../../consumer/src/elasticsearch/bulk-sender";
import { createLog } from "../../consumer/src/log";
import { DEAD_LETTER_HEADER } from "../../contract/dead-letter";
import type { KafkaConnectionSettings } from "../../contract/settings";
import { broker, restartBroker, type Produced } from "./kafka-double";

jest.mock("@platformatic/kafka", () => jest.requireActual("./kafka-double"));
// An import would be loaded before the line above is run.
const { DeadLetterWriter } = jest.requireActual<typeof import("../../consumer/src/kafka/dead-letter-writer")>(
  "../../consumer/src/kafka/dead-letter-writer",
);

let cut: number;
let failures: number;
let written: string[];
/** Called at each failure. */
let onFailed: () => void;

function writer() {
  return new DeadLetterWriter({
    connection: { KAFKA_BROKERS: ["kafka:9092"] } as unknown as KafkaConnectionSettings,
    topic: "app-logs",
    deadLetterTopic: "app-logs-dead-letter",
    backoff: { initialMs: 1, maxMs: 5 },
    log: createLog("silent"),
    onWritten: (reason) => void written.push(reason),
    onCut: () => void cut++,
    onFailed: () => {
      failures++;
      onFailed();
    },
  });
}

function deadLetter(value: string | null, more: { key?: Buffer; detail?: string; offset?: number } = {}): Rejected {
  const { key = null, detail = "why", offset = 7 } = more;
  const bytes = value === null ? null : Buffer.from(value);
  const source = { topicId: "t1", partition: 3, offset, key, value: bytes, timestamp: 1234 };
  return { source, reason: "document-rejected", detail };
}

const textOf = ({ headers }: Produced) =>
  Object.fromEntries([...headers].map(([name, text]) => [name.toString(), text.toString()]));
const place = {
  [DEAD_LETTER_HEADER.reason]: "document-rejected",
  [DEAD_LETTER_HEADER.topic]: "app-logs",
  [DEAD_LETTER_HEADER.topicId]: "t1",
  [DEAD_LETTER_HEADER.partition]: "3",
  [DEAD_LETTER_HEADER.offset]: "7",
  [DEAD_LETTER_HEADER.timestamp]: "1234",
};
const idle = () => undefined;

beforeEach(() => {
  restartBroker();
  [cut, failures, written] = [0, 0, []];
  onFailed = idle;
});

test("a dead letter is the message, byte for byte, and headers that say why it is one and where it was", async () => {
  await writer().write([deadLetter("value", { key: Buffer.from("key") })], idle);
  const [taken] = broker.taken;
  expect(taken).toMatchObject({ topic: "app-logs-dead-letter", key: Buffer.from("key"), value: Buffer.from("value") });
  expect(textOf(taken!)).toMatchObject({ ...place, [DEAD_LETTER_HEADER.detail]: "why" });
  expect([written, cut, failures]).toEqual([["document-rejected"], 0, 0]);
});

test("a path as long as its envelope claims is not in the headers at its whole length", async () => {
  const line = { message: "m", host: { name: "h" }, log: { offset: 0, file: { path: "/".repeat(1_000_000) } } };
  await writer().write([deadLetter(JSON.stringify(line))], idle);
  expect(textOf(broker.taken[0]!)[DEAD_LETTER_HEADER.file]).toHaveLength(4096);
});

describe("a topic that does not take the message whole", () => {
  test("gets the start of its value", async () => {
    broker.maxMessageBytes = 1_000;
    await writer().write([deadLetter("0123456789".repeat(200))], idle);
    const { value } = broker.taken[0]!;
    expect(value?.length).toBe(500);
    expect(value?.toString()).toBe("0123456789".repeat(50));
    expect([cut, failures]).toEqual([1, 0]);
  });

  test("gets the place of a message whose key alone is too large", async () => {
    broker.maxMessageBytes = 1_000;
    await writer().write([deadLetter("value", { key: Buffer.alloc(2_000) })], idle);
    const [{ key, value, ...taken }] = broker.taken as [Produced];
    expect([key, value]).toEqual([undefined, undefined]);
    expect(textOf(taken)).toEqual({ ...place, [DEAD_LETTER_HEADER.time]: expect.any(String) });
    expect([written, cut, failures]).toEqual([["document-rejected"], 1, 0]);
  });

  test("gets each of several that it takes alone", async () => {
    broker.maxMessageBytes = 1_000;
    await writer().write(
      [1, 2].map((offset) => deadLetter("v".repeat(500), { offset })),
      idle,
    );
    expect(broker.taken.map(({ value }) => value?.length)).toEqual([500, 500]);
    expect(cut).toBe(0);
  });
});

test.each([
  ["a message", deadLetter("value")],
  ["a message without a value", deadLetter(null)],
])(
  "%s waits for a topic that takes no dead letter at all, with pauses, and goes there whole when it can",
  async (_, letter) => {
    broker.maxMessageBytes = 10;
    let steps = 0;
    onFailed = () => {
      expect(written).toEqual([]);
      if (failures === 3) broker.maxMessageBytes = Infinity;
    };
    await writer().write([letter], () => void steps++);
    expect(broker.taken.map(({ value }) => value?.toString())).toEqual([letter.source.value?.toString()]);
    expect([failures, cut, written.length]).toEqual([3, 0, 1]);
    // Each attempt shows that the loop is alive: three rounds from the whole message down to its place, and the last.
    expect(steps).toBeLessThan(3 * 6 + 2);
  },
);
