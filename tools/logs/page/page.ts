import { createHash } from "node:crypto";
import type { TimeRange } from "../../../constructs/content/query/panel-query";
import type { PanelAnswer } from "./answers";
import type { Chart } from "./chart";
import { describe } from "./describe";
import { html, jsonContent, Markup } from "./html";
import { panelMarkup } from "./panel";
import { STYLE } from "./style";

export interface PageFacts {
  readonly title: string;
  readonly description: string;
  /** Which lines of which environment at which time, in words. */
  readonly of: string;
  readonly range: TimeRange;
  readonly rows: readonly (readonly PanelAnswer[])[];
  /** The program that draws the charts. */
  readonly program: string;
}

/**
 * The page. It needs nothing but itself, and its Content-Security-Policy lets it ask for nothing and run no program but the
 * one that is known here by its hash: what a log line brings along can neither run nor be fetched.
 */
export function renderPage({ title, description, of, range, rows, program }: PageFacts): string {
  const charts: Record<string, Chart> = {};
  const draw = (chart: Chart) => {
    const name = `chart-${Object.keys(charts).length + 1}`;
    charts[name] = chart;
    return name;
  };
  const panels = rows
    .filter((row) => row.length > 0)
    .map((row) => html`<div class="row">${row.map((answer) => panelMarkup(answer, range, draw))}</div>`);
  const hash = createHash("sha256").update(program).digest("base64");
  // To the byte: a space more, and the hash is another.
  const script = new Markup(`<script>${program}</script>`);
  // Charts are styled element by element.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}: ${of}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>${description}</p>
          <p class="of">${of}</p>
        </header>
        <main>
          <details class="summary" open>
            <summary>In words</summary>
            <ul>
              ${rows.flat().map((answer) => html`<li>${describe(answer)}.</li>`)}
            </ul>
          </details>
          ${panels}
        </main>
        <footer>
          Times are UTC. <code>npm run logs -- --html</code> wrote this page; it asks nobody for anything.
        </footer>
        <script type="application/json" id="charts">
          ${jsonContent(charts)}
        </script>
        ${script}
      </body>
    </html> `.text;
}
