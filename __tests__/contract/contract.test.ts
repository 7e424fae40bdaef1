import { describe, expect, test } from "@jest/globals";
import { contentPath, renderContent } from "../../contract/content";
import { parseContentSettings, renderContentSettings } from "../../contract/content-settings";
import { DEAD_LETTER_HEADER } from "../../contract/dead-letter";
import { renderMappings, versionOf } from "../../contract/index-template";
import {
  IGNORE_ABOVE,
  LOG_EVENT_FIELDS,
  MAX_ATTRIBUTE_DEPTH,
  UNKNOWN_FIELDS,
  type Field,
} from "../../contract/log-event";
import { dataStreamName, INDEX_TEMPLATE, LOG_DIRECTORY, LOG_FILES, TOPIC } from "../../contract/names";
import { SettingsError } from "../../contract/settings";
import { MAX_DEAD_LETTER_BYTES, MAX_LINE_BYTES, MAX_MESSAGE_BYTES, minMessageBytes } from "../../contract/size-limits";
import { parseTopicsSettings, renderTopics } from "../../contract/topics";

const FIELDS: readonly (readonly [string, Field])[] = Object.entries(LOG_EVENT_FIELDS);

describe("size limits", () => {
  test("a topic takes the longest line, whatever is in it, and the dead letters' topic takes that with headers", () => {
    expect(MAX_MESSAGE_BYTES).toBeGreaterThanOrEqual(minMessageBytes(MAX_LINE_BYTES));
    expect(MAX_DEAD_LETTER_BYTES).toBeGreaterThan(MAX_MESSAGE_BYTES);
  });

  test("the worst line really grows to no more than is allowed for", () => {
    const line = "\u0001".repeat(1000);
    expect(Buffer.byteLength(JSON.stringify({ message: line }))).toBeLessThanOrEqual(
      minMessageBytes(Buffer.byteLength(line)),
    );
    expect(Buffer.byteLength(JSON.stringify(line)) - 2).toBe(minMessageBytes(1000) - minMessageBytes(0));
  });
});

describe("the log event", () => {
  const names = FIELDS.flatMap(([, field]) => field.from ?? []);

  test("no two fields take the same name of the services", () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("no name of the services is itself a field with another meaning", () => {
    expect(names.filter((name) => name in LOG_EVENT_FIELDS)).toEqual([]);
  });

  test("no field is an object around another", () => {
    const inside = (path: string) => FIELDS.filter(([other]) => other.startsWith(`${path}.`)).map(([other]) => other);
    expect(FIELDS.flatMap(([path]) => inside(path))).toEqual([]);
  });

  test("what the services of this project log has a field", () => {
    const fieldOf = (name: string) => FIELDS.find(([, field]) => field.from?.includes(name))?.[0];
    expect(
      Object.fromEntries(
        ["service_name", "timestamp", "level", "trace_id", "request_id"].map((name) => [name, fieldOf(name)]),
      ),
    ).toEqual({
      service_name: "service.name",
      timestamp: "@timestamp",
      level: "log.level",
      trace_id: "trace.id",
      request_id: "http.request.id",
    });
  });

  test("everything is described", () => {
    for (const [, field] of FIELDS) expect(field.description).not.toBe("");
  });
});

describe("the index template", () => {
  const settings = parseContentSettings({ ELASTICSEARCH_URLS: "http://elasticsearch:9200" });
  const content = renderContent(settings);
  const body = (path: string) => content.find((one) => contentPath(one) === path)?.body ?? {};

  test("maps each field of the log event, and nothing that a document could add", () => {
    interface Mapping {
      readonly properties?: Readonly<Record<string, Mapping>>;
      readonly type?: string;
    }
    const paths = (mapping: Mapping, prefix = ""): string[] =>
      Object.entries(mapping.properties ?? {}).flatMap(([name, child]) =>
        child.properties ? paths(child, `${prefix}${name}.`) : [`${prefix}${name}`],
      );
    const mappings = renderMappings() as unknown as Mapping & { readonly dynamic: boolean };
    expect(mappings.dynamic).toBe(false);
    expect(paths(mappings).sort()).toEqual(FIELDS.map(([path]) => path).sort());
  });

  test("types are Elasticsearch's own, with limits where a value could be too long or too deep", () => {
    const { properties } = renderMappings() as { properties: Record<string, Record<string, unknown>> };
    expect(properties["tags"]).toEqual({ type: "keyword", ignore_above: IGNORE_ABOVE });
    expect(properties["message"]).toEqual({ type: "text" });
    expect(properties["@timestamp"]).toEqual({ type: "date_nanos" });
    expect(properties["event"]?.["properties"]).toMatchObject({
      original: { type: "keyword", index: false, doc_values: false },
    });
    expect(properties[UNKNOWN_FIELDS]).toMatchObject({ type: "flattened", depth_limit: MAX_ATTRIBUTE_DEPTH + 1 });
    // A keyword longer than this in UTF-8 costs the document.
    expect(IGNORE_ABOVE * 4).toBeLessThan(32_766);
  });

  test("is put after the components that it is composed of", () => {
    const template = body(`_index_template/${INDEX_TEMPLATE}`) as { composed_of: string[] };
    expect(content.map(contentPath)).toEqual([
      ...template.composed_of.map((name) => `_component_template/${name}`),
      `_index_template/${INDEX_TEMPLATE}`,
    ]);
  });

  test("applies to every environment's data stream, before Elasticsearch's own for logs", () => {
    const template = body(`_index_template/${INDEX_TEMPLATE}`) as { index_patterns: string[]; priority: number };
    const [pattern = ""] = template.index_patterns;
    expect(dataStreamName("local")).toMatch(new RegExp(`^${pattern.replace("*", ".+")}$`));
    expect(template).toMatchObject({ data_stream: {} });
    expect(template.priority).toBeGreaterThan(100);
  });

  test("its settings are strings, as Elasticsearch answers them", () => {
    const { template } = body("_component_template/logs-app@settings") as {
      template: { settings: { index: unknown } };
    };
    expect(template.settings.index).toMatchObject({
      number_of_shards: "1",
      number_of_replicas: "1",
      refresh_interval: "5s",
      codec: "best_compression",
      mapping: { ignore_malformed: "true" },
    });
    expect(template.settings.index).not.toHaveProperty("lifecycle");
  });

  test("its version changes with its content, and with nothing else", () => {
    const version = (one: { body: object } | undefined) => (one?.body as { _meta: { version: string } })._meta.version;
    const other = renderContent({ ...settings, CONTENT_SHARDS: 2 });
    expect(other.map(version).map((text, index) => text === version(content[index]))).toEqual([true, false, true]);
    expect(versionOf({ a: 1 })).toBe(versionOf({ a: 1 }));
    expect(renderContent(settings)).toEqual(content);
  });
});

describe("settings of the content program", () => {
  const stated = { ELASTICSEARCH_URLS: ["http://a:9200"] };

  test.each(["1ms", "5s", "90m", "1h", "-1"])("an index can be refreshed every %s", (text) => {
    const env = renderContentSettings({ ...stated, CONTENT_REFRESH_INTERVAL: text });
    expect(parseContentSettings(env).CONTENT_REFRESH_INTERVAL).toBe(text);
  });

  test.each(["0s", "5", "5 s", "1d1h", "-2", "0ms"])("but not every %s", (text) => {
    expect(() => renderContentSettings({ ...stated, CONTENT_REFRESH_INTERVAL: text })).toThrow(
      new SettingsError(
        `the content's settings are wrong:\n- CONTENT_REFRESH_INTERVAL ("${text}"): must be a duration such as 5s, or -1`,
      ),
    );
  });

  test.each([
    ["CONTENT_SHARDS", 1, 0],
    ["CONTENT_SHARDS", 1024, 1025],
    ["CONTENT_REPLICAS", 0, -1],
    ["CONTENT_REPLICAS", 100, 101],
  ] as const)("%s may be %d, not %d", (name, good, bad) => {
    expect(parseContentSettings(renderContentSettings({ ...stated, [name]: good }))[name]).toBe(good);
    expect(() => renderContentSettings({ ...stated, [name]: bad })).toThrow(
      `the content's settings are wrong:\n- ${name} ("${bad}"): `,
    );
  });
});

describe("settings of the topic program", () => {
  const topic = { name: "logs", partitions: 2, replicationFactor: 1, config: { "retention.ms": "1000" } };

  test("what is rendered is what is read", () => {
    const env = { KAFKA_BROKERS: "a:1", TOPICS: renderTopics([topic, { ...topic, name: "more", config: undefined }]) };
    expect(parseTopicsSettings(env).TOPICS).toEqual([topic, { ...topic, name: "more", config: {} }]);
  });

  test.each([
    ["is not JSON", "[{"],
    ["a topic is named twice", JSON.stringify([topic, topic])],
  ])("%s", (problem, text) => {
    expect(() => parseTopicsSettings({ KAFKA_BROKERS: "a:1", TOPICS: text })).toThrow(
      new SettingsError(`the topics' settings are wrong:\n- TOPICS (${JSON.stringify(text)}): ${problem}`),
    );
  });

  test.each([
    ["no topic at all", []],
    ["no partition", [{ ...topic, partitions: 0 }]],
    ["no copy", [{ ...topic, replicationFactor: 0 }]],
    ["a misspelt key", [{ ...topic, partition: 1 }]],
  ])("%s is refused, where it is rendered and where it is read", (_, topics) => {
    expect(() => renderTopics(topics)).toThrow(expect.objectContaining({ name: "ZodError" }));
    expect(() => parseTopicsSettings({ KAFKA_BROKERS: "a:1", TOPICS: JSON.stringify(topics) })).toThrow(
      "the topics' settings are wrong:\n- TOPICS (",
    );
  });
});

test("names: files are shipped from the directory that services write to; topics and headers are distinct", () => {
  expect(LOG_FILES).toBe(`${LOG_DIRECTORY}/*.log`);
  expect(new Set(Object.values(TOPIC)).size).toBe(Object.keys(TOPIC).length);
  expect(new Set(Object.values(DEAD_LETTER_HEADER)).size).toBe(Object.keys(DEAD_LETTER_HEADER).length);
});
