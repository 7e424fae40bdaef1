import { choice, closed, type Schema, shared } from "./shapes";

/** What charts calculate, as the dashboards API of Kibana 9.5 has it: metrics and what they are told apart by. */

const text: Schema = { type: "string", minLength: 1 };
const flag: Schema = { type: "boolean" };
const direction: Schema = { enum: ["asc", "desc"] };

/** Of a dashboard, a panel and a metric alike. */
export const QUERY = shared("query", closed({ language: { enum: ["kql", "lucene"] }, expression: { type: "string" } }));

const suffix: Schema = { type: "string" };
const decimals: Schema = { type: "integer", minimum: 0 };
const TIME_UNITS = ["ms", "s", "min", "h", "d", "w", "mo", "y"];

const FORMAT = shared(
  "format",
  choice("type", {
    number: closed({ type: {} }, { decimals, suffix, compact: flag }),
    percent: closed({ type: {} }, { decimals, suffix, compact: flag }),
    bytes: closed({ type: {} }, { decimals, suffix }),
    bits: closed({ type: {} }, { decimals, suffix }),
    duration: closed(
      {
        type: {},
        from: { enum: ["ps", "ns", "us", ...TIME_UNITS] },
        to: { enum: ["auto", "auto-approximate", ...TIME_UNITS] },
      },
      { suffix },
    ),
    custom: closed({ type: {}, pattern: text }),
  }),
);

const named = { label: { type: "string" }, format: FORMAT } satisfies Record<string, Schema>;
const narrowed = {
  ...named,
  filter: QUERY,
  reduced_time_range: text,
  time_shift: text,
  time_scale: { enum: ["s", "m", "h", "d"] },
} satisfies Record<string, Schema>;

const ofField = closed({ operation: {}, field: text }, narrowed);
const nullable = { empty_as_null: flag };

/** A metric; `more` is what the chart's own kind of metric has beside it. */
export function metric(more: Record<string, Schema> = {}, required: readonly string[] = []): Schema {
  const own = (schema: Schema): Schema => ({
    ...schema,
    properties: { ...(schema["properties"] as object), ...more },
    required: [...(schema["required"] as string[]), ...required],
  });
  const operation = choice("operation", {
    count: own(closed({ operation: {} }, { ...narrowed, ...nullable, field: text })),
    unique_count: own(closed({ operation: {}, field: text }, { ...narrowed, ...nullable })),
    sum: own(closed({ operation: {}, field: text }, { ...narrowed, ...nullable })),
    average: own(ofField),
    median: own(ofField),
    min: own(ofField),
    max: own(ofField),
    standard_deviation: own(ofField),
    percentile: own(
      closed(
        { operation: {}, field: text, percentile: { type: "number", exclusiveMinimum: 0, maximum: 100 } },
        narrowed,
      ),
    ),
    percentile_rank: own(closed({ operation: {}, field: text, rank: { type: "number" } }, narrowed)),
    last_value: own(closed({ operation: {}, field: text, time_field: text }, { ...narrowed, multi_value: flag })),
    static_value: own(closed({ operation: {}, value: { type: "number" } }, named)),
    formula: own(
      closed({ operation: {}, formula: text }, { ...named, filter: QUERY, reduced_time_range: text, time_scale: text }),
    ),
  });
  return columnOr(operation, own);
}

/** What a chart over ES|QL has in the place of an operation: a column of the answer. */
function columnOr(operation: Schema, own: (schema: Schema) => Schema = (schema) => schema): Schema {
  return { if: { required: ["column"] }, then: own(closed({ column: text }, named)), else: operation };
}

const rankBy = choice("type", {
  alphabetical: closed({ type: {}, direction }),
  rare: closed({ type: {}, max: { type: "integer" } }),
  significant: closed({ type: {} }),
  metric: closed({ type: {}, metric_index: { type: "integer", minimum: 0 }, direction }),
  custom: closed(
    {
      type: {},
      operation: { enum: ["count", "sum", "average", "median", "min", "max", "unique_count", "last_value"] },
      direction,
    },
    { field: text },
  ),
});

export const BUCKET = shared(
  "bucket",
  columnOr(
    choice("operation", {
      date_histogram: closed(
        { operation: {}, field: text },
        {
          label: text,
          suggested_interval: text,
          use_original_time_range: flag,
          include_empty_rows: flag,
          drop_partial_intervals: flag,
        },
      ),
      terms: closed(
        { operation: {}, fields: { type: "array", items: text, minItems: 1, maxItems: 4 } },
        {
          ...named,
          limit: { type: "integer", minimum: 1 },
          rank_by: rankBy,
          other_bucket: closed({ include_documents_without_field: flag }),
          increase_accuracy: flag,
        },
      ),
      filters: closed(
        {
          operation: {},
          filters: { type: "array", minItems: 1, maxItems: 100, items: closed({ filter: QUERY }, { label: text }) },
        },
        { label: text },
      ),
    }),
  ),
);
