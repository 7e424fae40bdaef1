import { afterEach, describe, expect, test } from "@jest/globals";
import { LogSearch } from "../../../tools/verify/elasticsearch";
import { chainOf, inOrder, jaegerServices } from "../../../tools/verify/trace";
import { foundLine } from "../../support/found-lines";
import { type Received, serve, type TestServer } from "../../support/http";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serving(answer: Parameters<typeof serve>[0]): Promise<TestServer> {
  return (server = await serve(answer));
}

const PAGE = 10_000;
const hits = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    _id: String(from + index),
    fields: {},
    sort: [from + index, "f", 0],
  }));
const asked = (request: Received | undefined) => JSON.parse(request?.body ?? "{}") as Record<string, unknown>;
const pageOf = (found: unknown[]) => ({ body: { hits: { hits: found } } });

describe("LogSearch", () => {
  test("tells a document's fields, and where its line begins", async () => {
    const { url, received } = await serving(() =>
      pageOf([
        {
          _id: "one",
          sort: [1],
          fields: {
            "@timestamp": ["2026-01-31T10:00:00.123456789Z"],
            "event.ingested": ["2026-01-31T10:00:01.500Z"],
            "service.name": ["orders"],
            "log.level": ["warn"],
            message: ["slow"],
            "trace.id": ["abc"],
            "host.name": ["node-1"],
            "log.file.path": ["/logs/orders.log"],
            "log.offset": [42],
          },
        },
        { _id: "bare", sort: [2], fields: {} },
      ]),
    );
    expect(await new LogSearch(url, "logs-app-test").trace("abc")).toEqual([
      {
        id: "one",
        timestamp: "2026-01-31T10:00:00.123456789Z",
        ingested: Date.UTC(2026, 0, 31, 10, 0, 1, 500),
        service: "orders",
        level: "warn",
        message: "slow",
        traceId: "abc",
        host: "node-1",
        file: "/logs/orders.log",
        offset: 42,
      },
      {
        ...foundLine({
          id: "bare",
          timestamp: "",
          service: "",
          level: "",
          message: "",
          traceId: "",
          host: "",
          file: "",
        }),
        offset: -1,
        ingested: Number.NaN,
      },
    ]);
    expect(received.map(({ method, path }) => [method, path])).toEqual([
      ["POST", "/logs-app-test/_search?ignore_unavailable=true&allow_partial_search_results=false"],
    ]);
  });

  test.each<[string, (search: LogSearch) => Promise<unknown>, object[]]>([
    ["a trace", (search) => search.trace("abc"), [{ term: { "trace.id": "abc" } }]],
    ["a file", (search) => search.file("/logs/a.log"), [{ term: { "log.file.path": "/logs/a.log" } }]],
    ["traces of a prefix", (search) => search.traces("ab"), [{ prefix: { "trace.id": "ab" } }]],
    [
      "what arrived of a prefix since a time, which may be the beginning",
      (search) => search.arrivals("ab", 0),
      [{ prefix: { "trace.id": "ab" } }, { range: { "event.ingested": { gte: 0 } } }],
    ],
  ])("asks for %s", async (_, ask, filter) => {
    const { url, received } = await serving(() => pageOf([]));
    expect(await ask(new LogSearch(url, "logs"))).toEqual([]);
    expect(asked(received[0])["query"]).toEqual({ bool: { filter } });
  });

  test("goes on after a full page from its last document, in an order that no page boundary cuts", async () => {
    const { url, received } = await serving((request) => {
      const [after = -1] = (asked(request)["search_after"] ?? []) as [number?];
      return pageOf(hits(after + 1, Math.min(PAGE, PAGE + 1 - after)));
    });
    const found = await new LogSearch(url, "logs").traces("ab");
    expect(found).toHaveLength(PAGE + 2);
    expect(new Set(found.map((line) => line.id)).size).toBe(PAGE + 2);
    expect(received.map((request) => asked(request)["search_after"])).toEqual([undefined, [PAGE - 2, "f", 0]]);
    for (const request of received) {
      expect(asked(request)).toMatchObject({
        size: PAGE,
        sort: [
          { "event.ingested": "asc" },
          { "host.name": "asc" },
          { "log.file.path": "asc" },
          { "log.offset": { order: "asc", missing: -1 } },
        ],
      });
    }
  });

  test("finds both documents of a line between which a page ends", async () => {
    // They are of one bulk request, so nothing tells them apart in the order.
    const all = [...hits(0, PAGE), { ...hits(PAGE - 1, 1)[0]!, _id: "twin" }];
    const { url } = await serving((request) => {
      const [after = -1] = (asked(request)["search_after"] ?? []) as [number?];
      return pageOf(all.filter(({ sort: [n] }) => Number(n) > after).slice(0, PAGE));
    });
    const found = await new LogSearch(url, "logs").traces("ab");
    expect(found.slice(-2).map(({ id }) => id)).toEqual([String(PAGE - 1), "twin"]);
  });

  test("says that no page holds the documents of one place", async () => {
    const same = Array.from({ length: PAGE }, () => hits(7, 1)[0]);
    const { url } = await serving(() => pageOf(same));
    await expect(new LogSearch(url, "logs").traces("ab")).rejects.toThrow(
      'more than 10000 documents are of one line at one moment: [7,"f",0]',
    );
  });

  test("ends where a page that was full is followed by the rest of it", async () => {
    const { url, received } = await serving((request) =>
      pageOf(asked(request)["search_after"] ? hits(PAGE - 1, 1) : hits(0, PAGE)),
    );
    expect(await new LogSearch(url, "logs").traces("ab")).toHaveLength(PAGE);
    expect(received).toHaveLength(2);
  });

  test("asks as the user that it was given", async () => {
    const { url, received } = await serving(() => pageOf([]));
    await new LogSearch(url, "logs", { authorization: "Basic abc" }).trace("abc");
    expect(received[0]?.headers["authorization"]).toBe("Basic abc");
  });

  test.each([503, 429])("asks again after %d, which passes", async (status) => {
    let calls = 0;
    const { url } = await serving(() => (calls++ === 0 ? { status, body: "busy" } : pageOf(hits(0, 1))));
    expect(await new LogSearch(url, "logs", { patienceMs: 10_000 }).traces("ab")).toHaveLength(1);
  });

  test("asks again after a connection that broke", async () => {
    const { url, received } = await serving(() => pageOf([]));
    const { port } = new URL(url);
    await server?.close();
    const asking = new LogSearch(url, "logs", { patienceMs: 10_000 }).traces("ab");
    server = await serve(() => pageOf(hits(0, 1)), Number(port));
    expect(await asking).toHaveLength(1);
    expect(received).toEqual([]);
  });

  test("does not ask again after a refusal: it would stay one", async () => {
    const { url, received } = await serving(() => ({ status: 401, body: "who are you" }));
    await expect(new LogSearch(url, "logs", { patienceMs: 10_000 }).traces("ab")).rejects.toThrow("with 401");
    expect(received).toHaveLength(1);
  });

  test("an answer that is none is told, shortened", async () => {
    const { url } = await serving(() => ({ status: 503, body: `no master ${"x".repeat(1000)}` }));
    await expect(new LogSearch(url, "logs").trace("abc")).rejects.toThrow(
      new Error(`Elasticsearch answered the search with 503: no master ${"x".repeat(490)}`),
    );
  });
});

describe("the order of a trace's lines", () => {
  const order = (...lines: Parameters<typeof foundLine>[0][]) => inOrder(lines.map(foundLine)).map((line) => line.id);

  test("is of nanoseconds, however many digits of them are written", () => {
    expect(
      order(
        { id: "e", timestamp: "2026-01-31T10:00:01Z" },
        { id: "d", timestamp: "2026-01-31T10:00:00.5Z" },
        { id: "c", timestamp: "2026-01-31T10:00:00.123456790Z" },
        { id: "b", timestamp: "2026-01-31T10:00:00.12345678Z" },
        { id: "a", timestamp: "2026-01-31T10:00:00Z" },
      ),
    ).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("of one moment is that of the file, by number and not by text", () => {
    expect(
      order(
        { id: "c", file: "/logs/b.log", offset: 0 },
        { id: "b", file: "/logs/a.log", offset: 10 },
        { id: "a", file: "/logs/a.log", offset: 9 },
      ),
    ).toEqual(["a", "b", "c"]);
  });

  test("trailing zeros make no difference", () => {
    expect(
      order(
        { id: "b", timestamp: "2026-01-31T10:00:00.500Z", offset: 2 },
        { id: "a", timestamp: "2026-01-31T10:00:00.5Z", offset: 1 },
      ),
    ).toEqual(["a", "b"]);
  });

  test("leaves what it was given alone", () => {
    const lines = [foundLine({ offset: 2 }), foundLine({ offset: 1 })];
    inOrder(lines);
    expect(lines.map((line) => line.offset)).toEqual([2, 1]);
  });

  test("makes the chain of services: each once, by its first line", () => {
    const line = (service: string, second: number) => foundLine({ service, timestamp: `2026-01-31T10:00:0${second}Z` });
    expect(chainOf([line("payments", 3), line("gateway", 5), line("orders", 2), line("gateway", 1)])).toEqual([
      "gateway",
      "orders",
      "payments",
    ]);
    expect(chainOf([])).toEqual([]);
  });
});

describe("jaegerServices", () => {
  test("names each service that has a span, in alphabetical order", async () => {
    const { url, received } = await serving(() => ({
      body: {
        data: [
          {
            spans: [{ processID: "p2" }, { processID: "p1" }, { processID: "p2" }],
            processes: { p1: { serviceName: "gateway" }, p2: { serviceName: "orders" }, p3: { serviceName: "silent" } },
          },
        ],
      },
    }));
    expect(await jaegerServices(url, "abc")).toEqual(["gateway", "orders"]);
    expect(received[0]?.path).toBe("/api/traces/abc");
  });

  test("a trace that Jaeger does not know has none", async () => {
    const { url } = await serving(() => ({ status: 404, body: "trace not found" }));
    expect(await jaegerServices(url, "abc")).toEqual([]);
  });

  test("any other answer is told", async () => {
    const { url } = await serving(() => ({ status: 500, body: "broken" }));
    await expect(jaegerServices(url, "abc")).rejects.toThrow(new Error("Jaeger answered with 500: broken"));
  });
});
