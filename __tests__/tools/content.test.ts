import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { panelsOf } from "../../constructs/content/dashboards/panel";
import { alertRules } from "../../constructs/content/kibana/alerts/rule";
import { type KibanaBodies, renderKibanaBodies } from "../../constructs/content/kibana/bodies";
import { Duration } from "../../constructs/core/duration";
import { type Field, LOG_EVENT_FIELDS } from "../../contract/log-event";
import { printContent } from "../../tools/commands/content";
import { CONTENT_DOCUMENTS } from "../../tools/content/documents";
import { alertInWords, panelInWords } from "../../tools/content/words";
import { local } from "../../environments/local";
import { localWith } from "../support/environments";
import { ROOT } from "../../tools/lib/paths";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

describe.each(CONTENT_DOCUMENTS)("$file", ({ file, write }) => {
  const document = read(file);

  test("is what the content says ('npm run content -- --docs' writes it again)", () => {
    expect(document).toBe(write(document));
  });

  test("is changed between its marks only", () => {
    const emptied = document.replaceAll(/(<!-- (\w+) -->)[\s\S]*?(<!-- \/\2 -->)/g, "$1old$3");
    expect(emptied).not.toBe(document);
    expect(write(emptied)).toBe(document);
  });
});

describe("the documents", () => {
  const rows = CONTENT_DOCUMENTS.map(({ file }) => read(file)).flatMap((document) => document.split("\n"));
  const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

  test("have every field, as the contract has it", () => {
    for (const [name, { type, description, from }] of Object.entries<Field>(LOG_EVENT_FIELDS)) {
      const found = rows.find((line) => line.startsWith(row(`\`${name}\``, type, description).slice(0, -2)));
      expect(found).toBeDefined();
      for (const called of from ?? []) expect(found).toContain(`\`${called}\``);
    }
  });

  test("have every panel with what it asks, and every rule with its numbers", () => {
    for (const panel of DASHBOARDS.flatMap(panelsOf)) {
      const title = panel.kind === "markdown" ? "" : panel.title;
      expect(rows).toContain(row(title, panel.kind, panelInWords(panel)));
    }
    for (const rule of alertRules()) {
      expect(rows.find((line) => line.startsWith(`| \`log-pipeline-${rule.name}\``))).toContain(alertInWords(rule));
    }
  });
});

describe("in words", () => {
  const BY = { by: "terms", field: "service.name", limit: 3 } as const;

  test.each([
    [
      {
        kind: "table",
        title: "T",
        rows: [BY],
        metrics: [{ of: "count" }, { of: "unique", field: "trace.id", label: "Traces" }],
      },
      "**Lines**: number of lines; **Traces**: how many different `trace.id`, for the first 3 `service.name`",
    ],
    [
      {
        kind: "number",
        title: "T",
        of: "dead letters",
        metric: { of: "count" },
        filter: { field: "tags", exists: true },
      },
      "**Lines**: number of dead letters. Only `tags: *`",
    ],
    [
      {
        kind: "time series",
        title: "T",
        metrics: [{ of: "average", field: "event.duration", filter: { field: "log.level", is: "error" } }],
      },
      '**average of event.duration**: average of `event.duration` of lines with `log.level: "error"`, over time',
    ],
    [
      { kind: "lines", title: "T", fields: ["@timestamp", "message"], order: "oldest" },
      "the first 100 lines: `@timestamp`, `message`",
    ],
  ] as const)("%j", (panel, words) => expect(panelInWords(panel)).toBe(words));

  test("a rule says its own numbers", () => {
    const rules = alertRules({
      errorRate: { above: 0.07, lines: 9, within: Duration.hours(3) },
      silence: { after: Duration.minutes(4) },
      delay: { percentile: 50, above: Duration.seconds(2) },
      deadLetters: { above: 8 },
    });
    expect(rules.map(alertInWords)).toEqual([
      expect.stringContaining("more than 7 % of at least 9 lines within 3h"),
      expect.stringContaining("no line for 4m"),
      expect.stringContaining("percentile 50 of `log_pipeline.delay`, of lines that arrived within 5m, is above 2s"),
      expect.stringContaining("more than 8 dead letters within 5m"),
    ]);
  });
});

describe("the command", () => {
  const log = jest.spyOn(console, "log");
  const error = jest.spyOn(console, "error");
  const directory = mkdtempSync(join(tmpdir(), "content-"));
  beforeEach(() => {
    log.mockImplementation(() => undefined);
    error.mockImplementation(() => undefined);
  });
  afterEach(() => {
    log.mockReset();
    error.mockReset();
    rmSync(directory, { recursive: true, force: true });
  });
  const printed = () => String(log.mock.calls[0]?.[0]);
  const content = renderKibanaBodies({
    indices: { lines: "logs-app-one", deadLetters: "logs-app.dead_letter-one" },
    jaeger: "https://jaeger.example.com",
  });

  test("prints every dashboard and every rule", () => {
    printContent(localWith({ name: "one" }), { json: false });
    for (const { id } of [...content.dashboards, ...content.alertRules]) expect(printed()).toContain(id);
  });

  test("prints what an environment's facts say of indices, traces and alerts", () => {
    const { elasticsearch, kibana, tracing } = local;
    const environment = localWith({
      elasticsearch: { ...elasticsearch, indexing: "monthly" },
      kibana: { ...kibana, connectors: [{ kind: "server-log", id: "the-log" }] },
      tracing: { ...tracing, publicUrl: "https://traces.example.com" },
    });
    printContent(environment, { json: true });
    for (const said of ['"title":"logs-20*-*"', "https://traces.example.com/trace/", '"id":"the-log"'])
      expect(printed()).toContain(said);
  });

  test("prints the bodies for an environment as one JSON object", () => {
    printContent(localWith({ name: "one" }), { json: true, jaeger: "https://jaeger.example.com" });
    expect(JSON.parse(printed()) as KibanaBodies).toEqual(content);
  });

  test("writes a file for each body, with nothing on standard output", () => {
    printContent(localWith({ name: "one" }), { json: false, out: directory, jaeger: "https://jaeger.example.com" });
    const written = (folder: string) =>
      Object.fromEntries(
        readdirSync(join(directory, folder)).map((file) => [
          file,
          JSON.parse(readFileSync(join(directory, folder, file), "utf8")) as unknown,
        ]),
      );
    const bodies = (objects: readonly { readonly id: string; readonly body: unknown }[]) =>
      Object.fromEntries(objects.map(({ id, body }) => [`${id}.json`, body]));
    expect(written("data-views")).toEqual(bodies(content.dataViews));
    expect(written("dashboards")).toEqual(bodies(content.dashboards));
    expect(written("alert-rules")).toEqual(bodies(content.alertRules.map(({ id, create }) => ({ id, body: create }))));
    expect(log).not.toHaveBeenCalled();
    expect(error).toHaveBeenCalledWith(`11 bodies are in ${directory}.`);
  });
});
