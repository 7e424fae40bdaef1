import { describe, expect, test } from "@jest/globals";
import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { alertRules } from "../../constructs/content/kibana/alerts/rule";
import { Duration } from "../../constructs/core/duration";
import { KIBANA_APIS, KIBANA_ID_PREFIX } from "../../contract/content";
import { allEnvironments } from "../../environments";
import type { EnvironmentConfig } from "../../environments/environment";
import { managed } from "../../environments/examples/managed";
import { monthly } from "../../environments/examples/monthly";
import { local } from "../../environments/local";
import { production } from "../../environments/production";
import { kibanaContent } from "../../stacks/content";
import { bodyOf, scope } from "../support/content";

const ENVIRONMENTS = [...allEnvironments(), managed, monthly];

const contentOf = (environment: EnvironmentConfig) => kibanaContent(scope(), environment).file();

describe("what people see in Kibana", () => {
  const content = contentOf(production);

  test("is complete, data views first, and every id is told to be ours", () => {
    expect(content.content.map(({ api }) => api)).toEqual([
      "data_view",
      "data_view",
      ...DASHBOARDS.map(() => "dashboard"),
      ...alertRules().map(() => "alert_rule"),
    ]);
    expect(content.complete).toEqual(KIBANA_APIS);
    for (const { name } of content.content) expect(name.startsWith(KIBANA_ID_PREFIX)).toBe(true);
    expect(new Set(content.content.map(({ api, name }) => `${api}/${name}`)).size).toBe(content.content.length);
  });

  test("is of the environment's own streams", () => {
    expect(bodyOf(content, "data_view", "log-pipeline-lines")).toMatchObject({ title: "logs-app-production" });
    expect(bodyOf(content, "data_view", "log-pipeline-dead-letters")).toMatchObject({
      title: "logs-app.dead_letter-production",
    });
  });

  test("links a trace to the Jaeger that people open: on a laptop its port, elsewhere what the facts say", () => {
    const linkIn = (environment: EnvironmentConfig) =>
      (
        bodyOf(contentOf(environment), "data_view", "log-pipeline-lines")["fieldFormats"] as Record<
          string,
          { params?: { urlTemplate?: string } }
        >
      )["trace.id"]?.params?.urlTemplate;
    expect(linkIn(production)).toBeUndefined();
    const told = { ...production, tracing: { ...production.tracing, publicUrl: "https://jaeger.example.com" } };
    expect(linkIn(told)).toBe("https://jaeger.example.com/trace/{{value}}");
    expect(linkIn(local)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/trace\//);
  });

  test("alerts as the facts say, and tells the connectors that they name", () => {
    const kibana: EnvironmentConfig["kibana"] = {
      ...production.kibana,
      alerts: { silence: { after: Duration.minutes(7) } },
      connectors: [{ kind: "server-log", id: "the-log" }],
    };
    const rule = bodyOf(contentOf({ ...production, kibana }), "alert_rule", "log-pipeline-silent-service");
    expect(JSON.stringify(rule["params"])).toContain("420 seconds");
    expect(rule["actions"]).toMatchObject([{ id: "the-log" }, { id: "the-log" }]);
    expect(bodyOf(content, "alert_rule", "log-pipeline-silent-service")["actions"]).toEqual([]);
  });

  test("is refused where an alert cannot work", () => {
    const kibana = { ...production.kibana, alerts: { errorRate: { above: 2 } } };
    expect(() => contentOf({ ...production, kibana })).toThrow(/'above' \(2\)/);
  });
});

describe.each(ENVIRONMENTS)("the data views of $name", (environment) => {
  const views = contentOf(environment)
    .content.filter(({ api }) => api === "data_view")
    .map(({ body }) => body as { readonly [Part in "runtimeFieldMap" | "fieldFormats" | "fieldAttrs"]?: Entries });
  type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const entries = (part: keyof (typeof views)[number]) => views.flatMap((view) => Object.values(view[part] ?? {}));

  test("have runtime fields that Elasticsearch takes as they are: Kibana sends them so with each search", () => {
    expect(entries("runtimeFieldMap").length).toBeGreaterThan(0);
    for (const entry of entries("runtimeFieldMap"))
      expect(entry).toEqual({ type: expect.any(String), script: { source: expect.any(String) } });
  });

  test("have formats and attributes with nothing that Kibana's schema does not know", () => {
    for (const { id, params: _params, ...others } of entries("fieldFormats"))
      expect([id, others]).toEqual([expect.any(String), {}]);
    for (const { customLabel: _label, customDescription: _description, ...others } of entries("fieldAttrs"))
      expect(others).toEqual({});
  });
});
