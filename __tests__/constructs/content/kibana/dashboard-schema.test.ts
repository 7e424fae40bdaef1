import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { DASHBOARDS } from "../../../../constructs/content/dashboards/all";
import { renderDashboard } from "../../../../constructs/content/kibana/dashboard";
import { DATA_VIEW_ID } from "../../../../constructs/content/kibana/ids";
import { ROOT } from "../../../../tools/lib/paths";
import {
  chartProblems,
  dashboardProblems,
  gridProblems,
  newDashboardProblems,
} from "../../../support/dashboard-schema";

const OFFICIAL = join(ROOT, "..", "shared", "kibana-dashboards-api");

describe("Elastic's examples", () => {
  if (!existsSync(OFFICIAL)) {
    console.warn(`${OFFICIAL} is not there: Elastic's example bodies are not checked against the schema.`);
    test.skip("are accepted", () => undefined);
    return;
  }
  const bodies = readdirSync(OFFICIAL)
    .filter((file) => file.endsWith(".json") && file !== "openapi-paths.json")
    .map((file) => [file, JSON.parse(readFileSync(join(OFFICIAL, file), "utf8")) as object] as const);

  test("are eight", () => expect(bodies).toHaveLength(8));

  test.each(bodies)("%s is accepted", (_, body) => {
    expect("panels" in body ? newDashboardProblems(body) : chartProblems(body)).toEqual([]);
  });

  test("the API says of a PUT what the schema requires", () => {
    const paths = JSON.parse(readFileSync(join(OFFICIAL, "openapi-paths.json"), "utf8")) as Paths;
    const schema = paths.paths["/api/dashboards/{id}"].put.requestBody.content["application/json"].schema;
    const { body } = renderDashboard(DASHBOARDS[0]!, DATA_VIEW_ID);
    for (const name of schema.required) {
      expect(dashboardProblems({ ...body, [name]: undefined })).toEqual([
        expect.stringContaining(`must have required property '${name}'`),
      ]);
    }
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(body)));
  });
});

interface Paths {
  readonly paths: {
    readonly "/api/dashboards/{id}": {
      readonly put: {
        readonly requestBody: {
          readonly content: {
            readonly "application/json": {
              readonly schema: { readonly required: readonly string[]; readonly properties: object };
            };
          };
        };
      };
    };
  };
}

describe("our dashboards", () => {
  test.each(DASHBOARDS)("$name is accepted", (definition) => {
    // As it is sent: what is undefined is not there.
    const sent = JSON.parse(JSON.stringify(renderDashboard(definition, DATA_VIEW_ID).body)) as object;
    expect(dashboardProblems(sent)).toEqual([]);
  });
});

describe("a body that the API would refuse", () => {
  const source = { type: "data_view_reference", ref_id: "lines" };
  const count = { operation: "count" };
  const terms = { operation: "terms", fields: ["service.name"] };
  const base = {
    title: "T",
    options: {},
    query: { language: "kql", expression: "" },
    refresh_interval: { pause: true, value: 0 },
    time_range: { from: "now-1h", to: "now" },
  };
  const at = { x: 0, y: 0, w: 48, h: 10 };
  const withPanel = (panel: object) => ({ ...base, panels: [{ id: "p", grid: at, ...panel }] });
  const vis = (config: object) => withPanel({ type: "vis", config });
  const table = (change: object) => vis({ type: "data_table", data_source: source, metrics: [count], ...change });
  const number = (metrics: readonly object[]) => vis({ type: "metric", data_source: source, metrics });
  const layer = { type: "line", data_source: source, x: terms, y: [count] };
  const xy = (change: object) => vis({ type: "xy", layers: [{ ...layer, ...change }] });

  test.each([table({}), number([{ type: "primary", ...count }]), xy({}), table({ rows: [terms] })])(
    "is not this one: what is broken below is all that is wrong (%#)",
    (whole) => expect(dashboardProblems(whole)).toEqual([]),
  );

  test.each([
    ["a property that is none", { ...base, pannels: [] }, "/ must NOT have additional properties: pannels"],
    ["a PUT without a query", { ...base, query: undefined }, "/ must have required property 'query'"],
    [
      "a query in Kibana's older words",
      { ...base, query: { language: "kuery", query: "" } },
      "/query must have required property 'expression'",
    ],
    [
      "a panel beyond the last column",
      { ...base, panels: [{ type: "markdown", id: "p", grid: { ...at, x: 30, w: 20 }, config: { content: "" } }] },
      "panel 'p' ends at column 50 of 48",
    ],
    [
      "a panel without a height",
      withPanel({ type: "markdown", grid: { ...at, h: 0 }, config: { content: "" } }),
      "/panels/0/grid/h must be >= 1",
    ],
    [
      "a panel without a place",
      withPanel({ type: "markdown", grid: { w: 12, h: 4 }, config: { content: "" } }),
      "/panels/0/grid must have required property 'x'",
    ],
    [
      "a type of panel that is none",
      withPanel({ type: "lens", config: {} }),
      "/panels/0/type must be equal to one of the allowed values: vis,markdown,discover_session",
    ],
    [
      "a type of chart that is none",
      vis({ type: "table", data_source: source, metrics: [count] }),
      "/panels/0/config/type must be equal to one of the allowed values: xy,metric,data_table,pie,heatmap,gauge",
    ],
    [
      "a chart of nothing",
      table({ data_source: undefined }),
      "/panels/0/config must have required property 'data_source'",
    ],
    [
      "a data view without its id",
      table({ data_source: { type: "data_view_reference" } }),
      "/panels/0/config/data_source must have required property 'ref_id'",
    ],
    [
      "a layer with its data source beside it",
      xy({ data_source: undefined }),
      "/panels/0/config/layers/0 must have required property 'data_source'",
    ],
    [
      "an average of nothing",
      table({ metrics: [{ operation: "average" }] }),
      "/panels/0/config/metrics/0 must have required property 'field'",
    ],
    [
      "a percentile above 100",
      table({ metrics: [{ operation: "percentile", field: "event.duration", percentile: 101 }] }),
      "/panels/0/config/metrics/0/percentile must be <= 100",
    ],
    [
      "an operation that is none",
      table({ metrics: [{ operation: "avg", field: "event.duration" }] }),
      expect.stringContaining("/panels/0/config/metrics/0/operation must be equal to one of the allowed values"),
    ],
    [
      "values of no field",
      table({ rows: [{ operation: "terms", fields: [] }] }),
      "/panels/0/config/rows/0/fields must NOT have fewer than 1 items",
    ],
    [
      "values of a field in the words of metrics",
      table({ rows: [{ operation: "terms", field: "service.name" }] }),
      "/panels/0/config/rows/0 must have required property 'fields'",
    ],
    [
      "two primary metrics",
      number([
        { type: "primary", ...count },
        { type: "primary", ...count },
      ]),
      "/panels/0/config/metrics/1/type must be equal to constant: secondary",
    ],
    ["a metric that is neither", number([count]), "/panels/0/config/metrics/0 must have required property 'type'"],
    [
      "a duration in the words of Kibana 9.4",
      table({ metrics: [{ ...count, format: { type: "duration", from: "nanoseconds", to: "auto" } }] }),
      expect.stringContaining("/panels/0/config/metrics/0/format/from must be equal to one of the allowed values"),
    ],
    [
      "lines in two tabs",
      withPanel({ type: "discover_session", config: { tabs: [{ data_source: source }, { data_source: source }] } }),
      "/panels/0/config/tabs must NOT have more than 1 items",
    ],
    [
      "a control without its field",
      { ...base, pinned_panels: [{ type: "options_list_control", config: { data_view_id: "lines" } }] },
      "/pinned_panels/0/config must have required property 'field_name'",
    ],
  ])("is %s", (_, body, problem) => {
    expect(dashboardProblems(JSON.parse(JSON.stringify(body)))).toEqual(expect.arrayContaining([problem]));
  });

  test("lies on another panel", () => {
    const panels = [
      { id: "a", grid: { x: 0, y: 0, w: 24, h: 10 } },
      { id: "b", grid: { x: 24, y: 0, w: 24, h: 10 } },
      { id: "c", grid: { x: 23, y: 9, w: 2, h: 1 } },
      { id: "d", grid: { x: 0, y: 10, w: 48, h: 1 } },
    ];
    expect(gridProblems({ panels })).toEqual([
      "panels 'a' and 'c' lie on each other",
      "panels 'b' and 'c' lie on each other",
    ]);
  });
});
