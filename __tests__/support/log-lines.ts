import type { LogLine } from "../../tools/logs/line";

/** A line as it is read, of which some fields differ. */
export function logLine(change: LogLine = {}): LogLine {
  return {
    "@timestamp": "2026-01-31T10:00:00.5Z",
    "log.level": "info",
    "service.name": "orders",
    message: "done",
    ...change,
  };
}

/** What Elasticsearch answers where these lines are found, each value in a list as it has them. */
export function linesAnswer(lines: readonly LogLine[], total = lines.length) {
  const fields = (line: LogLine) =>
    Object.fromEntries(Object.entries(line).map(([name, value]) => [name, Array.isArray(value) ? value : [value]]));
  return { hits: { total: { value: total }, hits: lines.map((line) => ({ fields: fields(line) })) } };
}
