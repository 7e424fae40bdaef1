/* global document, matchMedia, getComputedStyle, addEventListener */
// What draws the charts in the browser: tools/logs/page/program.ts puts it into the page, with all that it imports.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import {
  GridComponent,
  LegendScrollComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { formatValue } from "../format.ts";

use([BarChart, HeatmapChart, LineChart, PieChart]);
use([GridComponent, LegendScrollComponent, TooltipComponent, VisualMapContinuousComponent, SVGRenderer]);

const charts = JSON.parse(document.getElementById("charts").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
let drawn = [];

function draw() {
  for (const one of drawn) one.dispose();
  drawn = [...document.querySelectorAll("[data-chart]")].map((element) => {
    const { option, format } = charts[element.dataset.chart];
    const instance = init(element, dark.matches ? "dark" : undefined, { renderer: "svg" });
    instance.setOption(readable(option, format, getComputedStyle(element).color));
    return instance;
  });
}

/** What data cannot hold: how numbers are written, and the colour that is read on this background. */
function readable(option, format, color) {
  const write = (value) => formatValue(Array.isArray(value) ? value.at(-1) : value, format);
  const axis = (one) =>
    one && { ...one, axisLabel: { color, hideOverlap: true, ...(one.type === "value" ? { formatter: write } : {}) } };
  return {
    ...option,
    textStyle: { color },
    tooltip: { ...option.tooltip, valueFormatter: write },
    ...(option.legend ? { legend: { ...option.legend, textStyle: { color }, pageTextStyle: { color } } } : {}),
    ...(option.visualMap ? { visualMap: { ...option.visualMap, textStyle: { color } } } : {}),
    ...(option.xAxis ? { xAxis: axis(option.xAxis), yAxis: axis(option.yAxis) } : {}),
  };
}

draw();
dark.addEventListener("change", draw);
addEventListener("resize", () => drawn.forEach((one) => one.resize()));
