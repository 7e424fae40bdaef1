import { readLevel } from "../../../contract/log-level";
import { idSpelling, readTraceId } from "../../../contract/trace-id";
import { isPlainAddress, readClientAddress } from "./client-address";
import type { Target } from "./schema";
import { parseTimestamp } from "./timestamp";

/** A field's value that has less in it than the line's value, which must be kept besides. */
export interface Reduced {
  /** Undefined where the line's value says that there is none, such as a trace id of zeros. */
  readonly json: string | undefined;
}

/**
 * The JSON text of a field's value, alone if the line's value has no more in it.
 *
 * @returns undefined if the field cannot take the line's value, nor anything that says the same
 */
export function writeValue(target: Target, value: unknown): string | Reduced | undefined {
  switch (target.type) {
    case "keyword":
      if (target.conversion === "level") return writeLevel(value);
      return target.conversion === "id" ? writeId(value) : writeRepeated(target.slot, value);
    case "text":
      return writeRepeated(target.slot, value);
    case "stored":
      return typeof value === "string" ? JSON.stringify(value) : undefined;
    case "long":
      return writeLong(value, target.conversion === "milliseconds" ? 1e6 : 1);
    case "ip":
      return writeAddress(value);
    case "date":
    case "date_nanos": {
      const timestamp = parseTimestamp(value);
      return timestamp && `"${timestamp.text}"`;
    }
    case "flattened":
      return undefined;
  }
}

/** The value that each field had last, with its JSON: lines of one file come in rows, and say much that the one before did. */
const LAST: { value: string; json: string }[] = [];

function writeRepeated(slot: number, value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > LONGEST_REMEMBERED) return writeScalar(value);
  const last = (LAST[slot] ??= { value: "", json: '""' });
  if (last.value !== value) {
    last.value = value;
    last.json = JSON.stringify(value);
  }
  return last.json;
}

/** In characters. */
const LONGEST_REMEMBERED = 256;

function writeScalar(value: unknown): string | undefined {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" || typeof value === "boolean" ? `"${value}"` : undefined;
}

/** Services write few levels, in few spellings. */
const LEVELS = new Map<unknown, string | Reduced>();

function writeLevel(value: unknown): string | Reduced | undefined {
  const known = LEVELS.get(value);
  if (known !== undefined) return known;
  if (typeof value !== "string" && typeof value !== "number") return writeScalar(value);
  const { level, exact } = readLevel(value);
  const json = JSON.stringify(level);
  const written = exact ? json : { json };
  if (LEVELS.size < 100 && (typeof value === "number" || value.length < 20)) LEVELS.set(value, written);
  return written;
}

const NO_ID: Reduced = { json: undefined };

function writeId(value: unknown): string | Reduced | undefined {
  if (typeof value !== "string" && typeof value !== "number") return writeScalar(value);
  const text = String(value);
  // Needs no escapes, which is cheaper to know than to have looked for.
  if (idSpelling(text) === "lower") return `"${text}"`;
  const id = readTraceId(text);
  return id === undefined ? NO_ID : JSON.stringify(id);
}

/** Headers are lists in Go (`http.Header`): the first is the client's there too. */
function writeAddress(value: unknown): string | Reduced | undefined {
  if (typeof value === "string" && isPlainAddress(value)) return `"${value}"`;
  const isList = Array.isArray(value);
  const text: unknown = isList ? value[0] : value;
  const found = typeof text === "string" ? readClientAddress(text) : undefined;
  if (!found) return undefined;
  const json = `"${found.address}"`;
  return found.whole && !isList ? json : { json };
}

/** Decimal digits, as JSON writes numbers: `Number` would also take `0x1F4`, `1e3` and blanks. */
const WHOLE = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Whole numbers only: Elasticsearch would cut a fraction off without a word. */
function writeLong(value: unknown, factor: number): string | undefined {
  const isDecimal = typeof value === "string" && (factor === 1 ? WHOLE : DECIMAL).test(value);
  const number = isDecimal ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  // A product such as 1.1 ms * 1e6 is off by less than a nanosecond.
  const scaled = factor === 1 ? number : Math.round(number * factor);
  return Number.isSafeInteger(scaled) ? String(scaled) : undefined;
}

/** A place in the source code. */
export interface Caller {
  /** JSON of the file's name. */
  readonly file: string;
  /** Undefined if there is none. */
  readonly line: string | undefined;
}

/** A program logs from few places. */
const CALLERS = new Map<string, Caller>();

/** `orders/main.go:42` of zap and logrus. */
export function splitCaller(value: string): Caller {
  const known = CALLERS.get(value);
  if (known !== undefined) return known;
  const [, name = "", line] = /^(.+):(\d{1,9})$/s.exec(value.length > LONGEST_REMEMBERED ? "" : value) ?? [];
  const caller =
    line === undefined
      ? { file: JSON.stringify(value), line }
      : { file: JSON.stringify(name), line: String(Number(line)) };
  if (CALLERS.size < MOST_CALLERS && value.length <= LONGEST_REMEMBERED) CALLERS.set(value, caller);
  return caller;
}

const MOST_CALLERS = 10_000;
