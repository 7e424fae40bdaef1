import { inspect } from "node:util";
import type { LogEventField } from "../../contract/log-event";
import { UNKNOWN_FIELDS } from "../../contract/log-event";
import { formatValue } from "./format";
import { inert } from "../lib/inert";
import { type LogLine, text } from "./line";
import { levelStyle, type Paint } from "./paint";

/** One line a line, the oldest at the top, as a terminal is read: `time level service message field=value ...`. */
export function renderLines(lines: readonly LogLine[], paint: Paint): string {
  const shown = lines.map((line) => ({
    line,
    level: inert(text(line, "log.level")),
    service: inert(text(line, "service.name")),
  }));
  const width = (column: "level" | "service") => Math.min(20, Math.max(0, ...shown.map((one) => one[column].length)));
  const [level, service] = [width("level"), width("service")];
  return shown
    .map((one) =>
      [
        paint("gray", time(one.line)),
        paint(levelStyle(one.level), one.level.padEnd(level)),
        paint("cyan", one.service.padEnd(service)),
        inert(text(one.line, "message")),
        ...details(one.line).map(([name, value]) => `${paint("gray", `${name}=`)}${value}`),
      ]
        .join(" ")
        .trimEnd(),
    )
    .join("\n");
}

/** With all digits of the nanoseconds, so that columns stand below each other. */
function time(line: LogLine): string {
  const [seconds = "", fraction = ""] = text(line, "@timestamp").replace(/Z$/, "").split(".");
  return inert(seconds === "" ? "-" : `${seconds}.${fraction.padEnd(9, "0")}Z`);
}

/** What is worth reading beside the message; `--json` has everything. */
export function details(line: LogLine): readonly (readonly [name: string, value: string])[] {
  const known = DETAILS.filter((field) => line[field] !== undefined).map(
    (field) => [field, field === "event.duration" ? duration(line[field]) : quoted(text(line, field))] as const,
  );
  return [...known, ...attributes(line)];
}

function attributes(line: LogLine): [string, string][] {
  const value = line[UNKNOWN_FIELDS];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([key, one]) => [
    inert(`${UNKNOWN_FIELDS}.${key}`),
    quoted(typeof one === "string" ? one : JSON.stringify(one)),
  ]);
}

function duration(value: unknown): string {
  return typeof value === "number" ? quoted(formatValue(value, "nanoseconds")) : quoted(inspect(value));
}

/** In quotes where it would not be seen where it ends. */
function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? inert(value) : `"${inert(value.replaceAll('"', '\\"'))}"`;
}

const DETAILS = [
  "error.type",
  "error.code",
  "error.message",
  "http.request.method",
  "url.path",
  "http.response.status_code",
  "event.duration",
  "service.target.name",
  "client.ip",
  "tags",
  "http.request.id",
  "trace.id",
] as const satisfies readonly LogEventField[];
