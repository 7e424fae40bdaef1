import { queryOf } from "../../../constructs/content/dashboards/panel";
import { metricLabel } from "../../../constructs/content/query/operations";
import type { TimeRange } from "../../../constructs/content/query/panel-query";
import { formatOf, formatValue } from "../format";
import type { PanelAnswer } from "./answers";
import { type Chart, chartOf } from "./chart";
import { describe } from "./describe";
import { html, type Markup } from "./html";
import { tableOf } from "./table";

/** A panel on the page. @param draw takes a chart and answers the name under which it is drawn */
export function panelMarkup(answer: PanelAnswer, range: TimeRange, draw: (chart: Chart) => string): Markup {
  const { panel } = answer;
  switch (panel.kind) {
    case "number":
      return frame(answer, "number", numbers(answer));
    case "table":
    case "lines":
      return frame(answer, "wide", tableOf(answer));
    case "time series":
    case "top values":
    case "pie":
    case "heatmap":
      return frame(
        answer,
        "wide",
        html`<div
            class="chart"
            role="img"
            aria-label="${describe(answer)}"
            data-chart="${draw(chartOf(panel, answer.rows, range))}"
          ></div>
          <details>
            <summary>As a table</summary>
            ${tableOf(answer)}
          </details>`,
      );
  }
}

function frame({ panel }: PanelAnswer, kind: string, content: Markup): Markup {
  const description = panel.description === undefined ? undefined : html`<p class="about">${panel.description}</p>`;
  return html`<section class="panel ${kind}">
    <h2>${panel.title}</h2>
    ${description}${content}
  </section>`;
}

function numbers({ panel, rows }: PanelAnswer): Markup {
  const query = queryOf(panel);
  const metrics = query.kind === "aggregate" ? query.metrics : [];
  const [first, second] = metrics.map((metric, index) => ({
    label: metricLabel(metric),
    value: formatValue(rows[0]?.values[index], formatOf(metric)),
  }));
  const beside = second && html`<span class="beside">${second.label} ${second.value}</span>`;
  return html`<p><strong>${first?.value}</strong> ${beside}</p>`;
}
