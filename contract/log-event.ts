/**
 * The log event: the one source of field names, types and meanings. The index template is rendered from it, and the
 * consumer only writes what is in it; everything else goes under {@link UNKNOWN_FIELDS}.
 *
 * Names and types are those of the Elastic Common Schema, except where a comment says why not.
 */

/** An Elasticsearch mapping type, as far as this schema uses them. All of them are in Elasticsearch's core. */
export type FieldType = "date" | "date_nanos" | "flattened" | "ip" | "keyword" | "long" | "stored" | "text";

export interface Field {
  readonly type: FieldType;
  readonly description: string;
  /** A value as a document has it. */
  readonly example: string | number | readonly string[] | Readonly<Record<string, unknown>>;
  /**
   * The names under which services log it, where that is not the field's own. Of several names in one line the field's own
   * counts before these, and these count in their order, wherever they stand in the line; the values of the others are kept
   * under {@link UNKNOWN_FIELDS}.
   */
  readonly from?: readonly string[];
  /** More such names, which count last, and only with a value that ends in a line number (`main.go:42`). */
  readonly fromSourceLine?: readonly string[];
}

/** Where fields that the schema does not know are kept: one mapped field, whatever is in it. */
export const UNKNOWN_FIELDS = "attributes";

/** Longer values of `keyword` and `flattened` are kept but not searchable, in characters; Lucene refuses 32,766 bytes. */
export const IGNORE_ABOVE = 1024;

/** Objects nested deeper in {@link UNKNOWN_FIELDS} are kept as JSON text; Elasticsearch refuses more than 20 levels. */
export const MAX_ATTRIBUTE_DEPTH = 10;

export const LOG_EVENT_FIELDS = {
  "@timestamp": {
    // ECS says `date`; lines of one call chain are often within one millisecond, and their order matters.
    type: "date_nanos",
    description: "When the line was written, by the service's clock; when it was read, if the line does not tell.",
    example: "2026-01-31T10:00:00.123456789Z",
    from: ["timestamp", "ts", "time"],
  },
  message: { type: "text", description: "What happened, for people.", example: "charge failed", from: ["msg"] },
  tags: {
    type: "keyword",
    description:
      "What the consumer noticed: not-json, timestamp-invalid, field-invalid, nul-padding; replayed, of what was a dead letter.",
    example: ["timestamp-invalid"],
  },
  "log.level": {
    type: "keyword",
    description: "Severity: trace, debug, info, warn, error, fatal, panic, or another word in lower case.",
    example: "error",
    from: ["level"],
  },
  "log.logger": { type: "keyword", description: "The logger's name.", example: "payments.charge", from: ["logger"] },
  "log.origin.file.name": {
    type: "keyword",
    description: "The source file that logged.",
    example: "payments/charge.go",
    from: ["caller"],
    fromSourceLine: ["file"],
  },
  "log.origin.file.line": { type: "long", description: "The line in that source file.", example: 42 },
  "log.origin.function": {
    type: "keyword",
    description: "The function that logged.",
    example: "payments.(*Service).Charge",
    from: ["func"],
  },
  "log.file.path": {
    type: "keyword",
    description: "The file that the line was read from.",
    example: "/var/log/myapp/payments.log",
  },
  "log.offset": {
    type: "long",
    description: "The line's first byte in that file; of several lines that the shipper joined, the last one's.",
    example: 18324,
  },
  "log.flags": { type: "keyword", description: "Set by the shipper: truncated, multiline.", example: "truncated" },
  "service.name": {
    type: "keyword",
    description: "The service that wrote the line; if the line does not name it, the one of its file's name.",
    example: "payments",
    from: ["service_name"],
  },
  "service.version": { type: "keyword", description: "Its version.", example: "1.4.2", from: ["service_version"] },
  "service.environment": { type: "keyword", description: "Its environment.", example: "production" },
  "service.target.name": {
    type: "keyword",
    description: "The service that was called.",
    example: "payments",
    from: ["upstream"],
  },
  "trace.id": {
    type: "keyword",
    description: "Trace id, in lower case; joins the lines of a call chain.",
    example: "4bf92f3577b34da6a3ce929d0e0e4736",
    from: ["trace_id"],
  },
  "span.id": { type: "keyword", description: "W3C span id.", example: "00f067aa0ba902b7", from: ["span_id"] },
  "transaction.id": { type: "keyword", description: "Elastic APM's transaction id.", example: "00f067aa0ba902b7" },
  "http.request.id": {
    type: "keyword",
    description: "The request's id.",
    example: "01JK3W7Z5Q8Y2M4N6P8R0S2T4V",
    from: ["request_id"],
  },
  "http.request.method": {
    type: "keyword",
    description: "GET, POST, ...",
    example: "POST",
    from: ["http_method", "method"],
  },
  "http.response.status_code": {
    type: "long",
    description: "The answer's HTTP status.",
    example: 502,
    from: ["status"],
  },
  "http.response.body.bytes": {
    type: "long",
    description: "The answer's size, in bytes.",
    example: 512,
    from: ["bytes"],
  },
  "url.path": { type: "keyword", description: "The request's path.", example: "/charges", from: ["path"] },
  "url.query": { type: "keyword", description: "The request's query string.", example: "dry_run=true" },
  "url.original": { type: "keyword", description: "The request's URL as it came.", example: "/charges?dry_run=true" },
  "client.ip": { type: "ip", description: "The caller's address.", example: "203.0.113.7", from: ["client_ip"] },
  "user_agent.original": {
    type: "keyword",
    description: "The caller's User-Agent.",
    example: "Go-http-client/2.0",
    from: ["user_agent"],
  },
  "user.id": { type: "keyword", description: "The user on whose behalf.", example: "u-1017", from: ["user_id"] },
  "event.duration": {
    type: "long",
    description: "How long it took, in nanoseconds; `duration_ms` of the services is in milliseconds.",
    example: 12500000,
    from: ["duration_ms"],
  },
  "event.outcome": { type: "keyword", description: "success, failure or unknown.", example: "failure" },
  "event.action": { type: "keyword", description: "What was attempted.", example: "charge" },
  "event.created": {
    type: "date",
    description: "When the shipper read the line.",
    example: "2026-01-31T10:00:00.300Z",
  },
  "event.ingested": {
    type: "date",
    description: "When the consumer sent the document.",
    example: "2026-01-31T10:00:01.200Z",
  },
  "event.original": {
    type: "stored",
    description: "The raw line, where it is not a JSON object.",
    example: "panic: runtime error",
  },
  "error.type": {
    type: "keyword",
    description: "The error's kind, for grouping.",
    example: "card_declined",
    from: ["error_type"],
  },
  "error.code": { type: "keyword", description: "The error's code.", example: "E402", from: ["error_code"] },
  "error.message": {
    type: "text",
    description: "The error, for people.",
    example: "the card was declined",
    from: ["error"],
  },
  "error.stack_trace": {
    type: "stored",
    description: "The stack.",
    example: "goroutine 1 [running]:",
    from: ["stacktrace", "stack"],
  },
  "host.name": { type: "keyword", description: "The host that the line was written on.", example: "node-1" },
  "ecs.version": { type: "keyword", description: "The ECS version that the document follows.", example: "9.0.0" },
  "data_stream.type": { type: "keyword", description: "logs", example: "logs" },
  "data_stream.dataset": { type: "keyword", description: "app", example: "app" },
  "data_stream.namespace": { type: "keyword", description: "The environment.", example: "production" },
  "log_pipeline.delay": {
    type: "long",
    description: "From `@timestamp` to `event.ingested`, in milliseconds; below 0 where clocks disagree.",
    example: 1076,
  },
  "log_pipeline.dead_letter.reason": {
    type: "keyword",
    description: "Of a dead letter only: why it is one (envelope-invalid, document-rejected, document-too-large).",
    example: "document-rejected",
  },
  "log_pipeline.kafka.topic": {
    type: "keyword",
    description: "Of a dead letter only: where its message was read.",
    example: "app-logs",
  },
  "log_pipeline.kafka.partition": {
    type: "long",
    description: "Of a dead letter only: the message's partition.",
    example: 3,
  },
  "log_pipeline.kafka.offset": {
    type: "long",
    description: "Of a dead letter only: the message's offset.",
    example: 918273,
  },
  [UNKNOWN_FIELDS]: {
    type: "flattened",
    description: "Everything else that a service logged, searchable by key.",
    example: { cart: { items: 3 } },
  },
} as const satisfies Readonly<Record<string, Field>>;

export type LogEventField = keyof typeof LOG_EVENT_FIELDS;

/** The fields of these types. */
export type FieldOfType<T extends FieldType> = {
  [Name in LogEventField]: (typeof LOG_EVENT_FIELDS)[Name]["type"] extends T ? Name : never;
}[LogEventField];

/** Whether a word names a field. */
export function isLogEventField(word: string): word is LogEventField {
  return Object.hasOwn(LOG_EVENT_FIELDS, word);
}

/** The version of the Elastic Common Schema that documents follow. */
export const ECS_VERSION = "9.0.0";
