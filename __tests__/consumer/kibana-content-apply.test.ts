import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ContentFile } from "../../contract/content";
import { pathsOf } from "../support/content";
import { AppliedKibana, CONTENT } from "./applied-kibana";
import type { KibanaDouble } from "./kibana-double";

const PATHS = pathsOf(CONTENT);

let applied: AppliedKibana;
let kibana: KibanaDouble;

beforeEach(async () => {
  applied = new AppliedKibana();
  kibana = applied.double;
  await applied.start();
});

afterEach(() => applied.stop());

const apply = (content?: ContentFile) => applied.apply(content);

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

test("puts back what people added to a panel", async () => {
  await apply();
  const key = "dashboard/log-pipeline-errors";
  const body = kibana.stored.get(key)!;
  const [first, ...others] = body["panels"] as { readonly config: object }[];
  const filtered = { ...first, config: { ...first!.config, filters: [{ type: "condition" }] } };
  kibana.stored.set(key, { ...body, panels: [filtered, ...others] });
  expect((await apply()).filter((result) => !result.startsWith("unchanged"))).toEqual([`changed ${key}`]);
  expect(kibana.stored.get(key)).toEqual(body);
});

test("takes a description off a panel that no longer has one", async () => {
  const withDescription: ContentFile = {
    ...CONTENT,
    content: CONTENT.content.map((one) =>
      one.api === "dashboard"
        ? {
            ...one,
            body: {
              ...one.body,
              panels: (one.body["panels"] as { readonly config: object }[]).map((panel) => ({
                ...panel,
                config: { description: "An older one.", ...panel.config },
              })),
            },
          }
        : one,
    ),
  };
  await apply(withDescription);
  await apply();
  expect(JSON.stringify([...kibana.stored.values()])).not.toContain("An older one.");
});

test("what Kibana writes in its own way is no change each time", async () => {
  kibana.normalise = (api, body) => (api === "dashboard" ? { ...body, refresh_interval: undefined } : body);
  expect(await apply()).toEqual(PATHS.map((path) => `created ${path}`));
  expect(await apply()).toEqual(PATHS.map((path) => `unchanged ${path}`));
});

test.each(["9.4", "9.5"] as const)(
  "takes away what is ours and no longer wanted, over all pages of Kibana %s",
  async (version) => {
    kibana.version = version;
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
  },
);

test("refuses to guess what a list of another shape says", async () => {
  const dashboards: ContentFile = { content: [], complete: ["dashboard"], leftOut: [] };
  kibana.before.push({ status: 200, body: { items: [] } });
  await expect(apply(dashboards)).rejects.toThrow("GET api/dashboards has neither 'data' nor 'dashboards'");
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
