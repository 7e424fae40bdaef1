import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { type AskingPanel, isAsking, panelsOf, queryOf } from "../../constructs/content/dashboards/panel";
import { type PanelQuery, rowsOf, searchBody, type TimeRange } from "../../constructs/content/query/panel-query";
import type { LogSearch } from "../../tools/verify/elasticsearch";

/** Each panel of each dashboard that asks something, with a name for it. */
export const ASKING_PANELS: readonly (readonly [name: string, panel: AskingPanel])[] = DASHBOARDS.flatMap((dashboard) =>
  panelsOf(dashboard)
    .filter(isAsking)
    .map((panel) => [`${dashboard.title}: ${panel.title}`, panel] as const),
);

/** How much of an answer says something: lines, or rows with a number above 0. */
export async function answered(search: LogSearch, panel: AskingPanel, range: TimeRange): Promise<number> {
  return answeredQuery(search, queryOf(panel), range);
}

export async function answeredQuery(search: LogSearch, query: PanelQuery, range: TimeRange): Promise<number> {
  const answer = await search.search(searchBody(query, range));
  if (query.kind === "lines") return answer.hits.hits.length;
  return rowsOf(query, answer).filter(({ values }) => values.some((value) => value !== null && value > 0)).length;
}
