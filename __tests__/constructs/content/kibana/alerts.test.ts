import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../../../constructs/core/duration";
import { type Connector, CONNECTOR_LICENCE } from "../../../../constructs/content/kibana/alerts/connector";
import { esqlCondition, quoted } from "../../../../constructs/content/kibana/alerts/esql";
import { renderAlertRule } from "../../../../constructs/content/kibana/alerts/render";
import { type AlertParameters, type AlertRule, alertRules } from "../../../../constructs/content/kibana/alerts/rule";
import type { Filter } from "../../../../constructs/content/query/filter";
import { isLogEventField } from "../../../../contract/log-event";

const TARGETS = { lines: "logs-app-one", deadLetters: "logs-app.dead_letter-one" };

interface Rule {
  readonly schedule: { readonly interval: string };
  readonly params: { readonly esqlQuery?: { readonly esql: string }; readonly [name: string]: unknown };
  readonly actions: readonly Action[];
  readonly [name: string]: unknown;
}
interface Action {
  readonly group: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function ruleOf(kind: AlertRule["kind"], parameters: AlertParameters = {}): AlertRule {
  return alertRules(parameters).find((rule) => rule.kind === kind)!;
}

function create(
  kind: AlertRule["kind"],
  parameters: AlertParameters = {},
  connectors: readonly Connector[] = [],
): Rule {
  return renderAlertRule(ruleOf(kind, parameters), { ...TARGETS, connectors }).create as unknown as Rule;
}

function steps(rule: Rule): readonly string[] {
  return rule.params.esqlQuery?.esql.split("\n| ") ?? [];
}

describe("every rule", () => {
  test.each(alertRules())("$name is found by its id and its tag, and on", (rule) => {
    const { id, create } = renderAlertRule(rule, TARGETS);
    expect(id).toBe(`log-pipeline-${rule.name}`);
    expect(create).toMatchObject({ name: rule.title, tags: ["log-pipeline"], consumer: "stackAlerts", enabled: true });
  });

  test.each(alertRules())("$name is updated by all that can change", (rule) => {
    const { create, update } = renderAlertRule(rule, TARGETS);
    const { rule_type_id, consumer, enabled, ...rest } = create;
    expect([rule_type_id, consumer, enabled]).not.toContain(undefined);
    expect(update).toEqual(rest);
  });

  test.each(alertRules())("$name asks every minute, or as it is told", ({ kind }) => {
    expect(create(kind).schedule).toEqual({ interval: "1m" });
    expect(create(kind, { every: Duration.seconds(90) }).schedule).toEqual({ interval: "90s" });
  });

  test("names fields that there are", () => {
    const named = alertRules().flatMap(({ kind }) => {
      const { params } = create(kind);
      const { esqlQuery, timeField, termField } = params;
      const inQuery = [...(esqlQuery?.esql.replaceAll(/"[^"]*"/g, "") ?? "").matchAll(/[@a-z_]+(?:\.[a-z_]+)+|@\w+/g)];
      return [timeField, termField, ...inQuery.map(([field]) => field)].filter((field) => field !== undefined);
    });
    expect(new Set(named)).toEqual(
      new Set([
        "@timestamp",
        "event.ingested",
        "service.name",
        "log.level",
        "log_pipeline.delay",
        "log_pipeline.dead_letter.reason",
      ]),
    );
    expect(named.filter((field) => !isLogEventField(String(field)))).toEqual([]);
  });
});

describe("the error rate", () => {
  test("is an alert for each service above 5 % of at least 50 lines in 5 minutes", () => {
    const rule = create("share");
    expect(rule).toMatchObject({
      rule_type_id: ".es-query",
      params: {
        searchType: "esqlQuery",
        groupBy: "row",
        timeField: "@timestamp",
        timeWindowSize: 5,
        timeWindowUnit: "m",
        thresholdComparator: ">",
        threshold: [0],
      },
    });
    expect(steps(rule)).toEqual([
      'FROM "logs-app-one"',
      'STATS matching = COUNT(*) WHERE log.level IN ("error", "fatal", "panic", "dpanic"), lines = COUNT(*) BY service.name',
      "EVAL share = TO_DOUBLE(matching) / lines",
      "WHERE lines >= 50 AND share > 0.05",
      "KEEP service.name, share, matching, lines",
    ]);
  });

  test("is what it is told to be", () => {
    const rule = create("share", { errorRate: { above: 0.2, lines: 7, within: Duration.hours(2) } });
    expect(rule.params).toMatchObject({ timeWindowSize: 2, timeWindowUnit: "h" });
    expect(steps(rule)).toContain("WHERE lines >= 7 AND share > 0.2");
  });
});

describe("silence", () => {
  test("is an alert for each service whose last line of a day is older than 15 minutes", () => {
    const rule = create("silence");
    expect(rule.params).toMatchObject({
      groupBy: "row",
      timeField: "@timestamp",
      timeWindowSize: 1,
      timeWindowUnit: "d",
    });
    expect(steps(rule)).toContain("STATS last_line = MAX(@timestamp) BY service.name");
    expect(steps(rule)).toContain("WHERE TO_DATETIME(last_line) < NOW() - 900 seconds");
  });

  test("is what it is told to be", () => {
    const rule = create("silence", { silence: { after: Duration.seconds(30), seenWithin: Duration.hours(6) } });
    expect(rule.params).toMatchObject({ timeWindowSize: 6, timeWindowUnit: "h" });
    expect(steps(rule)).toContain("WHERE TO_DATETIME(last_line) < NOW() - 30 seconds");
  });
});

describe("delay", () => {
  test("is one alert about the lines that arrived, however old they are", () => {
    const rule = create("delay");
    expect(rule.params).toMatchObject({
      groupBy: "all",
      timeField: "event.ingested",
      timeWindowSize: 5,
      timeWindowUnit: "m",
    });
    expect(steps(rule)).toContain("STATS late = PERCENTILE(log_pipeline.delay, 95)");
    expect(steps(rule)).toContain("WHERE late > 60000");
  });

  test("is what it is told to be", () => {
    const delay = { percentile: 50, above: Duration.milliseconds(1500), within: Duration.minutes(10) };
    const rule = create("delay", { delay });
    expect(rule.params).toMatchObject({ timeWindowSize: 10, timeWindowUnit: "m" });
    expect(steps(rule)).toContain("STATS late = PERCENTILE(log_pipeline.delay, 50)");
    expect(steps(rule)).toContain("WHERE late > 1500");
  });
});

describe("dead letters", () => {
  test("are an alert for each reason, also where there is no index of them yet", () => {
    expect(create("dead letters")).toMatchObject({
      rule_type_id: ".index-threshold",
      params: {
        index: ["logs-app.dead_letter-one"],
        timeField: "event.ingested",
        aggType: "count",
        groupBy: "top",
        termField: "log_pipeline.dead_letter.reason",
        thresholdComparator: ">",
        threshold: [0],
        timeWindowSize: 5,
        timeWindowUnit: "m",
      },
    });
  });

  test("are borne as they are told to be", () => {
    const deadLetters = { above: 3, within: Duration.hours(1) };
    expect(create("dead letters", { deadLetters }).params).toMatchObject({
      threshold: [3],
      timeWindowSize: 1,
      timeWindowUnit: "h",
    });
  });
});

describe("a connector", () => {
  const CONNECTORS: readonly Connector[] = [
    { kind: "server-log", id: "one" },
    { kind: "index", id: "two" },
    { kind: "email", id: "three", to: ["ops@example.com"] },
    { kind: "slack", id: "four" },
    { kind: "webhook", id: "five" },
  ];

  test("is there for nobody unless it is named", () => expect(create("share").actions).toEqual([]));

  test.each(CONNECTORS)("$kind is told once when an alert begins, and once when it is over", (connector) => {
    for (const [kind, group] of [
      ["share", "query matched"],
      ["delay", "query matched"],
      ["dead letters", "threshold met"],
    ] as const) {
      const { actions } = create(kind, {}, [connector]);
      expect(actions.map((action) => action.group)).toEqual([group, "recovered"]);
      for (const action of actions) {
        expect(action).toMatchObject({
          id: connector.id,
          frequency: { summary: false, notify_when: "onActionGroupChange", throttle: null },
        });
        expect(JSON.stringify(action.params)).toContain("{{alert.id}}");
      }
    }
  });

  const told = (connector: Connector) => create("share", {}, [connector]).actions.map(({ params }) => params);

  test("gets what its kind takes", () => {
    expect(told({ kind: "server-log", id: "a" }).map((params) => params["level"])).toEqual(["warn", "info"]);
    expect(told({ kind: "server-log", id: "a", level: "error" })[0]).toMatchObject({ level: "error" });
    expect(told({ kind: "email", id: "a", to: ["b@example.com"] })[0]).toMatchObject({
      to: ["b@example.com"],
      subject: "Alert: {{rule.name}}, {{alert.id}}",
    });
    expect(Object.keys(told({ kind: "slack", id: "a" })[0]!)).toEqual(["message"]);
    const [active, recovered] = told({ kind: "index", id: "a" });
    expect(active).toMatchObject({ documents: [{ "event.kind": "alert", "event.action": "active" }] });
    expect(recovered).toMatchObject({ documents: [{ "event.action": "recovered" }] });
    expect(JSON.parse(String(told({ kind: "webhook", id: "a" })[0]?.["body"]))).toMatchObject({
      "event.action": "active",
    });
  });

  test("needs a licence that is told", () => {
    expect(Object.keys(CONNECTOR_LICENCE).sort()).toEqual(CONNECTORS.map(({ kind }) => kind).sort());
  });
});

describe("parameters that cannot work", () => {
  test.each<[AlertRule["kind"], AlertParameters, string]>([
    [
      "share",
      { errorRate: { above: 1 } },
      "alert rule 'error-rate': 'above' (1) must be between 0 and 1: it is a part of all",
    ],
    [
      "share",
      { errorRate: { above: 0 } },
      "alert rule 'error-rate': 'above' (0) must be between 0 and 1: it is a part of all",
    ],
    ["share", { errorRate: { lines: 0 } }, "alert rule 'error-rate': 'lines' (0) must be at least 1"],
    [
      "share",
      { every: Duration.seconds(301) },
      "alert rule 'error-rate': 'every' (301s) must be at most 5m, how far back it looks: what happens in between would be seen by nobody",
    ],
    [
      "share",
      { errorRate: { within: Duration.milliseconds(60_500) } },
      "alert rule 'error-rate': 'within' (60500ms) must be whole seconds and at least one: Kibana knows nothing shorter",
    ],
    [
      "silence",
      { silence: { seenWithin: Duration.minutes(15) } },
      "alert rule 'silent-service': 'seenWithin' (15m) must be longer than 'after' (15m): who is silent would be forgotten before an alert",
    ],
    [
      "delay",
      { delay: { percentile: 100 } },
      "alert rule 'ingest-delay': 'percentile' (100) must be between 0 and 100",
    ],
    ["delay", { delay: { percentile: 0 } }, "alert rule 'ingest-delay': 'percentile' (0) must be between 0 and 100"],
    ["dead letters", { deadLetters: { above: -1 } }, "alert rule 'dead-letters': 'above' (-1) must be 0 or more"],
  ])("of %s %j are refused", (kind, parameters, message) => {
    expect(() => renderAlertRule(ruleOf(kind, parameters), TARGETS)).toThrow(new Error(message));
  });

  test.each<[AlertRule["kind"], AlertParameters]>([
    ["share", { errorRate: { above: 0.999, lines: 1 }, every: Duration.minutes(5) }],
    ["silence", { silence: { after: Duration.minutes(15), seenWithin: Duration.seconds(901) } }],
    ["delay", { delay: { percentile: 99.9 } }],
    ["dead letters", { deadLetters: { above: 0 } }],
  ])("of %s are accepted just before", (kind, parameters) => {
    expect(renderAlertRule(ruleOf(kind, parameters), TARGETS).id).toMatch(/^log-pipeline-/);
  });

  test("are told all at once", () => {
    const rule = ruleOf("share", { errorRate: { above: 2, lines: 0 } });
    expect(() => renderAlertRule(rule, TARGETS)).toThrow(/^- .*'above' \(2\).*\n- .*'lines' \(0\)/);
  });
});

describe("a condition in ES|QL", () => {
  test.each<[Filter, string]>([
    [{ field: "log.level", is: "error" }, 'log.level == "error"'],
    [{ field: "http.response.status_code", is: [500, 502] }, "http.response.status_code IN (500, 502)"],
    [{ field: "trace.id", exists: true }, "trace.id IS NOT NULL"],
    [{ field: "event.duration", from: 1, below: 5 }, "(event.duration >= 1 AND event.duration < 5)"],
    [{ field: "event.duration", from: 1 }, "(event.duration >= 1)"],
    [{ not: { field: "log.level", is: "info" } }, 'NOT COALESCE(log.level == "info", FALSE)'],
    [
      {
        all: [
          { field: "trace.id", exists: true },
          {
            any: [
              { field: "log.level", is: "warn" },
              { field: "error.type", exists: true },
            ],
          },
        ],
      },
      '(trace.id IS NOT NULL AND (log.level == "warn" OR error.type IS NOT NULL))',
    ],
  ])("%j", (filter, expected) => expect(esqlCondition(filter)).toBe(expected));

  test("keeps a value together, whatever is in it", () => {
    expect(quoted('a "b" \\ c\nd')).toBe(String.raw`"a \"b\" \\ c\nd"`);
  });

  test("refuses a filter of nothing", () => {
    expect(() => esqlCondition({ all: [] })).toThrow("a filter of nothing");
  });

  test("refuses what ES|QL cannot read", () => {
    expect(() => esqlCondition({ not: { field: "attributes.cart.id", is: "1" } })).toThrow(
      "'attributes.cart.id' is part of a flattened field, which ES|QL cannot read",
    );
  });
});
