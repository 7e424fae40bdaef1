import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import pino from "pino";
import type { IlmPhases } from "../../constructs/content/lifecycle/ilm-phases";
import { LogIndices, type LogIndicesProps } from "../../constructs/content/indices/log-indices";
import { SnapshotPolicy, SnapshotRepository } from "../../constructs/content/snapshots/snapshot-policy";
import type { Snapshots } from "../../constructs/content/snapshots/snapshots";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { REFUSED_EXIT_CODE, runContentApply } from "../../consumer/src/commands/content-apply";
import type { Report } from "../../consumer/src/content/report";
import type { ContentChange, ContentFile } from "../../contract/content";
import { parseContentSettings } from "../../contract/content-settings";
import { STREAM_PATTERN } from "../../contract/names";
import { bundle, INDICES } from "../support/content";
import { ElasticsearchContentDouble } from "./elasticsearch-content-double";

const DAY = 86_400_000;
const SNAPSHOTS: Snapshots = {
  repository: { kind: "s3", bucket: "copies", basePath: "logs" },
  schedule: "0 30 1 * * ?",
  expireAfterMs: DAY,
  minCount: 1,
  maxCount: 9,
};

interface Facts extends Partial<LogIndicesProps> {
  readonly deleteAfter?: Duration | null;
  readonly snapshots?: Snapshots | null;
}

/** The content of such facts, as a construct renders it. */
function contentOf({ deleteAfter = Duration.days(30), snapshots = SNAPSHOTS, ...indices }: Facts = {}): ContentFile {
  const into = bundle({ complete: ["_slm/policy", "_ilm/policy", "_component_template", "_index_template"] });
  if (snapshots) {
    new SnapshotRepository(into, "Repository", snapshots.repository);
    new SnapshotPolicy(into, "Snapshots", snapshots, [STREAM_PATTERN]);
  }
  const rollover = { maxPrimaryShardSize: Size.gibibytes(50), maxAge: Duration.days(1) };
  const phases: IlmPhases = { hot: { rollover }, ...(deleteAfter ? { delete: { after: deleteAfter } } : {}) };
  new LogIndices(into, "Indices", { ...INDICES, phases, ...indices });
  return into.file();
}

const PATHS = contentOf().content.map(({ api, name }) => `${api}/${name}`);

let double: ElasticsearchContentDouble;
let directory: string;
let url: string;

beforeEach(async () => {
  double = new ElasticsearchContentDouble();
  url = await double.start();
  directory = mkdtempSync(join(tmpdir(), "content-"));
});

afterEach(async () => {
  await double.stop();
  rmSync(directory, { recursive: true });
});

interface Options {
  readonly allow?: readonly ContentChange[];
  readonly dryRun?: boolean;
}

interface Run {
  readonly code: number;
  readonly report: Report;
  /** What became of what, in order. */
  readonly results: readonly string[];
}

/** Runs the program with a file. `double.writes` are those of this run. */
async function apply(content: ContentFile, { allow = [], dryRun = false }: Options = {}): Promise<Run> {
  double.writes.length = 0;
  const file = join(directory, "content.json");
  writeFileSync(file, JSON.stringify(content));
  const settings = parseContentSettings({
    ELASTICSEARCH_URLS: url,
    CONTENT_FILE: file,
    CONTENT_ALLOW: allow.join(),
    WAIT_DEADLINE_MS: "700",
  });
  const written: string[] = [];
  const command = { dryRun, json: true, write: (text: string) => void written.push(text) };
  const code = await runContentApply(settings, command, pino({ level: "silent" }));
  const report = JSON.parse(written.join("")) as Report;
  return { code, report, results: report.rows.map(({ what, result }) => `${result} ${what}`) };
}

describe("putting it", () => {
  test("puts everything, in order", async () => {
    const { code, results } = await apply(contentOf());
    expect(code).toBe(0);
    expect(double.writes).toEqual(PATHS.map((path) => `PUT ${path}`));
    expect(results).toEqual(PATHS.map((path) => `created ${path}`));
  });

  test("changes nothing the second time, whatever Elasticsearch adds", async () => {
    await apply(contentOf());
    const { results } = await apply(contentOf());
    expect(double.writes).toEqual([]);
    expect(results).toEqual([
      ...PATHS.map((path) => `unchanged ${path}`),
      ...STREAMS.map((name) => `unchanged ${name}`),
    ]);
  });

  test.each<[string, Facts, string[]]>([
    ["the lifecycle", { deleteAfter: Duration.days(31) }, ["_ilm/policy/logs-app"]],
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
    ["how lines are packed", { codec: "default" }, ["_component_template/logs-app@settings"]],
  ])("puts what changed and no more: %s", async (_, change, expected) => {
    await apply(contentOf());
    const { results } = await apply(contentOf(change));
    expect(double.writes.filter((write) => write.startsWith("PUT"))).toEqual(expected.map((path) => `PUT ${path}`));
    expect(results.filter((result) => expected.includes(result.replace("changed ", "")))).toHaveLength(1);
  });

  test("puts back what somebody else changed, and says where", async () => {
    await apply(contentOf());
    const policy = double.stored.get("_slm/policy/log-pipeline") as Record<string, unknown>;
    double.stored.set("_slm/policy/log-pipeline", { ...policy, schedule: "0 0 0 1 * ?" });
    const { report } = await apply(contentOf());
    expect(double.writes).toEqual(["PUT _slm/policy/log-pipeline"]);
    expect(report.rows).toContainEqual({
      what: "_slm/policy/log-pipeline",
      result: "changed",
      detail: "'schedule' differed",
    });
  });

  test("fails if what it put is not what it reads back", async () => {
    double.mangle.set("_ilm/policy/logs-app", (body) => ({ policy: { ...(body["policy"] as object), phases: {} } }));
    await expect(apply(contentOf())).rejects.toThrow(
      "_ilm/policy/logs-app was put, and reads back otherwise at 'policy.phases.hot'",
    );
  });

  test("killed at any point, the next run does the rest", async () => {
    for (let puts = 0; puts < PATHS.length; puts++) {
      double.stored.clear();
      double.refuse("PUT", PATHS[puts]!, { status: 400, body: { error: { type: "killed", reason: "here" } } }, 1);
      await expect(apply(contentOf())).rejects.toThrow("killed: here");
      const { results } = await apply(contentOf());
      expect(results.slice(0, PATHS.length)).toEqual(
        PATHS.map((path, index) => `${index < puts ? "unchanged" : "created"} ${path}`),
      );
    }
  });
});

const STREAMS = ["logs-app.dead_letter-test", "logs-app-test"];

describe("a dry run", () => {
  test("says what there would be to do, and does nothing", async () => {
    const { code, report, results } = await apply(contentOf(), { dryRun: true });
    expect([code, report.dryRun]).toEqual([0, true]);
    expect(results).toEqual(PATHS.map((path) => `created ${path}`));
    expect(double.writes).toEqual([]);
  });
});

describe("removing", () => {
  const others = { policy: { phases: {}, _meta: { managed_by: "somebody" } } };

  test("takes away what is ours and no longer wanted, and nothing else", async () => {
    await apply(contentOf({ indexing: "monthly" }));
    double.stored.set("_ilm/policy/theirs", others);
    const { results } = await apply(contentOf({ snapshots: null }));
    expect(double.writes).toEqual([
      "PUT _data_stream/logs-app-test",
      // What is composed goes before what it is composed of, and that before its policy.
      "DELETE _index_template/logs-monthly",
      "DELETE _component_template/logs-monthly@settings",
      "DELETE _ilm/policy/logs-monthly",
      "DELETE _slm/policy/log-pipeline",
    ]);
    expect(results).toContain("removed _index_template/logs-monthly");
    // It has no mark, and snapshots are in it.
    expect(double.stored.has("_snapshot/log-pipeline")).toBe(true);
    expect(double.stored.has("_ilm/policy/theirs")).toBe(true);
  });

  test("does not look where the file has not all that is ours", async () => {
    await apply(contentOf({ indexing: "monthly" }));
    await apply({ ...contentOf(), complete: ["_index_template"] });
    expect(double.writes.filter((write) => write.startsWith("DELETE"))).toEqual([
      "DELETE _index_template/logs-monthly",
    ]);
  });

  test("keeps what is in use, and says by what", async () => {
    await apply(contentOf({ indexing: "monthly" }));
    const reason = "Cannot delete policy [logs-monthly]. It is in use by one or more indices: [logs-2026-01]";
    const body = { error: { type: "illegal_argument_exception", reason } };
    double.refuse("DELETE", "_ilm/policy/logs-monthly", { status: 400, body });
    const { code, report } = await apply(contentOf());
    expect(code).toBe(0);
    expect(report.rows).toContainEqual({
      what: "_ilm/policy/logs-monthly",
      result: "kept",
      detail: expect.stringContaining(reason),
    });
  });
});

describe("a shorter retention", () => {
  test.each<[string, Facts, string]>([
    [
      "of lines",
      { deleteAfter: Duration.days(23) },
      "logs are kept for 24 days instead of 31 days: 7 days of logs would go",
    ],
    [
      "of snapshots",
      { snapshots: { ...SNAPSHOTS, expireAfterMs: DAY / 2 } },
      "snapshots are kept for 0.5 days instead of 1 day: 0.5 days of snapshots would go",
    ],
  ])("%s is refused, naming how much would go, and nothing at all is changed", async (_, change, message) => {
    await apply(contentOf());
    const { code, report } = await apply(contentOf({ ...change, codec: "default" }));
    expect(code).toBe(REFUSED_EXIT_CODE);
    expect(double.writes).toEqual([]);
    expect(report.rows[0]).toMatchObject({ result: "refused", detail: expect.stringContaining(message) });
    expect(report.rows[0]!.detail).toContain(`'elasticsearch.allow: ["shorter-retention"]'`);
  });

  test("is done where the environment says so; a longer one needs no word", async () => {
    await apply(contentOf());
    const shorter = contentOf({ deleteAfter: Duration.days(23) });
    expect(await apply(shorter, { allow: ["shorter-retention"] })).toMatchObject({ code: 0 });
    expect(double.writes).toEqual(["PUT _ilm/policy/logs-app"]);
    expect(await apply(contentOf())).toMatchObject({ code: 0 });
  });

  test("counts from for ever where nothing was deleted", async () => {
    await apply(contentOf({ deleteAfter: null }));
    const { code, report } = await apply(contentOf());
    expect(code).toBe(REFUSED_EXIT_CODE);
    expect(report.rows[0]!.detail).toContain("logs were kept for ever, and all that is older than 31 days would go");
  });

  test("of streams that had no lifecycle is refused once they have lines that are older", async () => {
    const withoutAny = (created: number) => {
      double.stored.clear();
      double.addStream("logs-app-test", { created, settings: {} });
    };
    withoutAny(Date.now() - 30 * DAY);
    expect((await apply(contentOf())).code).toBe(0);
    withoutAny(Date.now() - 40 * DAY);
    const { code, report } = await apply(contentOf());
    expect(code).toBe(REFUSED_EXIT_CODE);
    expect(report.rows[0]!.detail).toContain("the oldest are 40 days old: 9 days of logs would go");
  });
});

describe("streams that are there", () => {
  beforeEach(async () => {
    await apply(contentOf());
  });

  const stream = "logs-app-test";
  const only = (result: Run) => result.report.rows.filter(({ what }) => what === stream);

  test("take settings that can be changed as they are", async () => {
    const result = await apply(contentOf({ replicas: 1, refreshInterval: Duration.seconds(9) }));
    expect(double.writes).toContain(`PUT ${stream}/_settings`);
    expect(double.writes.filter((write) => write.includes("_rollover"))).toEqual([]);
    expect(only(result)).toEqual([
      {
        what: stream,
        result: "changed",
        detail: "index.number_of_replicas 1; index.refresh_interval 9s",
      },
    ]);
    expect(double.streams.get(stream)!.settings).toMatchObject({ "index.number_of_replicas": "1" });
  });

  test("roll over for what only a new index can have, once", async () => {
    const content = contentOf({ shards: 2 });
    expect(only(await apply(content))[0]).toMatchObject({ detail: "rolled over for index.number_of_shards" });
    expect(double.writes).toContain(`POST ${stream}/_rollover`);
    expect(only(await apply(content))).toEqual([{ what: stream, result: "unchanged" }]);
  });

  test("lose their lifecycle when nothing is to be deleted any more, so that its policy can go", async () => {
    const { phases: _, ...rest } = { ...INDICES, phases: undefined };
    const into = bundle();
    new LogIndices(into, "Indices", rest);
    const result = await apply(into.file());
    expect(only(result)[0]!.detail).toBe("index.lifecycle.name taken away");
    const removed = double.writes.indexOf("DELETE _ilm/policy/logs-app");
    expect(removed).toBeGreaterThan(double.writes.indexOf(`PUT ${stream}/_settings`));
  });

  /** The content with other mappings, which only a later version of the contract would have. */
  function withField(path: string, mapping: object): ContentFile {
    const content = structuredClone(contentOf());
    const template = content.content.find(({ name }) => name === "logs-app@mappings")!.body["template"];
    const { mappings } = template as { mappings: { properties: Record<string, object> } };
    mappings.properties[path] = mapping;
    return content;
  }

  test("get new fields without a new index", async () => {
    const result = await apply(withField("new", { type: "long" }));
    expect(only(result)[0]).toMatchObject({ result: "changed", detail: "fields new" });
    expect(double.writes).toContain(`PUT ${stream}/_mapping`);
    expect(double.writes).not.toContain(`POST ${stream}/_rollover`);
  });

  test.each<[string, string, object, string]>([
    ["another type", "message", { type: "keyword" }, "'message' is text and would be keyword"],
    ["a field for an object", "span", { type: "keyword" }, "'span' is object and would be keyword"],
    [
      "an object for a field",
      "message",
      { properties: { text: { type: "text" } } },
      "'message.text' is in 'message', which is text, and would be text",
    ],
    [
      "an option that is part of what it is",
      "tags",
      { type: "keyword", doc_values: false },
      "'tags' is keyword and would be keyword (doc_values: false)",
    ],
  ])("get no incompatible mapping unless that is allowed, and then a new index: %s", async (_, path, mapping, says) => {
    const content = withField(path, mapping);
    const refused = await apply(content);
    expect(refused.code).toBe(REFUSED_EXIT_CODE);
    expect(double.writes).toEqual([]);
    expect(refused.report.rows[0]!.detail).toContain(says);
    const allowed = await apply(content, { allow: ["incompatible-mapping"] });
    expect(allowed.code).toBe(0);
    expect(double.writes).toContain(`POST ${stream}/_rollover`);
    expect(double.writes).not.toContain(`PUT ${stream}/_mapping`);
    expect(only(await apply(content))).toEqual([{ what: stream, result: "unchanged" }]);
  });

  test("an index of a month that is there waits for the next month", async () => {
    double.addIndex("logs-2026-01", { created: 0, settings: { "index.number_of_shards": "7" } });
    const { report } = await apply(contentOf({ indexing: "monthly" }));
    const row = report.rows.find(({ what }) => what === "logs-2026-01");
    expect(row!.detail).toContain("only the next index has");
    expect(double.writes.filter((write) => write.includes("_rollover"))).toEqual([]);
  });
});

describe("a refusal by Elasticsearch", () => {
  test("ends it at once and is told; what comes later is not put", async () => {
    const reason = "no such repository [log-pipeline]";
    const body = { error: { type: "illegal_argument_exception", reason }, status: 400 };
    double.refuse("PUT", "_slm/policy/log-pipeline", { status: 400, body });
    await expect(apply(contentOf())).rejects.toThrow(
      `Elasticsearch refuses PUT _slm/policy/log-pipeline: status 400; illegal_argument_exception: ${reason}`,
    );
    expect(double.writes).toEqual(["PUT _snapshot/log-pipeline"]);
  });

  test("for want of the right is waited for, and told when it does not come", async () => {
    const error = { type: "security_exception", reason: "action [cluster:admin/repository/put] is unauthorized" };
    double.refuse("PUT", "_snapshot/log-pipeline", { status: 403, body: { error } });
    await expect(apply(contentOf())).rejects.toThrow(/not ready within 700 ms: .*repository\/put\] is unauthorized/);
  });

  test("of a repository that a snapshot is being written to is waited for", async () => {
    await apply(contentOf());
    const reason = "trying to modify or unregister repository that is currently used";
    const answer = { status: 409, body: { error: { type: "repository_conflict_exception", reason } } };
    const change = contentOf({ snapshots: { ...SNAPSHOTS, repository: { kind: "gcs", bucket: "copies" } } });
    double.refuse("PUT", "_snapshot/log-pipeline", answer, 1);
    await apply(change);
    expect(double.writes).toEqual(["PUT _snapshot/log-pipeline"]);
    double.stored.delete("_snapshot/log-pipeline");
    double.refuse("PUT", "_snapshot/log-pipeline", answer);
    await expect(apply(change)).rejects.toThrow(new RegExp(`not ready within 700 ms: .*status 409.*${reason}`));
  });
});

describe("the file", () => {
  const run = (text: string) => {
    const file = join(directory, "content.json");
    writeFileSync(file, text);
    const settings = parseContentSettings({ ELASTICSEARCH_URLS: url, CONTENT_FILE: file });
    return runContentApply(settings, { dryRun: false, json: true, write: () => undefined }, pino({ level: "silent" }));
  };
  const EMPTY = { content: [], complete: [], leftOut: [] };

  test.each<[string, string, RegExp]>([
    ["is no JSON", "{", /CONTENT_FILE \(.*\) cannot be read: .*JSON/],
    ["has an API that there is not", JSON.stringify({ ...EMPTY, complete: ["_x"] }), /is wrong:\n- complete.0: /],
    ["lacks everything", "{}", /is wrong:\n- content: .*\n- complete: .*\n- leftOut: /],
    [
      "is for Kibana, and nobody said where that is",
      JSON.stringify({ ...EMPTY, complete: ["dashboard"] }),
      /has content for it, and KIBANA_URL is not set/,
    ],
  ])("that %s is refused, with what is wrong", async (_, text, message) => {
    await expect(run(text)).rejects.toThrow(message);
  });

  test("what was left out at synth is told", async () => {
    const { results } = await apply({ ...EMPTY, leftOut: [{ what: "_ilm/policy/logs-app", why: "small" }] });
    expect(results).toEqual(["left out _ilm/policy/logs-app"]);
  });
});
