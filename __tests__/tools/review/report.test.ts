import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Duration } from "../../../constructs/core/duration";
import { allEnvironments } from "../../../environments";
import { dev } from "../../../environments/dev";
import { production } from "../../../environments/production";
import { compareSnapshots } from "../../../tools/review/compare";
import { COMMENT_LIMIT, renderMarkdown } from "../../../tools/review/markdown";
import { readPlan } from "../../../tools/review/plan";
import { reportOf } from "../../../tools/review/report";
import type { Snapshot } from "../../../tools/review/snapshot";
import { renderTerminal } from "../../../tools/review/terminal";
import { UsageError } from "../../../tools/review/usage-error";
import { changed, IMAGES } from "../../support/environments";
import { edited, reviewed, snapshotOf } from "./reviewed";

const DEV = snapshotOf([dev]);
const BOTH = snapshotOf([dev, production]);

describe("in words", () => {
  test("what comes first is dangerous, with its reason and the safe way", () => {
    const shorter = changed(production, {
      workload: undefined,
      objectives: undefined,
      "elasticsearch.lifecycle.deleteAfter": Duration.days(7),
    });
    const text = renderMarkdown(reviewed(snapshotOf([production]), snapshotOf([shorter])));
    const parts = [
      "| production | **1 changed** | 1 danger |",
      "**danger** lifecycle policy `logs-app`: how long lines are kept: 14 days to 15 days → 7 days to 8 days (production)",
      "*Why:* 7 days of logs disappear",
      '*Safe way:* Take a snapshot of what is still wanted, and keep it as long. The deploy itself refuses this unless `elasticsearch.allow: ["shorter-retention"]`',
      "- elasticsearch › lifecycle › deleteAfter: 14 days → 7 days",
      "policy › phases › delete › min_age: `14d` → `7d`",
      "<details><summary>raw differences of production</summary>",
      "- 14d\n+ 7d",
    ];
    const places = parts.map((part) => [part, text.indexOf(part)] as const);
    expect(places.filter(([, place]) => place < 0)).toEqual([]);
    expect(places.map(([, place]) => place)).toEqual(
      places.map(([, place]) => place).sort((one, other) => one - other),
    );
  });

  test("images that follow from their sources are said once", () => {
    const tagged = (hash: string) =>
      snapshotOf([dev], { ...IMAGES, consumer: `log-pipeline/consumer:0.1.0-${hash.repeat(12)}` });
    const [environment] = reviewed(tagged("a"), tagged("b")).environments;
    expect(environment).toMatchObject({
      headline: "only images change",
      counts: { added: 0, changed: 0, removed: 0 },
      components: [],
      dangers: [],
    });
    expect(environment?.follows).toEqual([
      "The image of `consumer` changes, because its sources do.",
      expect.stringContaining(
        "Started again because of that, or of what they read: Deployment `consumer`, Job `content`",
      ),
    ]);
  });

  test("what is the same in two environments is told in one", () => {
    const both = edited(BOTH, /"name":"HTTP_PORT","value":"9464"/g, '"name":"HTTP_PORT","value":"9465"');
    const text = renderMarkdown(reviewed(BOTH, both));
    expect(text).toContain("env › HTTP_PORT: `9464` → `9465`");
    expect(text.split("env › HTTP_PORT")).toHaveLength(3);
  });

  test("data in text is data: one setting of a file is one line", () => {
    const after = edited(DEV, "check_interval: 1s", "check_interval: 7s");
    const [environment] = reviewed(DEV, after).environments;
    expect(environment?.components.flatMap(({ things }) => things)).toEqual([
      {
        text: "ConfigMap `filebeat`",
        details: ["filebeat.yml › filebeat.inputs › app-logs › prospector › scanner › check_interval: `1s` → `7s`"],
      },
    ]);
  });
});

describe("the same input gives the same bytes", () => {
  test.each([
    ["markdown", renderMarkdown],
    ["terminal", renderTerminal],
  ])("as %s, whatever order things come in", (_, render) => {
    const after = snapshotOf([changed(dev, { "tracing.publicUrl": "https://jaeger.example.com" }), production]);
    const turned = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      stacks: Object.fromEntries(Object.entries(snapshot.stacks).reverse()),
      facts: Object.fromEntries(Object.entries(snapshot.facts).reverse()),
    });
    const once = render(reviewed(BOTH, after));
    expect(once).toContain("publicUrl");
    expect(render(reviewed(turned(BOTH), turned(after)))).toBe(once);
  });
});

describe("what a comment can hold", () => {
  const nothing: Snapshot = { stacks: {}, facts: {}, files: {} };
  const report = reviewed(nothing, snapshotOf(allEnvironments()));
  const many = reviewed(
    BOTH,
    edited(BOTH, /"app\.kubernetes\.io\/part-of":"log-pipeline"/g, '"app.kubernetes.io/part-of":"another-pipeline"'),
  );

  test("is never exceeded, and what was left out is said", () => {
    for (const limit of [COMMENT_LIMIT, 20_000, 8_000, 2_000]) {
      for (const one of [report, many]) {
        const text = renderMarkdown(one, limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        if (renderMarkdown(one, Infinity).length > limit) expect(text).toMatch(/Not all of it fits|\(cut: /);
      }
    }
  });

  test("raw differences go first, words next, dangers last", () => {
    const whole = renderMarkdown(many, Infinity);
    expect(whole.length).toBeGreaterThan(20_000);
    const short = renderMarkdown(many, 20_000);
    expect(short).toMatch(/Left out here.*: \d+ raw differences\./);
    expect(short.length).toBeGreaterThan(12_000);
    const shorter = renderMarkdown(many, 4_000);
    expect(shorter).toMatch(/Left out here.*: \d+ things in words, \d+ raw differences\./);
  });
});

describe("with a plan", () => {
  const directory = mkdtempSync(join(tmpdir(), "plans-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (content: unknown): string => {
    const path = join(directory, `${Math.random()}.json`);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const changes = compareSnapshots(BOTH, BOTH);
  const items = changes.flatMap(({ after }) => after);
  const replaced = {
    address: "kubernetes_stateful_set_v1.Kafka_DE2CE4FA",
    type: "kubernetes_stateful_set_v1",
    change: {
      actions: ["delete", "create"],
      before: { metadata: [{ name: "kafka", namespace: "log-pipeline-dev" }], secret: "hunter2" },
      after: { metadata: [{ name: "kafka", namespace: "log-pipeline-dev" }], secret: "hunter3" },
      after_unknown: { id: true },
      replace_paths: [["spec", 0, "volume_claim_template", 0, "spec"]],
    },
  };
  const updated = {
    address: "kubernetes_service_v1.Kafka_Service_7D758866",
    type: "kubernetes_service_v1",
    change: { actions: ["update"], before: {}, after: {}, after_unknown: { spec: [{ cluster_ip: true }] } },
  };
  const drifted = {
    address: "kubernetes_deployment_v1.Consumer_8D6BE417",
    type: "kubernetes_deployment_v1",
    change: {
      actions: ["update"],
      before: { metadata: [{ resource_version: "1" }], spec: [{ replicas: "1" }] },
      after: { metadata: [{ resource_version: "2" }], spec: [{ replicas: "0" }] },
    },
  };
  const plan = { format_version: "1.2", resource_changes: [replaced, updated], resource_drift: [drifted] };

  test("replacements, what is unknown and drift are added, and no value is shown", () => {
    const read = readPlan(file(plan), items);
    expect(read).toMatchObject({ stack: "dev-pipeline", headline: "1 to update, 1 to replace" });
    const report = reportOf({ base: "base", head: "head" }, changes, [read]);
    const text = renderMarkdown(report);
    for (const part of [
      "replaced: `kubernetes_stateful_set_v1.Kafka_DE2CE4FA`, because of `spec.volume_claim_template.spec`",
      "known only after the deploy: `kubernetes_service_v1.Kafka_Service_7D758866`: `spec.cluster_ip`",
      "drift: `kubernetes_deployment_v1.Consumer_8D6BE417` was changed outside of Terraform: `spec.replicas`",
    ]) {
      expect(text).toContain(part);
    }
    expect(report.environments.flatMap(({ dangers }) => dangers.map(({ rule, severity }) => [severity, rule]))).toEqual(
      [
        ["danger", "plan-replaced"],
        ["warning", "plan-drift"],
      ],
    );
    expect(text).not.toMatch(/hunter[23]/);
  });

  test("an empty plan says so", () => {
    const empty = {
      ...plan,
      resource_changes: [{ ...updated, change: { ...updated.change, actions: ["no-op"] } }],
      resource_drift: [],
    };
    expect(readPlan(file(empty), items)).toMatchObject({ headline: "nothing to do", lines: [], dangers: [] });
  });

  test.each([
    ["no file", () => join(directory, "none.json"), /cannot be read: write it with 'terraform show -json/],
    ["a binary plan", () => file("PK\u0003\u0004"), /is no plan as JSON/],
    ["JSON that is no plan", () => file({}), /is no plan as JSON/],
    ["a stack that is not reviewed", () => `other=${file(plan)}`, /--plan other=... names no stack/],
    [
      "a plan that could be of two stacks",
      () =>
        file({ ...plan, resource_changes: [{ ...updated, address: "kubernetes_daemon_set_v1.Filebeat_83F04BB0" }] }),
      /can be of dev-pipeline or production-pipeline: say which, as in '--plan dev-pipeline=/,
    ],
  ])("%s is a mistake that is told", (_, path, message) => {
    const read = () => readPlan(path(), items);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
