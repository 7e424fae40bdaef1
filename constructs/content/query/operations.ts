import type { ExactField, NumberField, TimeField } from "./fields";
import type { Filter } from "./filter";

/** A number that is made of many lines. */
export type Metric = MetricOperation & {
  /** @default what it is of */
  readonly label?: string;
  /** Only of these. */
  readonly filter?: Filter;
  /** @default as the field is shown everywhere (its data view) */
  readonly format?: Format;
};

export type MetricOperation =
  | { readonly of: "count" }
  /** How many different values there are; from some thousands on it is an estimate. */
  | { readonly of: "unique"; readonly field: ExactField }
  | { readonly of: "average" | "sum" | "median"; readonly field: NumberField }
  | { readonly of: "min" | "max"; readonly field: NumberField | TimeField }
  | { readonly of: "percentile"; readonly field: NumberField; readonly percentile: number }
  /** The part of all lines that these are, from 0 to 1. */
  | { readonly of: "share"; readonly that: Filter };

export type Format = "number" | "percent" | "bytes" | "nanoseconds" | "milliseconds" | "time";

/** What lines are told apart by. */
export type Bucket = TimeBucket | TermsBucket | FiltersBucket;

/** The times at which they were written, cut so that a chart has some dozens. */
export interface TimeBucket {
  readonly by: "time";
}

/** The values of a field. */
export interface TermsBucket {
  readonly by: "terms";
  readonly field: ExactField;
  readonly label?: string;
  /** How many are shown. */
  readonly limit: number;
  /** By which metric the first ones are chosen, counted from 0; or by their names. @default 0 */
  readonly rank?: number | "name";
  /** One more for all that are not shown. @default false */
  readonly others?: boolean;
}

export interface FiltersBucket {
  readonly by: "filters";
  readonly filters: readonly { readonly label: string; readonly that: Filter }[];
}

/** What a metric is called where it says nothing itself. */
export function metricLabel(metric: Metric): string {
  if (metric.label !== undefined) return metric.label;
  switch (metric.of) {
    case "count":
      return "Lines";
    case "share":
      return "Share";
    case "percentile":
      return `p${metric.percentile} of ${metric.field}`;
    case "unique":
      return `Different ${metric.field}`;
    case "average":
    case "sum":
    case "median":
    case "min":
    case "max":
      return `${metric.of} of ${metric.field}`;
  }
}

export function bucketLabel(bucket: Bucket): string {
  switch (bucket.by) {
    case "time":
      return "time";
    case "terms":
      return bucket.label ?? bucket.field;
    case "filters":
      return "of";
  }
}
