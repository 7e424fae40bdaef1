import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BulkSender, type Rejected } from "../../consumer/src/elasticsearch/bulk-sender";
import { ElasticsearchClient } from "../../consumer/src/elasticsearch/client";
import { Liveness } from "../../consumer/src/liveness";
import { createLog } from "../../consumer/src/log";
import { Metrics } from "../../consumer/src/metrics";
import type { Chunk, LogSource, SourceListener } from "../../consumer/src/pipeline/log-source";
import { Pipeline, type PipelineSettings } from "../../consumer/src/pipeline/pipeline";
import { Transform } from "../../consumer/src/pipeline/transform";
import { ElasticsearchDouble, status } from "./elasticsearch-double";

/** A topic in memory, with one consumer. */
class MemorySource implements LogSource {
  listener!: SourceListener;
  readonly chunks: Chunk[] = [];
  readonly commits: [number, Record<number, number>][] = [];
  failCommits = 0;
  polls = 0;
  isClosed = false;
  private wake: (() => void) | undefined;

  start(listener: SourceListener): void {
    this.listener = listener;
  }

  async poll(): Promise<Chunk | undefined> {
    this.polls++;
    if (this.chunks.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 5);
      });
    }
    return this.chunks.shift();
  }

  push(
    assignment: number,
    partition: number,
    first: number,
    values: readonly (string | null)[],
    nextOffset = first + values.length,
  ): void {
    const records = values.map((value, i) => ({
      topicId: "t1",
      partition,
      offset: first + i,
      key: null,
      value: value === null ? null : Buffer.from(value),
      timestamp: Date.now(),
    }));
    this.chunks.push({ assignment, partition, records, nextOffset });
    this.wake?.();
  }

  async commit(assignment: number, offsets: ReadonlyMap<number, number>): Promise<void> {
    if (this.failCommits-- > 0) throw new Error("no coordinator");
    this.commits.push([assignment, Object.fromEntries(offsets)]);
  }

  isReachable(): boolean {
    return true;
  }

  endOffsets(): ReadonlyMap<number, number> {
    return new Map();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

let double: ElasticsearchDouble;
let client: ElasticsearchClient;
let source: MemorySource;
let deadLetters: Rejected[];
let liveness: Liveness;
let metrics: Metrics;
let pipeline: Pipeline;
let running: Promise<void>;

const log = createLog("fatal");
const message = (n: number) =>
  JSON.stringify({ message: JSON.stringify({ n }), log: { offset: n, file: { path: "/a.log" } }, host: { name: "h" } });
const messages = (first: number, count: number) => Array.from({ length: count }, (_, i) => message(first + i));
const stored = () =>
  [...double.stored.values()]
    .map((document) => (document as { attributes: { n: number } }).attributes.n)
    .sort((a, b) => a - b);
const numbers = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const sizes = () => double.requests.map(({ ids }) => ids.length);

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 4_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function start(settings: Partial<PipelineSettings> = {}): Promise<void> {
  source = new MemorySource();
  deadLetters = [];
  liveness = new Liveness();
  metrics = new Metrics();
  const sender = new BulkSender(
    (content) => client.request("POST", "x/_bulk", { type: "application/x-ndjson", content }),
    { write: async (rejected) => void deadLetters.push(...rejected) },
    { initialMs: 1, maxMs: 5 },
    { answered: () => undefined, retried: () => undefined },
    log,
  );
  const sink = { write: async (rejected: readonly Rejected[]) => void deadLetters.push(...rejected) };
  const transform = new Transform("app-logs", "logs-app-test");
  pipeline = new Pipeline(
    { source, transform, sender, deadLetters: sink, metrics, liveness, log },
    {
      maxBytes: 1_000_000,
      maxDocuments: 100,
      maxAgeMs: 10,
      maxInFlight: 2,
      commitEveryMs: 5,
      stuckAfterMs: 1_000,
      ...settings,
    },
  );
  running = pipeline.run();
  source.listener.assigned(1, new Map([[0, 0], [1, 0]])); // prettier-ignore
}

beforeEach(async () => {
  double = new ElasticsearchDouble();
  client = new ElasticsearchClient({ urls: [await double.start()], timeoutMs: 2_000, connections: 3 });
});

afterEach(async () => {
  pipeline.stop();
  await running;
  await client.close();
  await double.stop();
});

describe("a batch is sent", () => {
  test("when it has as many documents as it may", async () => {
    await start({ maxDocuments: 40, maxAgeMs: 60_000 });
    source.push(1, 0, 0, messages(0, 120));
    await until(() => double.stored.size === 120);
    expect(sizes()).toEqual([40, 40, 40]);
  });

  test("when it has as many bytes as it may", async () => {
    await start({ maxBytes: 2_000, maxAgeMs: 60_000 });
    source.push(1, 0, 0, messages(0, 50));
    await until(() => double.stored.size >= 40);
    expect(Math.max(...sizes())).toBeLessThan(10);
  });

  test("when it is old enough, however small", async () => {
    await start({ maxAgeMs: 20 });
    source.push(1, 0, 0, messages(0, 3));
    await until(() => double.stored.size === 3);
    expect(sizes()).toEqual([3]);
  });
});

describe("offsets are committed", () => {
  test("after the documents are stored, to the record after the last", async () => {
    await start();
    source.push(1, 0, 0, messages(0, 10));
    source.push(1, 1, 0, messages(10, 5));
    await until(() => source.commits.length > 0 && source.commits.at(-1)![1][1] === 5);
    expect(stored()).toEqual(numbers(0, 15));
    expect(Object.assign({}, ...source.commits.map(([, offsets]) => offsets))).toEqual({ 0: 10, 1: 5 });
  });

  test("not while Elasticsearch has not taken them", async () => {
    await start();
    double.otherwise = status(503);
    source.push(1, 0, 0, messages(0, 10));
    await until(() => double.requests.length > 10);
    expect(source.commits).toEqual([]);
    double.otherwise = (exchange) => exchange.accept();
    await until(() => source.commits.length > 0);
    expect(source.commits).toEqual([[1, { 0: 10 }]]);
  });

  test("beyond what is no record", async () => {
    await start();
    source.push(1, 0, 0, messages(0, 2), 3);
    source.push(1, 1, 0, [], 7);
    await until(
      () =>
        source.commits.some(([, offsets]) => offsets[1] === 7) &&
        source.commits.some(([, offsets]) => offsets[0] === 3),
    );
  });

  test("again, if a commit fails", async () => {
    await start();
    source.failCommits = 3;
    source.push(1, 0, 0, messages(0, 2));
    await until(() => source.commits.length > 0);
    expect(source.commits).toEqual([[1, { 0: 2 }]]);
  });

  test("at once when partitions are about to go", async () => {
    await start({ commitEveryMs: 60_000 });
    source.push(1, 0, 0, messages(0, 2));
    await until(() => double.stored.size === 2);
    await until(() => {
      source.listener.revoking();
      return source.commits.length > 0;
    });
    expect(source.commits[0]).toEqual([1, { 0: 2 }]);
  });

  test("not for partitions that went while their documents were under way", async () => {
    await start();
    let release!: () => void;
    double.then((exchange) => (release = () => exchange.accept()));
    source.push(1, 0, 0, messages(0, 5));
    await until(() => release !== undefined);
    source.listener.revoked();
    source.listener.assigned(2, new Map([[1, 0]]));
    release();
    source.push(2, 1, 0, messages(100, 1));
    await until(() => source.commits.length > 0);
    expect(source.commits).toEqual([[2, { 1: 1 }]]);
  });

  test("and what was fetched for a lost partition is not indexed at all", async () => {
    await start();
    source.listener.assigned(2, new Map([[1, 0]]));
    source.push(1, 0, 0, messages(0, 5));
    source.push(2, 1, 0, messages(100, 1));
    await until(() => source.commits.length > 0);
    expect(stored()).toEqual([100]);
  });
});

describe("dead letters", () => {
  test("of messages that are no envelopes are stored before their offset moves, in order with the rest", async () => {
    await start();
    source.push(1, 0, 0, [message(0), "garbage", null, message(3)]);
    await until(() => source.commits.some(([, offsets]) => offsets[0] === 4));
    expect(deadLetters.map(({ source: { offset }, reason }) => [offset, reason])).toEqual([[1, "envelope-invalid"], [2, "envelope-invalid"]]); // prettier-ignore
    expect(stored()).toEqual([0, 3]);
  });

  test("a flood of them needs no more than batches", async () => {
    await start({ maxDocuments: 100 });
    source.push(1, 0, 0, Array<string>(1_000).fill("garbage"));
    await until(() => source.commits.some(([, offsets]) => offsets[0] === 1_000));
    expect(deadLetters).toHaveLength(1_000);
    expect(double.requests).toHaveLength(0);
  });
});

describe("while Elasticsearch is away", () => {
  test("reading stops at what may be under way, and nothing is stuck", async () => {
    await start({ maxDocuments: 10, maxInFlight: 2 });
    double.otherwise = status(503);
    for (let i = 0; i < 20; i++) source.push(1, 0, i * 10, messages(i * 10, 10));
    await until(() => double.requests.length > 20);
    const left = source.chunks.length;
    const polls = source.polls;
    await until(() => double.requests.length > 40);
    expect([source.chunks.length, source.polls]).toEqual([left, polls]);
    // Two under way, one full, one being read.
    expect(left).toBeGreaterThanOrEqual(16);
    expect(liveness.late()).toEqual([]);
    double.otherwise = (exchange) => exchange.accept();
    await until(() => double.stored.size === 200);
    expect(stored()).toEqual(numbers(0, 200));
  });
});

describe("when it is stopped", () => {
  test("what was read is delivered and committed, then the group is left", async () => {
    await start({ maxAgeMs: 60_000, commitEveryMs: 60_000 });
    source.push(1, 0, 0, messages(0, 7));
    await until(() => source.chunks.length === 0 && source.polls > 2);
    expect(double.requests).toHaveLength(0);
    pipeline.stop();
    await running;
    expect(stored()).toEqual(numbers(0, 7));
    expect(source.commits).toEqual([[1, { 0: 7 }]]);
    expect(source.isClosed).toBe(true);
  });

  test("it waits for what is under way, even if it must be sent again", async () => {
    await start({ maxDocuments: 5 });
    double.then(status(503), status(503));
    source.push(1, 0, 0, messages(0, 5));
    await until(() => double.requests.length > 0);
    pipeline.stop();
    await running;
    expect(stored()).toEqual(numbers(0, 5));
    expect(source.commits.at(-1)).toEqual([1, { 0: 5 }]);
  });
});

test("a source that fails for good ends it with its error", async () => {
  await start();
  source.poll = async () => {
    throw new Error("the member could not be closed");
  };
  await expect(running).rejects.toThrow("could not be closed");
  running = Promise.resolve();
});
