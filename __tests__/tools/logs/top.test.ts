import { describe, expect, test } from "@jest/globals";
import type { PanelQuery } from "../../../constructs/content/query/panel-query";
import { askTop, renderTop, topOf } from "../../../tools/logs/top";

const cells = (table: string) =>
  table
    .split("\n")
    .filter((row) => row.startsWith("│"))
    .map((row) =>
      row
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("the most frequent values", () => {
  test("are asked with the filter, and counted among the lines that have the field", async () => {
    const asked: PanelQuery[] = [];
    const filter = { field: "service.name", is: ["orders"] } as const;
    const top = await askTop(
      (query) => {
        asked.push(query);
        const isSum = query.kind === "aggregate" && query.buckets.length === 0;
        return Promise.resolve({
          hits: { total: { value: 10 }, hits: [] },
          aggregations: isSum ? { m1: { doc_count: 4 } } : { b0: { buckets: [{ key: "late", doc_count: 3 }] } },
        });
      },
      "error.type",
      7,
      filter,
    );
    expect(top).toEqual({
      field: "error.type",
      values: [{ value: "late", count: 3, share: 0.75 }],
      lines: 10,
      having: 4,
    });
    expect(asked).toEqual([
      {
        kind: "aggregate",
        buckets: [],
        metrics: [{ of: "count" }, { of: "count", filter: { field: "error.type", exists: true } }],
        filter,
      },
      {
        kind: "aggregate",
        buckets: [{ by: "terms", field: "error.type", limit: 7 }],
        metrics: [{ of: "count" }],
        filter,
      },
    ]);
  });

  test("are a table, which tells what it does not show", () => {
    const top = topOf("user_agent.original", { keys: [], values: [5000, 2000] }, [
      { keys: ["curl"], values: [1200] },
      { keys: [""], values: [300] },
      { keys: ["\u001b[2J"], values: [1] },
    ]);
    const shown = renderTop(top);
    expect(cells(shown)).toEqual([
      ["user_agent.original", "count", "share"],
      ["curl", "1,200", "60 %"],
      ["(empty)", "300", "15 %"],
      ["\\u001b[2J", "1", "0.05 %"],
    ]);
    expect(shown.split("\n").slice(-2)).toEqual([
      "2,000 of 5,000 lines have user_agent.original; shares are of those.",
      "499 have other values: --limit shows more of them.",
    ]);
  });

  test("of a field with several values a line may add up to more than there are lines", () => {
    const top = topOf("tags", { keys: [], values: [2, 2] }, [
      { keys: ["a"], values: [2] },
      { keys: ["b"], values: [2] },
    ]);
    expect(renderTop(top)).not.toContain("other values");
  });

  test("of no line are none", () => {
    expect(topOf("tags", { keys: [], values: [0, 0] }, [])).toEqual({ field: "tags", values: [], lines: 0, having: 0 });
  });
});
