import type { Json } from "../../../contract/index-template";
import type { ExactField, NumberField, SearchableField } from "./fields";

/** Which lines. The same filter is asked of Kibana ({@link kql}) and of Elasticsearch ({@link queryDsl}). */
export type Filter =
  /** The field has this value, or one of these. */
  | { readonly field: ExactField; readonly is: Value | readonly Value[] }
  | { readonly field: SearchableField; readonly exists: true }
  /** Inclusive at its lower end, exclusive at its upper one. */
  | { readonly field: NumberField; readonly from?: number; readonly below?: number }
  | { readonly not: Filter }
  /** @throws Error for none: nothing at all and everything are too easily mistaken for each other */
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] };

export type Value = string | number;

/** As Kibana's query language has it. */
export function kql(filter: Filter): string {
  if ("not" in filter) return `not ${inParentheses(filter.not)}`;
  if ("all" in filter) return some(filter.all).map(inParentheses).join(" and ");
  if ("any" in filter) return some(filter.any).map(inParentheses).join(" or ");
  const { field } = filter;
  if ("exists" in filter) return `${field}: *`;
  if ("is" in filter) {
    const values = some(valuesOf(filter.is)).map(literal);
    return values.length === 1 ? `${field}: ${values[0]}` : `${field}: (${values.join(" or ")})`;
  }
  const bounds = [
    ...(filter.from === undefined ? [] : [`${field} >= ${filter.from}`]),
    ...(filter.below === undefined ? [] : [`${field} < ${filter.below}`]),
  ];
  return some(bounds).join(" and ");
}

/** As Elasticsearch's query DSL has it. */
export function queryDsl(filter: Filter): Json {
  if ("not" in filter) return { bool: { must_not: [queryDsl(filter.not)] } };
  if ("all" in filter) return { bool: { filter: some(filter.all).map(queryDsl) } };
  if ("any" in filter) return { bool: { should: some(filter.any).map(queryDsl), minimum_should_match: 1 } };
  const { field } = filter;
  if ("exists" in filter) return { exists: { field } };
  if ("is" in filter) {
    const values = some(valuesOf(filter.is));
    return values.length === 1 ? { term: { [field]: values[0] } } : { terms: { [field]: values } };
  }
  const { from, below } = filter;
  some([from, below].filter((bound) => bound !== undefined));
  return {
    range: { [field]: { ...(from === undefined ? {} : { gte: from }), ...(below === undefined ? {} : { lt: below }) } },
  };
}

/** The fields that a filter names. */
export function fieldsOfFilter(filter: Filter): readonly SearchableField[] {
  if ("not" in filter) return fieldsOfFilter(filter.not);
  if ("all" in filter) return filter.all.flatMap(fieldsOfFilter);
  if ("any" in filter) return filter.any.flatMap(fieldsOfFilter);
  return [filter.field];
}

function valuesOf(is: Value | readonly Value[]): readonly Value[] {
  return typeof is === "object" ? is : [is];
}

function some<T>(list: readonly T[]): readonly T[] {
  if (list.length === 0) throw new Error("a filter of nothing: leave it out, or say what it is to let through");
  return list;
}

/** Text is quoted whatever is in it: unquoted, `*` and words of the language have meanings. */
function literal(value: Value): string {
  return typeof value === "number" ? String(value) : `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function inParentheses(filter: Filter): string {
  const simple = "field" in filter && !("from" in filter && "below" in filter);
  return simple ? kql(filter) : `(${kql(filter)})`;
}
