import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { RetryCause } from "../../consumer/src/elasticsearch/bulk-response";
import { BulkSender, type Rejected } from "../../consumer/src/elasticsearch/bulk-sender";
import { ElasticsearchClient } from "../../consumer/src/elasticsearch/client";
import { createLog } from "../../consumer/src/log";
import { Batch } from "../../consumer/src/pipeline/batch";
import { ElasticsearchDouble, status, type Behaviour } from "./elasticsearch-double";

let double: ElasticsearchDouble;
let url: string;
let client: ElasticsearchClient;
let sender: BulkSender;
let retries: [RetryCause, number][];
let deadLetters: Rejected[];
const never = new AbortController().signal;
const log = createLog("fatal");

beforeEach(async () => {
  double = new ElasticsearchDouble();
  url = await double.start();
  client = newClient(url);
  retries = [];
  deadLetters = [];
  sender = newSender();
});

afterEach(async () => {
  await client.close();
  await double.stop();
});

function newClient(...urls: string[]): ElasticsearchClient {
  return new ElasticsearchClient({ urls, timeoutMs: 300, connections: 2 });
}

function newSender(): BulkSender {
  return new BulkSender(
    (content) => client.request("POST", "logs-app-test/_bulk", { type: "application/x-ndjson", content }),
    { write: async (rejected) => void deadLetters.push(...rejected) },
    { initialMs: 1, maxMs: 2 },
    { answered: () => undefined, retried: (cause, documents) => void retries.push([cause, documents]) },
    log,
  );
}

function batchOf(count: number): Batch {
  const batch = new Batch(Buffer.alloc(100_000), 0);
  for (let i = 0; i < count; i++) {
    const value = Buffer.from(`original ${i}`);
    const source = { topicId: "t1", partition: 0, offset: i, key: null, value, timestamp: 0 };
    batch.add(`{"create":{"_id":"${i}"}}\n{"n":${i}}\n`, source);
  }
  return batch;
}

const deliver = (count: number) => sender.deliver(batchOf(count), never, () => undefined);
const ids = (count: number) => Array.from({ length: count }, (_, i) => String(i));
const storedIds = () => [...double.stored.keys()].sort((a, b) => Number(a) - Number(b));
const lost = () => deadLetters.map(({ source, reason }) => [source.offset, reason]);

test("a batch that is taken needs one request", async () => {
  expect(await deliver(3)).toEqual({ clean: true, rejected: 0 });
  expect(storedIds()).toEqual(ids(3));
  expect(double.requests).toHaveLength(1);
  expect(retries).toEqual([]);
});

test("an empty batch needs none", async () => {
  expect(await deliver(0)).toEqual({ clean: true, rejected: 0 });
  expect(double.requests).toHaveLength(0);
});

describe("the whole batch is sent again after", () => {
  const cases: [string, Behaviour, RetryCause][] = [
    ["429", status(429, { error: { type: "es_rejected_execution_exception" } }), "overloaded"],
    ["500", status(500), "server-error"],
    ["503", status(503, "<html>"), "server-error"],
    ["401", status(401, { error: { type: "security_exception" } }), "unauthorized"],
    ["403", status(403, { error: { type: "security_exception" } }), "unauthorized"],
    ["404", status(404, { error: { type: "index_not_found_exception" } }), "stream-missing"],
    ["a full disk", status(429, { error: { type: "cluster_block_exception" } }), "blocked"],
    ["a redirect", status(307), "request-invalid"],
    ["a reset connection", ({ request }) => void request.socket.resetAndDestroy(), "network"],
    ["a closed connection", ({ request }) => void request.socket.destroy(), "network"],
    ["silence", () => undefined, "timeout"],
    [
      "a body that stops",
      ({ response }) => void response.writeHead(200, { "content-length": 1000 }).write('{"errors":false,'),
      "timeout",
    ],
    [
      "a body that breaks off",
      ({ response, request }) => {
        response.writeHead(200, { "content-length": 1000 });
        response.write('{"errors":false,', () => request.socket.destroy());
      },
      "network",
    ],
    [
      "half an answer with a whole body",
      status(200, '{"errors":false,"items":[{"create":{"status":201}}'),
      "response-invalid",
    ],
    ["an answer for fewer documents", ({ answer }) => answer([{ status: 201 }]), "response-invalid"],
    ["a login page", status(200, "<html>"), "response-invalid"],
  ];
  test.each(cases)("%s", async (_, fault, cause) => {
    double.then(fault, fault);
    await deliver(3);
    expect(storedIds()).toEqual(ids(3));
    expect(deadLetters).toEqual([]);
    expect(retries).toEqual([[cause, 3], [cause, 3]]); // prettier-ignore
    expect(double.requests.map((request) => request.ids)).toEqual([ids(3), ids(3), ids(3)]);
  });

  test("documents that were stored before the answer was lost", async () => {
    double.then(({ documents, request }) => {
      documents.forEach((received) => double.store(received));
      request.socket.destroy();
    });
    await deliver(3);
    expect(storedIds()).toEqual(ids(3));
    expect(double.requests).toHaveLength(2);
  });
});

describe("item by item", () => {
  test("only what failed is sent again, until it is taken", async () => {
    double.then(
      ({ documents, answer }) => {
        double.store(documents[0]!);
        double.store(documents[3]!);
        answer([{ status: 201 }, { status: 429 }, { status: 503 }, { status: 201 }]);
      },
      ({ documents, answer }) => answer([{ status: double.store(documents[0]!) }, { status: 503 }]),
    );
    await deliver(4);
    expect(double.requests.map((request) => request.ids)).toEqual([ids(4), ["1", "2"], ["2"]]);
    expect(storedIds()).toEqual(ids(4));
    expect(retries.map(([, documents]) => documents)).toEqual([2, 1]);
  });

  test("409 is success", async () => {
    double.then(({ answer }) => answer([{ status: 409 }, { status: 409 }]));
    await deliver(2);
    expect(double.requests).toHaveLength(1);
    expect(deadLetters).toEqual([]);
  });

  test("what is refused for good goes to the dead letters, with why, and the rest does not", async () => {
    double.then(({ answer }) =>
      answer([
        { status: 201 },
        { status: 400, error: { type: "document_parsing_exception", reason: "no date" } },
        { status: 503 },
      ]),
    );
    expect(await deliver(3)).toEqual({ clean: true, rejected: 1 });
    expect(lost()).toEqual([[1, "document-rejected"]]);
    expect(deadLetters[0]?.detail).toContain("document_parsing_exception: no date");
    expect(deadLetters[0]?.source.value?.toString()).toBe("original 1");
    expect(double.requests.map((request) => request.ids)).toEqual([ids(3), ["2"]]);
  });

  test("403 of an item waits for the role to be mended", async () => {
    double.then(({ answer }) => answer([{ status: 403, error: { type: "security_exception" } }, { status: 201 }]));
    await deliver(2);
    expect(deadLetters).toEqual([]);
    expect(retries).toEqual([["unauthorized", 1]]);
  });

  test("a dead letter that cannot be stored holds the batch", async () => {
    double.then(({ answer }) => answer([{ status: 400 }]));
    let store!: () => void;
    const storing = new Promise<void>((resolve) => (store = resolve));
    let isDone = false;
    const holding = new BulkSender(
      (content) => client.request("POST", "x/_bulk", { type: "application/x-ndjson", content }),
      { write: () => storing },
      { initialMs: 1, maxMs: 2 },
      { answered: () => setImmediate(() => setImmediate(store)), retried: () => undefined },
      log,
    );
    const delivering = holding.deliver(batchOf(1), never, () => undefined).then(() => (isDone = true));
    void storing.then(() => expect(isDone).toBe(false));
    await delivering;
    expect(isDone).toBe(true);
  });
});

describe("a request that is too large", () => {
  const limit =
    (documents: number): Behaviour =>
    (exchange) =>
      exchange.documents.length > documents ? status(413)(exchange) : exchange.accept();

  test.each([1, 2, 3, 7])("is halved until %p documents are taken", async (documents) => {
    double.otherwise = limit(documents);
    await deliver(13);
    expect(storedIds()).toEqual(ids(13));
    expect(deadLetters).toEqual([]);
    expect(retries).toEqual([]);
  });

  test("a document that is too large alone goes to the dead letters, its neighbours do not", async () => {
    double.otherwise = (exchange) =>
      exchange.documents.some(({ id }) => id === "5") ? status(413)(exchange) : exchange.accept();
    expect(await deliver(8)).toEqual({ clean: true, rejected: 1 });
    expect(lost()).toEqual([[5, "document-too-large"]]);
    expect(storedIds()).toEqual(ids(8).filter((id) => id !== "5"));
  });

  test("what fails while it is halved is sent again, once", async () => {
    let isDown = true;
    double.otherwise = (exchange) => {
      if (exchange.documents.length > 4) return status(413)(exchange);
      if (isDown) {
        isDown = false;
        return status(503)(exchange);
      }
      return exchange.accept();
    };
    await deliver(8);
    expect(storedIds()).toEqual(ids(8));
    expect(retries).toEqual([["server-error", 8]]);
  });
});

describe("a request that is not understood", () => {
  const poison: Behaviour = (exchange) =>
    exchange.documents.some(({ id }) => id === "2")
      ? status(400, { error: { type: "illegal_argument_exception" } })(exchange)
      : exchange.accept();

  test("costs only the document that it is about, even at the very first request", async () => {
    double.otherwise = poison;
    expect(await deliver(9)).toEqual({ clean: true, rejected: 1 });
    expect(lost()).toEqual([[2, "document-rejected"]]);
    expect(storedIds()).toHaveLength(8);
  });

  test("is no document's fault while no request ever was: waits, loses nothing", async () => {
    const refuse = status(400, { error: { type: "illegal_argument_exception", reason: "unrecognized parameter" } });
    double.then(...Array<Behaviour>(7).fill(refuse));
    await deliver(4);
    expect(retries).toEqual([["request-invalid", 4]]);
    expect(deadLetters).toEqual([]);
    expect(storedIds()).toEqual(ids(4));
  });
});

test("another node is asked after one that does not answer", async () => {
  await client.close();
  client = newClient("http://127.0.0.1:1", url);
  await deliver(2);
  expect(storedIds()).toEqual(ids(2));
  expect(retries).toEqual([["network", 2]]);
});

test("an aborted delivery ends", async () => {
  double.otherwise = status(503);
  const abort = new AbortController();
  const delivering = sender.deliver(
    batchOf(1),
    abort.signal,
    () => retries.length > 3 && abort.abort(new Error("stop")),
  );
  await expect(delivering).rejects.toThrow("stop");
});

test("a timed-out request leaves the batch's buffer unfit for another", async () => {
  double.then(() => undefined);
  expect(await deliver(1)).toEqual({ clean: false, rejected: 0 });
});
