import type { Json } from "../../../contract/index-template";
import { type Filter, kql } from "../query/filter";
import { type Metric, metricLabel } from "../query/operations";
import { kqlQuery } from "./filter";
import { numberFormat } from "./format";

/** A metric of a chart, as the dashboards API has it: it means what `searchBody` asks Elasticsearch for. */
export function renderMetric(metric: Metric): Json {
  // Whoever reads 0.05 where nothing else is said does not know of what.
  const format = numberFormat(metric.format ?? (metric.of === "share" ? "percent" : undefined));
  return {
    ...operation(metric),
    label: metricLabel(metric),
    ...(metric.filter ? { filter: kqlQuery(metric.filter) } : {}),
    ...(format ? { format } : {}),
  };
}

function operation(metric: Metric): Json {
  switch (metric.of) {
    case "count":
      return { operation: "count" };
    case "unique":
      return { operation: "unique_count", field: metric.field };
    case "average":
    case "sum":
    case "median":
    case "min":
    case "max":
      return { operation: metric.of, field: metric.field };
    case "percentile":
      return { operation: "percentile", field: metric.field, percentile: metric.percentile };
    case "share":
      // No operation divides. Of no lines at all it is nothing, not 0, here and in `searchBody`.
      return { operation: "formula", formula: `count(kql=${inQuotes(metric.that)}) / count()` };
  }
}

/** A formula's text stands in single quotes, in which only these need a backslash. */
function inQuotes(filter: Filter): string {
  return `'${kql(filter).replaceAll("'", "\\'")}'`;
}
