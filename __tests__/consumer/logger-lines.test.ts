import { describe, expect, test } from "@jest/globals";
import { parseEnvelope } from "../../consumer/src/document/envelope";
import { Normaliser } from "../../consumer/src/document/normaliser";
import { LOGGER_LINES, TIME } from "./logger-lines";

const NOW = Date.UTC(2026, 10, 30, 23, 41);
const normaliser = new Normaliser("logs-app-test");

type Document = Readonly<Record<string, unknown>>;

function documentOf(message: string | object): Document {
  const envelope = parseEnvelope(Buffer.from(typeof message === "string" ? message : JSON.stringify(message)));
  if (typeof envelope === "string") throw new Error(envelope);
  return JSON.parse(normaliser.normalise(envelope, NOW, NOW).json) as Document;
}

const shipped = (line: string) => ({
  "@timestamp": "2026-11-30T23:40:01.000Z",
  "@metadata": { beat: "filebeat", type: "_doc", version: "9.3.0" },
  log: { offset: 7, file: { path: "/var/log/myapp/s.log" } },
  message: line,
});

const documentOfLine = (line: string | object) =>
  documentOf(shipped(typeof line === "string" ? line : JSON.stringify(line)));

/** The value at a path, null where there is none. */
function at(document: Document, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Document | null)?.[key] ?? null, document);
}

function values(document: Document, paths: readonly string[]): Document {
  return Object.fromEntries(paths.map((path) => [path, at(document, path)]));
}

test.each(LOGGER_LINES)("$name", ({ line, expected, isMessage }) => {
  const document = isMessage ? documentOf(line) : documentOfLine(line);
  expect(values(document, Object.keys(expected))).toEqual(expected);
});

describe("of several names of a field the contract's first counts, wherever it stands", () => {
  test.each<[string, Document, Document]>([
    [
      "the field's own name",
      { level: "info", "log.level": "error" },
      { "log.level": "error", "attributes.level": "info" },
    ],
    [
      "ECS's objects",
      { service_name: "alias", service: { name: "own" } },
      { "service.name": "own", "attributes.service_name": "alias" },
    ],
    [
      "the services' first name",
      { time: "2027-01-01T00:00:00Z", ts: 1796082001, timestamp: TIME },
      { "@timestamp": TIME, "attributes.ts": 1796082001, "attributes.time": "2027-01-01T00:00:00Z" },
    ],
    [
      "ECS's name before the services' first",
      { timestamp: "2027-01-01T00:00:00Z", "@timestamp": TIME },
      { "@timestamp": TIME, "attributes.timestamp": "2027-01-01T00:00:00Z" },
    ],
    [
      "the services' first name of a method",
      { method: "charge", http_method: "POST" },
      { "http.request.method": "POST", "attributes.method": "charge" },
    ],
    [
      "a source file's own name",
      { caller: "a.go:1", log: { origin: { file: { name: "b.go", line: 2 } } } },
      { "log.origin.file.name": "b.go", "log.origin.file.line": 2, "attributes.caller": "a.go:1" },
    ],
    [
      "zap's caller before logrus' file",
      { file: "b.go:2", caller: "a.go:1" },
      { "log.origin.file.name": "a.go", "log.origin.file.line": 1, "attributes.file": "b.go:2" },
    ],
    [
      "a line's own name, for the line",
      { caller: "a.go:1", "log.origin.file.line": 2 },
      { "log.origin.file.name": "a.go", "log.origin.file.line": 2, "attributes.caller": "a.go:1" },
    ],
  ])("%s", (_, line, expected) => {
    const entries = Object.entries(line);
    for (const ordered of [entries, entries.toReversed()]) {
      const document = documentOfLine(Object.fromEntries(ordered));
      expect(values(document, Object.keys(expected))).toEqual(expected);
      expect(document["tags"]).toBeUndefined();
    }
  });

  test("if its value is none, the next name's counts, and the document says so", () => {
    for (const line of [`{"timestamp":"soon","time":"${TIME}"}`, `{"time":"${TIME}","timestamp":"soon"}`]) {
      expect(documentOfLine(line)).toMatchObject({
        "@timestamp": TIME,
        tags: ["timestamp-invalid"],
        attributes: { timestamp: "soon" },
      });
    }
  });

  test("the delay is that of the time that counts", () => {
    const document = documentOfLine({ time: "2026-11-30T23:40:30Z", timestamp: "2026-11-30T23:40:59Z" });
    expect(at(document, "log_pipeline.delay")).toBe(1000);
  });

  test("the next line begins anew", () => {
    documentOfLine({ time: "2027-01-01T00:00:00Z", timestamp: TIME });
    expect(documentOfLine({ time: "2027-01-01T00:00:00Z" })["@timestamp"]).toBe("2027-01-01T00:00:00Z");
  });
});

describe("a spelling with more in it than the field is kept besides", () => {
  test.each<[string, unknown, string, unknown]>([
    ["level", "WRN", "log.level", "warn"],
    ["level", 35, "log.level", "info"],
    ["log.level", "DEBUG-4", "log.level", "trace"],
    ["client_ip", "fe80::1%eth0", "client.ip", "fe80::1"],
    ["client_ip", ["203.0.113.7", "10.0.0.1"], "client.ip", "203.0.113.7"],
    ["span_id", "0000000000000000", "span.id", null],
    ["trace.id", "", "trace.id", null],
  ])("%s %j", (key, value, field, expected) => {
    const document = documentOfLine({ [key]: value });
    expect(at(document, field)).toBe(expected);
    expect(document["attributes"]).toEqual({ [key]: value });
    expect(document["tags"]).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ["level", "WARN"],
    ["level", "Warning"],
    ["level", "notice"],
    ["level", 3],
    ["client_ip", "203.0.113.7:80"],
    ["trace_id", "4BF92F3577B34DA6A3CE929D0E0E4736"],
    ["trace_id", "Root=1-67891233-ABCDEF012345678912345678"],
  ])("%s %j has no more in it", (key, value) => {
    expect(documentOfLine({ [key]: value })).not.toHaveProperty("attributes");
  });
});

describe("a name for a source file that is a name for much else", () => {
  test.each(["report.pdf", "C:\\reports\\a.pdf", ":42", "a.go:", "a.go:4x"])("%s is none", (file) => {
    expect(documentOfLine({ file })).toMatchObject({ attributes: { file } });
    expect(documentOfLine({ file })).not.toHaveProperty("log.origin");
  });

  test("nor is an object", () => {
    expect(documentOfLine({ file: { path: "/a" } })).toMatchObject({ attributes: { file: { path: "/a" } } });
  });
});

describe("a number as a text is one only in decimal digits", () => {
  test.each(["0x1F4", "1e3", " 12 ", "12.0", "+5", "007", "0b1", "Infinity", "1_000", "-"])(
    "status %j is none",
    (status) => {
      expect(documentOfLine({ status })).toMatchObject({ tags: ["field-invalid"], attributes: { status } });
    },
  );

  test.each(["0x5", "1e3", " 1.5", ".5", "5."])("duration_ms %j is none", (duration_ms) => {
    expect(documentOfLine({ duration_ms })).toMatchObject({ tags: ["field-invalid"], attributes: { duration_ms } });
  });

  test.each<[string, number]>([
    ["200", 200],
    ["0", 0],
    ["-1", -1],
  ])("status %j is %d", (status, expected) => {
    expect(at(documentOfLine({ status }), "http.response.status_code")).toBe(expected);
  });
});

describe("numbers that a double cannot hold are kept as they are written", () => {
  test.each([
    "0.12345678901234567890",
    "100.00000000000000001",
    "0.99999999999999999999",
    "-3.141592653589793238462643",
    "12345678901.2345678901234",
    "1e-400",
    "-1E-0400",
    "1.2345e-320",
    `0.${"0".repeat(400)}1`,
    "1234567890123456.7",
    "1796082000.123456789",
    "12345678901234567e-3",
  ])("%s", (number) => {
    const line = `{"a":${number},"b":[1, ${number}],"c":{"d":0.1,"e":${number}},"f":{"duration_ms":${number}},"http":{"duration_ms":${number}}}`;
    expect(documentOfLine(line)["attributes"]).toEqual({
      a: number,
      b: [1, number],
      c: { d: 0.1, e: number },
      f: { duration_ms: number },
      "http.duration_ms": number,
    });
  });

  test.each([
    "1.10",
    "0.1",
    "12.857142857142858",
    "0.14285714285714285",
    "100e-2",
    "0",
    "-0.0",
    "0e-400",
    "2.50000000000000000000",
  ])("%s is held by one, and stays a number", (number) => {
    expect(documentOfLine(`{"a":${number},"b":${number}}`)["attributes"]).toEqual(
      JSON.parse(JSON.stringify({ a: Number(number), b: Number(number) })),
    );
  });

  test("wherever they stand among others", () => {
    const exact = "0.1428571428571428";
    const line = `{"a":[${exact},0.12345678901234567890,${exact}],"b":"12345678901234567890","c":-0.12345678901234567891}`;
    expect(documentOfLine(line)["attributes"]).toEqual({
      a: [Number(exact), "0.12345678901234567890", Number(exact)],
      b: "12345678901234567890",
      c: "-0.12345678901234567891",
    });
  });

  test("a duration is rounded to nanoseconds only where its field takes it", () => {
    expect(at(documentOfLine('{"duration_ms":12.34567890123456789}'), "event.duration")).toBe(12_345_679);
    const tooLong = "1234567890123456.789";
    expect(documentOfLine(`{"duration_ms":${tooLong}}`)).toMatchObject({
      tags: ["field-invalid"],
      attributes: { duration_ms: tooLong },
    });
    expect(documentOfLine('{"event.duration":5,"duration_ms":0.12345678901234567890}')).toMatchObject({
      event: { duration: 5 },
      attributes: { duration_ms: "0.12345678901234567890" },
    });
  });
});

describe("NULs before a line", () => {
  test("are dropped before text, which is marked", () => {
    expect(documentOfLine("\0\0panic: x")).toMatchObject({
      message: "panic: x",
      event: { original: "panic: x" },
      tags: ["not-json", "nul-padding"],
    });
  });

  test("that the shipper cut off within them: one is left, and two tags and a flag tell why", () => {
    const message = shipped("\0".repeat(1024 * 1024));
    expect(documentOf({ ...message, log: { ...message.log, flags: ["truncated"] } })).toMatchObject({
      message: "\0",
      event: { original: "\0" },
      log: { flags: ["truncated"], offset: 7 },
      tags: ["not-json", "nul-padding"],
    });
  });

  test("within a line stay", () => {
    expect(documentOfLine("a\0\0b")).toMatchObject({ message: "a\0\0b", tags: ["not-json"] });
  });
});
