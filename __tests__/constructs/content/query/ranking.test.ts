import { describe, expect, test } from "@jest/globals";
import type { Metric } from "../../../../constructs/content/query/operations";
import { type AggregateQuery, searchBody } from "../../../../constructs/content/query/panel-query";

const FAILED = { field: "http.response.status_code", from: 500, below: 600 } as const;
const DURATION = { field: "event.duration" } as const;

function orderOf(metric: Metric): unknown {
  const query: AggregateQuery = {
    kind: "aggregate",
    buckets: [{ by: "terms", field: "service.name", limit: 3 }],
    metrics: [metric],
  };
  const { aggs } = searchBody(query, { from: 0, to: 1 }) as { aggs: { b0: { terms: { order: unknown } } } };
  return aggs.b0.terms.order;
}

/** Each of these was asked of a real Elasticsearch: it refuses `m0._count` and `m0>_count`. */
describe("values are ranked by", () => {
  test.each<[string, Metric, object]>([
    ["how many lines have them", { of: "count" }, { _count: "desc" }],
    ["how many of some lines have them", { of: "count", filter: FAILED }, { m0: "desc" }],
    ["a percentile", { of: "percentile", percentile: 95, ...DURATION }, { "m0[95]": "desc" }],
    [
      "a percentile of some lines",
      { of: "percentile", percentile: 95, ...DURATION, filter: FAILED },
      { "m0>of[95]": "desc" },
    ],
    ["a median", { of: "median", ...DURATION }, { "m0[50]": "desc" }],
    ["a median of some lines", { of: "median", ...DURATION, filter: FAILED }, { "m0>of[50]": "desc" }],
    ["a number", { of: "max", field: "@timestamp" }, { m0: "desc" }],
    ["a number of some lines", { of: "unique", field: "trace.id", filter: FAILED }, { "m0>of": "desc" }],
    ["how many lines have them, where the metric is a share", { of: "share", that: FAILED }, { _count: "desc" }],
  ])("%s", (_, metric, order) => expect(orderOf(metric)).toEqual(order));
});
