import type { Format, Metric } from "../../constructs/content/query/operations";

/** How a metric's numbers are written, where it does not say itself. */
export function formatOf(metric: Metric): Format {
  if (metric.format) return metric.format;
  switch (metric.of) {
    case "share":
      return "percent";
    case "count":
    case "unique":
      return "number";
    case "average":
    case "sum":
    case "median":
    case "percentile":
    case "min":
    case "max":
      return FORMAT_OF_FIELD[metric.field] ?? "number";
  }
}

const FORMAT_OF_FIELD: Readonly<Record<string, Format>> = {
  "@timestamp": "time",
  "event.created": "time",
  "event.ingested": "time",
  "event.duration": "nanoseconds",
  "log_pipeline.delay": "milliseconds",
  "http.response.body.bytes": "bytes",
};

/** A number as people read it; `-` for none. Percent are shares from 0 to 1, times are ms since the epoch. */
export function formatValue(value: number | null | undefined, format: Format): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "-";
  switch (format) {
    case "number":
      return decimals(value, Number.isInteger(value) ? 0 : 2);
    case "percent":
      // Two errors of thousands of lines are not none.
      return `${decimals(value * 100, value < 0.01 ? 2 : 1)} %`;
    case "bytes":
      return scaled(value, BYTES);
    case "nanoseconds":
      return scaled(value, NANOSECONDS);
    case "milliseconds":
      return scaled(value * 1e6, NANOSECONDS);
    case "time":
      return new Date(value).toISOString();
  }
}

type Units = readonly (readonly [size: number, unit: string])[];
const BYTES: Units = [
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [1, "B"],
];
const NANOSECONDS: Units = [
  [3.6e12, "h"],
  [6e10, "min"],
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];

function scaled(value: number, units: Units): string {
  const [size, unit] = units.find(([one]) => Math.abs(value) >= one) ?? units.at(-1) ?? [1, ""];
  return `${decimals(value / size, size === 1 ? 0 : 1)} ${unit}`;
}

function decimals(value: number, most: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: most });
}
