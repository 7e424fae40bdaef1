import { describe, expect, test } from "@jest/globals";
import { parseEnvelope } from "../../consumer/src/document/envelope";

const parse = (value: unknown) => parseEnvelope(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));

describe("what a shipper writes", () => {
  test("Filebeat 7.17", () => {
    const value = {
      "@timestamp": "2026-01-31T10:00:00.000Z",
      "@metadata": { beat: "filebeat", type: "_doc", version: "7.17.28" },
      message: "line",
      log: { offset: 0, file: { path: "/var/log/myapp/a.log" }, flags: ["truncated", 5] },
      host: { name: "node-1" },
      agent: { name: "x" },
    };
    expect(parse(value)).toEqual({
      message: "line",
      timestamp: "2026-01-31T10:00:00.000Z",
      origin: { host: "node-1", file: "/var/log/myapp/a.log", offset: 0, inode: "" },
      host: "node-1",
      path: "/var/log/myapp/a.log",
      offset: 0,
      flags: ["truncated"],
    });
  });

  test("Filebeat 9", () => {
    const value = {
      message: "",
      log: { offset: 5, file: { path: "/a.log", inode: "1", device_id: "2" } },
    };
    expect(parse(value)).toMatchObject({
      origin: { host: "", file: "/a.log", offset: 5, inode: "1" },
      host: undefined,
    });
  });

  test.each([
    ["no offset", { file: { path: "/a" } }],
    ["no path", { offset: 1, file: {} }],
    ["an offset that is none", { offset: 1.5, file: { path: "/a" } }],
    ["a negative offset", { offset: -1, file: { path: "/a" } }],
    ["log is a text", "x"],
    ["log is null", null],
  ])("without an origin: %s", (_, log) => {
    expect(parse({ message: "m", log })).toMatchObject({ message: "m", origin: undefined });
  });
});

describe("what is no envelope", () => {
  test.each([
    ["not JSON", "plain"],
    ["half of it", '{"message":"x'],
    ["not an object", "[1]"],
    ["null", "null"],
    ["a text", '"x"'],
    ["without a message", {}],
    ["with a message that is no text", { message: { a: 1 } }],
    ["empty", ""],
  ])("%s", (_, value) => {
    expect(typeof parse(value)).toBe("string");
  });

  test("a tombstone", () => {
    expect(parseEnvelope(null)).toBe("the message has no value");
  });
});

describe("a line that was written to the topic without an envelope", () => {
  test.each<[string, object]>([
    ["of zap", { level: "info", ts: 1796082000.5, msg: "m", n: 1 }],
    ["of logrus", { time: "2026-11-30T23:40:00Z", msg: "m" }],
    ["of slog", { time: "2026-11-30T23:40:00Z", level: "INFO", msg: "m" }],
    ["of ecszap", { "log.level": "info", "@timestamp": "2026-11-30T23:40:00Z", message: "m", "ecs.version": "1.6.0" }],
    ["in ECS's objects", { "@timestamp": "2026-11-30T23:40:00Z", log: { level: "info" }, message: "m" }],
    ["with a service", { service_name: "s", message: "m" }],
    ["with a trace", { trace_id: "a3ce929d0e0e4736", message: "m" }],
    ["with nothing but fields of its own", { message: "m", cart: { items: 3 } }],
    ["without a message", { timestamp: "2026-11-30T23:40:00Z", cart: 3 }],
    ["whose message is JSON", { level: "info", message: '{"a":1}' }],
    ["with a message that is no text", { level: "info", message: { a: 1 } }],
  ])("%s", (_, line) => {
    const message = JSON.stringify(line);
    expect(parse(message)).toEqual({ message });
  });

  test.each<[string, object]>([
    ["with metadata", { "@metadata": { beat: "filebeat" }, message: "m", level: "info" }],
    ["with an offset", { message: "m", log: { offset: 5, level: "info" }, service: { name: "s" } }],
    ["with a file", { message: "m", log: { file: { path: "/a" } }, level: "info", msg: "other" }],
    ["with nothing but the line", { message: "m" }],
    ["with nothing but the line, its time and its host", { "@timestamp": "x", message: "m", host: { name: "n" } }],
    ["of an unknown shipper", { message: "  {}", source_type: "file", file: "/a" }],
  ])("is none of a shipper: %s", (_, envelope) => {
    const { message } = envelope as { message: string };
    expect(parse(envelope)).toMatchObject({ message });
  });

  test.each<[string, object]>([
    ["metadata", { "@metadata": { beat: "filebeat" }, level: "info" }],
    ["fields that say nothing of a line", { cart: 3 }],
    ["a time alone, of a shipper", { "@timestamp": "2026-11-30T23:40:00Z", cart: 3 }],
  ])("is none where there is no text, but %s", (_, value) => {
    expect(parse(value)).toBe("the message has no text in its 'message'");
  });
});
