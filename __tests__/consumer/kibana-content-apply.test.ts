import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import pino from "pino";
import { runContentApply } from "../../consumer/src/commands/content-apply";
import type { Report } from "../../consumer/src/content/report";
import type { ContentFile } from "../../contract/content";
import { parseContentSettings } from "../../contract/content-settings";
import { local } from "../../environments/local";
import { kibanaContent } from "../../stacks/content";
import { pathsOf, scope } from "../support/content";
import { KibanaDouble } from "./kibana-double";

const CONTENT = kibanaContent(scope(), local).file();
const PATHS = pathsOf(CONTENT);

let kibana: KibanaDouble;
let directory: string;
let url: string;

beforeEach(async () => {
  kibana = new KibanaDouble();
  url = await kibana.start();
  directory = mkdtempSync(join(tmpdir(), "kibana-content-"));
  writeFileSync(join(directory, "password"), "secret\n");
});

afterEach(async () => {
  await kibana.stop();
  rmSync(directory, { recursive: true });
});

async function apply(content: ContentFile = CONTENT): Promise<readonly string[]> {
  kibana.writes.length = 0;
  const file = join(directory, "content.json");
  writeFileSync(file, JSON.stringify(content));
  const settings = parseContentSettings({
    KIBANA_URL: url,
    KIBANA_USERNAME: "kibana-content",
    KIBANA_PASSWORD_FILE: join(directory, "password"),
    CONTENT_FILE: file,
    WAIT_DEADLINE_MS: "2000",
  });
  const written: string[] = [];
  const command = { dryRun: false, json: true, write: (text: string) => void written.push(text) };
  await runContentApply(settings, command, pino({ level: "silent" }));
  return (JSON.parse(written.join("")) as Report).rows.map(({ what, result }) => `${result} ${what}`);
}

test("makes everything, data views before what names them; a second time changes nothing", async () => {
  expect(await apply()).toEqual(PATHS.map((path) => `created ${path}`));
  expect([...kibana.stored.keys()]).toEqual(PATHS);
  expect(await apply()).toEqual(PATHS.map((path) => `unchanged ${path}`));
  expect(kibana.writes).toEqual([]);
});

test("says who it is and what Kibana's APIs ask for, in every request", async () => {
  await apply();
  for (const headers of kibana.headers) {
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from("kibana-content:secret").toString("base64")}`,
      "kbn-xsrf": "true",
      "elastic-api-version": "2023-10-31",
    });
  }
});

test("puts back what people changed, and leaves a rule off that they turned off", async () => {
  await apply();
  const [dashboard, rule] = ["dashboard/log-pipeline-errors", "alert_rule/log-pipeline-error-rate"];
  for (const key of [dashboard, rule]) {
    kibana.stored.set(key, { ...kibana.stored.get(key), title: "mine", name: "mine", enabled: false });
  }
  const results = await apply();
  expect(results.filter((result) => !result.startsWith("unchanged"))).toEqual([
    `changed ${dashboard}`,
    `changed ${rule}`,
  ]);
  expect(kibana.writes).toEqual([
    "PUT /api/dashboards/log-pipeline-errors",
    "PUT /api/alerting/rule/log-pipeline-error-rate",
  ]);
  expect(kibana.stored.get(rule)).toMatchObject({ enabled: false, rule_type_id: ".es-query" });
  expect(kibana.stored.get(rule)!["name"]).not.toBe("mine");
});

test("what Kibana writes in its own way is no change each time", async () => {
  kibana.normalise = (api, body) => (api === "dashboard" ? { ...body, refresh_interval: undefined } : body);
  expect(await apply()).toEqual(PATHS.map((path) => `created ${path}`));
  expect(await apply()).toEqual(PATHS.map((path) => `unchanged ${path}`));
});

test("takes away what is ours and no longer wanted, over all pages, and nothing of anybody else", async () => {
  const theirs = Array.from({ length: 150 }, (_, n) => `dashboard/theirs-${n}`);
  for (const key of theirs) kibana.stored.set(key, {});
  await apply();
  kibana.stored.set("dashboard/log-pipeline-old", {});
  kibana.stored.set("alert_rule/log-pipeline-old", {});
  kibana.stored.set("data_view/log-pipeline-old", {});
  const results = await apply();
  expect(results.slice(PATHS.length)).toEqual([
    "removed alert_rule/log-pipeline-old",
    "removed dashboard/log-pipeline-old",
    "removed data_view/log-pipeline-old",
  ]);
  expect([...kibana.stored.keys()].sort()).toEqual([...PATHS, ...theirs].sort());
});

test("waits for a Kibana that is starting", async () => {
  kibana.before.push({ status: 503, body: { message: "Kibana server is not ready yet" } });
  expect(await apply()).toEqual(PATHS.map((path) => `created ${path}`));
});

test("says what Kibana refuses, in its words", async () => {
  kibana.before.push({ status: 404, body: {} }, { status: 400, body: { statusCode: 400, message: "[panels.0]: no" } });
  const content = { ...CONTENT, content: CONTENT.content.filter(({ api }) => api === "dashboard"), complete: [] };
  kibana.before.unshift(...content.content.slice(1).map(() => ({ status: 404, body: {} })));
  await expect(apply(content)).rejects.toThrow(/Kibana refuses PUT api\/dashboards\/.*: status 400; \[panels.0\]: no/);
});
