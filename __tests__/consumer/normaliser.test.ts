import { describe, expect, test } from "@jest/globals";
import { ECS_VERSION, IGNORE_ABOVE, LOG_EVENT_FIELDS } from "../../contract/log-event";
import { parseEnvelope, type Envelope } from "../../consumer/src/document/envelope";
import { Normaliser } from "../../consumer/src/document/normaliser";

const RECEIVED = Date.UTC(2026, 0, 31, 9);
const NOW = Date.UTC(2026, 0, 31, 11);
const READ_AT = "2026-01-31T10:00:00.000Z";

const normaliser = new Normaliser("logs-app-eu-west");

type Document = Record<string, unknown>;

/** The document of a line from no file that is known, without what every document has. */
function normalise(line: string | object, more: object = {}): Document {
  const document = whole(line, { log: { offset: 7 }, ...more });
  const { event, log } = document as { event: Document; log: Document };
  for (const constant of ["data_stream", "ecs", "host", "log_pipeline"]) delete document[constant];
  for (const constant of ["created", "ingested"]) delete event[constant];
  for (const constant of ["file", "offset"]) delete log[constant];
  for (const object of ["event", "log"])
    if (Object.keys(document[object] as object).length === 0) delete document[object];
  return document;
}

function whole(line: string | object, more: object = {}): Document {
  const message = typeof line === "string" ? line : JSON.stringify(line);
  const envelope = parseEnvelope(
    Buffer.from(
      JSON.stringify({
        "@timestamp": READ_AT,
        message,
        log: { offset: 7, file: { path: "/var/log/myapp/orders.log" } },
        host: { name: "node-1" },
        ...more,
      }),
    ),
  ) as Envelope;
  return JSON.parse(normaliser.normalise(envelope, RECEIVED, NOW).json) as Document;
}

test("what every document has, whatever its line", () => {
  expect(whole("x", { log: { offset: 7, file: { path: "/var/log/myapp/a.log" }, flags: ["truncated"] } })).toEqual({
    "@timestamp": READ_AT,
    message: "x",
    service: { name: "a" },
    tags: ["not-json"],
    log: { file: { path: "/var/log/myapp/a.log" }, offset: 7, flags: ["truncated"] },
    event: { created: READ_AT, ingested: "2026-01-31T11:00:00.000Z", original: "x" },
    host: { name: "node-1" },
    ecs: { version: ECS_VERSION },
    data_stream: { type: "logs", dataset: "app", namespace: "eu-west" },
    log_pipeline: { delay: 3_600_000 },
  });
});

describe("the service", () => {
  const fileOf = (path: string) => ({ log: { offset: 7, file: { path } } });

  test("is the one that the line names", () => {
    expect(whole({ service_name: "shop" }, fileOf("/logs/orders.log"))["service"]).toEqual({ name: "shop" });
  });

  test.each<[string, string | object]>([
    ["a panic", "panic: boom\n\ngoroutine 1 [running]:"],
    ["a JSON line", { msg: "m" }],
  ])("is the one of the file's name where the line names none: %s", (_, line) => {
    expect(whole(line, fileOf("/logs/orders-2026-01-31T10-00-00.000.log"))["service"]).toEqual({ name: "orders" });
  });

  test("is of this line's file, not of the one before", () => {
    const names = ["/logs/a.log", "/logs/.log", "/logs/b.log"].map((path) => whole("x", fileOf(path))["service"]);
    expect(names).toEqual([{ name: "a" }, undefined, { name: "b" }]);
  });
});

describe("the delay, from the line's own time to the document", () => {
  test.each<[string, unknown, number]>([
    ["of milliseconds", "2026-01-31T10:59:58.765Z", 1235],
    ["of nanoseconds, which are cut off", "2026-01-31T10:59:59.123999999Z", 877],
    ["of a tenth of a second", "2026-01-31T10:59:59.1Z", 900],
    ["in another zone", "2026-01-31T12:59:59.5+02:00", 500],
    ["of seconds since 1970", Date.UTC(2026, 0, 31, 10, 59) / 1000 + 0.25, 59_750],
    ["of nanoseconds since 1970", "1769857199123456789", 877],
    ["that is ahead of ours", "2026-01-31T11:00:01Z", -1000],
    ["that is none, so that it was read then", "yesterday", 3_600_000],
  ])("a time %s", (_, timestamp, delay) => {
    expect(whole({ timestamp, msg: "m" })["log_pipeline"]).toEqual({ delay });
  });

  test("is of the time that counts, as the document's", () => {
    const document = whole({ timestamp: "2026-01-31T10:59:59Z", time: "2026-01-31T10:00:00Z" });
    expect(document).toMatchObject({ "@timestamp": "2026-01-31T10:59:59Z", log_pipeline: { delay: 1000 } });
  });

  test("is of this line, not of the one before", () => {
    whole({ timestamp: "2026-01-31T10:59:59Z" });
    expect(whole("text")["log_pipeline"]).toEqual({ delay: 3_600_000 });
    expect(whole('{"timestamp":"2026-01-31T10:59:59Z"')["log_pipeline"]).toEqual({ delay: 3_600_000 });
  });

  test("is not what a line says", () => {
    const document = whole({ "log_pipeline.delay": 5, log_pipeline: { dead_letter: { reason: "none" } } });
    expect(document["log_pipeline"]).toEqual({ delay: 3_600_000 });
    expect(document["attributes"]).toEqual({ "log_pipeline.delay": 5, "log_pipeline.dead_letter.reason": "none" });
  });
});

test("an envelope without a valid time: the time at which Kafka got it", () => {
  for (const timestamp of [undefined, "bogus", 12]) {
    const document = whole({ msg: "m" }, { "@timestamp": timestamp });
    expect(document["@timestamp"]).toBe("2026-01-31T09:00:00.000Z");
    expect(document["event"]).toMatchObject({ created: "2026-01-31T09:00:00.000Z" });
  }
});

describe("lines of the services' loggers", () => {
  test("zap, with the names that this project's services use", () => {
    const line = {
      level: "WARN",
      timestamp: "2026-01-31T09:59:59.123456789Z",
      logger: "http",
      caller: "orders/handler.go:117",
      msg: "slow",
      service_name: "orders",
      service_version: "1.4.2",
      trace_id: "0af7651916cd43dd8448eb211c80319c",
      span_id: "b7ad6b7169203331",
      request_id: "req-1",
      http_method: "POST",
      path: "/orders",
      status: 201,
      bytes: 1234,
      duration_ms: 12.345678,
      client_ip: "10.1.2.3",
      user_agent: "curl/8",
      user_id: "u-1",
      upstream: "payments",
      error: "timeout",
      error_type: "net",
      error_code: 504,
      stacktrace: "main.go:1\nmain.go:2",
      customer: { id: 7, tier: "gold" },
    };
    expect(normalise(line)).toEqual({
      "@timestamp": "2026-01-31T09:59:59.123456789Z",
      message: "slow",
      log: { level: "warn", logger: "http", origin: { file: { name: "orders/handler.go", line: 117 } } },
      service: { name: "orders", version: "1.4.2", target: { name: "payments" } },
      trace: { id: "0af7651916cd43dd8448eb211c80319c" },
      span: { id: "b7ad6b7169203331" },
      http: { request: { id: "req-1", method: "POST" }, response: { status_code: 201, body: { bytes: 1234 } } },
      url: { path: "/orders" },
      client: { ip: "10.1.2.3" },
      user_agent: { original: "curl/8" },
      user: { id: "u-1" },
      event: { duration: 12_345_678 },
      error: { type: "net", code: "504", message: "timeout", stack_trace: "main.go:1\nmain.go:2" },
      attributes: { customer: { id: 7, tier: "gold" } },
    });
  });

  test("zap's default encoders: seconds as a float", () => {
    expect(normalise({ level: "info", ts: 1769853599.5, msg: "m" })).toEqual({
      "@timestamp": "2026-01-31T09:59:59.500000Z",
      message: "m",
      log: { level: "info" },
    });
  });

  test("zap's nanoseconds, which no JavaScript number holds", () => {
    expect(normalise('{"ts":1769853599123456789,"msg":"m"}')).toEqual({
      "@timestamp": "2026-01-31T09:59:59.123456789Z",
      message: "m",
    });
  });

  test("logrus", () => {
    expect(normalise({ level: "warning", time: "2026-01-31T11:59:59+02:00", msg: "m", func: "main.f" })).toEqual({
      "@timestamp": "2026-01-31T11:59:59+02:00",
      message: "m",
      log: { level: "warn", origin: { function: "main.f" } },
    });
  });

  test("ecszap: dotted keys, objects, and dotted keys in objects", () => {
    const line = {
      "log.level": "error",
      "@timestamp": "2026-01-31T09:59:59.123Z",
      "log.logger": "http",
      "log.origin": { "file.name": "main.go", "file.line": 12, function: "main.f" },
      message: "m",
      error: { message: "e", stack_trace: "s", kind: "k" },
      "ecs.version": "1.6.0",
      "service.name": "orders",
      http: { response: { status_code: 500 }, "request.id": "r" },
      "trace.id": "t",
    };
    expect(normalise(line)).toEqual({
      "@timestamp": "2026-01-31T09:59:59.123Z",
      message: "m",
      log: { level: "error", logger: "http", origin: { file: { name: "main.go", line: 12 }, function: "main.f" } },
      error: { message: "e", stack_trace: "s" },
      service: { name: "orders" },
      http: { request: { id: "r" }, response: { status_code: 500 } },
      trace: { id: "t" },
      attributes: { "error.kind": "k" },
    });
  });

  test("every name in the contract leads to its field", () => {
    const samples: Record<string, unknown> = { long: 5, ip: "::1", date_nanos: "2026-01-31T09:00:00Z" };
    const own =
      /^(log\.(file\.path|offset|flags)|event\.(created|ingested|original)|host\.name|ecs\.version|data_stream\..*|tags|attributes|log_pipeline\..*)$/;
    for (const [path, field] of Object.entries(LOG_EVENT_FIELDS)) {
      if (own.test(path)) continue;
      for (const name of [path, ...("from" in field ? field.from : [])]) {
        const document = normalise({ [name]: samples[field.type] ?? "text" });
        const value = path.split(".").reduce<unknown>((at, part) => (at as Document)[part], document);
        expect([name, value]).toEqual([name, name === "duration_ms" ? 5_000_000 : (samples[field.type] ?? "text")]);
        expect(document["attributes"]).toBeUndefined();
      }
    }
  });
});

describe("what a field cannot take is kept beside it", () => {
  test.each([
    ["long", { status: "not a number" }],
    ["a fraction", { bytes: 1.5 }],
    ["an empty text", { status: "" }],
    ["an object for a long", { status: { code: 200 } }],
    ["a list for a keyword", { service_name: ["a", "b"] }],
    ["an object for a keyword", { level: { a: 1 } }],
    ["a bad address", { client_ip: "10.0.0.256" }],
    ["an object for a text", { msg: { a: 1 } }],
    ["a number for a stack", { stack: 5 }],
    ["a duration beyond what is exact", { duration_ms: 1e15 }],
  ])("%s", (_, line) => {
    expect(normalise(line)).toEqual({ "@timestamp": READ_AT, tags: ["field-invalid"], attributes: line });
  });

  test.each(["yesterday", "2026-02-30T10:00:00Z", "1969-01-01T00:00:00Z", -1, { a: 1 }, true])(
    "timestamp %p",
    (timestamp) => {
      expect(normalise({ timestamp, msg: "m" })).toEqual({
        "@timestamp": READ_AT,
        message: "m",
        tags: ["timestamp-invalid"],
        attributes: { timestamp },
      });
    },
  );

  test("what says the same in another type is taken", () => {
    expect(
      normalise({ status: "200", bytes: 7.0, msg: 5, service_name: true, error_code: 12, duration_ms: "1.5" }),
    ).toEqual({
      "@timestamp": READ_AT,
      message: "5",
      service: { name: "true" },
      http: { response: { status_code: 200, body: { bytes: 7 } } },
      event: { duration: 1_500_000 },
      error: { code: "12" },
    });
  });

  test("a second name of a field, and what the consumer says itself", () => {
    const line = {
      msg: "first",
      message: "second",
      "host.name": "liar",
      log: { offset: 99 },
      data_stream: { type: "metrics" },
    };
    expect(normalise(line)).toEqual({
      "@timestamp": READ_AT,
      message: "second",
      attributes: { msg: "first", "host.name": "liar", "log.offset": 99, "data_stream.type": "metrics" },
    });
    expect(whole(line)["host"]).toEqual({ name: "node-1" });
  });

  test("tags are added to ours", () => {
    expect(normalise({ tags: ["a", "field-invalid"], status: "x" })["tags"]).toEqual(["a", "field-invalid"]);
    expect(normalise({ tags: "one" })["tags"]).toEqual(["one"]);
    expect(normalise({ tags: [1] })).toEqual({
      "@timestamp": READ_AT,
      tags: ["field-invalid"],
      attributes: { tags: [1] },
    });
  });
});

describe("numbers are never rounded without a word", () => {
  test("64-bit integers become text, wherever they are", () => {
    const line =
      '{"order":1234567890123456789,"deep":{"list":[9007199254740993]},"bytes":9223372036854775807,"msg":"9007199254740993"}';
    expect(normalise(line)).toEqual({
      "@timestamp": READ_AT,
      message: "9007199254740993",
      tags: ["field-invalid"],
      attributes: { order: "1234567890123456789", deep: { list: ["9007199254740993"] }, bytes: "9223372036854775807" },
    });
  });

  test("not even in what is kept as text", () => {
    const deep = `${'{"d":'.repeat(15)}1234567890123456789${"}".repeat(15)}`;
    expect(JSON.stringify(normalise(deep)["attributes"])).toContain("1234567890123456789");
    expect(JSON.stringify(normalise(`{"${"k".repeat(5000)}":1234567890123456789}`)["attributes"])).toContain(
      "1234567890123456789",
    );
  });

  test("nor made infinite", () => {
    expect(normalise('{"a":1e400,"b":-1e400,"c":1e300}')["attributes"]).toEqual({
      a: "1e400",
      b: "-1e400",
      c: "1e300",
    });
  });
});

describe("lines that are not JSON objects", () => {
  test.each([
    "plain text",
    "",
    "   ",
    "{",
    '{"a":1',
    '{"a":1} trailing',
    "null",
    "123",
    '"text"',
    "[1,2]",
    "{'a':1}",
    "\u0000",
    "\ud800",
    "\ufffd{",
  ])("%p", (line) => {
    expect(normalise(line)).toEqual({
      "@timestamp": READ_AT,
      message: line,
      event: { original: line },
      tags: ["not-json"],
    });
  });

  test("nothing of a line that breaks off is kept as a field", () => {
    expect(normalise('{"level":"info","service_name":"x","a":')).not.toHaveProperty("service");
  });

  test("leading white space does not make it another line", () => {
    expect(normalise(' \t{"msg":"m"}')).toEqual({ "@timestamp": READ_AT, message: "m" });
  });

  test("so deep that no parser or writer takes it", () => {
    const line = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect(normalise(line)).toMatchObject({ message: line, tags: ["not-json"] });
  });

  test("one event leaves nothing for the next", () => {
    normalise({ level: "info", a: 1, status: "x", tags: ["t"] });
    normalise('{"b":1,"level":"info"');
    expect(normalise({})).toEqual({ "@timestamp": READ_AT });
  });
});

describe("hostile fields", () => {
  test("survive as they are: NUL, broken surrogates, huge values", () => {
    const huge = "x".repeat(1024 * 1024);
    const line = { msg: huge, stack: huge, service_name: huge, a: huge, b: "\u0000\ud800\ufffd" };
    expect(normalise(line)).toEqual({
      "@timestamp": READ_AT,
      message: huge,
      service: { name: huge },
      error: { stack_trace: huge },
      attributes: { a: huge, b: "\u0000\ud800\ufffd" },
    });
  });

  test("null says nothing", () => {
    expect(
      normalise({ level: null, a: null, log: { origin: null, x: null }, o: { n: null, l: [null, 1] } })["attributes"],
    ).toEqual({ o: { l: [1] } });
  });

  test("keys that mean something to JavaScript mean nothing here", () => {
    const line = '{"__proto__":{"x":1},"constructor":"c","toString":1,"o":{"__proto__":2},"hasOwnProperty":true}';
    const document = whole(line);
    const attributes = Object.entries(document["attributes"] as object);
    expect(attributes.map(([key]) => key)).toEqual(["__proto__", "constructor", "toString", "o", "hasOwnProperty"]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("of one key twice in a line the last counts", () => {
    expect(normalise('{"a":1,"a":2}')["attributes"]).toEqual({ a: 2 });
  });

  test("no key is written twice, which Elasticsearch refuses", () => {
    const line = String.raw`{"log":{"x":1},"log.x":2,"a\u0000":3,"a\ufffd":4,"":5,"_":6," ":7,"o":{"k\u0000":1,"k\ufffd":2}}`;
    const { json } = normaliser.normalise(
      parseEnvelope(Buffer.from(JSON.stringify({ message: line }))) as Envelope,
      RECEIVED,
      NOW,
    );
    const attributes = json.slice(json.indexOf('"attributes"'));
    for (const value of [1, 2, 3, 4, 5, 6, 7]) expect(attributes).toContain(`:${value}`);
    const keys = [...attributes.matchAll(/"([^"]*)":/g)].map(([, key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(json).not.toContain("\\u0000");
  });

  test("a key with a broken surrogate becomes one that UTF-8 can carry", () => {
    expect(normalise('{"a\\ud800":1,"o":{"\\udfff":2}}')["attributes"]).toEqual({ "a\ufffd": 1, o: { "\ufffd": 2 } });
  });

  test("objects beyond the depth limit are kept as text", () => {
    const nest = (levels: number): object => (levels === 0 ? { leaf: 1 } : { d: nest(levels - 1) });
    const attributes = normalise(nest(30))["attributes"];
    let depth = 0;
    let at: unknown = attributes;
    for (; typeof at === "object" && at !== null; depth++) at = Object.values(at)[0];
    expect(depth).toBe(10);
    expect(JSON.parse(at as string)).toEqual(nest(20));
    expect(normalise(nest(9))["attributes"]).toEqual(nest(9));
  });

  test("a key path that is too long is cut, told apart from others, and kept in the text", () => {
    const long = "k".repeat(40_000);
    const attributes = normalise({ [long]: 1, [`${long}2`]: { a: 1 }, o: { [long]: "v" } })["attributes"] as Document;
    const [first, second, third] = Object.keys(attributes);
    expect([first!.length, second!.length, third]).toEqual([75, 75, "o"]);
    expect(first).not.toBe(second);
    expect(JSON.parse(attributes[first!] as string)).toEqual({ [long]: 1 });
    expect(JSON.parse(Object.values(attributes["o"] as object)[0] as string)).toEqual({ [long]: "v" });
  });

  test("no key path with an indexed value can reach Lucene's limit", () => {
    const key = "\u4e2d".repeat(2000);
    const walk = (value: unknown, path: string): void => {
      if (typeof value === "object" && value !== null)
        for (const [name, item] of Object.entries(value)) walk(item, `${path}.${name}`);
      else expect(Buffer.byteLength(path) + 4 * IGNORE_ABOVE).toBeLessThan(32_766);
    };
    const nest = (levels: number): object | string => (levels === 0 ? "v" : { [key]: nest(levels - 1) });
    for (let levels = 1; levels <= 12; levels++)
      walk(normalise({ o: nest(levels), [key]: nest(levels) })["attributes"], "");
  });
});
