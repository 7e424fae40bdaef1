import Table from "cli-table3";
import type { FoundLine } from "./elasticsearch";
import type { VerifyResult } from "./verify";

/** The proof, for people. */
export function renderReport({ report, chain, jaeger, requests, problems }: VerifyResult): string {
  const lines = new Table({ head: ["written", "indexed", "dead-lettered", "lost", "doubled"], style: PLAIN });
  lines.push([report.written, report.indexed, report.deadLettered, report.lost, report.doubled]);
  const { p50, p95, p99 } = report.latencyMs;
  return [
    `Lines of ${requests.length} requests (HTTP ${statuses(requests.map((request) => request.status))}):`,
    lines.toString(),
    `From the service's clock to searchable: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms.`,
    "",
    ...(report.trace.id ? [`Trace ${report.trace.id}, joined across services:`, renderTrace(chain)] : []),
    `Call chain: ${report.trace.services.join(" -> ")}. Jaeger holds spans of: ${[...jaeger].join(", ") || "nothing"}.`,
    "",
    problems.length === 0
      ? "PASS: nothing lost, nothing doubled, the call chain is whole."
      : `FAIL:\n- ${problems.join("\n- ")}`,
  ].join("\n");
}

/** The lines of a trace as a table. */
export function renderTrace(chain: readonly FoundLine[]): string {
  const table = new Table({ head: ["time", "service", "level", "message"], style: PLAIN });
  for (const line of chain) table.push([line.timestamp.slice(11), line.service, line.level, clip(line.message)]);
  return table.toString();
}

// Colours would end up in CI logs.
const PLAIN = { head: [], border: [], compact: true };

function clip(message: string): string {
  return message.length > 80 ? `${message.slice(0, 79)}…` : message;
}

function statuses(all: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const status of all) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status || "no answer"} x ${count}`)
    .join(", ");
}
