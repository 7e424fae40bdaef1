import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ElasticsearchApi } from "../../contract/content";

type Json = Readonly<Record<string, unknown>>;
interface OtherAnswer {
  readonly status: number;
  readonly body: object;
}

/** The index of a stream that takes lines, or an index of its own. */
interface Index {
  readonly isStream: boolean;
  created: number;
  generation: number;
  settings: Record<string, string>;
  mappings: Json;
}

const APIS: readonly ElasticsearchApi[] = [
  "_snapshot",
  "_slm/policy",
  "_ilm/policy",
  "_component_template",
  "_index_template",
  "_data_stream",
];

/**
 * Plays Elasticsearch's APIs for content over real HTTP: it keeps what it is given, makes streams by their template, and answers in
 * the shapes of Elasticsearch 9.5, with what that adds. The program meets the real one in `npm run test:local`.
 */
export class ElasticsearchContentDouble {
  readonly stored = new Map<string, unknown>();
  readonly streams = new Map<string, Index>();
  /** All that was asked beside `GET` and accepted, as in `PUT _ilm/policy/logs-app`. */
  readonly writes: string[] = [];
  /** What becomes of a body when it is stored, by path. */
  readonly mangle = new Map<string, (body: Json) => Json>();
  private readonly refusals: { request: string; answer: OtherAnswer; times: number }[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Answers a request so, a number of times. */
  refuse(method: string, path: string, answer: OtherAnswer, times = Infinity): void {
    this.refusals.push({ request: `${method} ${path}`, answer, times });
  }

  addStream(name: string, { created, settings }: { created: number; settings: Record<string, string> }): void {
    this.streams.set(name, { isStream: true, created, generation: 1, settings, mappings: {} });
  }

  addIndex(name: string, { created, settings }: { created: number; settings: Record<string, string> }): void {
    this.streams.set(name, { isStream: false, created, generation: 1, settings, mappings: {} });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = decodeURIComponent((request.url ?? "").slice(1).split("?")[0]!);
    const method = request.method ?? "";
    const text = Buffer.concat(chunks).toString();
    const { status, body } = this.answer(method, path, text === "" ? {} : (JSON.parse(text) as Json));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  private answer(method: string, path: string, body: Json): OtherAnswer {
    const refusal = this.refusals.find(({ request, times }) => request === `${method} ${path}` && times > 0);
    if (refusal) {
      refusal.times--;
      return refusal.answer;
    }
    if (method !== "GET") this.writes.push(`${method} ${path}`);
    const api = APIS.find((one) => path === one || path.startsWith(`${one}/`));
    if (api) return this.answerContent(method, api, path, body);
    const [target = "", verb = ""] = path.split("/");
    if (path.startsWith("_resolve/index/")) return this.resolve(path.slice("_resolve/index/".length).split(","));
    return this.answerIndices(method, target, verb, body);
  }

  private answerContent(method: string, api: ElasticsearchApi, path: string, body: Json): OtherAnswer {
    if (method === "PUT") {
      this.stored.set(path, (this.mangle.get(path) ?? ((same) => same))(body));
      if (api === "_data_stream") this.makeStream(path.slice("_data_stream/".length));
      return ok({ acknowledged: true });
    }
    if (method === "DELETE") return this.stored.delete(path) ? ok({ acknowledged: true }) : NOT_FOUND;
    const found = [...this.stored].filter(([one]) => one === path || (path === api && one.startsWith(`${api}/`)));
    if (found.length === 0 && path !== api) return NOT_FOUND;
    return ok(
      answerOf(
        api,
        found.map(([one, stored]) => [one.slice(api.length + 1), stored as Json]),
      ),
    );
  }

  /** As its template says now. */
  private makeStream(name: string, generation = 1): void {
    const effect = { settings: {} as Record<string, string>, mappings: {} as Json };
    for (const [path, stored] of this.stored) {
      if (!path.startsWith("_index_template/")) continue;
      const { index_patterns: patterns, composed_of: parts } = stored as {
        index_patterns: string[];
        composed_of: string[];
      };
      if (!patterns.some((pattern) => matches(pattern, name))) continue;
      for (const part of parts) {
        const { template } = this.stored.get(`_component_template/${part}`) as { template: Json };
        Object.assign(effect.settings, flat(template["settings"] ?? {}));
        effect.mappings = { ...effect.mappings, ...(template["mappings"] as Json | undefined) };
      }
    }
    const mappings = withTimestamp(effect.mappings);
    this.streams.set(name, { isStream: true, created: Date.now(), generation, settings: effect.settings, mappings });
  }

  private resolve(patterns: readonly string[]): OtherAnswer {
    const found = [...this.streams].filter(([name]) => patterns.some((pattern) => matches(pattern, name)));
    const streams = found.filter(([, { isStream }]) => isStream);
    return ok({
      indices: [
        ...found.filter(([, { isStream }]) => !isStream).map(([name]) => ({ name, attributes: ["open"] })),
        ...streams.map(([name, index]) => ({ name: backing(name, index), data_stream: name })),
      ],
      aliases: [],
      data_streams: streams.map(([name, index]) => ({
        name,
        // One is no list.
        backing_indices: backing(name, index),
        timestamp_field: "@timestamp",
      })),
    });
  }

  private answerIndices(method: string, target: string, verb: string, body: Json): OtherAnswer {
    const found = [...this.streams].find(([name, index]) => target === name || target === backing(name, index));
    if (!found) return NOT_FOUND;
    const [name, index] = found;
    if (verb === "_settings" && method === "PUT") {
      for (const [key, value] of Object.entries(body)) {
        if (value === null) delete index.settings[key];
        else index.settings[key] = String(value);
      }
    } else if (verb === "_mapping" && method === "PUT") {
      index.mappings = withTimestamp(body);
    } else if (verb === "_rollover") {
      this.makeStream(name, index.generation + 1);
    } else if (verb === "_settings") {
      const settings = { ...index.settings, "index.creation_date": String(index.created), "index.uuid": "u" };
      return ok({ [target]: { settings } });
    } else if (verb === "_mapping") {
      return ok({ [target]: { mappings: index.mappings } });
    }
    return ok({ acknowledged: true });
  }
}

const NOT_FOUND: OtherAnswer = { status: 404, body: { error: { type: "not_found", reason: "missing" }, status: 404 } };

const ok = (body: object): OtherAnswer => ({ status: 200, body });

function backing(name: string, { isStream, generation }: Index): string {
  return isStream ? `.ds-${name}-2026.01.01-${String(generation).padStart(6, "0")}` : name;
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(name);
}

function flat(settings: unknown, path = ""): Record<string, string> {
  if (typeof settings !== "object" || settings === null) return { [path]: String(settings) };
  return Object.assign(
    {},
    ...Object.entries(settings).map(([key, value]) => flat(value, path ? `${path}.${key}` : key)),
  ) as Record<string, string>;
}

/** As Elasticsearch does with the time of a stream. */
function withTimestamp(mappings: Json): Json {
  const properties = mappings["properties"] as Record<string, Json> | undefined;
  const time = properties?.["@timestamp"];
  if (!time) return mappings;
  return { ...mappings, properties: { ...properties, "@timestamp": { ...time, ignore_malformed: false } } };
}

/** What Elasticsearch answers to `GET`: in the shape of its API, and with what it adds. */
function answerOf(api: ElasticsearchApi, found: readonly (readonly [name: string, body: Json])[]): object {
  const dates = { version: 1, modified_date: "2027-01-01T00:00:00.000Z" };
  const byName = (shape: (body: Json) => object) =>
    Object.fromEntries(found.map(([name, body]) => [name, shape(body)] as const));
  switch (api) {
    case "_snapshot":
      return byName((body) => ({ ...body, uuid: "3ZcNuBjSQzOBSnpXWNKTdw" }));
    case "_slm/policy":
      return byName((policy) => ({ ...dates, policy, next_execution_millis: 1, stats: {} }));
    case "_ilm/policy":
      return byName((body) => ({ ...dates, ...withDefaults(body), in_use_by: { indices: [] } }));
    case "_component_template":
      return {
        component_templates: found.map(([name, body]) => ({
          name,
          component_template: { ...body, created_date_millis: 1 },
        })),
      };
    case "_index_template":
      return {
        index_templates: found.map(([name, body]) => ({
          name,
          index_template: { ...body, ...(body["data_stream"] ? { data_stream: { hidden: false } } : {}) },
        })),
      };
    case "_data_stream":
      return { data_streams: found.map(([name]) => ({ name, generation: 1 })) };
  }
}

/** As `LifecyclePolicy` of Elasticsearch writes it. */
function withDefaults(body: Json): Json {
  const { policy } = body as { policy: { phases: Record<string, { actions?: object }> } };
  const { hot, delete: last } = policy.phases;
  if (!hot) return body;
  const actions = { ...last?.actions, delete: { delete_searchable_snapshot: true } };
  return {
    policy: {
      ...policy,
      phases: {
        ...policy.phases,
        hot: { min_age: "0ms", ...hot },
        ...(last ? { delete: { ...last, actions } } : {}),
      },
    },
  };
}
