import { createHash } from "node:crypto";
import type { ContentSettings } from "./content-settings";
import { IGNORE_ABOVE, LOG_EVENT_FIELDS, MAX_ATTRIBUTE_DEPTH, type Field } from "./log-event";
import {
  DEAD_LETTER_STREAM_PATTERN,
  LIFECYCLE_POLICY,
  MAPPING_COMPONENT_TEMPLATE,
  SETTINGS_COMPONENT_TEMPLATE,
  STREAM_PATTERN,
} from "./names";

/** Who made it: what carries this in its `_meta` may be replaced and removed by `content apply`. */
export const MANAGED_BY = "log-pipeline";

/** Elasticsearch's own templates for `logs-*-*` have 100; a template of equal priority is refused. */
const PRIORITY = 500;

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

/** Body of the component template that carries the mapping. */
export function renderMappingTemplate(): Json {
  return managed({ template: { mappings: renderMappings() } });
}

/** What the index settings are made of. */
export type IndexSettings = Readonly<
  Pick<
    ContentSettings,
    "CONTENT_SHARDS" | "CONTENT_REPLICAS" | "CONTENT_REFRESH_INTERVAL" | "CONTENT_CODEC" | "CONTENT_LIFECYCLE"
  >
>;

/** Body of the component template that carries the index settings. */
export function renderSettingsTemplate(settings: IndexSettings): Json {
  return managed({ template: { settings: { index: renderIndexSettings(settings) } } });
}

function renderIndexSettings(settings: IndexSettings): Json {
  // All values are strings: that is how Elasticsearch answers them, and a comparison with its answer must be able to hold.
  return {
    number_of_shards: String(settings.CONTENT_SHARDS),
    number_of_replicas: String(settings.CONTENT_REPLICAS),
    refresh_interval: settings.CONTENT_REFRESH_INTERVAL,
    codec: settings.CONTENT_CODEC,
    ...(settings.CONTENT_LIFECYCLE ? { lifecycle: { name: LIFECYCLE_POLICY } } : {}),
    mapping: {
      // A value that a field cannot take is kept in _source and named in _ignored; it does not cost the document.
      ignore_malformed: "true",
      total_fields: { limit: String(totalFieldsLimit()) },
    },
  };
}

/** Fields and the objects around them both count; as much again is left for fields that a later version adds. */
function totalFieldsLimit(): number {
  return 2 * Object.keys(LOG_EVENT_FIELDS).reduce((sum, path) => sum + path.split(".").length, 0);
}

/** Body of the index template. */
export function renderIndexTemplate(): Json {
  return managed({
    index_patterns: [STREAM_PATTERN, DEAD_LETTER_STREAM_PATTERN],
    data_stream: {},
    composed_of: [MAPPING_COMPONENT_TEMPLATE, SETTINGS_COMPONENT_TEMPLATE],
    priority: PRIORITY,
  });
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
