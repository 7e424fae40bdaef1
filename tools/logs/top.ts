import Table from "cli-table3";
import type { ExactField } from "../../constructs/content/query/fields";
import type { Filter } from "../../constructs/content/query/filter";
import { type AggregateQuery, type Row, rowsOf } from "../../constructs/content/query/panel-query";
import { formatValue } from "./format";
import { inert } from "../lib/inert";
import type { AskQuery } from "./search";

/** How often each of the most frequent values of a field occurs. */
export interface Top {
  readonly field: ExactField;
  readonly values: readonly { readonly value: string | number; readonly count: number; readonly share: number }[];
  /** Lines that were asked about. */
  readonly lines: number;
  /** Those of them that have the field: what shares are of. */
  readonly having: number;
}

/** @param limit how many values */
export async function askTop(ask: AskQuery, field: ExactField, limit: number, filter?: Filter): Promise<Top> {
  const having = { field, exists: true } as const;
  const only = filter ? { filter } : {};
  const sum = {
    kind: "aggregate",
    buckets: [],
    metrics: [{ of: "count" }, { of: "count", filter: having }],
    ...only,
  } as const;
  const values: AggregateQuery = {
    kind: "aggregate",
    buckets: [{ by: "terms", field, limit }],
    metrics: [{ of: "count" }],
    ...only,
  };
  const [[all], rows] = await Promise.all([
    ask(sum).then((answer) => rowsOf(sum, answer)),
    ask(values).then((answer) => rowsOf(values, answer)),
  ]);
  return topOf(field, all, rows);
}

/** @param all the counts of the lines, and of those that have the field */
export function topOf(field: ExactField, all: Row | undefined, rows: readonly Row[]): Top {
  const [lines, having] = all?.values ?? [];
  const values = rows.map(({ keys, values: [count] }) => ({
    value: keys[0] ?? "",
    count: count ?? 0,
    share: having ? (count ?? 0) / having : 0,
  }));
  return { field, values, lines: lines ?? 0, having: having ?? 0 };
}

/** A table, and what it is of. */
export function renderTop({ field, values, lines, having }: Top): string {
  const table = new Table({
    head: [field, "count", "share"],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { value, count, share } of values) {
    table.push([shown(value), formatValue(count, "number"), formatValue(share, "percent")]);
  }
  const rest = having - values.reduce((sum, { count }) => sum + count, 0);
  return [
    table.toString(),
    `${formatValue(having, "number")} of ${formatValue(lines, "number")} lines have ${field}; shares are of those.`,
    ...(rest > 0 ? [`${formatValue(rest, "number")} have other values: --limit shows more of them.`] : []),
  ].join("\n");
}

/** An empty value is one, and would not be seen. */
function shown(value: string | number): string {
  return value === "" ? "(empty)" : inert(String(value));
}
