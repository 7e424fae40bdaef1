import type { SearchAnswer } from "../../constructs/content/query/panel-query";
import { LOG_EVENT_FIELDS, type LogEventField } from "../../contract/log-event";

/** Every field that a line can have. */
export const ALL_FIELDS = Object.keys(LOG_EVENT_FIELDS) as readonly LogEventField[];

/** A line by the names of its fields; one that may have several values, or has, is a list of them. */
export type LogLine = Readonly<Partial<Record<LogEventField, unknown>>>;

/** The lines of an answer, in its order, their fields in the contract's. */
export function linesOf({ hits }: SearchAnswer): readonly LogLine[] {
  return hits.hits.map(({ fields = {} }) =>
    Object.fromEntries(
      ALL_FIELDS.flatMap((field) => {
        const values = fields[field] ?? [];
        if (values.length === 0) return [];
        const isList = Array.isArray(LOG_EVENT_FIELDS[field].example);
        return [[field, values.length === 1 && !isList ? values[0] : values]];
      }),
    ),
  );
}

/** A field's value as text; empty where the line has none. */
export function text(line: LogLine, field: LogEventField): string {
  const value = line[field] ?? "";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** When it was written, in nanoseconds since the epoch: ms are too coarse for the lines of a call chain. */
export function nanoseconds(line: LogLine): bigint {
  const [seconds = "", fraction = ""] = text(line, "@timestamp").replace(/Z$/, "").split(".");
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
