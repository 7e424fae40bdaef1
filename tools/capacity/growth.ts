import { grouped, readable } from "../../constructs/capacity/derived";
import { type CapacityPlan, planCapacity } from "../../constructs/capacity/plan";
import type { Objectives, Workload } from "../../constructs/capacity/workload";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";

/** How needs grow with the load: the table and the chart of docs/capacity.md. */
export const DOC_FILE = "docs/capacity.md";
export const CHART_FILE = "docs/capacity-growth.svg";

/** What the table is for. */
export const EXAMPLE_RATES = [100, 1_000, 10_000, 100_000, 1_000_000] as const;
const EXAMPLE: Omit<Workload, "eventsPerSecond"> = { peakFactor: 3, bytesPerEvent: Size.bytes(500) };
const EXAMPLE_OBJECTIVES: Objectives = {
  kafkaBridgesOutageOf: Duration.hours(12),
  hot: Duration.days(7),
  warm: Duration.days(23),
  delete: Duration.days(31),
  replicas: 1,
  headroom: 0.2,
};

export function examplePlan(eventsPerSecond: number, objectives: Partial<Objectives> = {}): CapacityPlan {
  return planCapacity({ ...EXAMPLE, eventsPerSecond }, { ...EXAMPLE_OBJECTIVES, ...objectives });
}

export const GROWTH_HEAD = [
  "events/s",
  "brokers",
  "partitions",
  "disk a broker",
  "consumers",
  "hot nodes",
  "warm nodes",
  "disk a hot node",
  "disk a warm node",
  "shards",
  "raw a month",
];

/** A row for each rate, as the document has it. */
export function growthRows(): string[][] {
  return EXAMPLE_RATES.map((rate) => {
    const { kafka, consumer, elasticsearch, monthly } = examplePlan(rate);
    const { hot, warm } = elasticsearch;
    return [
      grouped(rate),
      grouped(kafka.brokers.value),
      grouped(kafka.partitions.value),
      readable(kafka.diskPerBroker.value),
      `${consumer.replicas.value} to ${consumer.maxReplicas.value}`,
      `${grouped(hot.nodes.value)} x ${hot.memory.value}`,
      warm ? `${grouped(warm.nodes.value)} x ${warm.memory.value}` : "none",
      readable(hot.disk.value),
      warm ? readable(warm.disk.value) : "none",
      grouped(hot.shards.value + (warm?.shards.value ?? 0)),
      readable(monthly.raw.value),
    ];
  });
}

/** The document with its table as the code has it now. */
export function withGrowthTable(document: string): string {
  const lines = [GROWTH_HEAD, GROWTH_HEAD.map(() => "---"), ...growthRows()].map((cells) => `| ${cells.join(" | ")} |`);
  return document.replace(BETWEEN_MARKS, (_, begin: string, end: string) => `${begin}\n${lines.join("\n")}\n${end}`);
}

const BETWEEN_MARKS = /(<!-- growth -->)[\s\S]*?(<!-- \/growth -->)/;

/** Both scales are logarithmic. A line for each kind of machine. */
export function renderGrowthChart(): string {
  const plans = EXAMPLE_RATES.map((rate) => examplePlan(rate));
  const lines = [
    { name: "Kafka brokers", colour: "#b45309", counts: plans.map(({ kafka }) => kafka.brokers.value) },
    {
      name: "consumers, catching up",
      colour: "#15803d",
      counts: plans.map(({ consumer }) => consumer.maxReplicas.value),
    },
    { name: "hot nodes", colour: "#b91c1c", counts: plans.map(({ elasticsearch }) => elasticsearch.hot.nodes.value) },
    {
      name: "warm nodes",
      colour: "#1d4ed8",
      counts: plans.map(({ elasticsearch }) => elasticsearch.warm?.nodes.value ?? 0),
    },
  ];
  const most = Math.ceil(Math.log10(Math.max(...lines.flatMap(({ counts }) => counts))));
  const x = (at: number) => round(60 + (at * 480) / (EXAMPLE_RATES.length - 1));
  const y = (count: number) => round(260 - (Math.log10(Math.max(count, 1)) * 230) / most);
  const text = (at: { x: number; y: number; anchor: string }, content: string, colour = "#444") =>
    `<text x="${at.x}" y="${at.y}" text-anchor="${at.anchor}" fill="${colour}">${content}</text>`;
  const decades = Array.from({ length: most + 1 }, (_, power) => 10 ** power);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" font-family="sans-serif" font-size="12">`,
    `<rect width="720" height="300" fill="#fff"/>`,
    ...decades.flatMap((count) => [
      `<line x1="60" x2="540" y1="${y(count)}" y2="${y(count)}" stroke="#ddd"/>`,
      text({ x: 52, y: y(count) + 4, anchor: "end" }, grouped(count)),
    ]),
    ...EXAMPLE_RATES.map((rate, at) => text({ x: x(at), y: 280, anchor: "middle" }, `${grouped(rate)}/s`)),
    ...lines.flatMap(({ name, colour, counts }, nth) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${counts.map((count, at) => `${x(at)},${y(count)}`).join(" ")}"/>`,
      text({ x: 556, y: 40 + nth * 20, anchor: "start" }, name, colour),
    ]),
    "</svg>",
    "",
  ].join("\n");
}

function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
