import type { ExactField, ShownField } from "../query/fields";
import type { Filter } from "../query/filter";
import type { FiltersBucket, Metric, TermsBucket, TimeBucket } from "../query/operations";
import type { PanelQuery } from "../query/panel-query";

/** What a dashboard is made of. */
export type Panel = TimeSeries | TopValues | Table | Numbers | Pie | Heatmap | Lines | Markdown;

/** Panels that ask Elasticsearch. */
export type AskingPanel = Exclude<Panel, Markdown>;

interface Titled {
  readonly title: string;
  /** For whoever wonders what is shown. */
  readonly description?: string;
}

interface Asking extends Titled {
  /** Only of these lines. */
  readonly filter?: Filter;
  /** What is asked. @default "lines" */
  readonly of?: "lines" | "dead letters";
}

/** Metrics over time. */
export interface TimeSeries extends Asking {
  readonly kind: "time series";
  readonly metrics: readonly Metric[];
  readonly splitBy?: TermsBucket | FiltersBucket;
  /** @default "lines" */
  readonly style?: "lines" | "stacked bars" | "stacked areas";
}

/** The values of a field with the largest metric, as horizontal bars. */
export interface TopValues extends Asking {
  readonly kind: "top values";
  readonly by: TermsBucket;
  readonly metric: Metric;
}

export interface Table extends Asking {
  readonly kind: "table";
  readonly rows: readonly TermsBucket[];
  readonly metrics: readonly Metric[];
}

/** One number, and perhaps a second beside it. */
export interface Numbers extends Asking {
  readonly kind: "number";
  readonly metric: Metric;
  readonly beside?: Metric;
}

export interface Pie extends Asking {
  readonly kind: "pie";
  readonly by: TermsBucket | FiltersBucket;
  readonly metric: Metric;
}

export interface Heatmap extends Asking {
  readonly kind: "heatmap";
  readonly x: TimeBucket | TermsBucket;
  readonly y: TermsBucket;
  readonly metric: Metric;
}

/** The lines themselves. */
export interface Lines extends Asking {
  readonly kind: "lines";
  readonly fields: readonly ShownField[];
  /** @default "newest" */
  readonly order?: "newest" | "oldest";
}

export interface Markdown {
  readonly kind: "markdown";
  readonly content: string;
}

/** What people choose from at the top of a dashboard, which then counts for all of it. */
export interface Control {
  readonly field: ExactField;
  readonly label: string;
}

/** Panels beside each other. */
export interface PanelRow {
  /** In rows of the grid, each some 20 pixels. */
  readonly height: number;
  readonly panels: readonly Panel[];
  /** Of each panel, in columns of 48. @default the same for all */
  readonly widths?: readonly number[];
}

/** A dashboard as it is written here. */
export interface DashboardDefinition {
  /** The end of its id, and what documentation links to. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** @default the last hour */
  readonly since?: "15m" | "1h" | "24h" | "7d";
  readonly controls: readonly Control[];
  readonly rows: readonly PanelRow[];
}

export function panelsOf({ rows }: DashboardDefinition): readonly Panel[] {
  return rows.flatMap(({ panels }) => panels);
}

export function isAsking(panel: Panel): panel is AskingPanel {
  return panel.kind !== "markdown";
}

/** What a panel asks Elasticsearch: whoever shows it anywhere shows the answer to this. */
export function queryOf(panel: AskingPanel): PanelQuery {
  const filter = panel.filter ? { filter: panel.filter } : {};
  const aggregate = (query: Pick<Extract<PanelQuery, { kind: "aggregate" }>, "buckets" | "metrics">) =>
    ({ kind: "aggregate", ...query, ...filter }) as const;
  switch (panel.kind) {
    case "time series":
      // Outermost what is told apart: each is a series over the same times.
      return aggregate({
        buckets: [...(panel.splitBy ? [panel.splitBy] : []), { by: "time" }],
        metrics: panel.metrics,
      });
    case "top values":
    case "pie":
      return aggregate({ buckets: [panel.by], metrics: [panel.metric] });
    case "table":
      return aggregate({ buckets: panel.rows, metrics: panel.metrics });
    case "number":
      return aggregate({ buckets: [], metrics: [panel.metric, ...(panel.beside ? [panel.beside] : [])] });
    case "heatmap":
      return aggregate({ buckets: [panel.y, panel.x], metrics: [panel.metric] });
    case "lines":
      return {
        kind: "lines",
        fields: panel.fields,
        limit: LINES,
        ...filter,
        ...(panel.order ? { order: panel.order } : {}),
      };
  }
}

/** As many as anybody scrolls through. */
const LINES = 100;
