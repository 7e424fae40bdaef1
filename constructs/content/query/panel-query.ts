import type { Json } from "../../../contract/index-template";
import { TIME, type ShownField } from "./fields";
import { type Filter, queryDsl } from "./filter";
import type { Bucket, Metric } from "./operations";

/** What a panel asks: numbers of lines that are told apart, or the lines themselves. */
export type PanelQuery = AggregateQuery | LinesQuery;

export interface AggregateQuery {
  readonly kind: "aggregate";
  /** From the outermost to the innermost. */
  readonly buckets: readonly Bucket[];
  readonly metrics: readonly Metric[];
  readonly filter?: Filter;
}

/** The newest lines first. */
export interface LinesQuery {
  readonly kind: "lines";
  readonly fields: readonly ShownField[];
  readonly limit: number;
  readonly filter?: Filter;
  /** @default "newest" */
  readonly order?: "newest" | "oldest";
}

/** The time that is asked about, in ms since the epoch; `to` is not in it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** One line of an answer: what it is of, and its numbers; null where there are none. */
export interface Row {
  /** One for each bucket: a time in ms, a value, or a label. */
  readonly keys: readonly (string | number)[];
  /** One for each metric. Times are ms. */
  readonly values: readonly (number | null)[];
}

/** The search that answers a query, as Elasticsearch's body of `_search`. */
export function searchBody(query: PanelQuery, range: TimeRange): Json {
  const filters = [inRange(range), ...(query.filter ? [queryDsl(query.filter)] : [])];
  const common = { query: { bool: { filter: filters } } };
  if (query.kind === "lines") {
    return {
      ...common,
      size: query.limit,
      _source: false,
      fields: [...query.fields],
      // Lines of one time keep the order that they have in their file.
      sort: [
        { [TIME]: query.order === "oldest" ? "asc" : "desc" },
        { "log.offset": query.order === "oldest" ? "asc" : "desc" },
      ],
    };
  }
  return { ...common, size: 0, track_total_hits: true, aggs: aggregations(query, 0, range) };
}

/** What Elasticsearch answers to {@link searchBody}, as far as it is read here. */
export interface SearchAnswer {
  readonly hits: {
    readonly total?: { readonly value: number };
    readonly hits: readonly { readonly fields?: Readonly<Record<string, readonly unknown[]>> }[];
  };
  readonly aggregations?: Aggregations;
}

interface Aggregations {
  readonly [name: string]: Aggregation;
}

interface Aggregation {
  readonly value?: number | null;
  readonly values?: Readonly<Record<string, number | null>>;
  readonly doc_count?: number;
  readonly sum_other_doc_count?: number;
  readonly buckets?: readonly BucketAnswer[] | Readonly<Record<string, BucketAnswer>>;
  readonly of?: Aggregation;
}

type BucketAnswer = { readonly key?: string | number; readonly doc_count: number } & {
  readonly [name: string]: Aggregation | string | number | undefined;
};

/** The rows of an answer, in the order in which Elasticsearch ranks them. */
export function rowsOf(query: AggregateQuery, answer: SearchAnswer): readonly Row[] {
  const total = answer.hits.total?.value ?? 0;
  return rowsBelow(query, 0, { ...(answer.aggregations ?? {}), doc_count: total } as BucketAnswer, []);
}

function rowsBelow(query: AggregateQuery, depth: number, at: BucketAnswer, keys: readonly (string | number)[]): Row[] {
  const bucket = query.buckets[depth];
  if (!bucket) return [{ keys, values: query.metrics.map((metric, index) => valueOf(metric, index, at)) }];
  const answered = (at[`b${depth}`] as Aggregation | undefined)?.buckets ?? [];
  const entries = Array.isArray(answered)
    ? (answered as readonly BucketAnswer[]).map((one) => [one.key ?? "", one] as const)
    : Object.entries(answered as Readonly<Record<string, BucketAnswer>>);
  return entries.flatMap(([key, one]) => rowsBelow(query, depth + 1, one, [...keys, key]));
}

function valueOf(metric: Metric, index: number, at: BucketAnswer): number | null {
  const answered = at[`m${index}`] as Aggregation | undefined;
  const inner = metric.filter ? answered?.of : answered;
  switch (metric.of) {
    case "count":
      return metric.filter ? (answered?.doc_count ?? 0) : at.doc_count;
    case "share": {
      const all = metric.filter ? (answered?.doc_count ?? 0) : at.doc_count;
      return all === 0 ? null : (inner?.doc_count ?? 0) / all;
    }
    case "percentile":
    case "median":
      return Object.values(inner?.values ?? {})[0] ?? null;
    case "unique":
    case "average":
    case "sum":
    case "min":
    case "max":
      return inner?.value ?? null;
  }
}

function aggregations(query: AggregateQuery, depth: number, range: TimeRange): Json {
  const bucket = query.buckets[depth];
  if (!bucket) return metricAggregations(query.metrics);
  const inner = aggregations(query, depth + 1, range);
  // What a bucket is ranked by must be beside what it is divided into.
  const ranks = bucket.by === "terms" && query.buckets.length > depth + 1 ? metricAggregations(query.metrics) : {};
  const below = { ...ranks, ...inner };
  return {
    [`b${depth}`]: { ...bucketAggregation(bucket, query.metrics, range), ...(isEmpty(below) ? {} : { aggs: below }) },
  };
}

function bucketAggregation(bucket: Bucket, metrics: readonly Metric[], range: TimeRange): Json {
  switch (bucket.by) {
    case "time":
      return {
        date_histogram: {
          field: TIME,
          fixed_interval: `${interval(range)}ms`,
          min_doc_count: 0,
          extended_bounds: { min: range.from, max: range.to - 1 },
          // Nanoseconds are for the order of lines; whoever reads a chart wants ms.
          format: "epoch_millis",
        },
      };
    case "terms":
      return { terms: { field: bucket.field, size: bucket.limit, order: order(bucket.rank ?? 0, metrics) } };
    case "filters":
      return {
        filters: { filters: Object.fromEntries(bucket.filters.map(({ label, that }) => [label, queryDsl(that)])) },
      };
  }
}

function order(rank: number | "name", metrics: readonly Metric[]): Json {
  if (rank === "name") return { _key: "asc" };
  const metric = metrics[rank];
  if (!metric || metric.of === "share") return { _count: "desc" };
  if (metric.of === "count") return metric.filter ? { [`m${rank}`]: "desc" } : { _count: "desc" };
  const path = `m${rank}${metric.filter ? ">of" : ""}`;
  if (metric.of === "percentile") return { [`${path}[${metric.percentile}]`]: "desc" };
  if (metric.of === "median") return { [`${path}[50]`]: "desc" };
  return { [path]: "desc" };
}

function metricAggregations(metrics: readonly Metric[]): Json {
  return Object.fromEntries(
    metrics.flatMap((metric, index): [string, Json][] => {
      const own = metricAggregation(metric);
      if (!metric.filter) return own ? [[`m${index}`, own]] : [];
      return [[`m${index}`, { filter: queryDsl(metric.filter), ...(own ? { aggs: { of: own } } : {}) }]];
    }),
  );
}

function metricAggregation(metric: Metric): Json | undefined {
  switch (metric.of) {
    case "count":
      return undefined;
    case "unique":
      return { cardinality: { field: metric.field } };
    case "average":
      return { avg: { field: metric.field } };
    case "sum":
    case "min":
    case "max":
      return { [metric.of]: { field: metric.field } };
    case "median":
      return { percentiles: { field: metric.field, percents: [50] } };
    case "percentile":
      return { percentiles: { field: metric.field, percents: [metric.percentile] } };
    case "share":
      return { filter: queryDsl(metric.that) };
  }
}

/** About as many bars as are told apart on a screen, at a width that people know. */
export function interval({ from, to }: TimeRange): number {
  const wanted = (to - from) / MAX_BARS;
  return INTERVALS.find((one) => one >= wanted) ?? Math.ceil(wanted / DAY) * DAY;
}

const MAX_BARS = 60;
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const;
const INTERVALS = [
  ...[1, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  DAY,
];

function inRange({ from, to }: TimeRange): Json {
  return { range: { [TIME]: { gte: from, lt: to, format: "epoch_millis" } } };
}

function isEmpty(object: Json): boolean {
  return Object.keys(object).length === 0;
}
