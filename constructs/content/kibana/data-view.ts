import { LOG_EVENT_FIELDS, type LogEventField, type FieldOfType } from "../../../contract/log-event";
import { ConfigurationError } from "../../core/validation";
import { TIME } from "../query/fields";
import type { KibanaObject } from "./dashboard";
import type { FieldAttributes, FieldFormat, RuntimeField } from "./field-parts";
import { DATA_VIEW_ID } from "./ids";
import { TRACE_CHAIN, TRACE_CHAIN_ATTRIBUTES, TRACE_CHAIN_FORMAT, TRACE_CHAIN_RUNTIME_FIELD } from "./trace-chain";

export interface DataViewProps {
  readonly of: keyof typeof DATA_VIEW_ID;
  /** The streams or indices, as Elasticsearch's searches name them. */
  readonly indexPattern: string;
  /** Where people open Jaeger, such as `https://jaeger.example.com`. @default a trace's id links to nothing */
  readonly jaeger?: string;
}

/** What this project says of a data view: whatever else is in it is people's own. */
export interface DataViewSpec {
  readonly id: string;
  readonly name: string;
  /** The streams or indices. */
  readonly title: string;
  readonly timeFieldName: string;
  readonly allowNoIndex: boolean;
  readonly runtimeFieldMap?: Readonly<Record<string, RuntimeField>>;
  readonly fieldFormats: Readonly<Record<string, FieldFormat>>;
  readonly fieldAttrs: Readonly<Record<string, FieldAttributes>>;
}

/**
 * A data view as `POST /api/data_views/data_view` makes it; `content apply` updates one that is there. With `override` Kibana would
 * delete any data view of the same name first, with all that people set on it (`createSavedObject` of
 * data_views/common/data_views/data_views.ts).
 *
 * @throws ConfigurationError for an address of Jaeger that no browser opens
 */
export function renderDataView(props: DataViewProps): KibanaObject {
  return { id: DATA_VIEW_ID[props.of], body: { override: false, data_view: dataViewSpec(props) } };
}

/** @throws ConfigurationError for an address of Jaeger that no browser opens */
export function dataViewSpec({ of, indexPattern, jaeger }: DataViewProps): DataViewSpec {
  const hasChain = of === "lines";
  return {
    id: DATA_VIEW_ID[of],
    // Kibana refuses a data view that has the name of another.
    name: of === "lines" ? "Log pipeline: lines" : "Log pipeline: dead letters",
    title: indexPattern,
    timeFieldName: TIME,
    // It is made before the first line is indexed.
    allowNoIndex: true,
    fieldFormats: {
      ...FORMATS,
      ...(jaeger === undefined ? {} : { "trace.id": jaegerLink(jaeger) }),
      ...(hasChain ? { [TRACE_CHAIN]: TRACE_CHAIN_FORMAT } : {}),
    },
    fieldAttrs: { ...descriptions(), ...(hasChain ? { [TRACE_CHAIN]: TRACE_CHAIN_ATTRIBUTES } : {}) },
    ...(hasChain ? { runtimeFieldMap: { [TRACE_CHAIN]: TRACE_CHAIN_RUNTIME_FIELD } } : {}),
  };
}

const FORMATS = {
  "event.duration": duration("nanoseconds"),
  "log_pipeline.delay": duration("milliseconds"),
  "http.response.body.bytes": { id: "bytes" },
  // Positions are copied into other tools, which take no thousands separator.
  "log.offset": plainNumber(),
  "log_pipeline.kafka.offset": plainNumber(),
} satisfies { readonly [Name in FieldOfType<"long">]?: FieldFormat };

function duration(inputFormat: "nanoseconds" | "milliseconds"): FieldFormat {
  return {
    id: "duration",
    params: {
      inputFormat,
      outputFormat: "humanizePrecise",
      outputPrecision: 2,
      useShortSuffix: true,
      includeSpaceWithSuffix: true,
    },
  };
}

function plainNumber(): FieldFormat {
  return { id: "number", params: { pattern: "0" } };
}

function jaegerLink(jaeger: string): FieldFormat {
  if (!/^https?:\/\/[^\s{}]+$/.test(jaeger)) {
    throw new ConfigurationError([
      `'jaeger' ('${jaeger}') must be an address that a browser opens, as in 'https://jaeger.example.com': correct it`,
    ]);
  }
  return {
    id: "url",
    params: { type: "a", urlTemplate: `${jaeger.replace(/\/+$/, "")}/trace/{{value}}`, labelTemplate: "{{value}}" },
  };
}

function descriptions(): Readonly<Record<string, FieldAttributes>> {
  return Object.fromEntries(
    (Object.keys(LOG_EVENT_FIELDS) as LogEventField[]).map((name) => [
      name,
      { customDescription: LOG_EVENT_FIELDS[name].description },
    ]),
  );
}
