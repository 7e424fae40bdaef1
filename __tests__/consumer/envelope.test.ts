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
