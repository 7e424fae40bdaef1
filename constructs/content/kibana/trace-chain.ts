import type { ShownField } from "../query/fields";
import type { FieldAttributes, FieldFormat, RuntimeField } from "./field-parts";
import { DATA_VIEW_ID } from "./ids";

/**
 * A field of the data view, not of the documents: a trace's id once more, whose link opens all lines of the trace in Discover.
 *
 * Why a runtime field: Kibana's url format has one template a field, and `trace.id` is the link to the spans in Jaeger. It is
 * computed for the lines that are shown only, and nothing is stored.
 */
export const TRACE_CHAIN = "trace.chain";

/** The columns of lines with the link to the chain beside the trace's id. */
export function withChain(fields: readonly ShownField[]): readonly string[] {
  return fields.flatMap((field): string[] => (field === "trace.id" ? [field, TRACE_CHAIN] : [field]));
}

export const TRACE_CHAIN_RUNTIME_FIELD: RuntimeField = {
  type: "keyword",
  // An index of somebody else's under the same pattern may not have the field, and must not fail the search.
  script: {
    source: "if (doc.containsKey('trace.id') && doc['trace.id'].size() > 0) { emit(doc['trace.id'].value); }",
  },
};

export const TRACE_CHAIN_ATTRIBUTES: FieldAttributes = {
  customLabel: "Lines of the trace",
  customDescription: "Opens every line with this trace's id in Discover, oldest first.",
};

const COLUMNS = ["service.name", "log.level", "message", "error.type"] as const satisfies readonly ShownField[];

/** A trace is looked for in this time: older lines may have been deleted, and a link cannot know the line's own time. */
const SINCE = "now-7d";

/**
 * `../app`, not `/app`: of a path that begins with `/`, Kibana's url format keeps the base path of a space or a proxy only by
 * adding `/app` itself (src/platform/plugins/shared/field_formats/common/converters/url.tsx). State in Discover's address is
 * Rison; `{{value}}` is put in percent-encoded.
 */
function chainUrl(): string {
  const columns = COLUMNS.map((column) => `'${column}'`).join(",");
  const state = [
    `columns:!(${columns})`,
    `dataSource:(dataViewId:'${DATA_VIEW_ID.lines}',type:dataView)`,
    `query:(language:kuery,query:'trace.id%3A%20%22{{value}}%22')`,
    "sort:!(!('@timestamp',asc),!('log.offset',asc))",
  ];
  return `../app/discover#/?_g=(time:(from:${SINCE},to:now))&_a=(${state.join(",")})`;
}

export const TRACE_CHAIN_FORMAT: FieldFormat = {
  id: "url",
  params: { type: "a", urlTemplate: chainUrl(), labelTemplate: "all lines" },
};
