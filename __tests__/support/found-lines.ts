import type { FoundLine } from "../../tools/verify/elasticsearch";

/** A line as it is found, of which some facts differ. */
export function foundLine(change: Partial<FoundLine> = {}): FoundLine {
  return {
    id: "id",
    timestamp: "2026-01-31T10:00:00.000Z",
    service: "gateway",
    level: "info",
    message: "done",
    traceId: "0".repeat(32),
    ingested: 0,
    host: "host",
    file: "/logs/gateway.log",
    offset: 0,
    ...change,
  };
}
