import { createHash } from "node:crypto";
import type { ContentSettings } from "./content-settings";
import { IGNORE_ABOVE, LOG_EVENT_FIELDS, MAX_ATTRIBUTE_DEPTH, type Field } from "./log-event";
import { INDEX_TEMPLATE, MAPPING_COMPONENT_TEMPLATE, SETTINGS_COMPONENT_TEMPLATE } from "./names";

/** Who made it: what carries this in its `_meta` may be replaced and removed by `content apply`. */
export const MANAGED_BY = "log-pipeline";

/** Elasticsearch's own templates for `logs-*-*` have 100; a template of equal priority is refused. */
const PRIORITY = 500;

type Json = { readonly [key: string]: unknown };

/** A thing that `content apply` puts into Elasticsearch. */
export interface Content {
  /** Path of its API, as in `PUT /_index_template/logs-app`. */
  readonly path: string;
  readonly body: Json;
}

/** Everything that Elasticsearch must know before the first document, in the order in which it must be put. */
export function renderContent(settings: Readonly<Pick<ContentSettings, ContentSetting>>): Content[] {
  return [
    {
      path: `_component_template/${MAPPING_COMPONENT_TEMPLATE}`,
      body: managed({ template: { mappings: renderMappings() } }),
    },
    {
      path: `_component_template/${SETTINGS_COMPONENT_TEMPLATE}`,
      body: managed({ template: { settings: { index: renderIndexSettings(settings) } } }),
    },
    { path: `_index_template/${INDEX_TEMPLATE}`, body: managed(renderIndexTemplate()) },
  ];
}

export type ContentSetting =
  "CONTENT_SHARDS" | "CONTENT_REPLICAS" | "CONTENT_REFRESH_INTERVAL" | "CONTENT_CODEC" | "CONTENT_LIFECYCLE_POLICY";

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

function renderIndexSettings(settings: Readonly<Pick<ContentSettings, ContentSetting>>): Json {
  const { CONTENT_CODEC: codec, CONTENT_LIFECYCLE_POLICY: policy } = settings;
  // All values are strings: that is how Elasticsearch answers them, and a comparison with its answer must be able to hold.
  return {
    number_of_shards: String(settings.CONTENT_SHARDS),
    number_of_replicas: String(settings.CONTENT_REPLICAS),
    refresh_interval: settings.CONTENT_REFRESH_INTERVAL,
    codec,
    ...(policy === undefined ? {} : { lifecycle: { name: policy } }),
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

function renderIndexTemplate(): Json {
  return {
    index_patterns: [`${INDEX_TEMPLATE}-*`],
    data_stream: {},
    composed_of: [MAPPING_COMPONENT_TEMPLATE, SETTINGS_COMPONENT_TEMPLATE],
    priority: PRIORITY,
  };
}

function managed(body: Json): Json {
  return { ...body, _meta: { managed_by: MANAGED_BY, version: versionOf(body) } };
}

/** Changes when the content does, so that a glance at `_meta` tells whether two clusters hold the same. */
export function versionOf(body: Json): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex").slice(0, 12);
}
