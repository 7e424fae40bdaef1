import { describe, expect, test } from "@jest/globals";
import { itemOutcome, readBulkResponse, requestOutcome } from "../../consumer/src/elasticsearch/bulk-response";

const item = (status: number, error?: object) => ({ create: { status, ...(error && { error }) } });

describe("an item", () => {
  test.each([
    [200, undefined, "delivered"],
    [201, undefined, "delivered"],
    [409, { type: "version_conflict_engine_exception" }, "delivered"],
    [400, { type: "document_parsing_exception", reason: "no date" }, "rejected"],
    [400, { type: "illegal_argument_exception", reason: "immense term" }, "rejected"],
    [422, undefined, "rejected"],
    [413, undefined, "too-large"],
  ] as const)("%p %p is %s", (status, error, kind) => {
    expect(itemOutcome(status, error).kind).toBe(kind);
  });

  test.each([
    [429, { type: "es_rejected_execution_exception" }, "overloaded"],
    [429, { type: "circuit_breaking_exception" }, "overloaded"],
    [429, { type: "cluster_block_exception", reason: "disk usage exceeded flood-stage watermark" }, "blocked"],
    [403, { type: "cluster_block_exception", reason: "index read-only" }, "blocked"],
    [400, { type: "x", caused_by: { type: "cluster_block_exception" } }, "blocked"],
    [401, { type: "security_exception" }, "unauthorized"],
    [403, { type: "security_exception" }, "unauthorized"],
    [404, { type: "index_not_found_exception" }, "stream-missing"],
    [400, { type: "illegal_argument_exception", reason: "[require_data_stream] is true" }, "stream-missing"],
    [400, { type: "validation_exception", reason: "this action would add [2] shards" }, "cluster-limit"],
    [400, { type: "illegal_argument_exception", reason: "pipeline with id [x] does not exist" }, "cluster-limit"],
    [408, undefined, "overloaded"],
    [500, undefined, "server-error"],
    [502, undefined, "server-error"],
    [503, { type: "unavailable_shards_exception" }, "server-error"],
  ] as const)("%p %p is sent again: %s", (status, error, cause) => {
    expect(itemOutcome(status, error)).toMatchObject({ kind: "retry", cause });
  });

  test("a rejection says why, with causes, within bounds", () => {
    const error = { type: "a", reason: "b", caused_by: { type: "c", reason: "d".repeat(5000) } };
    const { detail } = itemOutcome(400, error) as { detail: string };
    expect(detail).toMatch(/^status 400; a: b; c: ddd/);
    expect(detail.length).toBeLessThanOrEqual(1000);
  });
});

describe("a response", () => {
  test("has an outcome for each document, in order", () => {
    const body = JSON.stringify({ errors: true, items: [item(201), item(429), item(400), item(409)] });
    expect(readBulkResponse(body, 4)?.map(({ kind }) => kind)).toEqual(["delivered", "retry", "rejected", "delivered"]);
  });

  test("is looked at item by item, whatever it says of errors", () => {
    expect(readBulkResponse(JSON.stringify({ errors: false, items: [item(503)] }), 1)?.[0]?.kind).toBe("retry");
  });

  test.each([
    ["half of it", '{"errors":false,"items":[{"create":{"status":201}}'],
    ["too few items", '{"errors":false,"items":[]}'],
    ["too many items", '{"errors":false,"items":[{"create":{"status":201}},{"create":{"status":201}}]}'],
    ["an item without a status", '{"errors":false,"items":[{"create":{}}]}'],
    ["another operation", '{"errors":false,"items":[{"index":{"status":201}}]}'],
    ["no items", '{"errors":false}'],
    ["something else", "<html>"],
    ["null", "null"],
    ["nothing", ""],
  ])("%s is no answer", (_, body) => {
    expect(readBulkResponse(body, 1)).toBeUndefined();
  });
});

describe("a refused request", () => {
  test.each([
    [401, "", "retry", "unauthorized"],
    [403, '{"error":{"type":"security_exception","reason":"no"}}', "retry", "unauthorized"],
    [404, '{"error":{"type":"index_not_found_exception"}}', "retry", "stream-missing"],
    [429, '{"error":"busy"}', "retry", "overloaded"],
    [502, "<html>bad gateway</html>", "retry", "server-error"],
    [301, "", "retry", "request-invalid"],
    [405, "", "retry", "request-invalid"],
    [413, "", "too-large", undefined],
    [400, '{"error":{"type":"illegal_argument_exception"}}', "rejected", undefined],
  ])("%p %s: %s", (status, body, kind, cause) => {
    expect(requestOutcome(status, body)).toMatchObject(cause === undefined ? { kind } : { kind, cause });
  });
});
