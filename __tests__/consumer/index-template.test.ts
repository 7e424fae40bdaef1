import { describe, expect, test } from "@jest/globals";
import { isApplied } from "../../consumer/src/elasticsearch/content";
import { contentPath, renderContent } from "../../contract/content";
import { parseContentSettings } from "../../contract/content-settings";
import { MANAGED_BY, renderMappings, versionOf } from "../../contract/index-template";
import { IGNORE_ABOVE, LOG_EVENT_FIELDS, MAX_ATTRIBUTE_DEPTH } from "../../contract/log-event";
import { LIFECYCLE_POLICY } from "../../contract/names";

const settings = parseContentSettings({ ELASTICSEARCH_URLS: "http://localhost:9200" });

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly [option: string]: unknown;
}

/** All fields of a mapping, by their whole name. */
function fieldsOf(mapping: Mapping, path: string[] = []): [string, Mapping][] {
  if (!mapping.properties) return [[path.join("."), mapping]];
  return Object.entries(mapping.properties).flatMap(([name, inner]) => fieldsOf(inner, [...path, name]));
}

const body = (path: string, more: Parameters<typeof renderContent>[0] = settings) =>
  renderContent(more).find((content) => contentPath(content) === path)!.body as Record<string, unknown>;

describe("the mapping", () => {
  const fields = new Map(fieldsOf(renderMappings() as Mapping));

  test("has every field of the schema and no other", () => {
    expect([...fields.keys()].sort()).toEqual(Object.keys(LOG_EVENT_FIELDS).sort());
  });

  test.each(Object.entries(LOG_EVENT_FIELDS))("%s", (path, { type }) => {
    const expected: Record<string, object> = {
      keyword: { type: "keyword", ignore_above: IGNORE_ABOVE },
      stored: { type: "keyword", index: false, doc_values: false },
      flattened: { type: "flattened", ignore_above: IGNORE_ABOVE, depth_limit: MAX_ATTRIBUTE_DEPTH + 1 },
    };
    expect(fields.get(path)).toEqual(expected[type] ?? { type });
  });

  test("grows with no document", () => {
    expect(renderMappings()).toMatchObject({ dynamic: false });
  });

  test("keeps indexed values within what Lucene takes: four bytes a character", () => {
    expect(4 * IGNORE_ABOVE).toBeLessThan(32_766);
  });
});

describe("the templates", () => {
  test("are put in an order in which each finds what it is made of", () => {
    const paths = renderContent(settings).map(contentPath);
    expect(paths).toEqual([
      "_component_template/logs-app@mappings",
      "_component_template/logs-app@settings",
      "_index_template/logs-app",
    ]);
    expect(body("_index_template/logs-app")["composed_of"]).toEqual(
      paths.slice(0, 2).map((path) => path.replace("_component_template/", "")),
    );
  });

  test("make data streams of lines and of dead letters, before Elasticsearch's own templates", () => {
    const template = body("_index_template/logs-app");
    expect(template).toMatchObject({ index_patterns: ["logs-app-*", "logs-app.dead_letter-*"], data_stream: {} });
    expect(template["priority"]).toBeGreaterThan(100);
  });

  test("say what was asked for", () => {
    const asked = {
      CONTENT_SHARDS: 3,
      CONTENT_REPLICAS: 2,
      CONTENT_REFRESH_INTERVAL: "30s",
      CONTENT_CODEC: "default",
      CONTENT_LIFECYCLE: { rolloverSizeBytes: 1, rolloverAgeMs: 1, deleteAfterMs: 1 },
    } as const;
    expect(
      (body("_component_template/logs-app@settings", asked)["template"] as { settings: unknown }).settings,
    ).toEqual({
      index: {
        number_of_shards: "3",
        number_of_replicas: "2",
        refresh_interval: "30s",
        codec: "default",
        lifecycle: { name: LIFECYCLE_POLICY },
        mapping: { ignore_malformed: "true", total_fields: { limit: expect.stringMatching(/^\d+$/) } },
      },
    });
  });

  test("without a lifecycle name no policy", () => {
    expect(JSON.stringify(renderContent(settings))).not.toContain("lifecycle");
  });

  test("allow all fields and objects of the schema", () => {
    const objects = new Set(
      Object.keys(LOG_EVENT_FIELDS).flatMap((path) =>
        path.split(".").map((_, i, names) => names.slice(0, i + 1).join(".")),
      ),
    );
    const index = (
      body("_component_template/logs-app@settings")["template"] as {
        settings: { index: { mapping: { total_fields: { limit: string } } } };
      }
    ).settings.index;
    expect(Number(index.mapping.total_fields.limit)).toBeGreaterThan(objects.size);
  });

  test("are marked as ours, with a version that changes with what they say and with nothing else", () => {
    const versions = (content: typeof settings) =>
      renderContent(content).map(({ body: { _meta } }) => (_meta as { version: string }).version);
    for (const { body: each } of renderContent(settings))
      expect(each).toMatchObject({ _meta: { managed_by: MANAGED_BY } });
    const [mappings, indexSettings, template] = versions(settings);
    expect(versions(settings)).toEqual([mappings, indexSettings, template]);
    const [sameMappings, otherSettings, sameTemplate] = versions({ ...settings, CONTENT_SHARDS: 2 });
    expect([sameMappings, sameTemplate]).toEqual([mappings, template]);
    expect(otherSettings).not.toBe(indexSettings);
    expect(mappings).toBe(versionOf({ template: { mappings: renderMappings() } }));
  });
});

describe("what Elasticsearch has", () => {
  const content = renderContent(settings)[2]!;
  const answer = (template: object) => ({ index_templates: [{ name: "logs-app", index_template: template }] });

  test("is applied if it is ours, whatever Elasticsearch adds", () => {
    expect(
      isApplied(content, answer({ ...content.body, created_date_millis: 1, data_stream: { hidden: false } })),
    ).toBe(true);
    const component = renderContent(settings)[0]!;
    expect(isApplied(component, { component_templates: [{ component_template: component.body }] })).toBe(true);
  });

  test.each([
    ["another value", { ...content.body, priority: 1 }],
    ["something is missing", { ...content.body, composed_of: undefined }],
    ["one more in a list", { ...content.body, index_patterns: ["logs-app-*", "x-*"] }],
    ["another version", { ...content.body, _meta: { managed_by: MANAGED_BY, version: "old" } }],
  ])("is not if it differs: %s", (_, template) => {
    expect(isApplied(content, answer(template))).toBe(false);
  });

  test("is not if there is nothing", () => {
    expect(isApplied(content, {})).toBe(false);
    expect(isApplied(content, { index_templates: [] })).toBe(false);
  });
});
