import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KibanaApi } from "../../contract/content";

type Json = Readonly<Record<string, unknown>>;
interface KibanaAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * A small stand-in for three of Kibana's public APIs, for the logic of the program: what it asks for in which order, and what it
 * does about the answers. What Kibana makes of the bodies it does not know.
 */
export class KibanaDouble {
  /** By API and id, as in `dashboard/log-pipeline-errors`. */
  readonly stored = new Map<string, Json>();
  /** All that was asked beside `GET`, as in `PUT /api/dashboards/x`. */
  readonly writes: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** What becomes of a body when it is stored: Kibana has defaults and spellings of its own. */
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
    if (pathname === "/api/data_views") return ok({ data_view: this.all("data_view") });
    if (pathname === "/api/data_views/data_view") {
      const view = body["data_view"] as Json & { readonly id: string };
      if (this.stored.has(`data_view/${view.id}`) && body["override"] !== true) return conflict();
      this.store("data_view", view.id, view);
      return ok({ data_view: view });
    }
    if (pathname === "/api/dashboards") return ok(page("dashboards", this.all("dashboard"), searchParams));
    if (pathname === "/api/alerting/rules/_find") return ok(page("data", this.all("alert_rule"), searchParams));
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

  private all(api: KibanaApi): { readonly id: string }[] {
    return [...this.stored.keys()].flatMap((key) =>
      key.startsWith(`${api}/`) ? [{ id: key.slice(api.length + 1) }] : [],
    );
  }
}

const PATHS: readonly (readonly [prefix: string, api: KibanaApi])[] = [
  ["/api/data_views/data_view/", "data_view"],
  ["/api/dashboards/", "dashboard"],
  ["/api/alerting/rule/", "alert_rule"],
];

const ok = (body: object): KibanaAnswer => ({ status: 200, body });
const notFound = (what: string): KibanaAnswer => ({ status: 404, body: { statusCode: 404, message: `no ${what}` } });
const refused = (message: string): KibanaAnswer => ({ status: 400, body: { statusCode: 400, message } });
const conflict = (): KibanaAnswer => refused("it is there already");

function shown(api: KibanaApi, id: string, body: Json): object {
  switch (api) {
    case "data_view":
      return { data_view: { ...body, version: "WzEsMV0=", namespaces: ["default"] } };
    case "dashboard":
      return { id, data: body, meta: { created_at: "2027-01-01T00:00:00.000Z" } };
    case "alert_rule":
      return { id, ...body, created_by: "kibana-content", execution_status: { status: "ok" } };
  }
}

function page(list: string, all: readonly object[], search: URLSearchParams): object {
  const [number, size] = [Number(search.get("page")), Number(search.get("per_page"))];
  return { [list]: all.slice((number - 1) * size, number * size), page: number, per_page: size, total: all.length };
}
