import { request } from "undici";
import type { FoundLine } from "./elasticsearch";

/** The lines of a trace in the order in which they were written. */
export function inOrder(lines: readonly FoundLine[]): FoundLine[] {
  // Timestamps are of one format and zone; as text they keep the nanoseconds that a number would lose. Trailing zeros of
  // the fraction may be missing.
  const key = (line: FoundLine) =>
    line.timestamp.replace(/(?:\.(\d*))?Z$/, (_, fraction: string = "") => `.${fraction.padEnd(9, "0")}Z`);
  return [...lines].sort((a, b) => compare(key(a), key(b)) || compare(a.file, b.file) || a.offset - b.offset);
}

/** The services of a call chain, in the order in which each wrote its first line. */
export function chainOf(lines: readonly FoundLine[]): string[] {
  return [...new Set(inOrder(lines).map((line) => line.service))];
}

/** The services whose spans Jaeger holds of a trace; empty if it does not know the trace. */
export async function jaegerServices(jaegerUrl: string, traceId: string): Promise<string[]> {
  const { statusCode, body } = await request(`${jaegerUrl}/api/traces/${traceId}`);
  const text = await body.text();
  if (statusCode === 404) return [];
  if (statusCode !== 200) throw new Error(`Jaeger answered with ${statusCode}: ${text.slice(0, 300)}`);
  const { data } = JSON.parse(text) as JaegerTraces;
  const services = data.flatMap((trace) =>
    trace.spans.map((span) => trace.processes[span.processID]?.serviceName ?? ""),
  );
  return [...new Set(services)].sort();
}

interface JaegerTraces {
  readonly data: readonly {
    readonly spans: readonly { readonly processID: string }[];
    readonly processes: Readonly<Record<string, { readonly serviceName: string } | undefined>>;
  }[];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
