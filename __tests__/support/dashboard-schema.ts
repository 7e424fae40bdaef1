import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import { CHART, DATA_SOURCE } from "./dashboard-schema/charts";
import { QUERY } from "./dashboard-schema/operations";
import { choice, closed, type Schema, shared, sharedSchemas } from "./dashboard-schema/shapes";

/*
 * The dashboards API of Kibana 9.5 (`PUT /api/dashboards/{id}`, Elastic-Api-Version 2023-10-31) as a JSON Schema of our own,
 * because no Kibana is at hand to ask: what it accepts is what Elastic's examples and this project have, and it refuses what the
 * API would. Written after the API's OpenAPI paths and Kibana's own schemas.
 */

const text: Schema = { type: "string" };
const named: Schema = { type: "string", minLength: 1 };
const flag: Schema = { type: "boolean" };
const natural: Schema = { type: "integer", minimum: 0 };
const positive: Schema = { type: "integer", minimum: 1 };

const COLUMNS = 48;

const grid = closed(
  { x: { ...natural, maximum: COLUMNS - 1 }, y: natural },
  { w: { ...positive, maximum: COLUMNS }, h: positive },
);

const titles = { title: text, description: text, hide_title: flag, hide_border: flag };

const tab = closed(
  { data_source: DATA_SOURCE },
  {
    query: QUERY,
    filters: { type: "array" },
    column_order: { type: "array", items: named, maxItems: 100 },
    sort: { type: "array", maxItems: 100, items: closed({ name: named, direction: { enum: ["asc", "desc"] } }) },
    rows_per_page: { ...positive, maximum: 10_000 },
    sample_size: { type: "integer", minimum: 10, maximum: 10_000 },
    view_mode: { enum: ["documents", "patterns", "aggregated"] },
  },
);

function panel(config: Schema): Schema {
  return closed({ type: {}, grid, config }, { id: named });
}

const PANEL = shared(
  "panel",
  choice("type", {
    vis: panel(CHART),
    markdown: panel(closed({ content: text }, { ...titles, settings: closed({ open_links_in_new_tab: flag }) })),
    discover_session: panel(closed({ tabs: { type: "array", items: tab, minItems: 1, maxItems: 1 } }, titles)),
  }),
);

const control = closed(
  {
    type: { const: "options_list_control" },
    config: closed({ data_view_id: named, field_name: named }, { title: text, single_select: flag }),
  },
  { id: named, width: { enum: ["small", "medium", "large"] }, grow: flag },
);

const OPTIONS = [
  "auto_apply_filters",
  "hide_panel_borders",
  "hide_panel_titles",
  "sync_colors",
  "sync_cursor",
  "sync_tooltips",
  "use_margins",
];

const own = {
  description: text,
  panels: { type: "array", items: PANEL, maxItems: 1000 },
  pinned_panels: { type: "array", items: control, maxItems: 100 },
  filters: { type: "array", maxItems: 500 },
  tags: { type: "array", items: text, maxItems: 100 },
};
const always = {
  title: named,
  time_range: closed({ from: named, to: named }),
};
const whenPut = {
  options: closed({}, Object.fromEntries(OPTIONS.map((option) => [option, flag]))),
  query: QUERY,
  refresh_interval: closed({ pause: flag, value: natural }),
};

const ajv = new Ajv({ strict: false, allErrors: true, schemas: [...sharedSchemas()] });
const put = ajv.compile(closed({ ...always, ...whenPut }, own));
const post = ajv.compile(closed(always, { ...whenPut, ...own }));
const chart = ajv.compile(CHART);

/** What a PUT of this body would be refused for. */
export function dashboardProblems(body: unknown): readonly string[] {
  return [...problems(put, body), ...gridProblems(body)];
}

/** What a POST would be refused for: Kibana has defaults for what a PUT must say. */
export function newDashboardProblems(body: unknown): readonly string[] {
  return [...problems(post, body), ...gridProblems(body)];
}

/** What a chart by itself, as a panel's config, would be refused for. */
export function chartProblems(config: unknown): readonly string[] {
  return problems(chart, config);
}

/** Panels that stick out of the grid, and panels that lie on each other: the latter the API accepts, and moves. */
export function gridProblems(body: unknown): readonly string[] {
  const panels = (body as { panels?: readonly Placed[] }).panels ?? [];
  const wide = panels
    .filter(({ grid }) => grid && grid.x + (grid.w ?? 24) > COLUMNS)
    .map(({ id, grid }) => `panel '${id}' ends at column ${grid!.x + (grid!.w ?? 24)} of ${COLUMNS}`);
  const on = panels.flatMap((one, index) =>
    panels
      .slice(index + 1)
      .filter((other) => one.grid && other.grid && overlap(one.grid, other.grid))
      .map((other) => `panels '${one.id}' and '${other.id}' lie on each other`),
  );
  return [...wide, ...on];
}

interface Placed {
  readonly id?: string;
  readonly grid?: { readonly x: number; readonly y: number; readonly w?: number; readonly h?: number };
}

function overlap(one: NonNullable<Placed["grid"]>, other: NonNullable<Placed["grid"]>): boolean {
  // The API's own defaults.
  const [w, h] = [24, 15];
  return (
    one.x < other.x + (other.w ?? w) &&
    other.x < one.x + (one.w ?? w) &&
    one.y < other.y + (other.h ?? h) &&
    other.y < one.y + (one.h ?? h)
  );
}

function problems(validate: ValidateFunction, value: unknown): readonly string[] {
  validate(value);
  // Of a choice, what the chosen one is refused for says enough.
  return (validate.errors ?? []).filter(({ keyword }) => keyword !== "if").map(described);
}

function described({ instancePath, message, params }: ErrorObject): string {
  const what = params["additionalProperty"] ?? params["allowedValues"] ?? params["allowedValue"];
  return `${instancePath || "/"} ${message}${what === undefined ? "" : `: ${String(what)}`}`;
}
