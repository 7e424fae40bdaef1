import Table from "cli-table3";
import { amountOf, type Quantity, readable } from "../../constructs/capacity/derived";
import { withoutHeadroom } from "../../constructs/capacity/load";
import { type Outgrown, outgrown } from "../../constructs/capacity/outgrown";
import { planRows } from "../../constructs/capacity/plan";
import { Size } from "../../constructs/core/size";
import { CAPACITY_PATHS, type EnvironmentCapacity } from "../../environments/capacity";

/** What `npm run capacity` prints, as it is in its JSON. */
export interface CapacityReport {
  readonly environment: string;
  readonly load: { readonly average: number; readonly peak: number; readonly catchUp: number };
  /** What is carried while a zone is lost, if there are several. */
  readonly withoutZone?: { readonly zones: number; readonly average: number; readonly peak: number };
  readonly sizes: readonly ReportRow[];
  /** Components whose stated sizes are compared with what is needed. */
  readonly compared: readonly string[];
  readonly problems: readonly string[];
  readonly atTwiceTheLoad: readonly Outgrown[];
}

export interface ReportRow {
  readonly name: string;
  readonly needed: string;
  /** In `unit`. */
  readonly amount: number;
  readonly unit: "count" | "bytes" | "ms";
  /** What the environment says itself. */
  readonly stated?: string;
  readonly because: string;
  readonly source: string;
}

export function capacityReport(
  environment: string,
  { plan, stated, beside, problems }: EnvironmentCapacity,
): CapacityReport {
  const { workload, objectives, limits, load } = plan;
  const { average, peak, catchUp } = load;
  const { zones = 1, replicas } = objectives;
  const strained = withoutHeadroom(load, objectives);
  return {
    environment,
    load: { average, peak, catchUp },
    ...(zones > 1 && replicas > 0 ? { withoutZone: { zones, average: strained.average, peak: strained.peak } } : {}),
    sizes: planRows(plan).map(({ name, value, because, source }) => ({
      name,
      needed: readable(value),
      amount: amountOf(value),
      unit: unitOf(value),
      ...(beside[name] === undefined ? {} : { stated: readable(beside[name]) }),
      because,
      source,
    })),
    compared: Object.keys(stated),
    problems,
    atTwiceTheLoad: outgrown(workload, objectives, stated, limits).map((found) =>
      // What is stated is called as it is there; what is planned, as in the plan.
      found.derived ? found : { ...found, fact: CAPACITY_PATHS[found.fact] ?? found.fact },
    ),
  };
}

/** The report for people: what does not fit last, where it is read. */
export function renderCapacity(report: CapacityReport): string {
  const { environment, load, withoutZone, sizes, compared, problems, atTwiceTheLoad } = report;
  const sources = [...new Set(sizes.map(({ source }) => source))];
  const table = new Table({
    head: ["size", "needed", "stated", "because", "source"],
    colWidths: [30, 12, 12, 80, 8],
    wordWrap: true,
    style: PLAIN,
  });
  for (const { name, needed, stated = "", because, source } of sizes) {
    table.push([name, needed, stated, because, `[${sources.indexOf(source) + 1}]`]);
  }
  return [
    `Sizes of '${environment}' for ${readable(load.average)} events/s on average, ${readable(load.peak)} at the peak and ${readable(load.catchUp)} while catching up, growth and headroom included:`,
    ...(withoutZone
      ? [
          `(Any of ${withoutZone.zones} zones may be lost: the others carry ${readable(withoutZone.average)} on average and ${readable(withoutZone.peak)} at the peak, for which headroom is used up.)`,
        ]
      : []),
    table.toString(),
    ...sources.map((source, nth) => `[${nth + 1}] ${source}`),
    "",
    "Sizes of one partition, broker or node are for as many of them as are needed, not for as many as are stated. What is stated is",
    "compared with the load itself: it may differ from these sizes and carry it.",
    "",
    renderOutgrown(atTwiceTheLoad),
    "",
    problems.length === 0
      ? `What is stated carries the load (compared: ${compared.join(", ")}${compared.includes("elasticsearch") ? "" : "; not elasticsearch, where nothing deletes indices"}).`
      : `What is stated does not carry the load:\n- ${problems.join("\n- ")}`,
  ].join("\n");
}

function renderOutgrown(found: readonly Outgrown[]): string {
  if (found.length === 0) return "At twice today's load nothing is exceeded.";
  const table = new Table({ head: ["at", "size", "is", "needed at twice the load", ""], style: PLAIN });
  for (const { factor, fact, stated, needed, derived } of found) {
    table.push([`${factor.toFixed(2)} x`, fact, stated, needed, derived ? "as planned above" : "stated"]);
  }
  return `What breaks first when today's load doubles, growth and headroom used up:\n${table.toString()}`;
}

function unitOf(quantity: Quantity): ReportRow["unit"] {
  if (typeof quantity === "number") return "count";
  return quantity instanceof Size ? "bytes" : "ms";
}

// Colours would end up in CI logs.
const PLAIN = { head: [], border: [], compact: true };
