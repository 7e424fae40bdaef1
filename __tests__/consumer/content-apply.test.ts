import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import pino from "pino";
import { applyContent } from "../../consumer/src/commands/content-apply";
import { isApplied } from "../../consumer/src/elasticsearch/content";
import { contentPath, renderContent, type Content } from "../../contract/content";
import { parseContentSettings } from "../../contract/content-settings";
import { ElasticsearchDouble, type OtherAnswer } from "./elasticsearch-double";

const LIFECYCLE = { rolloverSizeBytes: 50 * 1024 ** 3, rolloverAgeMs: 86_400_000, deleteAfterMs: 30 * 86_400_000 };
const SNAPSHOTS = {
  repository: { kind: "s3", bucket: "copies", basePath: "logs" },
  schedule: "0 30 1 * * ?",
  expireAfterMs: 86_400_000,
  minCount: 1,
  maxCount: 9,
};

interface Facts {
  readonly lifecycle?: object;
  readonly snapshots?: object;
  readonly shards?: number;
}

const settingsOf = ({ lifecycle = LIFECYCLE, snapshots = SNAPSHOTS, shards = 1 }: Facts = {}, url = "http://x") =>
  parseContentSettings({
    ELASTICSEARCH_URLS: url,
    WAIT_DEADLINE_MS: "700",
    CONTENT_SHARDS: String(shards),
    CONTENT_LIFECYCLE: JSON.stringify(lifecycle),
    CONTENT_SNAPSHOTS: JSON.stringify(snapshots),
  });

const ALL = renderContent(settingsOf());
const PATHS = ALL.map(contentPath);

/** What Elasticsearch 9.5 answers to `GET` of a thing: in the shape of its API, and with what it adds. */
function answerOf({ api, name }: Pick<Content, "api" | "name">, body: Record<string, unknown>): object {
  const dates = { version: 1, modified_date: "2027-01-01T00:00:00.000Z" };
  switch (api) {
    case "_snapshot":
      return { [name]: { ...body, uuid: "3ZcNuBjSQzOBSnpXWNKTdw" } };
    case "_slm/policy":
      return { [name]: { ...dates, policy: body, next_execution_millis: 1, stats: { policy: name } } };
    case "_ilm/policy":
      return { [name]: { ...dates, ...withDefaults(body), in_use_by: { indices: [] } } };
    case "_component_template":
      return { component_templates: [{ name, component_template: { ...body, created_date_millis: 1 } }] };
    case "_index_template":
      return { index_templates: [{ name, index_template: { ...body, data_stream: { hidden: false } } }] };
  }
}

/** As `LifecyclePolicy` of Elasticsearch writes it. */
function withDefaults(body: Record<string, unknown>): Record<string, unknown> {
  const { policy } = body as { policy: { phases: Record<string, Record<string, object>> } };
  const { hot, delete: last } = policy.phases;
  const actions = { ...last!["actions"], delete: { delete_searchable_snapshot: true } };
  return {
    policy: { ...policy, phases: { ...policy.phases, hot: { min_age: "0ms", ...hot }, delete: { ...last, actions } } },
  };
}

let double: ElasticsearchDouble;
let url: string;
let logged: { readonly path?: string; readonly msg: string }[];
let stored: Map<string, Record<string, unknown>>;
let puts: string[];

beforeEach(async () => {
  double = new ElasticsearchDouble();
  url = await double.start();
  [logged, stored, puts] = [[], new Map(), []];
  for (const content of ALL) {
    const path = contentPath(content);
    double.others.set(`/${path}`, (method, body) => {
      const there = stored.get(path);
      if (method === "GET") return there ? ok(answerOf(content, there)) : { status: 404, body: { status: 404 } };
      puts.push(path);
      stored.set(path, JSON.parse(body) as Record<string, unknown>);
      return ok({ acknowledged: true });
    });
  }
});

afterEach(() => double.stop());

const ok = (body: object): OtherAnswer => ({ status: 200, body });

async function apply(facts: Facts = {}): Promise<void> {
  puts = [];
  const log = pino({ level: "info" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  await applyContent(settingsOf(facts, url), log);
}

/** Answers `PUT` of a path so, a number of times. */
function refusePut(path: string, answer: OtherAnswer, times = Infinity): void {
  const before = double.others.get(`/${path}`) as (method: string, body: string) => OtherAnswer;
  double.others.set(`/${path}`, (method, body) => (method === "PUT" && times-- > 0 ? answer : before(method, body)));
}

test("puts everything, in order", async () => {
  await apply();
  expect(puts).toEqual(PATHS);
  expect([...stored.values()]).toEqual(ALL.map(({ body }) => body));
  expect(logged.map(({ path, msg }) => [path, msg])).toEqual(PATHS.map((path) => [path, "created"]));
});

test("changes nothing the second time, whatever Elasticsearch adds", async () => {
  await apply();
  logged = [];
  await apply();
  expect(puts).toEqual([]);
  expect(logged.map(({ msg }) => msg)).toEqual(PATHS.map(() => "is as it shall be"));
});

test.each<[string, Facts, string[]]>([
  ["the lifecycle", { lifecycle: { ...LIFECYCLE, deleteAfterMs: 1000 } }, ["_ilm/policy/logs-app"]],
  ["the schedule", { snapshots: { ...SNAPSHOTS, schedule: "0 0 0 * * ?" } }, ["_slm/policy/log-pipeline"]],
  [
    "the bucket",
    { snapshots: { ...SNAPSHOTS, repository: { kind: "s3", bucket: "other", basePath: "logs" } } },
    ["_snapshot/log-pipeline"],
  ],
  [
    "the path, which is left out now",
    { snapshots: { ...SNAPSHOTS, repository: { kind: "s3", bucket: "copies" } } },
    ["_snapshot/log-pipeline"],
  ],
  ["the shards", { shards: 2 }, ["_component_template/logs-app@settings"]],
])("puts what changed and no more: %s", async (_, change, expected) => {
  await apply();
  logged = [];
  await apply(change);
  expect(puts).toEqual(expected);
  expect(logged.filter(({ msg }) => msg === "changed").map(({ path }) => path)).toEqual(expected);
});

test("puts back what somebody else changed", async () => {
  await apply();
  const policy = stored.get("_slm/policy/log-pipeline")!;
  stored.set("_slm/policy/log-pipeline", { ...policy, schedule: "0 0 0 1 * ?" });
  await apply();
  expect(puts).toEqual(["_slm/policy/log-pipeline"]);
});

describe("a refusal", () => {
  test("ends it at once and is told; what comes later is not put", async () => {
    const reason = "no such repository [log-pipeline]";
    refusePut("_slm/policy/log-pipeline", {
      status: 400,
      body: { error: { type: "illegal_argument_exception", reason }, status: 400 },
    });
    await expect(apply()).rejects.toThrow(
      `Elasticsearch refuses PUT _slm/policy/log-pipeline: status 400; illegal_argument_exception: ${reason}`,
    );
    expect(puts).toEqual(["_snapshot/log-pipeline"]);
  });

  test("for want of the right is waited for, and told when it does not come", async () => {
    const error = { type: "security_exception", reason: "action [cluster:admin/repository/put] is unauthorized" };
    refusePut("_snapshot/log-pipeline", { status: 403, body: { error } });
    await expect(apply()).rejects.toThrow(/not ready within 700 ms: .*repository\/put\] is unauthorized/);
  });

  test("of a repository that a snapshot is being written to is waited for", async () => {
    await apply();
    const reason = "trying to modify or unregister repository that is currently used";
    const answer = { status: 409, body: { error: { type: "repository_conflict_exception", reason } } };
    const change = { snapshots: { ...SNAPSHOTS, repository: { kind: "gcs", bucket: "copies" } } };
    refusePut("_snapshot/log-pipeline", answer, 1);
    await apply(change);
    expect(puts).toEqual(["_snapshot/log-pipeline"]);
    stored.delete("_snapshot/log-pipeline");
    refusePut("_snapshot/log-pipeline", answer);
    await expect(apply(change)).rejects.toThrow(new RegExp(`not ready within 700 ms: .*status 409.*${reason}`));
  });
});

test.each(ALL.map((content) => [contentPath(content), content] as const))(
  "%s is not applied where there is nothing",
  (_, content) => {
    expect(isApplied(content, {})).toBe(false);
    expect(isApplied(content, { [content.name]: {} })).toBe(false);
  },
);
