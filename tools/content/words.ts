import type { AlertRule } from "../../constructs/content/kibana/alerts/rule";
import { type AskingPanel, type Panel, queryOf } from "../../constructs/content/dashboards/panel";
import { type Filter, kql } from "../../constructs/content/query/filter";
import { type Bucket, type Metric, metricLabel } from "../../constructs/content/query/operations";
import type { Duration } from "../../constructs/core/duration";

/** What a panel asks, in a sentence's part. */
export function panelInWords(panel: Panel): string {
  if (panel.kind === "markdown") return "says how the dashboard is used";
  const asked = queryOf(panel);
  const what =
    asked.kind === "lines"
      ? `the ${asked.order === "oldest" ? "first" : "newest"} ${asked.limit} ${noun(panel)}: ${asked.fields.map(code).join(", ")}`
      : [
          asked.metrics.map((metric) => metricInWords(metric, noun(panel))).join("; "),
          ...asked.buckets.map(bucketInWords),
        ].join(", ");
  return panel.filter ? `${what}. Only ${where(panel.filter)}` : what;
}

function noun({ of }: AskingPanel): string {
  return of ?? "lines";
}

function metricInWords(metric: Metric, lines: string): string {
  const of = metric.filter ? ` of ${lines} with ${where(metric.filter)}` : "";
  return `**${metricLabel(metric)}**: ${operation(metric, lines)}${of}`;
}

function operation(metric: Metric, lines: string): string {
  switch (metric.of) {
    case "count":
      return metric.filter ? "number" : `number of ${lines}`;
    case "unique":
      return `how many different ${code(metric.field)}`;
    case "percentile":
      return `percentile ${metric.percentile} of ${code(metric.field)}`;
    case "share":
      return `part of ${lines} with ${where(metric.that)}`;
    case "min":
      return `least ${code(metric.field)}`;
    case "max":
      return `greatest ${code(metric.field)}`;
    case "average":
    case "sum":
    case "median":
      return `${metric.of} of ${code(metric.field)}`;
  }
}

function bucketInWords(bucket: Bucket): string {
  switch (bucket.by) {
    case "time":
      return "over time";
    case "terms":
      return `for the first ${bucket.limit} ${code(bucket.field)}`;
    case "filters":
      return `for ${bucket.filters.map(({ label }) => label).join(", ")}`;
  }
}

/** When a rule alerts, with its numbers. */
export function alertInWords(rule: AlertRule): string {
  switch (rule.kind) {
    case "share":
      return `for each ${code(rule.by)}: more than ${percent(rule.above)} % of at least ${rule.lines} lines within ${time(rule.within)} have ${where(rule.that)}`;
    case "silence":
      return `for each ${code(rule.by)} that wrote within ${time(rule.seenWithin)}: no line for ${time(rule.after)}`;
    case "delay":
      return `percentile ${rule.percentile} of ${code("log_pipeline.delay")}, of lines that arrived within ${time(rule.within)}, is above ${time(rule.above)}`;
    case "dead letters":
      return `for each ${code("log_pipeline.dead_letter.reason")}: more than ${rule.above} dead letters within ${time(rule.within)}`;
  }
}

function where(filter: Filter): string {
  return code(kql(filter));
}

export function code(text: string): string {
  return `\`${text}\``;
}

function time(duration: Duration): string {
  return duration.toString();
}

/** Without the digits that binary fractions add. */
function percent(part: number): number {
  return Number((part * 100).toPrecision(6));
}
