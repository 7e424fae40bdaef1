import { type AskingPanel, queryOf } from "../../../constructs/content/dashboards/panel";
import { bucketLabel, metricLabel } from "../../../constructs/content/query/operations";
import { formatOf, formatValue } from "../format";
import { text } from "../line";
import type { LogEventField } from "../../../contract/log-event";
import type { PanelAnswer } from "./answers";
import { html, type Markup } from "./html";

/** What a panel shows as a table: the panel itself where it is one, and what a chart is drawn from. */
export function tableOf({ panel, rows, lines }: PanelAnswer): Markup {
  const query = queryOf(panel);
  if (query.kind === "lines") {
    return table(
      panel,
      query.fields.map((field) => ({ title: field, isNumber: false })),
      lines.map((line) => query.fields.map((field) => text(line, field as LogEventField))),
    );
  }
  const columns = [
    ...query.buckets.map((bucket) => ({ title: bucketLabel(bucket), isNumber: false })),
    ...query.metrics.map((metric) => ({ title: metricLabel(metric), isNumber: true })),
  ];
  // A chart's times at which there was nothing would bury the others.
  const said = panel.kind === "table" ? rows : rows.filter(({ values }) => values.some((value) => (value ?? 0) !== 0));
  return table(
    panel,
    columns,
    said.map(({ keys, values }) => [
      ...keys.map((key, index) =>
        query.buckets[index]?.by === "time" ? isoMinute(key) : key === "" ? "(empty)" : String(key),
      ),
      ...query.metrics.map((metric, index) => formatValue(values[index], formatOf(metric))),
    ]),
  );
}

interface Column {
  readonly title: string;
  readonly isNumber: boolean;
}

function table({ title }: AskingPanel, columns: readonly Column[], rows: readonly (readonly string[])[]): Markup {
  if (rows.length === 0) return html`<p class="none">Nothing at this time.</p>`;
  const kind = (index: number) => (columns[index]?.isNumber ? "number" : "text");
  return html`<div class="scrolled" tabindex="0" role="region" aria-label="${title}, as a table">
    <table>
      <thead>
        <tr>
          ${columns.map((column, index) => html`<th scope="col" class="${kind(index)}">${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) => html`<td class="${kind(index)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function isoMinute(time: string | number): string {
  return new Date(Number(time)).toISOString().replace(".000Z", "Z");
}
