import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pino from "pino";
import { runContentApply } from "../../consumer/src/commands/content-apply";
import type { Report } from "../../consumer/src/content/report";
import { type ContentChange, type ContentFile, contentPath } from "../../contract/content";
import { parseContentSettings } from "../../contract/content-settings";
import type { Json } from "../../contract/index-template";
import { type Field, LOG_EVENT_FIELDS } from "../../contract/log-event";
import { allEnvironments } from "../../environments";
import type { EnvironmentConfig } from "../../environments/environment";
import { managed } from "../../environments/examples/managed";
import { monthly } from "../../environments/examples/monthly";
import { local } from "../../environments/local";
import { ELASTICSEARCH_LACKS } from "../../images/catalog";
import { ROOT } from "../../tools/lib/paths";
import { kibanaContent } from "../../stacks/content";
import { npm } from "../cluster/npm";
import { contentOf, scope } from "../support/content";
import { sampleDocument } from "../support/sample-document";
import { isolated } from "./isolated-content";
import { type Policies, validatePolicies } from "./policies/validate";

const ENVIRONMENTS = [...allEnvironments(), managed, monthly].map(
  (environment) => [environment.name, environment] as const,
);
const URL_OF_ELASTICSEARCH = `http://127.0.0.1:${local.platform.ports.elasticsearch}`;
const directory = mkdtempSync(join(tmpdir(), "content-"));

beforeAll(async () => {
  await npm("up", ["--no-verify"], { inherit: true });
});

afterAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
  rmSync(directory, { recursive: true });
});

interface Reply {
  readonly status: number;
  readonly body: Json;
}

async function ask(method: string, path: string, body?: object | string): Promise<Reply> {
  const answer = await fetch(`${URL_OF_ELASTICSEARCH}/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { "content-type": typeof body === "string" ? "application/x-ndjson" : "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
}

function settingsFor(content: ContentFile, allow: readonly ContentChange[] = []): Record<string, string> {
  const file = join(directory, "content.json");
  writeFileSync(file, JSON.stringify(content));
  return { ELASTICSEARCH_URLS: URL_OF_ELASTICSEARCH, CONTENT_FILE: file, CONTENT_ALLOW: allow.join() };
}

async function apply(content: ContentFile, allow: readonly ContentChange[] = []) {
  const written: string[] = [];
  const command = { dryRun: false, json: true, write: (text: string) => void written.push(text) };
  const settings = parseContentSettings(settingsFor(content, allow));
  const code = await runContentApply(settings, command, pino({ level: "silent" }));
  return { code, rows: (JSON.parse(written.join("")) as Report).rows };
}

/** The content of an environment's facts, as this Elasticsearch can have it, under names of its own. */
const contentFor = (environment: EnvironmentConfig, prefix: string) =>
  isolated(contentOf({ ...environment, platform: local.platform }, ELASTICSEARCH_LACKS.packages), prefix);

/** Creates a document as the consumer does. */
const create = (stream: string, document: object) =>
  ask(
    "POST",
    "_bulk?require_data_stream=true&refresh=true",
    `${JSON.stringify({ create: { _index: stream } })}\n${JSON.stringify(document)}\n`,
  );

describe("policies, in the eyes of Elasticsearch's own classes", () => {
  const phases = (all: Json): Json => ({ policy: { phases: all } });
  const hot = { actions: { rollover: { max_age: "1d" } } };
  const snapshot = { searchable_snapshot: { snapshot_repository: "r" } };
  /** What `phaseProblems` refuses of phases, rendered all the same: the rules are Elasticsearch's. */
  const BAD: Policies = {
    "an-unknown-action.ilm": phases({ hot: { actions: { explode: {} } } }),
    "an-action-of-another-phase.ilm": phases({ cold: { actions: { shrink: { number_of_shards: 1 } } } }),
    "work-before-a-rollover.ilm": phases({ hot: { actions: { forcemerge: { max_num_segments: 1 } } } }),
    "frozen-without-a-snapshot.ilm": phases({ frozen: { min_age: "1d", actions: {} } }),
    "two-repositories.ilm": phases({
      hot,
      cold: { actions: snapshot },
      frozen: { min_age: "2d", actions: { searchable_snapshot: { snapshot_repository: "other" } } },
    }),
    "a-change-of-a-snapshot.ilm": phases({
      hot: { actions: { ...hot.actions, ...snapshot } },
      warm: { actions: { forcemerge: { max_num_segments: 1 } } },
    }),
    "no-multiple.ilm": phases({
      hot: { actions: { ...hot.actions, downsample: { fixed_interval: "1h" } } },
      warm: { actions: { downsample: { fixed_interval: "90m" } } },
    }),
    "descending-ages.ilm": phases({
      warm: { min_age: "3d", actions: {} },
      delete: { min_age: "2d", actions: { delete: {} } },
    }),
    "no-unit.ilm": phases({ delete: { min_age: "3", actions: { delete: {} } } }),
    "another-shape.ilm": { phases: {} },
    "fewer-than-kept.slm": {
      schedule: "0 30 1 * * ?",
      name: "<logs-{now/d}>",
      repository: "r",
      retention: { min_count: 5, max_count: 2 },
    },
    "no-name.slm": { schedule: "0 30 1 * * ?", repository: "r" },
  };
  const rendered: Policies = Object.fromEntries(
    ENVIRONMENTS.flatMap(([name, environment]) =>
      contentOf(environment).content.flatMap(({ api, name: policy, body }) =>
        api === "_ilm/policy" || api === "_slm/policy"
          ? [[`${name}-${policy}.${api === "_ilm/policy" ? "ilm" : "slm"}`, body]]
          : [],
      ),
    ),
  );
  let said: Readonly<Record<string, string>>;
  beforeAll(async () => {
    said = await validatePolicies({ ...rendered, ...BAD }, process.env);
  });

  test("every policy of every environment is one", () => {
    expect(Object.keys(rendered).length).toBeGreaterThanOrEqual(5);
    for (const name of Object.keys(rendered)) expect([name, said[name]]).toEqual([name, "ok"]);
  });

  test.each(Object.keys(BAD))("a bad one is not: %s", (name) => {
    expect(said[name]).toBeDefined();
    expect(said[name]).not.toBe("ok");
  });
});

describe.each(ENVIRONMENTS)("the templates of %s", (name, environment) => {
  const prefix = `t-${name}`;
  const content = contentFor(environment, prefix);

  test("are taken, and are as they shall be the second time", async () => {
    expect((await apply(content)).rows.map(({ result }) => result)).not.toContain("changed");
    const again = await apply(content);
    expect(again.rows.filter(({ result }) => result !== "left out").map(({ what, result }) => [what, result])).toEqual(
      content.content.map((one) => [contentPath(one), "unchanged"]),
    );
  });

  test("give a new index the settings of the facts and every field of the contract", async () => {
    const templates = content.content.filter(({ api }) => api === "_index_template");
    expect(templates.length).toBeGreaterThan(0);
    for (const { body } of templates) {
      const [pattern = ""] = body["index_patterns"] as string[];
      const simulated = await ask("POST", `_index_template/_simulate_index/${pattern.replaceAll("*", "2026")}`);
      const { settings, mappings } = simulated.body["template"] as { settings: { index: Json }; mappings: Json };
      const { shards, replicas, refreshInterval } = environment.elasticsearch;
      expect(settings.index).toMatchObject({
        number_of_shards: String(shards),
        number_of_replicas: String(replicas),
        refresh_interval: refreshInterval.toString(),
      });
      expect(Object.keys(mappings["properties"] as object).sort()).toEqual(
        [...new Set(Object.keys(LOG_EVENT_FIELDS).map((path) => path.split(".")[0]))].sort(),
      );
    }
  });
});

describe("a document", () => {
  const content = contentFor(local, "doc");
  const stream = "doc-logs-app-one";

  test("before its template is none: nothing makes a stream without it", async () => {
    const { body } = await create("before-logs-app-one", sampleDocument());
    expect(JSON.stringify(body["items"])).toContain("requires a data stream");
    expect((await ask("GET", "_resolve/index/before-*")).body).toMatchObject({ indices: [], data_streams: [] });
  });

  test("of the contract's examples is taken, and found by every field that can be searched", async () => {
    await apply(content);
    const { body } = await create(stream, sampleDocument());
    expect(body).toMatchObject({ errors: false });
    for (const [field, { type, example }] of Object.entries<Field>(LOG_EVENT_FIELDS)) {
      if (type === "stored") continue;
      const value = Array.isArray(example) ? (example[0] as string) : example;
      const query =
        type === "text"
          ? { match: { [field]: value } }
          : type === "flattened"
            ? { term: { [`${field}.cart.items`]: "3" } }
            : { term: { [field]: value } };
      const found = await ask("POST", `${stream}/_count`, { query });
      expect([field, found.body["count"]]).toEqual([field, 1]);
    }
  });
});

describe("the runtime fields of a data view, which Kibana sends with every search", () => {
  type RuntimeFields = Readonly<Record<string, { readonly type: string; readonly script: object }>>;
  const stream = "runtime-logs-app-one";
  const views = ENVIRONMENTS.flatMap(([environment, facts]) =>
    kibanaContent(scope(), facts)
      .file()
      .content.filter(({ api }) => api === "data_view")
      .map(
        ({ name, body }) => [`${name} of ${environment}`, (body["runtimeFieldMap"] ?? {}) as RuntimeFields] as const,
      ),
  );
  const searchWith = (mappings: Json) =>
    ask("POST", `${stream}/_search`, {
      runtime_mappings: mappings,
      fields: Object.keys(mappings),
      query: { match_all: {} },
    });
  /**
   * An Elasticsearch built from packages has no Painless, and would refuse the script before anything else. A shard looks at the
   * names of a field's parameters in the same parser with a script and without: then the field's values come from `_source`.
   */
  const withoutScripts = (fields: RuntimeFields): Json =>
    Object.fromEntries(Object.entries(fields).map(([name, { script: _, ...others }]) => [name, others]));

  // Parameters are looked at where a search meets a shard, so there must be one.
  beforeAll(async () => {
    await apply(contentFor(local, "runtime"));
    await create(stream, sampleDocument());
  });

  test("are of some data view", () => {
    expect(views.some(([, fields]) => Object.keys(fields).length > 0)).toBe(true);
  });

  test.each(views)("are taken: %s", async (_, fields) => {
    const { status, body } = await searchWith(withoutScripts(fields));
    expect([status, body["error"], body["_shards"]]).toEqual([200, undefined, expect.objectContaining({ failed: 0 })]);
  });

  test.each([
    ["format", { id: "url" }],
    ["customLabel", "A label"],
    ["customDescription", "A description."],
  ])("are refused with a %s", async (parameter, value) => {
    const { status, body } = await searchWith({ "trace.chain": { type: "keyword", [parameter]: value } });
    expect(status).toBe(400);
    expect(JSON.stringify(body["error"])).toContain(`unknown parameter [${parameter}] on runtime field [trace.chain]`);
  });
});

describe("the program", () => {
  const content = contentFor(local, "prog");
  const stream = "prog-logs-app-one";
  const changed = (change: (template: Json) => Json, part: string): ContentFile => ({
    ...content,
    content: content.content.map((one) =>
      one.name === part ? { ...one, body: { ...one.body, template: change(one.body["template"] as Json) } } : one,
    ),
  });
  const withMapping = (field: string, mapping: object) =>
    changed(({ mappings, ...rest }) => {
      const { properties, ...others } = mappings as { properties: Json };
      return { ...rest, mappings: { ...others, properties: { ...properties, [field]: mapping } } };
    }, "prog-logs-app@mappings");
  const generation = async () => {
    const { body } = await ask("GET", `_resolve/index/${stream}`);
    const [found] = body["data_streams"] as { backing_indices: string | string[] }[];
    return [found?.backing_indices].flat().length;
  };
  const ofStream = ({ rows }: Awaited<ReturnType<typeof apply>>) => rows.filter(({ what }) => what === stream);

  test("killed at its first step, and run again, ends where it would have ended", async () => {
    const program = spawn(
      process.execPath,
      [join(ROOT, "node_modules/tsx/dist/cli.mjs"), join(ROOT, "consumer/src/main.ts"), "content", "apply"],
      {
        cwd: ROOT,
        env: { ...process.env, ...settingsFor(content) },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const ended = once(program, "exit");
    program.stderr.on("data", (text: Buffer) => {
      if (text.toString().includes("created")) program.kill("SIGKILL");
    });
    await ended;
    const { rows } = await apply(content);
    expect(rows[0]?.result).toBe("unchanged");
    expect((await apply(content)).rows.map(({ result }) => result)).not.toContain("created");
    for (const { api, name } of content.content) expect((await ask("GET", `${api}/${name}`)).status).toBe(200);
  });

  test("adds new fields to a stream that is there", async () => {
    await create(stream, sampleDocument());
    expect(ofStream(await apply(withMapping("fresh", { type: "long" })))).toMatchObject([
      { result: "changed", detail: "fields fresh" },
    ]);
    expect(await generation()).toBe(1);
    const { body } = await ask("GET", `${stream}/_mapping/field/fresh`);
    expect(JSON.stringify(body)).toContain('"type":"long"');
  });

  test("refuses another type for a field, and rolls over for it where that is allowed", async () => {
    const other = withMapping("message", { type: "keyword" });
    const refused = await apply(other);
    expect(refused.code).toBe(3);
    expect(refused.rows[0]?.detail).toContain("'message' is text and would be keyword");
    expect(await generation()).toBe(1);
    expect((await apply(other, ["incompatible-mapping"])).code).toBe(0);
    expect(await generation()).toBe(2);
    expect(ofStream(await apply(other))).toMatchObject([{ result: "unchanged" }]);
  });

  test("brings settings of a stream that is there in line", async () => {
    // With the mapping that it has by now.
    await apply(content, ["incompatible-mapping"]);
    const other = changed(({ settings }) => {
      const { index } = settings as { index: Json };
      return { settings: { index: { ...index, refresh_interval: "7s", codec: "default" } } };
    }, "prog-logs-app@settings");
    const before = await generation();
    expect(ofStream(await apply(other))).toMatchObject([
      { detail: "index.refresh_interval 7s; rolled over for index.codec" },
    ]);
    expect(await generation()).toBe(before + 1);
    expect(ofStream(await apply(other))).toMatchObject([{ result: "unchanged" }]);
  });
});
