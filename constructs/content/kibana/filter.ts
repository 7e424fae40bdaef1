import type { Json } from "../../../contract/index-template";
import { type Filter, kql } from "../query/filter";

/**
 * A filter as the dashboards API has it, of a dashboard, a panel and a metric alike. Kibana 9.5 calls the language `kql` and
 * the text `expression`; saved objects, and versions before the API, have `kuery` and `query`.
 */
export function kqlQuery(filter: Filter): Json {
  return { language: "kql", expression: kql(filter) };
}

/** For a dashboard of everything: a PUT without a query is refused. */
export const EVERYTHING: Json = { language: "kql", expression: "" };

/**
 * The query of a panel, or nothing. Kibana drops an empty one when it reads a panel (`filtersAndQueryToApiFormat` of
 * kbn-lens-embeddable-utils/config_builder/transforms/utils.ts), and the dashboard would differ from what was put.
 */
export function panelQuery({ filter }: { readonly filter?: Filter }): { readonly query?: Json } {
  return filter ? { query: kqlQuery(filter) } : {};
}
