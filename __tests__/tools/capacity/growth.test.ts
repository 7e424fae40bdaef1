import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  CHART_FILE,
  DOC_FILE,
  EXAMPLE_RATES,
  GROWTH_HEAD,
  growthRows,
  renderGrowthChart,
  withGrowthTable,
} from "../../../tools/capacity/growth";
import { ROOT } from "../../../tools/lib/paths";

const document = readFileSync(join(ROOT, DOC_FILE), "utf8");

/** The cells of the one table between the marks, its rule left out. */
function tableOf(text: string): string[][] {
  const between = /<!-- growth -->\n([\s\S]*?)\n<!-- \/growth -->/.exec(text)?.[1] ?? "";
  const lines = between.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return lines.filter((cells) => !cells.every((cell) => /^-+$/.test(cell)));
}

test("the document's table is what the code says ('npm run capacity -- --docs' writes it again)", () => {
  expect(tableOf(document)).toEqual([GROWTH_HEAD, ...growthRows()]);
});

test("the document's chart is what the code says", () => {
  expect(readFileSync(join(ROOT, CHART_FILE), "utf8")).toBe(renderGrowthChart());
});

test("writing the document again changes nothing, and only the table if that is old", () => {
  expect(withGrowthTable(document)).toBe(document);
  expect(withGrowthTable(document.replace("| 1,000,000 |", "| 7 |"))).toBe(document);
});

test("the table is for loads from 100 to 1,000,000 events a second", () => {
  expect(growthRows().map(([rate]) => rate)).toEqual(["100", "1,000", "10,000", "100,000", "1,000,000"]);
  expect(EXAMPLE_RATES).toHaveLength(growthRows().length);
});
