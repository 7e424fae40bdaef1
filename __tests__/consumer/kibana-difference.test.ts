import { describe, expect, test } from "@jest/globals";
import { dashboardDifference } from "../../consumer/src/content/kibana-difference";
import { CONTENT } from "./applied-kibana";
import { readDashboard } from "./kibana-dashboards-double";

type Json = Readonly<Record<string, unknown>>;

const DASHBOARDS = CONTENT.content.filter(({ api }) => api === "dashboard").map(({ body }) => body);

interface Place {
  readonly dashboard: Json;
  readonly path: readonly (string | number)[];
  readonly at: Json;
  /** Where it is, with numbers left out and kinds told apart: a table's rows are no option of a pie. */
  readonly kind: string;
}

function placesIn(dashboard: Json, at: unknown = dashboard, path: Place["path"] = [], above = ""): readonly Place[] {
  if (Array.isArray(at)) return at.flatMap((one, index) => placesIn(dashboard, one, [...path, index], above));
  if (typeof at !== "object" || at === null) return [];
  const object = at as Json;
  const kind = `${above}(${String(object["type"])},${String(object["operation"])})`;
  return [
    { dashboard, path, at: object, kind },
    ...Object.entries(object).flatMap(([key, value]) => placesIn(dashboard, value, [...path, key], `${kind}.${key}`)),
  ];
}

function without(value: unknown, [first, ...rest]: Place["path"], key: string): unknown {
  if (Array.isArray(value))
    return value.map((one: unknown, index) => (index === first ? without(one, rest, key) : one));
  const object = value as Json;
  if (first === undefined) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return { ...object, [first]: without(object[first], rest, key) };
}

const PLACES = DASHBOARDS.flatMap((body) => placesIn(body));

/** What some objects of a kind have and others have not: the next version of a dashboard may lack it. */
const OPTIONAL = [...new Set(PLACES.map(({ kind }) => kind))].flatMap((kind) => {
  const same = PLACES.filter((place) => place.kind === kind);
  return [...new Set(same.flatMap(({ at }) => Object.keys(at)))].flatMap((key) => {
    const having = same.filter(({ at }) => key in at);
    return having.length < same.length ? having.slice(0, 1).map((place) => ({ ...place, key })) : [];
  });
});

describe("a dashboard that was read", () => {
  test.each(DASHBOARDS.map((body) => [body["title"] as string, body] as const))("is what was put: %s", (_, body) => {
    expect(dashboardDifference(readDashboard(body), body)).toBeUndefined();
  });

  test.each(OPTIONAL)("has a $key that we no longer state: $kind", ({ dashboard, path, key }) => {
    const wanted = without(dashboard, path, key) as Json;
    expect(dashboardDifference(readDashboard(dashboard), wanted)).toMatch(new RegExp(`(^|\\.)${key}$`));
  });

  test("may lack what is empty", () => {
    const query = { language: "kql", expression: "" };
    expect(dashboardDifference({}, { query, filters: [], options: {}, description: "" })).toBeUndefined();
  });

  test("may have what is empty", () => {
    const query = { language: "kql", expression: "" };
    expect(dashboardDifference({ query, filters: [], description: "" }, {})).toBeUndefined();
  });

  test.each([
    ["query", { query: { language: "kql", expression: "a: 1" } }, {}],
    ["filters", { filters: [{ type: "condition" }] }, {}],
    ["title", { title: "mine" }, { title: "ours" }],
    ["query.expression", { query: { expression: "a: 1" } }, { query: { expression: "" } }],
    ["panels", { panels: [{}, {}] }, { panels: [{}] }],
    ["panels[0].config.description", { panels: [{ config: { description: "A." } }] }, { panels: [{ config: {} }] }],
    ["options.sync_colors", { options: { sync_colors: true } }, { options: { sync_colors: false } }],
  ])("differs at %s", (path, stored, wanted) => {
    expect(dashboardDifference(stored, wanted)).toBe(path);
  });

  test("may have what Kibana adds", () => {
    expect(dashboardDifference({ tags: ["a"], access_control: {}, sampling: 1 }, {})).toBeUndefined();
  });
});
