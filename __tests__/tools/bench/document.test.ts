import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { renderChart } from "../../../tools/bench/consumer/chart";
import { CHART_FILE, DOC_FILE, renderDocument, RESULTS_FILE } from "../../../tools/bench/consumer/document";
import { rows } from "../../../tools/bench/consumer/report";
import type { Drain, Measured, Results } from "../../../tools/bench/consumer/results";
import { ROOT } from "../../../tools/lib/paths";

const drain = (cpuSeconds: number): Drain => ({
  documents: 1_000,
  bytes: 2_000_000,
  seconds: 0.5,
  startSeconds: 1,
  cpuSeconds,
  peakBytes: 100 * 2 ** 20,
  residentByQuarter: [80, 90, 95, 95].map((mebibytes) => mebibytes * 2 ** 20),
});

const measured = (id: Measured["id"], name: string, cpuSeconds: readonly number[]): Measured => ({
  id,
  name,
  drains: cpuSeconds.map(drain),
  latencies: [{ rate: 1_000, reached: 1_000, p50Ms: 250, p99Ms: 510 }],
  outages: [{ rate: 100, outageSeconds: 600, catchUpSeconds: 12.34 }],
  indexing: [{ documents: 900, seconds: 1 }],
  fields: {},
});

const results: Results = {
  date: "2026-01-31",
  command: "npm run bench:consumer",
  machine: "2 cores",
  rounds: 3,
  backlog: { messages: 1_000, bytes: 800_000, partitions: 8 },
  contenders: [
    measured("ours", "our consumer", [0.1, 0.2, 0.1]),
    // Slow where ours is slow: the machine was.
    measured("filebeat", "Filebeat", [0.5, 1, 0.4]),
  ],
  bareIndexing: [{ documents: 1_000, seconds: 1 }],
  sink: { documents: 20_000, seconds: 1 },
  scaling: [1, 64].map((partitions) => ({ partitions, drain: drain(partitions === 1 ? 0.1 : 0.125) })),
  profile: [{ step: "id: hash", share: 0.25 }],
};

describe("the table", () => {
  test("has medians, spreads, and ratios round by round", () => {
    const [ours, filebeat] = rows(results);
    expect(ours).toEqual([
      "our consumer", "2,000 (2,000-2,000)", "4.0", "10,000 (5,000-10,000)", "100", "250", "510", "1.0", "12.3", "1.00",
    ]); // prettier-ignore
    expect([filebeat![3], filebeat![9]]).toEqual(["2,000 (1,000-2,500)", "5.00"]);
  });
});

describe("the document", () => {
  const text = renderDocument(results, "old\n<!-- notes -->\nWhat did not help.\n");

  test("says what was measured, and keeps people's notes", () => {
    expect(text).toContain("10.0 times the fastest contender's rate");
    expect(text).toContain("| our consumer | 900 (900-900) | 0.90 |");
    expect(text).toContain("| 64 | 8,000 (8,000-8,000) | 0.80 |");
    expect(text).toContain("in MiB: 80, 90, 95, 95.");
    expect(text).toContain("| id: hash | 25.0 % |");
    expect(text).not.toContain("old");
    expect(text.endsWith("<!-- notes -->\nWhat did not help.\n")).toBe(true);
  });

  test("its chart has a bar a contender, as long as its figure", () => {
    const widths = [...renderChart(results).matchAll(/<rect x="220" [^>]*width="([\d.]+)"/g)].map(
      ([, width]) => +width!,
    );
    expect(widths).toHaveLength(2);
    expect(widths[0]! / widths[1]!).toBeCloseTo(5, 1);
  });

  // Until somebody has kept a run's results there is nothing to compare.
  const kept = existsSync(join(ROOT, RESULTS_FILE)) ? test : test.skip;
  kept("in the repository follows from the results beside it", () => {
    const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
    const committed = JSON.parse(read(RESULTS_FILE)) as Results;
    expect(read(DOC_FILE)).toBe(renderDocument(committed, read(DOC_FILE)));
    expect(read(CHART_FILE)).toBe(renderChart(committed));
  });
});
