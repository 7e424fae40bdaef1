import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RETRY_CAUSES } from "../../consumer/src/elasticsearch/bulk-response";
import { Metrics } from "../../consumer/src/metrics";
import { SKIP_REASONS } from "../../consumer/src/shipper/log-directory";
import { ShipperMetrics } from "../../consumer/src/shipper/metrics";
import { DEAD_LETTER_REASONS } from "../../contract/dead-letter";
import { TELLING } from "../../tools/faults/telling";
import { parser } from "@prometheus-io/lezer-promql";

const text = readFileSync(join(__dirname, "../../docs/operations.md"), "utf8");
const [, alerts = "", others = "", life = ""] = text.split(/^## (?=[A-Z])/m);
const registries = () => [new Metrics().registry, new ShipperMetrics().registry];
const metrics = registries().flatMap((registry) => registry.getMetricsAsArray());
/** Names as a scrape has them: a histogram is three. */
const scraped = new Set(
  metrics.flatMap(({ name, type }) =>
    String(type) === "histogram" ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);
const expressions = [...alerts.matchAll(/```promql\n(.*?)```/gs)].map(([, expression]) => expression!);
const named = (where: string) => [
  ...new Set(where.match(/\b(?:log_consumer|log_shipper|process|nodejs)_\w*[a-z]\b/g) ?? []),
];
const baseOf = (name: string) =>
  metrics.some((one) => one.name === name) ? name : name.replace(/_(bucket|sum|count)$/, "");

describe("docs/operations.md", () => {
  test("names no metric that is not there", () => {
    expect(named(text).filter((name) => !scraped.has(name))).toEqual([]);
  });

  test("has every metric of ours, alerted on or said to be not", () => {
    const own = metrics.map(({ name }) => name).filter((name) => /^log_(consumer|shipper)_/.test(name));
    const alerted = named(expressions.join("\n")).map(baseOf);
    const listed = others.split("\n").flatMap((line) => named(/^\| (`[^|]*) \|/.exec(line)?.[1] ?? ""));
    expect(own.filter((name) => !alerted.includes(name) && !listed.includes(name))).toEqual([]);
    expect(own.length).toBeGreaterThan(15);
  });

  test("alerts on what is seen to move under a fault (npm run test:faults)", () => {
    const moving = Object.values(TELLING).flatMap((each) => each.map(({ metric }) => `log_consumer_${metric}`));
    const movingNames = moving.map((metric) => baseOf(metric.replace(/\{.*/, "")));
    const alerted = named(expressions.join("\n"))
      .filter((name) => name.startsWith("log_consumer_"))
      .map(baseOf);
    expect(alerted.filter((name) => !movingNames.includes(name))).toEqual([]);
    const causes = RETRY_CAUSES.filter((cause) => !moving.includes(`log_consumer_retries_total{cause="${cause}"}`));
    expect(causes).toEqual([]);
  });

  test("says of every alert when it is one, how bad it is, and what to do", () => {
    const sections = alerts.split(/^### /m).slice(1);
    expect(sections.length).toBeGreaterThan(8);
    for (const section of sections) {
      const blocks = section.split(/```promql\n.*?```/s).slice(1);
      expect(blocks.length).toBeGreaterThan(0);
      for (const block of blocks) {
        expect(block.trim()).toMatch(/^(For \d+ minutes|At once): (\*\*(page|ticket)\*\*|by cause)/);
        // The threshold's reason, at the least.
        expect(block.trim().length).toBeGreaterThan(100);
      }
    }
  });

  test("asks of counters that are there before anything is counted, as an increase needs a value to start from", async () => {
    const counters = metrics.filter(({ type }) => String(type) === "counter").map(({ name }) => name);
    const asked = named(expressions.join("\n")).filter((name) => counters.includes(name));
    const lines = (await Promise.all(registries().map((registry) => registry.metrics()))).join("\n").split("\n");
    for (const name of asked) expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${name}(\\{.*\\})? 0$`)));
    for (const [, name, label, value] of expressions.join("\n").matchAll(/(\w+)\{(\w+)="(\w+)"\}/g))
      expect(lines).toContain(`${name}{${label}="${value}"} 0`);
    expect(asked.length).toBeGreaterThan(6);
  });

  test.each(expressions)("asks what Prometheus understands, of labels that there are: %s", (expression) => {
    const errors: string[] = [];
    parser.parse(expression).iterate({
      enter: ({ type, from, to }) =>
        void (type.isError && errors.push(expression.slice(Math.max(0, from - 10), to + 10))),
    });
    expect(errors).toEqual([]);
    const labels = [...expression.matchAll(/(?:by \(|on \(|\{)(\w+)/g)].map(([, label]) => label!);
    const known = ["cause", "reason", "result", "partition", "le", "instance"];
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
  });

  test("has a first step for every reason for which a file is skipped that is alerted on", () => {
    for (const reason of SKIP_REASONS.filter((each) => each !== "rotated"))
      expect(alerts).toMatch(new RegExp(`^\\| \`${reason}\` \\| `, "m"));
  });

  test("has a first step for every cause of a retry, and every reason of a dead letter", () => {
    for (const cause of RETRY_CAUSES)
      expect(alerts).toMatch(new RegExp(`^\\| [^|]*\`${cause}\`[^|]* \\| (page|ticket) \\| `, "m"));
    for (const reason of DEAD_LETTER_REASONS) expect(life).toContain(`\`${reason}\``);
  });
});
