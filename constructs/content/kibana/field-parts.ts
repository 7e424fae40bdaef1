/** Parts of a data view that say something of a field, as Kibana's data views API takes them. */

/** Elasticsearch's types of runtime fields. */
type RuntimeType = "boolean" | "date" | "double" | "geo_point" | "ip" | "keyword" | "long";

/**
 * Entry of `runtimeFieldMap`. Kibana's schema takes a format and attributes here too (data_views/server/schemas.ts), stores the
 * entry of a new data view as it is, and sends it with every search as `runtime_mappings` (`getRuntimeMappings` of
 * data_views/common/data_views/data_view_lazy.ts). Elasticsearch refuses a search with anything else in it.
 */
export interface RuntimeField {
  readonly type: RuntimeType;
  readonly script: RuntimeScript;
  readonly format?: never;
  readonly customLabel?: never;
  readonly customDescription?: never;
  readonly popularity?: never;
}

interface RuntimeScript {
  readonly source: string;
  readonly lang?: never;
  readonly params?: never;
}

/** Entry of `fieldFormats`. */
export interface FieldFormat {
  readonly id: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Entry of `fieldAttrs`. */
export interface FieldAttributes {
  readonly customLabel?: string;
  /** At most 300 characters (`MAX_DATA_VIEW_FIELD_DESCRIPTION_LENGTH` of data_views/common/constants.ts). */
  readonly customDescription?: string;
}
