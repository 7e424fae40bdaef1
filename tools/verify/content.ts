import { IGNORE_ABOVE, LOG_EVENT_FIELDS, type LogEventField } from "../../contract/log-event";
import type { FoundContent } from "./elasticsearch";
import type { RequestLine } from "./written-lines";

/** What the consumer means to write otherwise: another unit, another spelling, in parts. */
const WRITTEN_OTHERWISE: readonly string[] = [
  "event.duration",
  "log.level",
  "log.origin.file.name",
  "error.stack_trace",
];

/** Fields of a document that hold what the services of this project wrote, and under which names they wrote it. */
const SAME_FIELDS = Object.entries(LOG_EVENT_FIELDS).flatMap(([field, about]) =>
  "from" in about && !WRITTEN_OTHERWISE.includes(field)
    ? [[field as LogEventField, [field, ...about.from]] as const]
    : [],
);

/** What has to be asked for to compare a document with its line. */
export const COMPARED_FIELDS: readonly LogEventField[] = [...SAME_FIELDS.map(([field]) => field), "log.level"];

/** Fields in which a document says something else than its line, or nothing. What a line does not have is not compared. */
export function mangledFields({ content }: RequestLine, { fields }: FoundContent): LogEventField[] {
  const mangled: LogEventField[] = SAME_FIELDS.flatMap(([field, names]) => {
    const written = names.map((name) => content[name]).find((value) => value !== undefined);
    if (typeof written !== "string" && typeof written !== "number") return [];
    // Longer ones are kept where this search does not look.
    if (String(written).length > IGNORE_ABOVE && LOG_EVENT_FIELDS[field].type === "keyword") return [];
    const [found] = fields[field] ?? [];
    return same(field, String(written), String(found ?? "")) ? [] : [field];
  });
  const { level } = content;
  const [found = ""] = fields["log.level"] ?? [];
  // Loggers spell them differently: warning, warn, WARN.
  const isSameLevel = typeof level !== "string" || level.toLowerCase().startsWith(String(found).slice(0, 4) || "?");
  return isSameLevel ? mangled : [...mangled, "log.level"];
}

function same(field: LogEventField, written: string, found: string): boolean {
  return field === "@timestamp" ? nanoseconds(written) === nanoseconds(found) : written === found;
}

/** A time of RFC 3339 with all its digits, of which a number would lose some; the text itself if it is none. */
function nanoseconds(text: string): string {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const seconds = Math.floor(Date.parse(text.replace(/\.\d+/, "")) / 1000);
  return Number.isNaN(seconds) ? text : `${seconds}.${fraction.padEnd(9, "0")}`;
}
