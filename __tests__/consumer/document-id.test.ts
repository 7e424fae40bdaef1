import { describe, expect, test } from "@jest/globals";
import { documentId, messageId } from "../../consumer/src/document/document-id";

const origin = { host: "node-1", file: "/var/log/myapp/orders.log", inode: "7", offset: 42 };

describe.each([true, false])("the document id, of a line with a time of its own: %s", (hasTime) => {
  const id = (at: typeof origin, content: string) => documentId(at, content, hasTime);

  test("is the same for the same line, and safe in JSON and URLs", () => {
    expect(id({ ...origin }, "line")).toBe(id(origin, "line"));
    expect(id(origin, "line")).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test.each([
    ["host", { ...origin, host: "node-2" }, "line"],
    ["file", { ...origin, file: "/var/log/myapp/users.log" }, "line"],
    ["offset", { ...origin, offset: 43 }, "line"],
    ["content", origin, "line2"],
  ])("changes with the %s", (_, changed, content) => {
    expect(id(changed, content)).not.toBe(id(origin, "line"));
  });

  test("survives a rotation", () => {
    const rotated = { ...origin, file: "/var/log/myapp/orders-2026-01-31T10-00-00.000-size.log" };
    expect(id(rotated, "line")).toBe(id(origin, "line"));
  });

  test("does not confuse where one part ends and the next begins", () => {
    const at = (host: string, file: string, inode: string, offset: number) => ({ host, file, inode, offset });
    expect(id(at("a", "b1", "", 1), "x")).not.toBe(id(at("a", "b", "", 11), "x"));
    expect(id(at("ab", "c", "", 1), "x")).not.toBe(id(at("a", "bc", "", 1), "x"));
    expect(id(at("a", "b", "1", 1), "x")).not.toBe(id(at("a", "b1", "", 1), "x"));
  });
});

test("document ids do not change between versions: replays cross upgrades", () => {
  expect([documentId(origin, "line", true), documentId(origin, "line", false)]).toEqual([
    "9P8Pr4v9oISixHrLF3luep",
    "EIUxMibI3C76rhOZvaHTBM",
  ]);
});

test("a line with a time is the same in a dated copy, and on a node that was restored", () => {
  const copy = { ...origin, file: "/var/log/myapp/orders-20260131.log", inode: "8" };
  expect(documentId(copy, "line", true)).toBe(documentId(origin, "line", true));
});

test("two runs of a job that begin alike, without a time, are two documents", () => {
  const run = (hour: number, inode: string) => ({ ...origin, file: `/logs/job-2026-01-31T${hour}-00-00.log`, inode });
  expect(documentId(run(10, "8"), "backup started", false)).not.toBe(documentId(run(11, "9"), "backup started", false));
});

test("a message without an origin is known by its place in Kafka", () => {
  const id = messageId("app-logs", "t1", 1, 2);
  expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(messageId("app-logs", "t1", 1, 2)).toBe(id);
});

test.each([
  ["topic", messageId("other", "t1", 1, 2)],
  ["topic's id, as a topic that is created again has the same offsets", messageId("app-logs", "t2", 1, 2)],
  ["partition", messageId("app-logs", "t1", 2, 2)],
  ["offset", messageId("app-logs", "t1", 1, 3)],
])("the id of such a message changes with the %s", (_, id) => {
  expect(id).not.toBe(messageId("app-logs", "t1", 1, 2));
});

test("a message whose topic's id was not kept has the id that it had before ids of topics were kept", () => {
  expect(messageId("app-logs", undefined, 1, 2)).toBe("uelhRC7EOmTinkiljkuZZA");
});
