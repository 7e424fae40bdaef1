import type { Json } from "../../../contract/index-template";
import { Duration } from "../../core/duration";
import { type Control, type DashboardDefinition, type Panel, panelsOf } from "../dashboards/panel";
import { EVERYTHING } from "./filter";
import { placesOf } from "./grid";
import { ID_PREFIX, slug } from "./ids";
import { type DataViews, renderPanel } from "./panel";

/** An object of Kibana's: where it is put, and what. */
export interface KibanaObject {
  readonly id: string;
  readonly body: Json;
}

/** How often an open dashboard asks again. */
const REFRESH = Duration.minutes(1);

/**
 * A dashboard as `PUT /api/dashboards/{id}` takes it, which makes it or replaces it (Kibana 9.5, `Elastic-Api-Version:
 * 2023-10-31`). What the API requires of a PUT is always there, although Kibana has defaults for it: a PUT that leaves it out is
 * refused. Tags are ids of Kibana's tag objects, of which this project makes none.
 *
 * @throws ConfigurationError for a row that does not fill the grid
 */
export function renderDashboard(definition: DashboardDefinition, dataViews: DataViews): KibanaObject {
  const { name, title, description, since = "1h", controls } = definition;
  const places = placesOf(definition);
  const panels = panelsOf(definition);
  const ids = panelIds(panels);
  return {
    id: `${ID_PREFIX}${name}`,
    body: {
      title,
      description,
      panels: panels.map((panel, index) => ({ id: ids[index], grid: places[index], ...renderPanel(panel, dataViews) })),
      pinned_panels: controls.map((control) => renderControl(control, dataViews)),
      query: EVERYTHING,
      filters: [],
      time_range: { from: `now-${since}`, to: "now" },
      refresh_interval: { pause: false, value: REFRESH.toMilliseconds() },
      options: {
        auto_apply_filters: true,
        hide_panel_titles: false,
        hide_panel_borders: false,
        use_margins: true,
        // A service has one colour wherever it is shown, and a time is marked in every chart.
        sync_colors: true,
        sync_cursor: true,
        sync_tooltips: false,
      },
    },
  };
}

/** Ids that stay the same when panels are moved, so that a diff shows what was moved only. */
function panelIds(panels: readonly Panel[]): readonly string[] {
  const used = new Map<string, number>();
  return panels.map((panel) => {
    const id = panel.kind === "markdown" ? "text" : slug(panel.title);
    const times = (used.get(id) ?? 0) + 1;
    used.set(id, times);
    return times === 1 ? id : `${id}-${times}`;
  });
}

function renderControl({ field, label }: Control, { lines }: DataViews): Json {
  return {
    id: `control-${slug(label)}`,
    type: "options_list_control",
    config: { data_view_id: lines, field_name: field, title: label },
  };
}
