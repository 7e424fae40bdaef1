import Table from "cli-table3";
import { inert, inertText } from "../lib/inert";
import type { FoundLine } from "./elasticsearch";
import type { VerifyResult } from "./verify";

/** The proof, for people: the example first, the sum last. */
export function renderReport({ report, chain, jaeger, requests, problems }: VerifyResult): string {
  const head = ["written", "indexed", "dead-lettered", "lost", "doubled", "p50", "p95", "p99", "call chain"];
  const sum = new Table({ head, style: PLAIN });
  const { p50, p95, p99 } = report.latencyMs;
  sum.push([
    ...[report.written, report.indexed, report.deadLettered, report.lost, report.doubled],
    ...[p50, p95, p99].map((ms) => `${ms} ms`),
    inert(report.trace.services.join(", ")),
  ]);
  return [
    ...(report.trace.id ? [`Trace ${report.trace.id}, joined across services:`, renderTrace(chain)] : []),
    `Jaeger holds spans of: ${inert([...jaeger].join(", ")) || "nothing"}.`,
    "",
    `Lines of ${requests.length} requests (HTTP ${statuses(requests.map((request) => request.status))}), and their time from the service's clock to a search:`,
    sum.toString(),
    problems.length === 0
      ? "PASS: nothing lost, nothing doubled, the call chain is whole."
      : `FAIL:\n- ${problems.map((problem) => inertText(problem)).join("\n- ")}`,
  ].join("\n");
}

/** The lines of a trace as a table. */
export function renderTrace(chain: readonly FoundLine[]): string {
  const table = new Table({ head: ["time", "service", "level", "message"], style: PLAIN });
  for (const { timestamp, service, level, message } of chain)
    table.push([timestamp.slice(11), service, level, clip(message)].map(inert));
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
