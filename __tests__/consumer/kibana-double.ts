import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KibanaApi } from "../../contract/content";
import { readDashboard } from "./kibana-dashboards-double";
import { DataViewsDouble } from "./kibana-data-views-double";

type Json = Readonly<Record<string, unknown>>;
interface KibanaAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * A stand-in for three of Kibana's public APIs: its paths, what it refuses, what an update changes, and what it drops and adds when
 * something is read, as Kibana's sources have it for the bodies of this project.
 */
export class KibanaDouble {
  /** By API and id, as in `dashboard/log-pipeline-errors`. */
  readonly stored = new Map<string, Json>();
  /** All that was asked beside `GET`, as in `PUT /api/dashboards/x`. */
  readonly writes: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  readonly dataViews = new DataViewsDouble(this.stored);
  /** How the list of dashboards looks: 9.4 had the API as a technical preview. */
  version: "9.4" | "9.5" = "9.5";
  /** What becomes of a body when it is stored, beside what is known of it. */
  normalise: (api: KibanaApi, body: Json) => Json = (_, body) => body;
  /** Answers so before anything else, each once. */
  readonly before: KibanaAnswer[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.headers.push(request.headers);
    const text = Buffer.concat(chunks).toString();
    const answer = this.answer(request.method ?? "", request.url ?? "", text ? (JSON.parse(text) as Json) : {});
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  }

  private answer(method: string, url: string, body: Json): KibanaAnswer {
    const before = this.before.shift();
    if (before) return before;
    const { pathname, searchParams } = new URL(url, "http://kibana");
    if (method !== "GET") this.writes.push(`${method} ${pathname}`);
    const ofDataViews = this.dataViews.answer(method, pathname, body);
    if (ofDataViews) return ofDataViews;
    if (pathname === "/api/dashboards") return ok(this.listOfDashboards(searchParams));
    if (pathname === "/api/alerting/rules/_find") {
      const rules = pageOf(this.ids("alert_rule"), searchParams);
      return ok({ data: rules.items.map((id) => ({ id })), ...rules.meta });
    }
    for (const [prefix, api] of PATHS) {
      if (!pathname.startsWith(prefix)) continue;
      return this.answerOne(method, api, pathname.slice(prefix.length), body);
    }
    return { status: 404, body: { statusCode: 404, error: "Not Found", message: "Not Found" } };
  }

  private answerOne(method: string, api: KibanaApi, id: string, body: Json): KibanaAnswer {
    const key = `${api}/${id}`;
    const there = this.stored.get(key);
    if (method === "DELETE") return this.stored.delete(key) ? { status: 200, body: {} } : notFound(key);
    if (method === "GET") return there ? ok(shown(api, id, there)) : notFound(key);
    if (api === "alert_rule") {
      const fixed = ["rule_type_id", "consumer", "enabled"].filter((name) => name in body);
      if (method === "PUT" && fixed.length > 0) return refused(`[request body.${fixed[0]}]: definition not allowed`);
      if (method === "PUT" && !there) return notFound(key);
      if (method === "POST" && there) return conflict();
    }
    this.store(api, id, { ...(api === "alert_rule" ? there : {}), ...body });
    return ok(shown(api, id, this.stored.get(key)!));
  }

  private store(api: KibanaApi, id: string, body: Json): void {
    this.stored.set(`${api}/${id}`, this.normalise(api, body));
  }

  /** Shapes of dashboard/server/api/search/schemas.ts: `searchResponseBodySchema`, and the legacy one. */
  private listOfDashboards(search: URLSearchParams): object {
    const { items, meta } = pageOf(this.ids("dashboard"), search);
    const dashboards = items.map((id) => ({
      id,
      data: { title: this.stored.get(`dashboard/${id}`)?.["title"] ?? "", access_control: { access_mode: "default" } },
      meta: { created_at: "2027-01-01T00:00:00.000Z", managed: false },
    }));
    return this.version === "9.5" ? { data: dashboards, meta } : { dashboards, page: meta.page, total: meta.total };
  }

  private ids(api: KibanaApi): readonly string[] {
    return [...this.stored.keys()].flatMap((key) => (key.startsWith(`${api}/`) ? [key.slice(api.length + 1)] : []));
  }
}

const PATHS: readonly (readonly [prefix: string, api: KibanaApi])[] = [
  ["/api/dashboards/", "dashboard"],
  ["/api/alerting/rule/", "alert_rule"],
];

const ok = (body: object): KibanaAnswer => ({ status: 200, body });
const notFound = (what: string): KibanaAnswer => ({ status: 404, body: { statusCode: 404, message: `no ${what}` } });
const refused = (message: string): KibanaAnswer => ({ status: 400, body: { statusCode: 400, message } });
const conflict = (): KibanaAnswer => refused("it is there already");

function shown(api: KibanaApi, id: string, body: Json): object {
  return api === "dashboard"
    ? { id, data: readDashboard(body), meta: { created_at: "2027-01-01T00:00:00.000Z" } }
    : { id, ...body, created_by: "kibana-content", execution_status: { status: "ok" } };
}

function pageOf(all: readonly string[], search: URLSearchParams) {
  const [page, perPage] = [Number(search.get("page") ?? 1), Number(search.get("per_page") ?? 20)];
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    meta: { page, per_page: perPage, total: all.length },
  };
}
