import { describe, expect, test } from "@jest/globals";
import { documentId, messageId } from "../../consumer/src/document/document-id";

const origin = { host: "node-1", file: "/var/log/myapp/orders.log", offset: 42 };

describe("the document id", () => {
  test("is the same for the same line, and safe in JSON and URLs", () => {
    const id = documentId(origin, "line");
    expect(documentId({ ...origin }, "line")).toBe(id);
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test("does not change between versions: replays cross upgrades", () => {
    expect(documentId(origin, "line")).toBe("MlAUKoI7P0K6hz9cDwVnvh");
  });

  test.each([
    ["host", { ...origin, host: "node-2" }, "line"],
    ["file", { ...origin, file: "/var/log/myapp/users.log" }, "line"],
    ["offset", { ...origin, offset: 43 }, "line"],
    ["content", origin, "line2"],
    ["fingerprint", { ...origin, fingerprint: "abc" }, "line"],
  ])("changes with the %s", (_, changed, content) => {
    expect(documentId(changed, content)).not.toBe(documentId(origin, "line"));
  });

  test("survives a rotation", () => {
    const rotated = { ...origin, file: "/var/log/myapp/orders-2026-01-31T10-00-00.000-size.log" };
    expect(documentId(rotated, "line")).toBe(documentId(origin, "line"));
  });

  test("goes by the fingerprint, not by the name, where there is one", () => {
    const before = { ...origin, fingerprint: "abc" };
    expect(documentId({ ...before, file: "/var/log/myapp/other.log" }, "line")).toBe(documentId(before, "line"));
  });

  test("does not confuse where one part ends and the next begins", () => {
    expect(documentId({ host: "a", file: "b1", offset: 1 }, "x")).not.toBe(
      documentId({ host: "a", file: "b", offset: 11 }, "x"),
    );
    expect(documentId({ host: "ab", file: "c", offset: 1 }, "x")).not.toBe(
      documentId({ host: "a", file: "bc", offset: 1 }, "x"),
    );
  });
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
