import type { Json } from "../../../contract/index-template";
import { TIME } from "../query/fields";
import { type Bucket, bucketLabel, type Metric, type TermsBucket } from "../query/operations";
import { kqlQuery } from "./filter";

/** What lines are told apart by, as the dashboards API has it; the metrics are those that it may be ranked by. */
export function renderBucket(bucket: Bucket, metrics: readonly Metric[]): Json {
  switch (bucket.by) {
    case "time":
      // A time in which nothing happened is a bar of nothing, not a gap that looks as if it were cut out.
      return { operation: "date_histogram", field: TIME, suggested_interval: "auto", include_empty_rows: true };
    case "terms":
      return {
        operation: "terms",
        fields: [bucket.field],
        label: bucketLabel(bucket),
        limit: bucket.limit,
        rank_by: rank(bucket, metrics),
        ...(bucket.others ? { other_bucket: { include_documents_without_field: false } } : {}),
      };
    case "filters":
      return {
        operation: "filters",
        filters: bucket.filters.map(({ label, that }) => ({ label, filter: kqlQuery(that) })),
      };
  }
}

function rank({ rank = 0 }: TermsBucket, metrics: readonly Metric[]): Json {
  if (rank === "name") return { type: "alphabetical", direction: "asc" };
  const metric = metrics[rank];
  // Nothing can be ranked by a formula, neither in Kibana nor by Elasticsearch: those with most lines come first.
  if (!metric || metric.of === "share") return { type: "custom", operation: "count", direction: "desc" };
  return { type: "metric", metric_index: rank, direction: "desc" };
}
