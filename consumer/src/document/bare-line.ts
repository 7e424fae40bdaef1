import { LOG_EVENT_FIELDS, type Field, type LogEventField } from "../../../contract/log-event";

/** A Kafka message. */
type Message = Readonly<Record<string, unknown>>;

/** Whether a shipper wrapped a line in the message: Filebeat's Kafka output always writes `@metadata`, and its input where the line was. */
export function isWrapped(message: Message): boolean {
  if (message["@metadata"] !== undefined) return true;
  const log = asObject(message["log"]);
  return log !== undefined && ("offset" in log || "file" in log);
}

/**
 * Whether a message that no shipper has marked is a log line itself, whose fields would be lost if only its `message` was
 * read. It is one if it names a level, a service or a call chain, or its text under a name that envelopes do not use; and
 * if it has a text and more beside it than the bare envelope of an unknown shipper, which wraps JSON in `message`.
 */
export function isLine(message: Message): boolean {
  for (const key in message) if (SIGNS.has(key)) return true;
  const { message: text } = message;
  const hasSign = SIGN_PATHS.some(([object, key]) => asObject(message[object])?.[key] !== undefined);
  if (hasSign) return true;
  if (typeof text !== "string") return Object.keys(message).some((key) => TIMES.has(key));
  if (/^[\0 \t]*\{/.test(text)) return false;
  return Object.keys(message).some((key) => !BARE_ENVELOPE.has(key));
}

function asObject(value: unknown): Message | undefined {
  return typeof value === "object" && value !== null ? (value as Message) : undefined;
}

function namesOf(field: LogEventField): readonly string[] {
  const { from = [] }: Field = LOG_EVENT_FIELDS[field];
  return [field, ...from];
}

const SIGN_FIELDS = ["log.level", "service.name", "trace.id"] as const;

/** Names by which a line is told from an envelope. */
const SIGNS = new Set([...SIGN_FIELDS.flatMap(namesOf), ...namesOf("message").filter((name) => name !== "message")]);

/** The same in ECS's objects: `"log":{"level":"info"}`. */
const SIGN_PATHS = SIGN_FIELDS.map((path) => path.split(".") as [string, string]);

const TIMES = new Set(namesOf("@timestamp").filter((name) => name !== "@timestamp"));

const BARE_ENVELOPE = new Set(["@timestamp", "message", "log", "host"]);
