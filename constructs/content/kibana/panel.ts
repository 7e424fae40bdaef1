import type { Json } from "../../../contract/index-template";
import { type AskingPanel, type Lines, type Markdown, type Panel, type TimeSeries, queryOf } from "../dashboards/panel";
import { TIME } from "../query/fields";
import type { Bucket, Metric } from "../query/operations";
import { renderBucket } from "./bucket";
import { panelQuery } from "./filter";
import { renderMetric } from "./metric";
import { withChain } from "./trace-chain";

/** The ids of the data views that panels ask. */
export interface DataViews {
  readonly lines: string;
  readonly deadLetters: string;
}

/** A panel's type and config, as the dashboards API of Kibana 9.5 has them. */
export function renderPanel(panel: Panel, dataViews: DataViews): { readonly type: string; readonly config: Json } {
  switch (panel.kind) {
    case "markdown":
      return { type: "markdown", config: markdown(panel) };
    case "lines":
      return { type: "discover_session", config: lines(panel, dataViews) };
    case "time series":
    case "top values":
    case "table":
    case "number":
    case "pie":
    case "heatmap":
      return { type: "vis", config: { ...titles(panel), ...chart(panel, dataViews), ...panelQuery(panel) } };
  }
}

function chart(panel: Exclude<AskingPanel, Lines>, dataViews: DataViews): Json {
  const source = { data_source: dataSource(panel, dataViews) };
  switch (panel.kind) {
    case "time series":
      return xy({
        ...source,
        type: STYLES[panel.style ?? "lines"],
        ...axes({ by: "time" }, panel.metrics),
        ...(panel.splitBy ? { breakdown_by: renderBucket(panel.splitBy, panel.metrics) } : {}),
      });
    case "top values":
      return xy({ ...source, type: "bar_horizontal", ...axes(panel.by, [panel.metric]) });
    case "table":
      return {
        type: "data_table",
        ...source,
        metrics: panel.metrics.map(renderMetric),
        rows: panel.rows.map((row) => renderBucket(row, panel.metrics)),
      };
    case "number":
      return {
        type: "metric",
        ...source,
        metrics: [
          { type: "primary", ...renderMetric(panel.metric) },
          ...(panel.beside ? [{ type: "secondary", ...renderMetric(panel.beside) }] : []),
        ],
      };
    case "pie":
      return {
        type: "pie",
        ...source,
        metrics: [renderMetric(panel.metric)],
        group_by: [renderBucket(panel.by, [panel.metric])],
      };
    case "heatmap":
      return {
        type: "heatmap",
        ...source,
        x: renderBucket(panel.x, [panel.metric]),
        y: renderBucket(panel.y, [panel.metric]),
        metric: renderMetric(panel.metric),
      };
  }
}

const STYLES: Readonly<Record<NonNullable<TimeSeries["style"]>, string>> = {
  lines: "line",
  "stacked bars": "bar_stacked",
  "stacked areas": "area_stacked",
};

function xy(layer: Json): Json {
  return { type: "xy", layers: [layer] };
}

function axes(x: Bucket, y: readonly Metric[]): Json {
  return { x: renderBucket(x, y), y: y.map(renderMetric) };
}

function lines(panel: Lines, dataViews: DataViews): Json {
  const asked = queryOf(panel);
  const direction = panel.order === "oldest" ? "asc" : "desc";
  // Dead letters have no chain to open: what they are of could not be read.
  const columns = panel.of === "dead letters" ? panel.fields : withChain(panel.fields);
  return {
    ...titles(panel),
    // The API takes one tab, and its lines inline: no saved search that somebody else changes.
    tabs: [
      {
        data_source: dataSource(panel, dataViews),
        ...panelQuery(panel),
        column_order: columns,
        // Lines of one time keep the order that they have in their file.
        sort: [
          { name: TIME, direction },
          { name: "log.offset", direction },
        ],
        ...(asked.kind === "lines" ? { sample_size: asked.limit } : {}),
      },
    ],
  };
}

function markdown({ content }: Markdown): Json {
  return { content, settings: { open_links_in_new_tab: true } };
}

function titles({ title, description }: AskingPanel): Json {
  return { title, ...(description === undefined ? {} : { description }) };
}

function dataSource({ of }: AskingPanel, { lines, deadLetters }: DataViews): Json {
  return { type: "data_view_reference", ref_id: of === "dead letters" ? deadLetters : lines };
}
