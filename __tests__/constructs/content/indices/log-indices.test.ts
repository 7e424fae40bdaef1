import { describe, expect, test } from "@jest/globals";
import type { IlmPhases } from "../../../../constructs/content/lifecycle/ilm-phases";
import { ComponentTemplate } from "../../../../constructs/content/indices/component-template";
import { IndexTemplate } from "../../../../constructs/content/indices/index-template";
import { IndexLifecyclePolicy } from "../../../../constructs/content/lifecycle/lifecycle-policy";
import { LogIndices } from "../../../../constructs/content/indices/log-indices";
import { Duration } from "../../../../constructs/core/duration";
import { Size } from "../../../../constructs/core/size";
import { MANAGED_BY, renderMappings, versionOf } from "../../../../contract/index-template";
import { LOG_EVENT_FIELDS } from "../../../../contract/log-event";
import { dataStreamName, deadLetterStreamName, LIFECYCLE_POLICY } from "../../../../contract/names";
import { bodyOf, bundle, INDICES, logContent, pathsOf, scope } from "../../../support/content";

const PHASES: IlmPhases = {
  hot: { rollover: { maxPrimaryShardSize: Size.gibibytes(50), maxAge: Duration.days(1) }, priority: 100 },
  warm: { after: Duration.days(3), priority: 50 },
  delete: { after: Duration.days(14) },
};
const STREAM = [
  "_component_template/logs-app@mappings",
  "_component_template/logs-app@settings",
  "_index_template/logs-app",
  "_data_stream/logs-app.dead_letter-test",
  "_data_stream/logs-app-test",
];

/** Whether an index pattern of Elasticsearch is of a name. */
const matches = (pattern: string, name: string) =>
  new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(name);

const settingsOf = (content: ReturnType<typeof logContent>, name = "logs-app@settings") =>
  (bodyOf(content, "_component_template", name)["template"] as { settings: { index: Record<string, unknown> } })
    .settings.index;

describe("streams", () => {
  test("each thing is put after what it names", () => {
    expect(pathsOf(logContent())).toEqual(STREAM);
    expect(pathsOf(logContent({ phases: PHASES }))).toEqual([`_ilm/policy/${LIFECYCLE_POLICY}`, ...STREAM]);
  });

  test("are made by our template, before Elasticsearch's own for logs: lines and dead letters, of every environment", () => {
    const template = bodyOf(logContent(), "_index_template", "logs-app") as {
      index_patterns: string[];
      priority: number;
    };
    expect(template).toMatchObject({ data_stream: {}, composed_of: ["logs-app@mappings", "logs-app@settings"] });
    expect(template.priority).toBeGreaterThan(100);
    for (const name of [dataStreamName("local"), deadLetterStreamName("local")])
      expect(template.index_patterns.filter((pattern) => matches(pattern, name))).toHaveLength(1);
  });

  test("are stored as they are told, in text, as Elasticsearch answers it", () => {
    const content = logContent({
      shards: 3,
      replicas: 2,
      refreshInterval: Duration.seconds(30),
      codec: "default",
      phases: PHASES,
    });
    expect(settingsOf(content)).toMatchObject({
      number_of_shards: "3",
      number_of_replicas: "2",
      refresh_interval: "30s",
      codec: "default",
      lifecycle: { name: LIFECYCLE_POLICY },
      mapping: { ignore_malformed: "true" },
    });
    expect(settingsOf(logContent())).not.toHaveProperty("lifecycle");
    expect(settingsOf(logContent())).toMatchObject({ codec: "best_compression" });
  });

  test("allow all fields and objects of the schema", () => {
    const objects = new Set(
      Object.keys(LOG_EVENT_FIELDS).flatMap((path) =>
        path.split(".").map((_, i, names) => names.slice(0, i + 1).join(".")),
      ),
    );
    const { limit } = (settingsOf(logContent())["mapping"] as { total_fields: { limit: string } }).total_fields;
    expect(Number(limit)).toBeGreaterThan(objects.size);
  });

  test("everything is marked as ours, with a version that changes with what it says and with nothing else", () => {
    const versions = (shards: number) =>
      logContent({ shards }).content.flatMap(({ body: { _meta } }) => (_meta ? [_meta as { version: string }] : []));
    for (const mark of versions(1)) expect(mark).toMatchObject({ managed_by: MANAGED_BY });
    expect(versions(1)).toEqual(versions(1));
    expect(versions(1).map((mark, index) => mark.version === versions(2)[index]!.version)).toEqual([true, false, true]);
    // The consumer compares it with the mapping that it was built with.
    expect(versions(1)[0]!.version).toBe(versionOf({ template: { mappings: renderMappings() } }));
  });
});

describe("monthly indices", () => {
  const content = logContent({ indexing: "monthly", phases: PHASES });

  test("have a template of their own beside the one of dead letters, and no stream of lines", () => {
    expect(pathsOf(content)).toEqual([
      "_ilm/policy/logs-app",
      "_ilm/policy/logs-monthly",
      "_component_template/logs-app@mappings",
      "_component_template/logs-app@settings",
      "_component_template/logs-monthly@settings",
      "_index_template/logs-app",
      "_index_template/logs-monthly",
      "_data_stream/logs-app.dead_letter-test",
    ]);
    const template = bodyOf(content, "_index_template", "logs-monthly");
    expect(template).not.toHaveProperty("data_stream");
    expect(template["composed_of"]).toEqual(["logs-app@mappings", "logs-monthly@settings"]);
    const [pattern = ""] = template["index_patterns"] as string[];
    expect(["logs-2026-01", "logs-2031-12"].filter((name) => matches(pattern, name))).toHaveLength(2);
    expect([dataStreamName("local"), "logs-nginx-2026"].filter((name) => matches(pattern, name))).toEqual([]);
  });

  test("live as long as the lines of a stream do: their ages begin a month early", () => {
    expect(settingsOf(content, "logs-monthly@settings")).toMatchObject({ lifecycle: { name: "logs-monthly" } });
    expect(bodyOf(content, "_ilm/policy", "logs-monthly")).toMatchObject({
      policy: {
        phases: {
          hot: { actions: { set_priority: { priority: 100 } } },
          warm: { min_age: "34d" },
          delete: { min_age: "45d" },
        },
        _meta: { lines_are_kept: "14 to 45.01 days" },
      },
    });
  });
});

describe("what the server has not", () => {
  const lacks = { apis: ["_ilm/policy", "_data_stream"] as const, why: "it is small" };
  const content = logContent({ phases: PHASES }, { lacks });

  test("is left out, named, and not looked for", () => {
    expect(pathsOf(content)).toEqual(STREAM.slice(0, 3));
    expect(content.leftOut).toEqual([
      { what: "_ilm/policy/logs-app", why: "it is small" },
      { what: "_data_stream/logs-app.dead_letter-test", why: "it is small" },
      { what: "_data_stream/logs-app-test", why: "it is small" },
    ]);
    expect(content.complete).toEqual(["_component_template", "_index_template"]);
  });

  test("is named by nothing that is put", () => {
    expect(settingsOf(content)).not.toHaveProperty("lifecycle");
  });
});

describe("is refused", () => {
  test("what Elasticsearch would refuse of settings, all at once", () => {
    const wrong = { ...INDICES, shards: 0, replicas: -1, refreshInterval: Duration.seconds(0) };
    expect(() => new LogIndices(bundle(), "Indices", wrong)).toThrow(
      expect.objectContaining({
        problems: ["'shards' (0)", "'replicas' (-1)", "'refreshInterval' (0ms)"].map((start) =>
          expect.stringContaining(start),
        ),
      }),
    );
    expect(() => logContent({ shards: 1025 })).toThrow("'shards' (1025) must be a whole number from 1 to 1024");
    expect(settingsOf(logContent({ shards: 1024 }))).toMatchObject({ number_of_shards: "1024" });
  });

  const template = (phases: IlmPhases, dataStream: boolean) => {
    const root = scope();
    const lifecycle = new IndexLifecyclePolicy(root, "Policy", { name: "p", phases });
    const composedOf = [new ComponentTemplate(root, "Part", { name: "part" })];
    return new IndexTemplate(root, "Template", { name: "t", patterns: ["t-*"], dataStream, composedOf, lifecycle });
  };

  test.each<[string, IlmPhases, boolean, string]>([
    ["a stream that never rolls over", { hot: {} }, true, "has no 'hot.rollover'"],
    ["an index that would roll over to nothing", PHASES, false, "what is no data stream has no next index to go to"],
    [
      "downsampling of lines",
      { ...PHASES, warm: { after: Duration.days(3), downsample: { interval: Duration.hours(1) } } },
      true,
      "has 'warm.downsample', which is for time series data streams",
    ],
  ])("a lifecycle that its indices cannot go through: %s", (_, phases, dataStream, message) => {
    expect(() => template(phases, dataStream)).toThrow(
      `_index_template/t: the lifecycle 'p' ${message.startsWith("what") ? "has 'hot.rollover', and " : ""}${message}`,
    );
    expect(template(dataStream ? PHASES : { hot: {} }, dataStream).name).toBe("t");
  });
});
