import { grouped, median, perCpuSecond } from "./figures";
import type { Results } from "./results";

const WIDTH = 720;
const BAR = 22;
const GAP = 14;
const LEFT = 220;
const RIGHT = 120;

/** A bar for each contender's events a CPU second, with the spread of its rounds. */
export function renderChart({ contenders }: Results): string {
  const bars = contenders.map(({ name, id, drains }) => {
    const values = drains.map(perCpuSecond);
    return { name, id, middle: median(values), low: Math.min(...values), high: Math.max(...values) };
  });
  const most = Math.max(...bars.map(({ high }) => high));
  const x = (value: number): number => Math.round((LEFT + (value * (WIDTH - LEFT - RIGHT)) / most) * 10) / 10;
  const height = GAP + bars.length * (BAR + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...bars.flatMap(({ name, id, middle, low, high }, nth) => {
      const top = GAP + nth * (BAR + GAP);
      const centre = top + BAR / 2;
      return [
        `<text x="${LEFT - 8}" y="${centre + 4}" text-anchor="end" fill="#444">${name}</text>`,
        `<rect x="${LEFT}" y="${top}" width="${x(middle) - LEFT}" height="${BAR}" fill="${id.startsWith("ours") ? "#15803d" : "#94a3b8"}"/>`,
        `<line x1="${x(low)}" x2="${x(high)}" y1="${centre}" y2="${centre}" stroke="#1e293b"/>`,
        `<text x="${x(high) + 8}" y="${centre + 4}" fill="#444">${grouped(middle)} a CPU second</text>`,
      ];
    }),
    "</svg>",
    "",
  ].join("\n");
}
