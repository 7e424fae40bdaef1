import type { Json } from "../../../contract/index-template";
import { LOG_EVENT_FIELDS, type LogEventField, type FieldOfType } from "../../../contract/log-event";
import { ConfigurationError } from "../../core/validation";
import { TIME } from "../query/fields";
import type { KibanaObject } from "./dashboard";
import { DATA_VIEW_ID } from "./ids";
import { renderTraceChain, TRACE_CHAIN } from "./trace-chain";

export interface DataViewProps {
  readonly of: keyof typeof DATA_VIEW_ID;
  /** The streams or indices, as Elasticsearch's searches name them. */
  readonly indexPattern: string;
  /** Where people open Jaeger, such as `https://jaeger.example.com`. @default a trace's id links to nothing */
  readonly jaeger?: string;
}

/**
 * A data view as `POST /api/data_views/data_view` takes it. With `override` it is an upsert, and the only one: the API that
 * updates a data view has no field attributes. It is there before the first line is, hence `allowNoIndex`.
 *
 * @throws ConfigurationError for an address of Jaeger that no browser opens
 */
export function renderDataView({ of, indexPattern, jaeger }: DataViewProps): KibanaObject {
  const id = DATA_VIEW_ID[of];
  return {
    id,
    body: {
      override: true,
      data_view: {
        id,
        // Kibana takes a data view of the same name for the one that is to be replaced, so that it is nobody else's.
        name: of === "lines" ? "Log pipeline: lines" : "Log pipeline: dead letters",
        title: indexPattern,
        timeFieldName: TIME,
        allowNoIndex: true,
        fieldFormats: { ...FORMATS, ...(jaeger === undefined ? {} : { "trace.id": jaegerLink(jaeger) }) },
        fieldAttrs: descriptions(),
        ...(of === "lines" ? { runtimeFieldMap: { [TRACE_CHAIN]: renderTraceChain() } } : {}),
      },
    },
  };
}

const FORMATS = {
  "event.duration": duration("nanoseconds"),
  "log_pipeline.delay": duration("milliseconds"),
  "http.response.body.bytes": { id: "bytes" },
  // Positions are copied into other tools, which take no thousands separator.
  "log.offset": plainNumber(),
  "log_pipeline.kafka.offset": plainNumber(),
} satisfies { readonly [Name in FieldOfType<"long">]?: Json };

function duration(inputFormat: "nanoseconds" | "milliseconds"): Json {
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

function plainNumber(): Json {
  return { id: "number", params: { pattern: "0" } };
}

function jaegerLink(jaeger: string): Json {
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

function descriptions(): Json {
  return Object.fromEntries(
    (Object.keys(LOG_EVENT_FIELDS) as LogEventField[]).map((name) => [
      name,
      { customDescription: LOG_EVENT_FIELDS[name].description },
    ]),
  );
}
