import type { Json } from "../../../contract/index-template";
import { type Filter, kql } from "../query/filter";

/**
 * A filter as the dashboards API has it, of a dashboard, a panel and a metric alike. Kibana 9.5 calls the language `kql` and
 * the text `expression`; saved objects, and versions before the API, have `kuery` and `query`.
 */
export function kqlQuery(filter: Filter | undefined): Json {
  return { language: "kql", expression: filter ? kql(filter) : "" };
}
