import { BUCKET, metric, QUERY } from "./operations";
import { choice, closed, type Schema, shared } from "./shapes";

/** Charts, as the dashboards API of Kibana 9.5 has them: only what this project renders and what Elastic's examples have. */

const text: Schema = { type: "string" };
const flag: Schema = { type: "boolean" };

export const DATA_SOURCE = shared(
  "data-source",
  choice("type", {
    data_view_reference: closed({ type: {}, ref_id: { type: "string", minLength: 1 } }),
    data_view_spec: closed({ type: {}, index_pattern: { type: "string", minLength: 1 } }, { time_field: text }),
    esql: closed({ type: {}, query: { type: "string", minLength: 1 } }),
  }),
);

const titled = {
  title: text,
  description: text,
  query: QUERY,
  filters: { type: "array" },
  hide_title: flag,
} satisfies Record<string, Schema>;
const sampled = { sampling: { type: "number", minimum: 0, maximum: 1 }, ignore_global_filters: flag };
const sourced = { type: {}, data_source: DATA_SOURCE };

function some(items: Schema, maxItems = 100): Schema {
  return { type: "array", items, minItems: 1, maxItems };
}

const axis = closed(
  {},
  {
    title: closed({}, { visible: flag, text }),
    scale: text,
    domain: closed({ type: { enum: ["fit", "full", "custom"] } }, { rounding: flag }),
    // Of Kibana 9.4, in Elastic's examples: later, a right axis is named y2.
    anchor: { enum: ["start", "end"] },
  },
);

const LAYERS = [
  "area",
  "area_percentage",
  "area_stacked",
  "bar",
  "bar_horizontal",
  "bar_horizontal_percentage",
  "bar_horizontal_stacked",
  "bar_percentage",
  "bar_stacked",
  "line",
];
const layer = closed(
  { type: { enum: LAYERS }, data_source: DATA_SOURCE, y: some(metric({ axis: { enum: ["y", "y2"] } })) },
  { ...sampled, x: BUCKET, breakdown_by: BUCKET },
);

const METRIC = shared("metric", metric());

const kind = (type: "primary" | "secondary") => metric({ type: { const: type } }, ["type"]);

/** The config of a panel `vis`, and a chart by itself. */
export const CHART = shared(
  "chart",
  choice("type", {
    xy: closed({ type: {}, layers: some(layer) }, { ...titled, axis: closed({}, { x: axis, y: axis, y2: axis }) }),
    metric: closed(
      {
        ...sourced,
        // The first is the primary one, and there is no second of it.
        metrics: { type: "array", items: [kind("primary"), kind("secondary")], additionalItems: false, minItems: 1 },
      },
      { ...titled, ...sampled, breakdown_by: BUCKET },
    ),
    data_table: closed(
      { ...sourced, metrics: some(METRIC, 1000) },
      { ...titled, ...sampled, rows: some(BUCKET, 50), split_metrics_by: some(BUCKET, 20) },
    ),
    pie: closed(
      { ...sourced, metrics: some(METRIC) },
      { ...titled, ...sampled, group_by: some(BUCKET, 3), donut_hole: { enum: ["none", "s", "m", "l"] } },
    ),
    heatmap: closed({ ...sourced, x: BUCKET, metric: METRIC }, { ...titled, ...sampled, y: BUCKET }),
    gauge: closed({ ...sourced, metric: METRIC }, { ...titled, ...sampled }),
  }),
);
