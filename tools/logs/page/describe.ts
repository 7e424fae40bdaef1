import { type AskingPanel, queryOf } from "../../../constructs/content/dashboards/panel";
import { type Metric, metricLabel } from "../../../constructs/content/query/operations";
import { formatOf, formatValue } from "../format";
import type { PanelAnswer } from "./answers";

/** What a panel shows, in a sentence: for whoever does not see it. */
export function describe({ panel, rows, lines }: PanelAnswer): string {
  const query = queryOf(panel);
  if (query.kind === "lines") return `${panel.title}: ${lines.length} lines`;
  if (panel.kind === "number") {
    const numbers = query.metrics.map((metric, index) => {
      const value = formatValue(rows[0]?.values[index], formatOf(metric));
      return metricLabel(metric) === panel.title ? value : `${metricLabel(metric)} ${value}`;
    });
    return `${panel.title}: ${numbers.join(", ")}`;
  }
  const [metric] = query.metrics;
  const sums = new Map<string, number>();
  for (const { keys, values } of rows) {
    const [value] = values;
    const name = nameOf(panel, keys);
    if (metric && typeof value === "number") sums.set(name, combined(metric, sums.get(name) ?? 0, value));
  }
  const most = [...sums].filter(([, value]) => value > 0).sort(([, a], [, b]) => b - a);
  if (!metric || most.length === 0) return `${panel.title}: nothing`;
  const parts = most.slice(0, MOST).map(([name, value]) => `${name} ${formatValue(value, formatOf(metric))}`.trim());
  const rest = most.length > MOST ? ` and ${most.length - MOST} more` : "";
  const ofWhat = isAdded(metric) ? metricLabel(metric) : `highest ${metricLabel(metric)}`;
  return `${panel.title} (${ofWhat}): ${parts.join(", ")}${rest}`;
}

/** What a row is of, without its time. */
function nameOf(panel: AskingPanel, keys: readonly (string | number)[]): string {
  const query = queryOf(panel);
  const buckets = query.kind === "aggregate" ? query.buckets : [];
  return keys
    .filter((_, index) => buckets[index]?.by !== "time")
    .map((key) => (key === "" ? "(empty)" : key))
    .join(" ");
}

/** Counts of several times are added; of anything else, the highest is told. */
function combined(metric: Metric, a: number, b: number): number {
  return isAdded(metric) ? a + b : Math.max(a, b);
}

function isAdded(metric: Metric): boolean {
  return metric.of === "count" || metric.of === "sum";
}

const MOST = 5;
