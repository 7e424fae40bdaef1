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
  /** The name under which the services of this project log it, where that is not the field's own. */
  readonly from?: readonly string[];
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
    from: ["timestamp", "ts", "time"],
  },
  message: { type: "text", description: "What happened, for people.", from: ["msg"] },
  tags: { type: "keyword", description: "What the consumer noticed: not-json, timestamp-invalid, field-invalid." },
  "log.level": { type: "keyword", description: "Severity, in lower case.", from: ["level"] },
  "log.logger": { type: "keyword", description: "The logger's name.", from: ["logger"] },
  "log.origin.file.name": { type: "keyword", description: "The source file that logged.", from: ["caller"] },
  "log.origin.file.line": { type: "long", description: "The line in that source file." },
  "log.origin.function": { type: "keyword", description: "The function that logged." },
  "log.file.path": { type: "keyword", description: "The file that the line was read from." },
  "log.offset": { type: "long", description: "The line's first byte in that file." },
  "log.flags": { type: "keyword", description: "Set by the shipper: truncated." },
  "service.name": { type: "keyword", description: "The service that wrote the line.", from: ["service_name"] },
  "service.version": { type: "keyword", description: "Its version.", from: ["service_version"] },
  "service.environment": { type: "keyword", description: "Its environment." },
  "service.target.name": { type: "keyword", description: "The service that was called.", from: ["upstream"] },
  "trace.id": { type: "keyword", description: "W3C trace id; joins the lines of a call chain.", from: ["trace_id"] },
  "span.id": { type: "keyword", description: "W3C span id.", from: ["span_id"] },
  "transaction.id": { type: "keyword", description: "Elastic APM's transaction id." },
  "http.request.id": { type: "keyword", description: "The request's id.", from: ["request_id"] },
  "http.request.method": { type: "keyword", description: "GET, POST, ...", from: ["http_method", "method"] },
  "http.response.status_code": { type: "long", description: "The answer's HTTP status.", from: ["status"] },
  "http.response.body.bytes": { type: "long", description: "The answer's size, in bytes.", from: ["bytes"] },
  "url.path": { type: "keyword", description: "The request's path.", from: ["path"] },
  "url.query": { type: "keyword", description: "The request's query string." },
  "url.original": { type: "keyword", description: "The request's URL as it came." },
  "client.ip": { type: "ip", description: "The caller's address.", from: ["client_ip"] },
  "user_agent.original": { type: "keyword", description: "The caller's User-Agent.", from: ["user_agent"] },
  "user.id": { type: "keyword", description: "The user on whose behalf.", from: ["user_id"] },
  "event.duration": {
    type: "long",
    description: "How long it took, in nanoseconds; `duration_ms` of the services is in milliseconds.",
    from: ["duration_ms"],
  },
  "event.outcome": { type: "keyword", description: "success, failure or unknown." },
  "event.action": { type: "keyword", description: "What was attempted." },
  "event.created": { type: "date", description: "When the shipper read the line." },
  "event.ingested": { type: "date", description: "When the consumer sent the document." },
  "event.original": { type: "stored", description: "The raw line, where it is not a JSON object." },
  "error.type": { type: "keyword", description: "The error's kind, for grouping.", from: ["error_type"] },
  "error.code": { type: "keyword", description: "The error's code.", from: ["error_code"] },
  "error.message": { type: "text", description: "The error, for people.", from: ["error"] },
  "error.stack_trace": { type: "stored", description: "The stack.", from: ["stacktrace", "stack"] },
  "host.name": { type: "keyword", description: "The host that the line was written on." },
  "ecs.version": { type: "keyword", description: "The ECS version that the document follows." },
  "data_stream.type": { type: "keyword", description: "logs" },
  "data_stream.dataset": { type: "keyword", description: "app" },
  "data_stream.namespace": { type: "keyword", description: "The environment." },
  [UNKNOWN_FIELDS]: { type: "flattened", description: "Everything else that a service logged, searchable by key." },
} as const satisfies Readonly<Record<string, Field>>;

export type LogEventField = keyof typeof LOG_EVENT_FIELDS;

/** The version of the Elastic Common Schema that documents follow. */
export const ECS_VERSION = "9.0.0";
