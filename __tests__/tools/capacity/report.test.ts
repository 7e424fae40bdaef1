import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { capacityOf, type EnvironmentCapacity } from "../../../environments/capacity";
import { dev } from "../../../environments/dev";
import type { EnvironmentConfig } from "../../../environments/environment";
import { local } from "../../../environments/local";
import { capacityReport, renderCapacity } from "../../../tools/capacity/report";
import { printCapacity } from "../../../tools/commands/capacity";
import { UserError } from "../../../tools/lib/user-error";
import { changed, OPERATED } from "../../support/environments";

const tooShort: EnvironmentConfig = {
  ...dev,
  kafka: { ...dev.kafka, logs: { ...dev.kafka.logs, retention: Duration.hours(20) } },
};
const reportOf = (environment: EnvironmentConfig) =>
  capacityReport(environment.name, capacityOf(environment) as EnvironmentCapacity);

test("every number has a unit, a rule and a source, and what is stated stands beside it", () => {
  const { sizes } = reportOf(dev);
  const row = (name: string) => sizes.find((size) => size.name === name);
  expect(row("kafka.retention")).toEqual({
    name: "kafka.retention",
    needed: "24h",
    amount: 86_400_000,
    unit: "ms",
    stated: "24h",
    because: "outage of 12h, and 12h to catch up",
    source: "objectives of the environment",
  });
  expect(row("kafka.diskPerBroker")).toMatchObject({ unit: "bytes", stated: "5 GiB" });
  expect(row("kafka.partitions")).toMatchObject({ unit: "count", needed: "1", amount: 1, stated: "4" });
  expect(row("filebeat.queueEvents")).not.toHaveProperty("stated");
  expect(sizes.filter(({ because, source }) => !because || !source)).toEqual([]);
});

test("each number stands in the table, and each source below it once", () => {
  const report = reportOf(local);
  const text = renderCapacity(report);
  for (const { name } of report.sizes) expect(text).toContain(`│ ${name} `);
  for (const source of new Set(report.sizes.map((size) => size.source))) {
    expect(text.split("\n").filter((line) => line.replace(/^\[\d+\] /, "") === source)).toHaveLength(1);
  }
  expect(text).toContain("What breaks first when today's load doubles");
  expect(text).toMatch(
    /What is stated carries the load \(compared: kafka, consumer; not elasticsearch, where nothing deletes indices\)\.$/,
  );
  expect(text).not.toContain("zones");
});

test("with a lifecycle Elasticsearch is compared, and with zones it is told what is carried without one", () => {
  const report = reportOf(OPERATED);
  expect(report).toMatchObject({ withoutZone: { zones: 3, average: 20, peak: 2000 }, problems: [] });
  const text = renderCapacity(report);
  expect(text).toContain(
    "(Any of 3 zones may be lost: the others carry 20 on average and 2,000 at the peak, for which headroom is used up.)",
  );
  expect(text).toMatch(/\(compared: kafka, consumer, elasticsearch\)\.$/);
});

test("what is stated is called as an environment spells it, what is planned as in the plan", () => {
  const small = changed(OPERATED, { "platform.claims.elasticsearch": Size.gibibytes(2) });
  const { problems, atTwiceTheLoad } = reportOf(small);
  expect(problems).toEqual([expect.stringMatching(/^'platform\.claims\.elasticsearch' \(2 GiB\) must be at least /)]);
  expect(atTwiceTheLoad.map(({ fact }) => fact)).toContain("platform.claims.elasticsearch");
  expect(reportOf(local).atTwiceTheLoad.map(({ fact }) => fact)).toContain("elasticsearch.hot.disk");
});

test("what does not fit is told last, with the mend", () => {
  expect(renderCapacity(reportOf(tooShort))).toMatch(
    /does not carry the load:\n- 'kafka\.logs\.retention' \(20h\) must be at least 24h: .*; raise it or lower 'objectives\.kafkaBridgesOutageOf'$/,
  );
});

test("the same facts give the same text", () => {
  expect(renderCapacity(reportOf(dev))).toBe(renderCapacity(reportOf(dev)));
});

describe("the command", () => {
  const log = jest.spyOn(console, "log");
  beforeEach(() => void log.mockImplementation(() => undefined));
  afterEach(() => {
    log.mockReset();
    process.exitCode = undefined;
  });

  test("prints one JSON object", () => {
    printCapacity(dev, { json: true });
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toEqual(JSON.parse(JSON.stringify(reportOf(dev))));
    expect(process.exitCode).toBeUndefined();
  });

  test("fails for an environment that does not carry its workload, after it has printed why", () => {
    printCapacity(tooShort, { json: false });
    expect(String(log.mock.calls[0]?.[0])).toContain("does not carry the load");
    expect(process.exitCode).toBe(1);
  });

  test("says which facts to add where there are none", () => {
    const { workload, objectives, ...none } = local;
    expect([workload, objectives]).not.toContain(undefined);
    expect(() => printCapacity(none, { json: false })).toThrow(
      new UserError(
        "environment 'local' states no load to derive sizes from: add 'workload' and 'objectives' to it in environments/ (see environments/environment.ts and docs/capacity.md)",
      ),
    );
  });
});
