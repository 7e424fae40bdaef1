import { describe, expect, test } from "@jest/globals";
import { DASHBOARDS } from "../../../../constructs/content/dashboards/all";
import {
  type AskingPanel,
  type DashboardDefinition,
  isAsking,
  type Lines,
  panelsOf,
  queryOf,
} from "../../../../constructs/content/dashboards/panel";
import { renderPanel } from "../../../../constructs/content/kibana/panel";
import { type Filter, kql, queryDsl } from "../../../../constructs/content/query/filter";
import type { Bucket, Metric } from "../../../../constructs/content/query/operations";
import { searchBody } from "../../../../constructs/content/query/panel-query";

/*
 * What Kibana is told to ask, and what this project asks Elasticsearch itself, are rendered by different code from the same
 * panels. Here Kibana's side is translated into Elasticsearch's aggregations, as Kibana's charts do it, and compared.
 */

type Json = { readonly [name: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

const RANGE = { from: 0, to: 3_600_000 };

type ChartPanel = Exclude<AskingPanel, Lines>;

const charts = DASHBOARDS.flatMap((dashboard) =>
  panelsOf(dashboard)
    .filter(isAsking)
    .filter((panel): panel is ChartPanel => panel.kind !== "lines")
    .map((panel) => ({ name: `${dashboard.name}: ${panel.title} (${panel.kind})`, panel })),
);

/** What every filter of the dashboards is in Elasticsearch's words, by what it is in Kibana's. */
const DSL = new Map(DASHBOARDS.flatMap(filtersOf).map((filter) => [kql(filter), queryDsl(filter)]));

function filtersOf(dashboard: DashboardDefinition): readonly Filter[] {
  return panelsOf(dashboard)
    .filter(isAsking)
    .flatMap((panel) => {
      const query = queryOf(panel);
      const own = panel.filter ? [panel.filter] : [];
      if (query.kind === "lines") return own;
      return [...own, ...query.metrics.flatMap(filtersOfMetric), ...query.buckets.flatMap(filtersOfBucket)];
    });
}

function filtersOfMetric(metric: Metric): readonly Filter[] {
  return [...(metric.filter ? [metric.filter] : []), ...(metric.of === "share" ? [metric.that] : [])];
}

function filtersOfBucket(bucket: Bucket): readonly Filter[] {
  return bucket.by === "filters" ? bucket.filters.map(({ that }) => that) : [];
}

function dsl(expression: string): Json {
  const found = DSL.get(expression);
  if (!found) throw new Error(`no panel has the filter ${expression}`);
  return found;
}

/** A metric as Kibana's charts ask for it; nothing for a count of everything, which every answer has. */
function aggregation({ filter, ...metric }: Json): Json | undefined {
  const own = ownAggregation(metric);
  return filter ? { filter: dsl(filter["expression"] as string), ...(own ? { aggs: { of: own } } : {}) } : own;
}

function ownAggregation({ operation, field, percentile, formula }: Json): Json | undefined {
  switch (operation) {
    case "count":
      return undefined;
    case "unique_count":
      return { cardinality: { field } };
    case "average":
      return { avg: { field } };
    case "median":
      return { percentiles: { field, percents: [50] } };
    case "percentile":
      return { percentiles: { field, percents: [percentile] } };
    case "formula": {
      const [, text = ""] = /^count\(kql='(.*)'\) \/ count\(\)$/.exec(formula as string) ?? [];
      return { filter: dsl(text.replaceAll("\\'", "'")) };
    }
    default:
      return { [operation as string]: { field } };
  }
}

/** Of a bucket what decides what is counted in it: not the order, which only decides what is shown first. */
function division(bucket: Json): Json {
  switch (bucket["operation"]) {
    case "terms":
      return { terms: { field: (bucket["fields"] as string[]).join(), size: bucket["limit"] } };
    case "filters":
      return {
        filters: Object.fromEntries(
          (bucket["filters"] as Json[]).map(({ label, filter }) => [label, dsl(filter["expression"] as string)]),
        ),
      };
    default:
      return { [bucket["operation"] as string]: { field: bucket["field"] } };
  }
}

/** The same of a search. */
function divisionOf({ terms, filters, date_histogram }: Json): Json {
  if (terms) return { terms: { field: terms["field"], size: terms["size"] } };
  if (filters) return { filters: filters["filters"] };
  return { date_histogram: { field: date_histogram["field"] } };
}

/** What a chart is told, from the outermost to the innermost, as `queryOf` has it. */
function told(config: Json): { readonly buckets: readonly Json[]; readonly metrics: readonly Json[] } {
  const layer = (config["layers"]?.[0] ?? config) as Json;
  const { x, y, breakdown_by, rows, group_by, metric, metrics } = layer;
  const buckets = config["type"] === "heatmap" ? [y, x] : [breakdown_by, ...(rows ?? group_by ?? []), x];
  return {
    buckets: (buckets as (Json | undefined)[]).filter((bucket) => bucket !== undefined),
    metrics: (metrics ?? (metric ? [metric] : y)) as Json[],
  };
}

/** The divisions of a search, and what is asked in the innermost. */
function asked(
  aggs: Json,
  above: readonly Json[] = [],
): { readonly divisions: readonly Json[]; readonly metrics: Json } {
  const inner = aggs[`b${above.length}`] as Json | undefined;
  if (!inner) return { divisions: above, metrics: aggs };
  return asked((inner["aggs"] ?? {}) as Json, [...above, divisionOf(inner)]);
}

describe("Kibana asks what the search asks", () => {
  test("about every chart", () => expect(charts.length).toBeGreaterThan(20));

  test.each(charts)("$name", ({ panel }) => {
    const body = searchBody(queryOf(panel), RANGE) as Json;
    const config = renderPanel(panel, { lines: "l", deadLetters: "d" }).config as Json;
    const { buckets, metrics } = told(config);
    const search = asked(body["aggs"] as Json);

    expect(buckets.map(division)).toEqual(search.divisions);
    expect(
      Object.fromEntries(
        metrics.flatMap((metric, index) => {
          const own = aggregation(metric);
          return own ? [[`m${index}`, own] as const] : [];
        }),
      ),
    ).toEqual(search.metrics);

    const [, ...filters] = body["query"]["bool"]["filter"] as Json[];
    const { expression } = (config["query"] ?? {}) as { readonly expression?: string };
    expect(expression === undefined ? [] : [dsl(expression)]).toEqual(filters);
  });
});
