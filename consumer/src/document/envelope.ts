import type { LineOrigin } from "../../../contract/line-origin";
import { isLine, isWrapped } from "./bare-line";

/** What a shipper (Filebeat 9) wraps a line in, as far as it is used. */
export interface Envelope {
  /** The line. */
  readonly message: string;
  /** When the line was read; not checked. */
  readonly timestamp: unknown;
  /** Absent where the shipper does not say; then the message's place in Kafka stands for it. */
  readonly origin: LineOrigin | undefined;
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly offset: number | undefined;
  /** Such as `truncated`. */
  readonly flags: readonly string[] | undefined;
}

/** An envelope, or why a message is none. */
export function parseEnvelope(value: Buffer | null): Envelope | string {
  if (value === null) return "the message has no value";
  let parsed: RawEnvelope | null;
  try {
    parsed = JSON.parse(value.toString()) as RawEnvelope | null;
  } catch (error) {
    return `the message is not JSON: ${(error as Error).message}`;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    return "the message is JSON, but not an object";
  const { message } = parsed;
  if (!isWrapped(parsed) && isLine(parsed)) return bareLine(value.toString());
  if (typeof message !== "string") return "the message has no text in its 'message'";

  const log = asObject(parsed.log);
  const file = asObject(log?.["file"]);
  const host = text(asObject(parsed.host)?.["name"]);
  const path = text(file?.["path"]);
  const offset = log?.["offset"];
  const isOffset = typeof offset === "number" && Number.isSafeInteger(offset) && offset >= 0;
  return {
    message,
    timestamp: parsed["@timestamp"],
    origin:
      path !== undefined && isOffset
        ? { host: host ?? "", file: path, offset, inode: text(file?.["inode"]) ?? "" }
        : undefined,
    host,
    path,
    offset: isOffset ? offset : undefined,
    flags: flagsOf(log?.["flags"]),
  };
}

/** A line that was written to the topic by its service. Nobody says when and where it was read, so Kafka's time and place stand for that. */
function bareLine(message: string): Envelope {
  return {
    message,
    timestamp: undefined,
    origin: undefined,
    host: undefined,
    path: undefined,
    offset: undefined,
    flags: undefined,
  };
}

interface RawEnvelope extends JsonObject {
  readonly "@timestamp"?: unknown;
  readonly message?: unknown;
  readonly log?: unknown;
  readonly host?: unknown;
}

type JsonObject = Readonly<Record<string, unknown>>;

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null ? (value as JsonObject) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function flagsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const flags = value.filter((flag) => typeof flag === "string");
  return flags.length > 0 ? flags : undefined;
}
