import Table from "cli-table3";

/** What became of a thing; in a dry run, what would. */
export type Result = "created" | "changed" | "unchanged" | "removed" | "kept" | "left out" | "refused";

export interface ReportRow {
  /** As in `_index_template/logs-app`, or the name of a stream. */
  readonly what: string;
  readonly result: Result;
  /** For people. */
  readonly detail?: string;
}

export interface Report {
  readonly dryRun: boolean;
  readonly rows: readonly ReportRow[];
}

/** As a table, with a line below it that counts. */
export function renderReport({ dryRun, rows }: Report): string {
  const table = new Table({
    head: ["content", dryRun ? "would be" : "is", "because"],
    style: { head: [], border: [] },
  });
  table.push(...rows.map(({ what, result, detail = "" }) => [what, result, detail]));
  const counts = new Map<Result, number>();
  for (const { result } of rows) counts.set(result, (counts.get(result) ?? 0) + 1);
  const sum = [...counts].map(([result, count]) => `${count} ${result}`).join(", ");
  return `${table.toString()}\n${dryRun ? "Dry run, nothing was changed: " : ""}${sum || "nothing to do"}`;
}
