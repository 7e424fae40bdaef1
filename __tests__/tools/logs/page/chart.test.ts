import { describe, expect, test } from "@jest/globals";
import { type ChartPanel, chartOf } from "../../../../tools/logs/page/chart";
import type { Row } from "../../../../constructs/content/query/panel-query";

const RANGE = { from: Date.UTC(2026, 0, 31, 10), to: Date.UTC(2026, 0, 31, 11) };
const [ONE, TWO] = [RANGE.from + 30_000, RANGE.from + 60_000];

/** Of a chart what a test looks at. */
interface Drawn {
  readonly animation: boolean;
  readonly useUTC: boolean;
  readonly tooltip: { readonly renderMode: string };
  readonly xAxis: { readonly data?: readonly string[]; readonly min?: number; readonly max?: number };
  readonly yAxis: { readonly data?: readonly string[] };
  readonly visualMap: { readonly max: number };
  readonly series: readonly {
    readonly name: string;
    readonly type: string;
    readonly stack?: string;
    readonly color?: string;
    readonly data: readonly unknown[];
  }[];
}

const drawn = (panel: ChartPanel, rows: readonly Row[]) => chartOf(panel, rows, RANGE).option as unknown as Drawn;

const COUNT = { of: "count", label: "Lines" } as const;
const BY_SERVICE = { by: "terms", field: "service.name", limit: 5 } as const;
const SERIES = { kind: "time series", title: "Volume", metrics: [COUNT] } as const;
const HEATMAP = { kind: "heatmap", title: "Heat", x: { by: "time" }, y: BY_SERVICE, metric: COUNT } as const;

describe("a time series", () => {
  const rows: readonly Row[] = [
    { keys: ["orders", ONE], values: [1] },
    { keys: ["orders", TWO], values: [null] },
    { keys: ["", ONE], values: [3] },
  ];

  test("has a series of each value, over the times that were asked about", () => {
    const { series, xAxis } = drawn({ ...SERIES, splitBy: BY_SERVICE, style: "stacked bars" }, rows);
    expect(series.map(({ name, type, stack, data }) => ({ name, type, stack, data }))).toEqual([
      {
        name: "orders",
        type: "bar",
        stack: "all",
        data: [
          [ONE, 1],
          [TWO, null],
        ],
      },
      { name: "(empty)", type: "bar", stack: "all", data: [[ONE, 3]] },
    ]);
    expect(xAxis).toMatchObject({ min: RANGE.from, max: RANGE.to });
  });

  test("has one of each metric", () => {
    const metrics = [COUNT, { of: "max", field: "event.duration", label: "Slowest" }] as const;
    const { series } = drawn({ ...SERIES, metrics }, [{ keys: [ONE], values: [1, 2] }]);
    expect(series.map(({ name, data }) => [name, data])).toEqual([
      ["Lines", [[ONE, 1]]],
      ["Slowest", [[ONE, 2]]],
    ]);
  });

  test.each([
    ["lines", { type: "line", stack: undefined }],
    ["stacked bars", { type: "bar", stack: "all" }],
    ["stacked areas", { type: "line", stack: "all" }],
  ] as const)("in the style %s", (style, { type, stack }) => {
    const [one] = drawn({ ...SERIES, style }, [{ keys: [ONE], values: [1] }]).series;
    expect([one?.type, one?.stack]).toEqual([type, stack]);
  });

  test("of levels has their colours, and of anything else none of its own", () => {
    const of = (field: "log.level" | "service.name") =>
      drawn({ ...SERIES, splitBy: { ...BY_SERVICE, field } }, [{ keys: ["error", ONE], values: [1] }]).series[0]?.color;
    expect(of("log.level")).toBe("#d64545");
    expect(of("service.name")).toBeUndefined();
  });

  test("is written as its metric is", () => {
    const metric = { of: "share", that: { field: "tags", exists: true } } as const;
    expect(chartOf({ ...SERIES, metrics: [metric] }, [], RANGE).format).toBe("percent");
  });
});

describe("a heatmap", () => {
  test("has a cell for each row; times less than a minute apart stay apart, in their order", () => {
    const rows: readonly Row[] = [
      { keys: ["orders", TWO], values: [4] },
      { keys: ["orders", ONE], values: [0] },
      { keys: ["gateway", ONE], values: [9] },
    ];
    const { xAxis, yAxis, series, visualMap } = drawn(HEATMAP, rows);
    expect(xAxis.data).toEqual(["01-31 10:00:30", "01-31 10:01:00"]);
    expect(yAxis.data).toEqual(["orders", "gateway"]);
    expect(series[0]?.data).toEqual([
      [1, 0, 4],
      [0, 0, 0],
      [0, 1, 9],
    ]);
    expect(visualMap.max).toBe(9);
  });

  test("of nothing has a scale all the same", () => expect(drawn(HEATMAP, []).visualMap.max).toBe(1));
});

test("the top values are bars, in their order", () => {
  const panel = { kind: "top values", title: "Top", by: BY_SERVICE, metric: COUNT } as const;
  const { yAxis, series } = drawn(panel, [
    { keys: ["b"], values: [5] },
    { keys: ["a"], values: [2] },
  ]);
  expect(yAxis.data).toEqual(["b", "a"]);
  expect(series).toEqual([{ name: "Lines", type: "bar", data: [5, 2] }]);
});

test("a pie has a slice for each value", () => {
  const panel = { kind: "pie", title: "Pie", by: BY_SERVICE, metric: COUNT } as const;
  expect(drawn(panel, [{ keys: [201], values: [5] }]).series[0]?.data).toEqual([{ name: "201", value: 5 }]);
});

test.each([
  SERIES,
  HEATMAP,
  { kind: "pie", title: "Pie", by: BY_SERVICE, metric: COUNT },
  { kind: "top values", title: "Top", by: BY_SERVICE, metric: COUNT },
] as const satisfies readonly ChartPanel[])(
  "$kind: nothing moves, times are UTC, tooltips are drawn and not parsed",
  (panel) => {
    const { animation, useUTC, tooltip } = drawn(panel, []);
    expect({ animation, useUTC, renderMode: tooltip.renderMode }).toEqual({
      animation: false,
      useUTC: true,
      renderMode: "richText",
    });
  },
);
