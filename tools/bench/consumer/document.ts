import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/paths";
import { renderChart } from "./chart";
import { grouped, median, perCpuSecond, rateOf } from "./figures";
import { HEAD, rows } from "./report";
import type { Drain, Indexing, Results } from "./results";

export const DOC_FILE = "docs/benchmarks/consumer.md";
export const CHART_FILE = "docs/benchmarks/consumer.svg";
/** What the document and the chart are made of. */
export const RESULTS_FILE = "docs/benchmarks/consumer.json";

const NOTES_MARK = "<!-- notes -->";

/** Writes the results, and what follows from them. The document's notes, below their mark, are people's and stay. */
export function writeBenchDocs(results: Results, document: string): void {
  writeFileSync(join(ROOT, RESULTS_FILE), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(ROOT, CHART_FILE), renderChart(results));
  writeFileSync(join(ROOT, DOC_FILE), renderDocument(results, document));
}

/** @param document as it is: its notes are kept */
export function renderDocument(results: Results, document: string): string {
  const { backlog } = results;
  const at = document.indexOf(NOTES_MARK);
  const notes = at < 0 ? `${NOTES_MARK}\n` : document.slice(at);
  return [
    "# The consumer",
    "",
    `\`${results.command} --docs\` on ${results.date}, ${results.machine}. A backlog of ${grouped(backlog.messages)} lines in`,
    `${backlog.partitions} partitions (${Math.round(backlog.bytes / backlog.messages)} bytes a message on average), read by one contender after`,
    `another, in turn in each of ${results.rounds} rounds, beside Kafka and a sink that counts. Medians, with the smallest and the largest.`,
    "",
    ...table([...HEAD], rows(results)),
    "",
    `![events a CPU second](consumer.svg)`,
    "",
    ...sinkSection(results),
    ...indexingSection(results),
    ...scalingSection(results),
    ...memorySection(results),
    ...profileSection(results),
    notes,
  ].join("\n");
}

function sinkSection({ sink, contenders }: Results): string[] {
  if (!sink) return [];
  const fastest = Math.max(...contenders.map(({ drains }) => median(drains.map(rateOf))));
  return [
    `The sink takes ${grouped(rateOf(sink))} documents/s of a bare loader, ${(rateOf(sink) / fastest).toFixed(1)} times the fastest contender's rate.`,
    "",
  ];
}

function indexingSection({ bareIndexing, contenders }: Results): string[] {
  if (bareIndexing.length === 0) return [];
  const bare = (of: Indexing, round: number): number => rateOf(of) / rateOf(bareIndexing[round] ?? of);
  return [
    "## Against Elasticsearch",
    "",
    "Elasticsearch has one processor for itself, so that who sends to it takes nothing of it; all else shares the other one.",
    "The bare loader sends the bodies that our consumer made before, two at a time.",
    "",
    ...table(
      ["", "documents/s", "bare loader = 1"],
      [
        ["bare loader", spread(bareIndexing.map(rateOf)), "1.00"],
        ...contenders
          .filter(({ indexing }) => indexing.length > 0)
          .map(({ name, indexing }) => [name, spread(indexing.map(rateOf)), median(indexing.map(bare)).toFixed(2)]),
      ],
    ),
    "",
  ];
}

function scalingSection({ scaling }: Results): string[] {
  if (scaling.length === 0) return [];
  const counts = [...new Set(scaling.map(({ partitions }) => partitions))];
  const of = (count: number): readonly Drain[] =>
    scaling.filter(({ partitions }) => partitions === count).map(({ drain }) => drain);
  const cost = (count: number): number => median(of(count).map(perCpuSecond));
  return [
    "## Partitions",
    "",
    ...table(
      ["partitions", "events a CPU second", `${counts[0]} partition = 1`],
      counts.map((count) => [
        String(count),
        spread(of(count).map(perCpuSecond)),
        (cost(count) / cost(counts[0]!)).toFixed(2),
      ]),
    ),
    "",
  ];
}

function memorySection({ contenders }: Results): string[] {
  const ours = contenders.find(({ id }) => id === "ours");
  if (!ours) return [];
  const quarters = [0, 1, 2, 3].map((at) => median(ours.drains.map(({ residentByQuarter }) => residentByQuarter[at]!)));
  return [
    "## Memory",
    "",
    `Resident memory of our consumer while it reads each quarter of the backlog, in MiB: ${quarters.map((bytes) => Math.round(bytes / 2 ** 20)).join(", ")}.`,
    "",
  ];
}

function profileSection({ profile }: Results): string[] {
  if (profile.length === 0) return [];
  return [
    "## Where the processor time goes",
    "",
    "V8's profile of our consumer's main thread. Threads of the garbage collector are not in it.",
    "",
    ...table(
      ["step", "share"],
      profile.filter(({ share }) => share >= 0.005).map(({ step, share }) => [step, `${(share * 100).toFixed(1)} %`]),
    ),
    "",
  ];
}

function spread(values: readonly number[]): string {
  return `${grouped(median(values))} (${grouped(Math.min(...values))}-${grouped(Math.max(...values))})`;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
}
