import type { FieldOfType } from "../../../../contract/log-event";
import { UNKNOWN_FIELDS } from "../../../../contract/log-event";
import { type Filter, fieldsOfFilter, kql, type Value } from "../../query/filter";

/** Fields whose values rows are made for. Those of {@link UNKNOWN_FIELDS} are unknown to ES|QL, which has no `flattened`. */
export type GroupField = FieldOfType<"keyword" | "ip">;

/**
 * A filter as ES|QL has it, with the meaning that it has in KQL: a line without the field is one that does not match, also
 * where that is negated. A field with several values at once (`tags`) matches nothing in ES|QL.
 *
 * @throws Error for a field that ES|QL does not know, and for a filter of nothing
 */
export function esqlCondition(filter: Filter): string {
  // Refuses what no language could say.
  kql(filter);
  const unknown = fieldsOfFilter(filter).find((field) => field.startsWith(`${UNKNOWN_FIELDS}.`));
  if (unknown !== undefined) throw new Error(`'${unknown}' is part of a flattened field, which ES|QL cannot read`);
  return condition(filter);
}

function condition(filter: Filter): string {
  if ("not" in filter) return `NOT COALESCE(${condition(filter.not)}, FALSE)`;
  if ("all" in filter) return inParentheses(filter.all, "AND");
  if ("any" in filter) return inParentheses(filter.any, "OR");
  const { field } = filter;
  if ("exists" in filter) return `${field} IS NOT NULL`;
  if ("is" in filter) {
    const values = (typeof filter.is === "object" ? filter.is : [filter.is]).map(literal);
    return values.length === 1 ? `${field} == ${values[0]}` : `${field} IN (${values.join(", ")})`;
  }
  const bounds = [
    ...(filter.from === undefined ? [] : [`${field} >= ${filter.from}`]),
    ...(filter.below === undefined ? [] : [`${field} < ${filter.below}`]),
  ];
  return `(${bounds.join(" AND ")})`;
}

function inParentheses(filters: readonly Filter[], word: "AND" | "OR"): string {
  return `(${filters.map(condition).join(` ${word} `)})`;
}

function literal(value: Value): string {
  return typeof value === "number" ? String(value) : quoted(value);
}

/** Text and names of indices alike. */
export function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `"${escaped.replaceAll("\t", "\\t")}"`;
}
