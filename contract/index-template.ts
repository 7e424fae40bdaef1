import { createHash } from "node:crypto";
import { IGNORE_ABOVE, LOG_EVENT_FIELDS, MAX_ATTRIBUTE_DEPTH, type Field } from "./log-event";

/** Who made it: what carries this in its `_meta` may be replaced and removed by `content apply`. */
export const MANAGED_BY = "log-pipeline";

export type Json = { readonly [key: string]: unknown };

/** Mappings of a log event: what {@link LOG_EVENT_FIELDS} has, and nothing that a document could add. */
export function renderMappings(): Json {
  const properties: Tree = {};
  for (const [path, field] of Object.entries<Field>(LOG_EVENT_FIELDS)) {
    const names = path.split(".");
    let at = properties;
    for (const object of names.slice(0, -1))
      at = ((at[object] ??= { properties: {} }) as { properties: Tree }).properties;
    at[names.at(-1)!] = renderField(field);
  }
  return { dynamic: false, properties };
}

type Tree = { [name: string]: Json };

function renderField(field: Field): Json {
  switch (field.type) {
    case "keyword":
      return { type: "keyword", ignore_above: IGNORE_ABOVE };
    case "flattened":
      // One level more than the consumer writes, so that its limit is the one that counts.
      return { type: "flattened", ignore_above: IGNORE_ABOVE, depth_limit: MAX_ATTRIBUTE_DEPTH + 1 };
    case "stored":
      // Read with the document, never searched: neither terms nor columns, hence no limit on its length.
      return { type: "keyword", index: false, doc_values: false };
    case "date":
    case "date_nanos":
    case "ip":
    case "long":
    case "text":
      return { type: field.type };
  }
}

/** Marks what is put as ours. */
export function managed(body: Json): Json {
  return { ...body, _meta: markOf(body) };
}

/** Who made it, and which version of it. */
export function markOf(body: Json): Json {
  return { managed_by: MANAGED_BY, version: versionOf(body) };
}

/** Changes when the content does, so that a glance at the mark tells whether two clusters hold the same. */
export function versionOf(body: Json): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex").slice(0, 12);
}
