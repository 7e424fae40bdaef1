import { LOG_EVENT_FIELDS, type LogEventField } from "../../../contract/log-event";

/** Names in the lines that {@link Lines} writes, each with the field of a document that it becomes. */
export interface Renaming {
  readonly name: string;
  readonly field: string;
}

/** Of the lines' own names; those of ECS are fields already. `duration_ms` needs arithmetic, which not every contender has. */
const OWN_NAMES = [
  "level",
  "service_name",
  "service_version",
  "trace_id",
  "span_id",
  "request_id",
  "client_ip",
  "http_method",
  "path",
  "status",
  "bytes",
  "user_agent",
  "upstream",
  "error_type",
  "error",
  "stacktrace",
] as const;

const ECS_NAMES = [
  "log.level",
  "log.logger",
  "service.name",
  "service.version",
  "trace.id",
  "span.id",
  "http.request.id",
] as const satisfies readonly LogEventField[];

/** What every contender has to do to a line, beside taking its `message` and its time. */
export const RENAMINGS: readonly Renaming[] = [
  ...OWN_NAMES.map((name) => ({ name, field: fieldOf(name) })),
  ...ECS_NAMES.map((name) => ({ name, field: name })),
];

/** What every contender's documents must have, by how many of them. */
export const COMPARED_FIELDS = ["@timestamp", "message", ...new Set(RENAMINGS.map(({ field }) => field))] as const;

function fieldOf(name: string): string {
  for (const [field, { from }] of Object.entries(LOG_EVENT_FIELDS as Record<string, { from?: readonly string[] }>)) {
    if (from?.includes(name)) return field;
  }
  throw new Error(`no field of contract/log-event.ts is logged as '${name}'`);
}
