import type { EChartsOption, SeriesOption } from "echarts";
import type { Heatmap, Pie, TimeSeries, TopValues } from "../../../constructs/content/dashboards/panel";
import { type Format, type Metric, metricLabel } from "../../../constructs/content/query/operations";
import type { Row, TimeRange } from "../../../constructs/content/query/panel-query";
import { formatOf } from "../format";

export type ChartPanel = TimeSeries | TopValues | Pie | Heatmap;

/** A chart as data, for the page's own program to draw. */
export interface Chart {
  readonly option: EChartsOption;
  /** Of its numbers. */
  readonly format: Format;
}

/** @see https://echarts.apache.org/en/option.html */
export function chartOf(panel: ChartPanel, rows: readonly Row[], range: TimeRange): Chart {
  const [metric] = panel.kind === "time series" ? panel.metrics : [panel.metric];
  return {
    option: { ...COMMON, ...optionOf(panel, rows, range) },
    format: metric ? formatOf(metric) : "number",
  };
}

/** Nothing moves, times are those of the logs, and what a tooltip says is drawn: no markup of it is ever read. */
const COMMON: EChartsOption = {
  animation: false,
  useUTC: true,
  backgroundColor: "transparent",
  // Told apart on a light and on a dark ground.
  color: ["#4c8bd6", "#e0862e", "#2fa88a", "#b06ad0", "#c9a227", "#d65f8a", "#5bb5d6", "#8fb339", "#a0785a", "#8c96a3"],
};
const TOOLTIP = { renderMode: "richText", confine: true } as const;

function optionOf(panel: ChartPanel, rows: readonly Row[], range: TimeRange): EChartsOption {
  switch (panel.kind) {
    case "time series":
      return timeSeries(panel, rows, range);
    case "top values":
      return topValues(panel.metric, rows);
    case "pie":
      return pie(panel.metric, rows);
    case "heatmap":
      return heatmap(panel, rows);
  }
}

function timeSeries({ metrics, splitBy, style = "lines" }: TimeSeries, rows: readonly Row[], range: TimeRange) {
  const of = (keys: Row["keys"]) => (splitBy ? named(keys[0]) : "");
  const names = [...new Set(rows.map(({ keys }) => of(keys)))];
  const series = names.flatMap((name) =>
    metrics.map((metric, index): SeriesOption => {
      const data = rows
        .filter(({ keys }) => of(keys) === name)
        .map(({ keys, values }) => [keys.at(-1) ?? 0, values[index] ?? null]);
      const label = [name, metrics.length > 1 || !splitBy ? metricLabel(metric) : ""].filter(Boolean).join(", ");
      return { name: label, data, ...STYLE[style], ...colour(splitBy?.by === "terms" ? splitBy.field : "", name) };
    }),
  );
  return {
    tooltip: { ...TOOLTIP, trigger: "axis" as const },
    legend: { type: "scroll" as const, bottom: 0 },
    grid: GRID,
    xAxis: { type: "time" as const, min: range.from, max: range.to },
    yAxis: { type: "value" as const, min: 0 },
    series,
  };
}

const STYLE = {
  lines: { type: "line", showSymbol: true, symbolSize: 4, connectNulls: false },
  "stacked areas": { type: "line", showSymbol: false, stack: "all", areaStyle: {} },
  "stacked bars": { type: "bar", stack: "all", barMaxWidth: 12 },
} as const;

/** Levels look everywhere as loud as they are; anything else takes the next colour. */
function colour(field: string, name: string): { readonly color?: string } {
  const own = field === "log.level" ? LEVEL_COLOURS[name] : undefined;
  return own ? { color: own } : {};
}

const LEVEL_COLOURS: Readonly<Record<string, string>> = {
  debug: "#8c96a3",
  info: "#4c8bd6",
  warn: "#e0a32e",
  error: "#d64545",
  dpanic: "#a3309c",
  panic: "#a3309c",
  fatal: "#a3309c",
};

function topValues(metric: Metric, rows: readonly Row[]): EChartsOption {
  return {
    tooltip: { ...TOOLTIP, trigger: "item" },
    grid: { ...GRID, bottom: 30 },
    xAxis: { type: "value", min: 0 },
    yAxis: { type: "category", inverse: true, data: rows.map(({ keys }) => named(keys[0])) },
    series: [{ name: metricLabel(metric), type: "bar", data: rows.map(({ values }) => values[0] ?? 0) }],
  };
}

function pie(metric: Metric, rows: readonly Row[]): EChartsOption {
  const data = rows.map(({ keys, values }) => ({ name: named(keys[0]), value: values[0] ?? 0 }));
  return {
    tooltip: { ...TOOLTIP, trigger: "item" },
    legend: { type: "scroll", bottom: 0 },
    series: [{ name: metricLabel(metric), type: "pie", radius: ["40%", "65%"], data }],
  };
}

function heatmap({ x, metric }: Heatmap, rows: readonly Row[]): EChartsOption {
  const xs = [...new Set(rows.map(({ keys }) => keys[1] ?? ""))];
  if (x.by === "time") xs.sort((a, b) => Number(a) - Number(b));
  const ys = [...new Set(rows.map(({ keys }) => keys[0] ?? ""))];
  const data = rows.map(({ keys, values }) => [xs.indexOf(keys[1] ?? ""), ys.indexOf(keys[0] ?? ""), values[0] ?? 0]);
  return {
    tooltip: { ...TOOLTIP, trigger: "item" },
    grid: { ...GRID, bottom: 60 },
    xAxis: { type: "category", data: xs.map((key) => (x.by === "time" ? dayAndTime(key) : named(key))) },
    yAxis: { type: "category", inverse: true, data: ys.map(named) },
    visualMap: {
      min: 0,
      max: Math.max(1, ...data.map(([, , value]) => value ?? 0)),
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 120,
      inRange: { color: ["rgba(214, 69, 69, 0.04)", "rgba(214, 69, 69, 0.9)"] },
    },
    series: [{ name: metricLabel(metric), type: "heatmap", data }],
  };
}

/** As `01-31 10:00:30`. */
function dayAndTime(key: string | number): string {
  return new Date(Number(key)).toISOString().slice(5, 19).replace("T", " ");
}

const GRID = { left: 10, right: 20, top: 20, bottom: 50 } as const;

function named(key: string | number | undefined): string {
  return key === "" || key === undefined ? "(empty)" : String(key);
}
