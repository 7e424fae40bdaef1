import { describe, expect, test } from "@jest/globals";
import { DASHBOARDS } from "../../../../constructs/content/dashboards/all";
import {
  type DashboardDefinition,
  isAsking,
  type Panel,
  panelsOf,
} from "../../../../constructs/content/dashboards/panel";
import { renderDashboard } from "../../../../constructs/content/kibana/dashboard";
import { placesOf } from "../../../../constructs/content/kibana/grid";
import { renderPanel } from "../../../../constructs/content/kibana/panel";
import { TRACE_CHAIN } from "../../../../constructs/content/kibana/trace-chain";
import { kql } from "../../../../constructs/content/query/filter";
import { isLogEventField, UNKNOWN_FIELDS } from "../../../../contract/log-event";
import { inKql, namedFields } from "./named-fields";

const VIEWS = { lines: "view-of-lines", deadLetters: "view-of-dead-letters" };

interface Body {
  readonly panels: readonly RenderedPanel[];
  readonly pinned_panels: readonly { readonly id: string; readonly config: Config }[];
  readonly time_range: object;
  readonly [name: string]: unknown;
}
interface RenderedPanel {
  readonly id: string;
  readonly type: string;
  readonly grid: object;
  readonly config: Config;
}
type Config = { readonly [name: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

function render(definition: DashboardDefinition): { readonly id: string; readonly body: Body } {
  return renderDashboard(definition, VIEWS) as unknown as { id: string; body: Body };
}

function dashboard(change: Partial<DashboardDefinition> = {}): DashboardDefinition {
  return { name: "one", title: "One", description: "What for.", controls: [], rows: [], ...change };
}

describe("every dashboard", () => {
  test.each(DASHBOARDS)("$name names nothing that the contract does not have", (definition) => {
    const fields = namedFields(render(definition).body).filter((field) => field !== TRACE_CHAIN);
    expect(fields.length).toBeGreaterThan(10);
    expect(fields.filter((field) => !isLogEventField(field) && !field.startsWith(`${UNKNOWN_FIELDS}.`))).toEqual([]);
  });

  test.each(DASHBOARDS)(
    "$name asks for what its panels are filtered by, of the view that they are of",
    (definition) => {
      const { panels } = render(definition).body;
      for (const [index, panel] of panelsOf(definition).entries()) {
        if (!isAsking(panel)) continue;
        const { config, type } = panels[index]!;
        const asked = type === "discover_session" ? config["tabs"][0] : config;
        // Kibana drops an empty one when it is read.
        expect(asked["query"]).toEqual(panel.filter ? { language: "kql", expression: kql(panel.filter) } : undefined);
        const source = (asked["data_source"] ?? asked["layers"][0]["data_source"]) as object;
        expect(source).toEqual({
          type: "data_view_reference",
          ref_id: panel.of === "dead letters" ? VIEWS.deadLetters : VIEWS.lines,
        });
        expect(config["title"]).toBe(panel.title);
      }
    },
  );

  test("has an id of its own, which links can name", () => {
    const ids = DASHBOARDS.map((definition) => render(definition).id);
    expect(ids).toEqual(DASHBOARDS.map(({ name }) => `log-pipeline-${name}`));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(DASHBOARDS)("$name tells its panels and its controls apart", (definition) => {
    const { panels, pinned_panels } = render(definition).body;
    for (const list of [panels, pinned_panels]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    expect(pinned_panels.map(({ config }) => config)).toEqual(
      definition.controls.map(({ field, label }) => ({ data_view_id: VIEWS.lines, field_name: field, title: label })),
    );
  });

  test.each(DASHBOARDS)("$name fills every row from the left to the right", (definition) => {
    const places = placesOf(definition);
    for (const y of new Set(places.map((place) => place.y))) {
      const row = places.filter((place) => place.y === y);
      expect(row.reduce((sum, { w }) => sum + w, 0)).toBe(48);
      expect(row.map(({ x }) => x)).toEqual(
        row.map((_, index) => row.slice(0, index).reduce((sum, { w }) => sum + w, 0)),
      );
    }
  });
});

describe("a dashboard", () => {
  test("shows the last hour, or what it says", () => {
    expect(render(dashboard()).body.time_range).toEqual({ from: "now-1h", to: "now" });
    expect(render(dashboard({ since: "7d" })).body.time_range).toEqual({ from: "now-7d", to: "now" });
  });

  const text = (content: string) => ({ kind: "markdown", content }) as const;
  const numbers = (title: string) => ({ kind: "number", title, metric: { of: "count" } }) as const;

  test("keeps a panel's id wherever the panel is moved", () => {
    const before = render(dashboard({ rows: [{ height: 4, panels: [numbers("All lines"), text("a")] }] }));
    const after = render(
      dashboard({
        rows: [
          { height: 9, panels: [text("a")] },
          { height: 4, panels: [numbers("All lines")] },
        ],
      }),
    );
    expect(before.body.panels.map(({ id }) => id)).toEqual(["all-lines", "text"]);
    expect(after.body.panels.map(({ id }) => id)).toEqual(["text", "all-lines"]);
  });

  test("tells panels of one title apart", () => {
    const { body } = render(
      dashboard({ rows: [{ height: 4, panels: [numbers("One"), numbers("one!"), numbers("Two")] }] }),
    );
    expect(body.panels.map(({ id }) => id)).toEqual(["one", "one-2", "two"]);
  });

  test("puts rows below each other, and what does not divide evenly to the last panel", () => {
    const panels = ["a", "b", "c", "d", "e"].map(text);
    const places = placesOf(
      dashboard({
        rows: [
          { height: 3, panels },
          { height: 5, panels: [text("f")] },
        ],
      }),
    );
    expect(places.map(({ x, w }) => [x, w])).toEqual([
      [0, 9],
      [9, 9],
      [18, 9],
      [27, 9],
      [36, 12],
      [0, 48],
    ]);
    expect(places.map(({ y, h }) => [y, h])).toEqual([...Array<number[]>(5).fill([0, 3]), [3, 5]]);
  });

  test("refuses rows that do not fill the grid, all at once", () => {
    const rows = [
      { height: 4, panels: [text("a"), text("b")], widths: [24, 25] },
      { height: 0, panels: [text("c")], widths: [24, 24] },
    ];
    expect(() => placesOf(dashboard({ rows }))).toThrow(
      [
        "- dashboard 'one', row 1: 'widths' (24, 25) are 49 in all: make them 48",
        "- dashboard 'one', row 2: 'height' (0) must be a whole number of at least 1",
        "- dashboard 'one', row 2: 'widths' has 2 for 1 panels: give each panel one",
      ].join("\n"),
    );
  });
});

describe("a panel", () => {
  const SOURCE = { type: "data_view_reference", ref_id: VIEWS.lines };
  const BY = { by: "terms", field: "service.name", label: "Service", limit: 7 } as const;
  const rendered = (panel: Panel) => renderPanel(panel, VIEWS) as { type: string; config: Config };

  test("of a time series is a layer of the chosen style over time, with a series for each value", () => {
    const panel = {
      kind: "time series",
      title: "T",
      metrics: [{ of: "count" }, { of: "max", field: "event.duration" }],
    } as const;
    for (const [style, type] of [
      [undefined, "line"],
      ["lines", "line"],
      ["stacked bars", "bar_stacked"],
      ["stacked areas", "area_stacked"],
    ] as const) {
      const { config } = rendered({ ...panel, ...(style ? { style } : {}), splitBy: BY });
      expect(config).toMatchObject({
        type: "xy",
        layers: [
          {
            type,
            data_source: SOURCE,
            x: { operation: "date_histogram", field: "@timestamp", include_empty_rows: true },
            y: [{ operation: "count" }, { operation: "max", field: "event.duration" }],
            breakdown_by: { operation: "terms", fields: ["service.name"] },
          },
        ],
      });
    }
    expect(rendered(panel).config["layers"][0]).not.toHaveProperty("breakdown_by");
  });

  test("of top values is horizontal bars of them", () => {
    expect(rendered({ kind: "top values", title: "T", by: BY, metric: { of: "count" } }).config).toMatchObject({
      type: "xy",
      layers: [
        { type: "bar_horizontal", data_source: SOURCE, x: { fields: ["service.name"] }, y: [{ operation: "count" }] },
      ],
    });
  });

  test("of a table has a column for each metric", () => {
    const { config } = rendered({
      kind: "table",
      title: "T",
      rows: [BY, { by: "terms", field: "url.path", limit: 3, rank: 1 }],
      metrics: [{ of: "count" }, { of: "unique", field: "trace.id" }],
    });
    expect(config).toMatchObject({
      type: "data_table",
      data_source: SOURCE,
      rows: [
        { fields: ["service.name"], limit: 7, rank_by: { type: "metric", metric_index: 0, direction: "desc" } },
        { fields: ["url.path"], limit: 3, label: "url.path", rank_by: { type: "metric", metric_index: 1 } },
      ],
      metrics: [{ operation: "count" }, { operation: "unique_count", field: "trace.id" }],
    });
  });

  test("of a number has at most a second one beside it", () => {
    const panel = { kind: "number", title: "T", metric: { of: "count" } } as const;
    expect(rendered(panel).config["metrics"]).toEqual([{ type: "primary", operation: "count", label: "Lines" }]);
    expect(rendered({ ...panel, beside: { of: "sum", field: "event.duration" } }).config["metrics"]).toMatchObject([
      { type: "primary", operation: "count" },
      { type: "secondary", operation: "sum", field: "event.duration" },
    ]);
  });

  test("of a pie and of a heatmap divide by what they say", () => {
    expect(rendered({ kind: "pie", title: "T", by: BY, metric: { of: "count" } }).config).toMatchObject({
      type: "pie",
      data_source: SOURCE,
      metrics: [{ operation: "count" }],
      group_by: [{ fields: ["service.name"] }],
    });
    expect(
      rendered({ kind: "heatmap", title: "T", x: { by: "time" }, y: BY, metric: { of: "count" } }).config,
    ).toMatchObject({
      type: "heatmap",
      data_source: SOURCE,
      x: { operation: "date_histogram" },
      y: { fields: ["service.name"] },
      metric: { operation: "count" },
    });
  });

  test("of lines has them in their order, and the way to the whole chain beside a trace's id", () => {
    const panel = { kind: "lines", title: "T", fields: ["@timestamp", "trace.id", "message"] } as const;
    const newest = rendered(panel).config["tabs"][0] as Config;
    expect(newest["column_order"]).toEqual(["@timestamp", "trace.id", "trace.chain", "message"]);
    expect(newest["sort"]).toEqual([
      { name: "@timestamp", direction: "desc" },
      { name: "log.offset", direction: "desc" },
    ]);
    expect(newest["sample_size"]).toBe(100);
    const oldest = rendered({ ...panel, order: "oldest", of: "dead letters" }).config["tabs"][0] as Config;
    expect(oldest["sort"]).toEqual([
      { name: "@timestamp", direction: "asc" },
      { name: "log.offset", direction: "asc" },
    ]);
    expect(oldest["column_order"]).toEqual(panel.fields);
  });

  test("says what it is for where it has something to say", () => {
    const panel = { kind: "number", title: "T", metric: { of: "count" } } as const;
    expect(rendered(panel).config).not.toHaveProperty("description");
    expect(rendered({ ...panel, description: "Why." }).config["description"]).toBe("Why.");
  });

  test("of words opens its links beside the dashboard", () => {
    expect(rendered({ kind: "markdown", content: "**a**" })).toEqual({
      type: "markdown",
      config: { content: "**a**", settings: { open_links_in_new_tab: true } },
    });
  });
});

test("what is looked for in KQL here is found", () => {
  expect(inKql('a.b: "c: d" and (not @e >= 3 and f < 4) or g: *')).toEqual(["a.b", "@e", "f", "g"]);
});
