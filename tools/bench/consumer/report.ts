import Table from "cli-table3";
import { grouped, median, perCpuSecond, rateOf } from "./figures";
import type { Drain, Measured, Results } from "./results";

/** Columns of the table, which the document and the terminal share. */
export const HEAD = [
  "",
  "events/s",
  "MB/s",
  "events a CPU second",
  "peak MiB",
  "p50 ms",
  "p99 ms",
  "start s",
  "catch-up s",
  "ours does so many times its events a CPU second",
] as const;

export function rows(results: Results): string[][] {
  const ours = results.contenders.find(({ id }) => id === "ours");
  return results.contenders.map((each) => row(each, ours));
}

function row({ name, drains, latencies, outages }: Measured, ours: Measured | undefined): string[] {
  const of = (value: (drain: Drain) => number): number => median(drains.map(value));
  // Round by round: what slows one round down slows all of its contenders down.
  const ratio = ours
    ? median(ours.drains.map((drain, at) => perCpuSecond(drain) / perCpuSecond(drains[at] ?? drain)))
    : 0;
  return [
    name,
    spread(drains, rateOf),
    (of((drain) => drain.bytes / drain.seconds) / 1e6).toFixed(1),
    spread(drains, perCpuSecond),
    String(Math.round(of(({ peakBytes }) => peakBytes) / 2 ** 20)),
    latencies.length ? String(Math.round(median(latencies.map(({ p50Ms }) => p50Ms)))) : "-",
    latencies.length ? String(Math.round(median(latencies.map(({ p99Ms }) => p99Ms)))) : "-",
    of(({ startSeconds }) => startSeconds).toFixed(1),
    outages.length ? median(outages.map(({ catchUpSeconds }) => catchUpSeconds)).toFixed(1) : "-",
    ratio.toFixed(2),
  ];
}

/** Median, and the smallest and largest of all rounds. */
function spread(drains: readonly Drain[], of: (drain: Drain) => number): string {
  const values = drains.map(of);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${grouped(median(values))} (${grouped(low)}-${grouped(high)})`;
}

export function printResults(results: Results): void {
  const table = new Table({ head: [...HEAD], style: { head: [], border: [] } });
  table.push(...rows(results));
  console.log(table.toString());
}
