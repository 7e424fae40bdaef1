import { isIP } from "node:net";
import type { Target } from "./schema";
import { parseTimestamp } from "./timestamp";

/** The JSON text of a field's value, or undefined if the field cannot take it, nor anything that says the same. */
export function writeValue(target: Target, value: unknown): string | undefined {
  switch (target.type) {
    case "keyword":
      return target.conversion === "lower-case" && typeof value === "string" ? writeLevel(value) : writeScalar(value);
    case "text":
      return writeScalar(value);
    case "stored":
      return typeof value === "string" ? JSON.stringify(value) : undefined;
    case "long":
      return writeLong(value, target.conversion === "milliseconds" ? 1e6 : 1);
    case "ip":
      return typeof value === "string" && isAddress(value) ? JSON.stringify(value) : undefined;
    case "date":
    case "date_nanos": {
      const timestamp = parseTimestamp(value);
      return timestamp && `"${timestamp.text}"`;
    }
    case "flattened":
      return undefined;
  }
}

function writeScalar(value: unknown): string | undefined {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" || typeof value === "boolean" ? `"${value}"` : undefined;
}

/** Services write few levels, in few spellings. */
const LEVELS = new Map<string, string>();

function writeLevel(value: string): string {
  const known = LEVELS.get(value);
  if (known !== undefined) return known;
  const lower = value.toLowerCase();
  const written = JSON.stringify(lower === "warning" ? "warn" : lower);
  if (LEVELS.size < 100 && value.length < 20) LEVELS.set(value, written);
  return written;
}

/** Whole numbers only: Elasticsearch would cut a fraction off without a word. */
function writeLong(value: unknown, factor: number): string | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  // A product such as 1.1 ms * 1e6 is off by less than a nanosecond.
  const scaled = factor === 1 ? number : Math.round(number * factor);
  return Number.isSafeInteger(scaled) ? String(scaled) : undefined;
}

/** Elasticsearch takes no zone (`fe80::1%eth0`), which Node.js does. */
function isAddress(value: string): boolean {
  return isIP(value) !== 0 && !value.includes("%");
}

/** zap's `orders/main.go:42`: the file, and the line if there is one. */
export function splitCaller(value: string): { file: string; line: string | undefined } {
  const colon = value.lastIndexOf(":");
  const line = colon > 0 ? value.slice(colon + 1) : "";
  const isLine = line.length > 0 && line.length < 10 && [...line].every((char) => char >= "0" && char <= "9");
  return isLine ? { file: value.slice(0, colon), line: String(Number(line)) } : { file: value, line: undefined };
}
