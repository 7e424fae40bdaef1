import { describe, expect, test } from "@jest/globals";
import { renderBucket } from "../../../../constructs/content/kibana/bucket";
import { numberFormat } from "../../../../constructs/content/kibana/format";
import { renderMetric } from "../../../../constructs/content/kibana/metric";
import type { Filter } from "../../../../constructs/content/query/filter";
import type { Metric } from "../../../../constructs/content/query/operations";

const ERRORS = { field: "log.level", is: "error" } as const satisfies Filter;

describe("a metric", () => {
  test.each<[Metric, object]>([
    [{ of: "count" }, { operation: "count", label: "Lines" }],
    [
      { of: "unique", field: "trace.id" },
      { operation: "unique_count", field: "trace.id", label: "Different trace.id" },
    ],
    [
      { of: "average", field: "event.duration" },
      { operation: "average", field: "event.duration" },
    ],
    [
      { of: "sum", field: "event.duration" },
      { operation: "sum", field: "event.duration" },
    ],
    [
      { of: "median", field: "event.duration" },
      { operation: "median", field: "event.duration" },
    ],
    [
      { of: "min", field: "@timestamp" },
      { operation: "min", field: "@timestamp" },
    ],
    [
      { of: "max", field: "@timestamp" },
      { operation: "max", field: "@timestamp" },
    ],
    [
      { of: "percentile", field: "event.duration", percentile: 99 },
      { operation: "percentile", field: "event.duration", percentile: 99, label: "p99 of event.duration" },
    ],
  ])("%j", (metric, expected) => expect(renderMetric(metric)).toMatchObject(expected));

  test("is called what it says", () => {
    expect(renderMetric({ of: "count", label: "Requests" })).toEqual({ operation: "count", label: "Requests" });
  });

  test("of some lines only has their filter", () => {
    expect(renderMetric({ of: "count", filter: ERRORS })).toMatchObject({
      filter: { language: "kql", expression: 'log.level: "error"' },
    });
  });

  test("that is a part of all lines divides, and is a percentage", () => {
    expect(renderMetric({ of: "share", that: ERRORS })).toEqual({
      operation: "formula",
      formula: `count(kql='log.level: "error"') / count()`,
      label: "Share",
      format: { type: "percent", decimals: 1 },
    });
    expect(renderMetric({ of: "share", that: ERRORS, format: "number" })["format"]).toMatchObject({ type: "number" });
  });

  test("that is a part of some lines divides among those", () => {
    const filter = { field: "service.name", is: "payments" } as const;
    expect(renderMetric({ of: "share", that: ERRORS, filter })).toMatchObject({
      formula: `count(kql='log.level: "error"') / count()`,
      filter: { expression: 'service.name: "payments"' },
    });
  });

  test("keeps a formula's text together, whatever a value has in it", () => {
    const that = { field: "error.type", is: `it's "odd" \\` } as const;
    expect(renderMetric({ of: "share", that })["formula"]).toBe(
      String.raw`count(kql='error.type: "it\'s \"odd\" \\"') / count()`,
    );
  });
});

test.each([
  [undefined, undefined],
  ["time", undefined],
  ["number", { type: "number", decimals: 0 }],
  ["percent", { type: "percent", decimals: 1 }],
  ["bytes", { type: "bytes", decimals: 1 }],
  ["nanoseconds", { type: "duration", from: "ns", to: "auto" }],
  ["milliseconds", { type: "duration", from: "ms", to: "auto" }],
] as const)("the format %s", (format, expected) => {
  expect(numberFormat(format)).toEqual(expected);
  expect(renderMetric({ of: "count", ...(format ? { format } : {}) })["format"]).toEqual(expected);
});

describe("a bucket", () => {
  const BY = { by: "terms", field: "service.name", limit: 4 } as const;
  const share: Metric = { of: "share", that: ERRORS };

  test("of values is ranked by a metric, by the lines or by name", () => {
    expect(renderBucket(BY, [{ of: "count" }])).toEqual({
      operation: "terms",
      fields: ["service.name"],
      label: "service.name",
      limit: 4,
      rank_by: { type: "metric", metric_index: 0, direction: "desc" },
    });
    const rank = (rank: number | "name", metrics: readonly Metric[]) =>
      renderBucket({ ...BY, rank }, metrics)["rank_by"];
    expect(rank(1, [{ of: "count" }, { of: "count" }])).toMatchObject({ type: "metric", metric_index: 1 });
    expect(rank("name", [{ of: "count" }])).toEqual({ type: "alphabetical", direction: "asc" });
    expect(rank(0, [share])).toEqual({ type: "custom", operation: "count", direction: "desc" });
    expect(rank(3, [{ of: "count" }])).toEqual({ type: "custom", operation: "count", direction: "desc" });
  });

  test("of values has one more for all others where it says so", () => {
    expect(renderBucket(BY, [{ of: "count" }])).not.toHaveProperty("other_bucket");
    expect(renderBucket({ ...BY, others: true }, [{ of: "count" }])["other_bucket"]).toEqual({
      include_documents_without_field: false,
    });
  });

  test("of filters has each with its name", () => {
    const bucket = { by: "filters", filters: [{ label: "Errors", that: ERRORS }] } as const;
    expect(renderBucket(bucket, [])).toEqual({
      operation: "filters",
      filters: [{ label: "Errors", filter: { language: "kql", expression: 'log.level: "error"' } }],
    });
  });
});
