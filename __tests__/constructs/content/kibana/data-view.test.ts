import { describe, expect, test } from "@jest/globals";
import { type DataViewProps, renderDataView } from "../../../../constructs/content/kibana/data-view";
import { TRACE_CHAIN } from "../../../../constructs/content/kibana/trace-chain";
import { isLogEventField, LOG_EVENT_FIELDS } from "../../../../contract/log-event";

/** src/platform/plugins/shared/data_views/common/constants.ts of Kibana: what is longer is refused. */
const MAX_DESCRIPTION = 300;

interface DataView {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly timeFieldName: string;
  readonly allowNoIndex: boolean;
  readonly fieldFormats: Readonly<Record<string, Format>>;
  readonly fieldAttrs: Readonly<Record<string, { readonly customLabel?: string; readonly customDescription: string }>>;
  readonly runtimeFieldMap?: Readonly<Record<string, { readonly type: string; readonly script: object }>>;
}
interface Format {
  readonly id: string;
  readonly params?: Readonly<Record<string, string>>;
}

function view(props: Partial<DataViewProps> = {}): DataView {
  return renderDataView({ of: "lines", indexPattern: "logs-app-one", ...props }).body["data_view"] as DataView;
}

describe("a data view", () => {
  test.each([
    ["lines", "log-pipeline-lines"],
    ["deadLetters", "log-pipeline-dead-letters"],
  ] as const)("of %s is made with its id, over nothing that is there, and before there is an index", (of, id) => {
    const rendered = renderDataView({ of, indexPattern: "some-*" });
    expect(rendered).toMatchObject({
      id,
      body: { override: false, data_view: { id, title: "some-*", timeFieldName: "@timestamp", allowNoIndex: true } },
    });
  });

  test("has a name that no other has: Kibana refuses a second one", () => {
    expect(view({ of: "deadLetters" }).name).not.toBe(view().name);
  });

  test("says of every field what the contract says", () => {
    const { fieldAttrs } = view();
    expect(Object.keys(fieldAttrs)).toEqual([...Object.keys(LOG_EVENT_FIELDS), TRACE_CHAIN]);
    for (const [name, { description }] of Object.entries(LOG_EVENT_FIELDS)) {
      expect(fieldAttrs[name]).toEqual({ customDescription: description });
      expect(description.length).toBeLessThanOrEqual(MAX_DESCRIPTION);
    }
  });

  test("shows durations and sizes in the units that the contract gives them", () => {
    const { fieldFormats } = view();
    expect(Object.keys(fieldFormats).filter((name) => !isLogEventField(name))).toEqual([TRACE_CHAIN]);
    expect(fieldFormats["event.duration"]).toMatchObject({ id: "duration", params: { inputFormat: "nanoseconds" } });
    expect(fieldFormats["log_pipeline.delay"]).toMatchObject({
      id: "duration",
      params: { inputFormat: "milliseconds" },
    });
    expect(fieldFormats["http.response.body.bytes"]).toEqual({ id: "bytes" });
  });

  test.each(["https://jaeger.example.com", "https://jaeger.example.com/"])(
    "opens a trace in Jaeger at %s",
    (jaeger) => {
      expect(view({ jaeger }).fieldFormats["trace.id"]).toMatchObject({
        id: "url",
        params: { type: "a", urlTemplate: "https://jaeger.example.com/trace/{{value}}", labelTemplate: "{{value}}" },
      });
    },
  );

  test.each(["jaeger.example.com", "javascript:alert(1)", "https://", "https://{{value}}"])(
    "refuses %s, which opens nothing",
    (jaeger) => {
      expect(() => view({ jaeger })).toThrow(
        `'jaeger' ('${jaeger}') must be an address that a browser opens, as in 'https://jaeger.example.com': correct it`,
      );
    },
  );

  test("without Jaeger leaves a trace's id as it is", () => {
    expect(view().fieldFormats).not.toHaveProperty(["trace.id"]);
  });
});

describe("the way to all lines of a trace", () => {
  const template = view().fieldFormats[TRACE_CHAIN]?.params?.["urlTemplate"] ?? "";

  test("is a field of the lines' data view only", () => {
    const { runtimeFieldMap, fieldFormats, fieldAttrs } = view({ of: "deadLetters" });
    expect(view().runtimeFieldMap?.[TRACE_CHAIN]?.type).toBe("keyword");
    expect(runtimeFieldMap).toBeUndefined();
    expect(fieldFormats).not.toHaveProperty([TRACE_CHAIN]);
    expect(fieldAttrs).not.toHaveProperty([TRACE_CHAIN]);
  });

  test("has a label and a description beside the fields of the documents", () => {
    expect(view().fieldAttrs[TRACE_CHAIN]).toEqual({
      customLabel: "Lines of the trace",
      customDescription: expect.stringContaining("trace's id"),
    });
  });

  test.each(["https://kibana.example.com/", "https://example.com/kibana/", "https://kibana.example.com/s/ops/"])(
    "opens Discover of the Kibana, and of the space, that one is in: %s",
    (base) => {
      // As Kibana's url format does it: what begins with neither a scheme nor '/' is put behind '<base>app/'.
      const opened = new URL(`${base}app/${template.replace("{{value}}", "4bf9")}`);
      expect(`${opened.origin}${opened.pathname}`).toBe(`${base}app/discover`);
      const state = decodeURIComponent(opened.hash);
      expect(state).toContain(`query:(language:kuery,query:'trace.id: "4bf9"')`);
      expect(state).toContain("dataSource:(dataViewId:'log-pipeline-lines',type:dataView)");
    },
  );

  test("names columns that there are, in balanced brackets", () => {
    const [, columns = ""] = /columns:!\(([^)]*)\)/.exec(template) ?? [];
    const names = columns.split(",").map((column) => column.replaceAll("'", ""));
    expect(names).toContain("message");
    expect(names.filter((name) => !isLogEventField(name))).toEqual([]);
    expect(template.split("(").length).toBe(template.split(")").length);
  });
});
