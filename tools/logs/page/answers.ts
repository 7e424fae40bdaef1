import {
  type AskingPanel,
  type DashboardDefinition,
  isAsking,
  queryOf,
} from "../../../constructs/content/dashboards/panel";
import type { Filter } from "../../../constructs/content/query/filter";
import { type PanelQuery, type Row, rowsOf } from "../../../constructs/content/query/panel-query";
import { type LogLine, linesOf } from "../line";
import type { AskQuery } from "../search";

/** A panel and what it shows. */
export interface PanelAnswer {
  readonly panel: AskingPanel;
  /** Empty for a panel that shows lines. */
  readonly rows: readonly Row[];
  /** Empty for any other panel. */
  readonly lines: readonly LogLine[];
}

/** Asks for every panel of a dashboard that is about lines, row by row as the dashboard has them. */
export function answersOf(
  { rows }: DashboardDefinition,
  ask: AskQuery,
  filter?: Filter,
): Promise<readonly (readonly PanelAnswer[])[]> {
  return Promise.all(
    rows.map(({ panels }) =>
      Promise.all(
        panels
          .filter(isAsking)
          // A filter of lines says nothing about dead letters, which are in a stream of their own.
          .filter((panel) => panel.of !== "dead letters")
          .map((panel) => answerOf(panel, ask, filter)),
      ),
    ),
  );
}

async function answerOf(panel: AskingPanel, ask: AskQuery, filter?: Filter): Promise<PanelAnswer> {
  const query = narrowed(queryOf(panel), filter);
  const answer = await ask(query);
  return query.kind === "lines"
    ? { panel, rows: [], lines: linesOf(answer) }
    : { panel, rows: rowsOf(query, answer), lines: [] };
}

/** The same question, of fewer lines. */
export function narrowed(query: PanelQuery, filter?: Filter): PanelQuery {
  if (!filter) return query;
  return { ...query, filter: query.filter ? { all: [query.filter, filter] } : filter };
}
