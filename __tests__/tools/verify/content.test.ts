import { describe, expect, test } from "@jest/globals";
import { parseEnvelope } from "../../../consumer/src/document/envelope";
import { Normaliser } from "../../../consumer/src/document/normaliser";
import { COMPARED_FIELDS, mangledFields } from "../../../tools/verify/content";
import { requestLine } from "../../../tools/verify/written-lines";
import { foundLine } from "../../support/found-lines";

const COMMON = {
  timestamp: "2026-01-31T10:00:00.123456700Z",
  trace_id: "0123456789abcdef".repeat(2),
  span_id: "00f067aa0ba902b7",
  request_id: "01JK3W7Z5Q8Y2M4N6P8R0S2T4V",
  client_ip: "172.18.0.7",
  service_version: "1.4.2",
};

/** Lines as the sample services write them. */
const LINES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "of a request's end": {
    ...COMMON,
    level: "info",
    message: "request completed",
    service_name: "gateway",
    ...{ http_method: "POST", path: "/orders", status: 201, duration_ms: 12.345, bytes: 512, user_agent: "" },
  },
  "of a failure": {
    ...COMMON,
    level: "warning",
    message: "größer than \u0007 'allowed'",
    service_name: "orders",
    ...{ error_type: "card_declined", error: "the card\nwas declined", upstream: "payments", user_id: "u-1017" },
    ...{ item: "book", quantity: 2 },
  },
};

const lineOf = (content: object) =>
  requestLine({ host: "h", file: "/logs/a.log", offset: 0, bytes: Buffer.from(JSON.stringify(content)) }, "0123")!;

/** What a search answers of the document that the consumer makes of a line. */
function documentOf(content: object) {
  const envelope = parseEnvelope(Buffer.from(JSON.stringify({ message: JSON.stringify(content) })));
  if (typeof envelope === "string") throw new Error(envelope);
  const now = Date.UTC(2026, 0, 31, 10);
  const { json } = new Normaliser("logs-app-test").normalise(envelope, now, now);
  const valueOf = (path: string) =>
    path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], JSON.parse(json));
  const fields = COMPARED_FIELDS.flatMap((field) => {
    const value = valueOf(field);
    return value === undefined ? [] : [[field, [value]] as const];
  });
  return { ...foundLine(), fields: Object.fromEntries(fields) as Record<string, readonly unknown[]> };
}

describe.each(Object.entries(LINES))("the document of a line %s", (_, content) => {
  test("says what the line says", () => {
    expect(mangledFields(lineOf(content), documentOf(content))).toEqual([]);
  });

  test.each(["@timestamp", "message", "log.level", "service.name", "http.request.id", "client.ip"] as const)(
    "does not, where its %s is another one or gone",
    (field) => {
      const { fields, ...document } = documentOf(content);
      const without = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
      const other = { ...without, [field]: [`${String(fields[field]?.[0])}?`.replace(/^w/, "v").replace(/^i/, "j")] };
      expect(mangledFields(lineOf(content), { ...document, fields: other })).toEqual([field]);
      expect(mangledFields(lineOf(content), { ...document, fields: without })).toEqual([field]);
    },
  );
});

test("a time is compared by all its digits, and not by how many zeros end it", () => {
  const content = LINES["of a failure"]!;
  const { fields, ...document } = documentOf(content);
  const at = (time: string) =>
    mangledFields(lineOf(content), { ...document, fields: { ...fields, "@timestamp": [time] } });
  expect(at("2026-01-31T10:00:00.1234567Z")).toEqual([]);
  expect(at("2026-01-31T10:00:00.123456701Z")).toEqual(["@timestamp"]);
});
