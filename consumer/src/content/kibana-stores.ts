import { KIBANA_ID_PREFIX, type KibanaApi } from "../../../contract/content";
import type { Json } from "../../../contract/index-template";
import { dataViewDifference, dataViewPath, writeDataView } from "./kibana-data-views";
import { alertRuleDifference, dashboardDifference } from "./kibana-difference";
import { RefusedError, type Server } from "./server";
import type { Store } from "./store";

/** What tells the requests of each of Kibana's public APIs apart. */
interface Shape {
  readonly path: (id: string) => string;
  /** What of its answer has the shape of what is put. */
  readonly stored: (answered: Json) => unknown;
  /** Where what is stored is other than what we state; undefined if nowhere. */
  readonly difference: (stored: unknown, stated: Json) => string | undefined;
  readonly write: (server: Server, id: string, body: Json, isThere: boolean) => Promise<unknown>;
  readonly ids: (server: Server) => Promise<readonly string[]>;
}

const SHAPES: Readonly<Record<KibanaApi, Shape>> = {
  data_view: {
    path: dataViewPath,
    stored: ({ data_view }) => data_view,
    difference: dataViewDifference,
    write: writeDataView,
    ids: async (server) => idsIn((await server.ask("GET", "api/data_views")).body["data_view"]),
  },
  dashboard: {
    path: (id) => `api/dashboards/${id}`,
    stored: ({ data }) => data,
    difference: dashboardDifference,
    write: (server, id, body) => server.ask("PUT", `api/dashboards/${id}`, body),
    ids: (server) =>
      pages(async (page) => {
        const { body } = await server.ask("GET", `api/dashboards?page=${page}&per_page=${PAGE}`);
        return dashboardsIn(body);
      }),
  },
  alert_rule: {
    path: (id) => `api/alerting/rule/${id}`,
    stored: (answered) => answered,
    // Whether a rule is on is up to people.
    difference: (stored, { enabled: _, ...stated }) => alertRuleDifference(stored, stated),
    write: (server, id, body, isThere) => {
      const { rule_type_id: _type, consumer: _consumer, enabled: _enabled, ...changeable } = body;
      // What a rule is of is said once, when it is made; whether it is on is then up to people.
      return isThere
        ? server.ask("PUT", `api/alerting/rule/${id}`, changeable)
        : server.ask("POST", `api/alerting/rule/${id}`, body);
    },
    ids: (server) =>
      pages(async (page) => {
        const { body } = await server.ask("GET", `api/alerting/rules/_find?page=${page}&per_page=${PAGE}`);
        return { ids: idsIn(body["data"]), total: body["total"] };
      }),
  },
};

const PAGE = 100;

interface Page {
  readonly ids: readonly string[];
  /** Of all pages. */
  readonly total: unknown;
}

/** Kibana 9.5 has `data` and `meta`, 9.4 `dashboards` and `total` (dashboard/server/api/search/schemas.ts). */
function dashboardsIn({ data, meta, dashboards, total }: Json): Page {
  if (Array.isArray(data)) return { ids: idsIn(data), total: (meta as Json | undefined)?.["total"] };
  if (Array.isArray(dashboards)) return { ids: idsIn(dashboards), total };
  throw new RefusedError(
    "Kibana's answer to GET api/dashboards has neither 'data' nor 'dashboards', so what is obsolete cannot be found: " +
      "run a Kibana of 9.4 or 9.5",
  );
}

async function pages(ask: (page: number) => Promise<Page>): Promise<readonly string[]> {
  const all: string[] = [];
  for (let page = 1; ; page++) {
    const { ids, total } = await ask(page);
    all.push(...ids);
    if (ids.length === 0 || all.length >= Number(total)) return all;
  }
}

function idsIn(list: unknown): readonly string[] {
  return ((list ?? []) as readonly { readonly id: string }[]).map(({ id }) => id);
}

/** The things of one of Kibana's APIs. What is ours has {@link KIBANA_ID_PREFIX}: most of them have no place for a mark. */
export class KibanaStore implements Store {
  readonly isExact = false;
  private readonly shape: Shape;

  constructor(
    private readonly server: Server,
    api: KibanaApi,
  ) {
    this.shape = SHAPES[api];
  }

  async read(id: string): Promise<unknown> {
    const { status, body } = await this.server.ask("GET", this.shape.path(id));
    return status === 404 ? undefined : this.shape.stored(body);
  }

  async write(id: string, body: Json, isThere: boolean): Promise<void> {
    await this.shape.write(this.server, id, body, isThere);
  }

  difference(stored: unknown, body: Json): string | undefined {
    return this.shape.difference(stored, body);
  }

  async owned(): Promise<readonly string[]> {
    return (await this.shape.ids(this.server)).filter((id) => id.startsWith(KIBANA_ID_PREFIX));
  }

  async remove(id: string): Promise<string | undefined> {
    await this.server.ask("DELETE", this.shape.path(id), undefined, [404]);
    return undefined;
  }
}
