import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { allEnvironments } from "../../environments";
import { capacityOf, statedSizes } from "../../environments/capacity";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig } from "../../environments/environment";
import { environmentProblems } from "../../environments/environment-validation";
import { local } from "../../environments/local";
import { kubernetesWith, localWith } from "../support/environments";

/** A preview of it has all its facts, so what is derived for one holds for the other. */
test.each(allEnvironments("pr-42").map((environment) => [environment.name, environment] as const))(
  "%s states a workload that it carries",
  (_, environment) => {
    expect(capacityOf(environment)).toBeDefined();
    expect(environmentProblems(environment)).toEqual([]);
  },
);

test("an environment without a workload is compared with nothing", () => {
  const { workload, objectives, ...others } = local;
  const small: EnvironmentConfig = {
    ...others,
    kafka: { ...local.kafka, logs: { ...local.kafka.logs, retention: Duration.minutes(1) } },
  };
  expect([workload, objectives]).not.toContain(undefined);
  expect(capacityOf(small)).toBeUndefined();
  expect(environmentProblems(small)).toEqual([]);
});

test("sizes that an environment states are those of its Kafka and consumer; a machine's disk is unknown", () => {
  expect(statedSizes(dev)).toEqual({
    kafka: {
      brokers: 1,
      partitions: 4,
      replicationFactor: 1,
      retention: Duration.hours(24),
      retentionBytes: Size.gibibytes(1),
      diskPerBroker: dev.platform.claims.kafka,
    },
    consumer: { replicas: 2 },
  });
  expect(statedSizes(local).kafka).not.toHaveProperty("diskPerBroker");
});

test("autoscaled consumers are as many as they can become", () => {
  const autoscaled = kubernetesWith({ consumer: { ...dev.consumer, autoscaling: { minReplicas: 1, maxReplicas: 6 } } });
  expect(statedSizes(autoscaled).consumer).toEqual({ replicas: 6, maxReplicas: 6 });
});

interface Rule {
  readonly rule: string;
  /** At the bound: nothing to say. */
  readonly good: EnvironmentConfig;
  /** Just beyond it. */
  readonly bad: EnvironmentConfig;
  readonly message: string;
}

const { workload, objectives } = dev;
const withObjectives = (change: Partial<typeof objectives>) => ({ ...dev, objectives: { ...objectives, ...change } });
const withLogs = (change: Partial<EnvironmentConfig["kafka"]["logs"]>) => ({
  ...dev,
  kafka: { ...dev.kafka, logs: { ...dev.kafka.logs, ...change } },
});
const withLoad = (
  eventsPerSecond: number,
  peakFactor: number,
  change: Partial<EnvironmentConfig> = {},
): EnvironmentConfig => {
  const { retentionBytes, ...logs } = dev.kafka.logs;
  expect(retentionBytes).toBeDefined();
  return {
    ...dev,
    // Retention in bytes is another rule's.
    kafka: { ...dev.kafka, logs },
    platform: { ...dev.platform, claims: { ...dev.platform.claims, kafka: Size.gibibytes(10_000) } },
    workload: { ...workload, eventsPerSecond, peakFactor },
    objectives: { ...objectives, headroom: 0 },
    ...change,
  };
};
/** Its facts, without some of them. */
function without(...facts: ("workload" | "objectives")[]): EnvironmentConfig {
  return Object.fromEntries(
    Object.entries(dev).filter(([fact]) => !(facts as string[]).includes(fact)),
  ) as unknown as EnvironmentConfig;
}

const RULES: Rule[] = [
  {
    rule: "a workload has objectives",
    good: without("workload", "objectives"),
    bad: without("objectives"),
    message: "'workload' is stated without 'objectives': neither says anything alone; state both or remove it",
  },
  {
    rule: "objectives have a workload",
    good: dev,
    bad: without("workload"),
    message: "'objectives' is stated without 'workload': neither says anything alone; state both or remove it",
  },
  {
    rule: "a workload makes sense",
    good: localWith({ workload: { ...workload, peakFactor: 1 } }),
    bad: localWith({ workload: { ...workload, peakFactor: 0.5 } }),
    message: "'workload.peakFactor' (0.5) must be at least 1: no peak is below the average",
  },
  {
    rule: "Kafka's retention bridges the outage",
    good: withObjectives({ kafkaBridgesOutageOf: Duration.hours(12) }),
    bad: withObjectives({ kafkaBridgesOutageOf: Duration.hours(13) }),
    message:
      "'kafka.logs.retention' (24h) must be at least 26h: it bridges an outage of 13h and 13h to catch up; raise it or lower 'objectives.kafkaBridgesOutageOf'",
  },
  {
    rule: "Kafka's retention in bytes bridges the outage",
    good: withLogs({ retentionBytes: Size.mebibytes(198) }),
    bad: withLogs({ retentionBytes: Size.mebibytes(197) }),
    message:
      "'kafka.logs.retentionBytes' (197 MiB) must be at least 198 MiB: so much reaches the fullest of 4 partitions in an outage of 12h and 12h to catch up; raise it or lower 'objectives.kafkaBridgesOutageOf'",
  },
  {
    rule: "Kafka's disk holds what is kept for a time",
    good: kafkaClaim(1223),
    bad: kafkaClaim(1222),
    message:
      "'kafka.diskPerBroker' (1222 MiB) must be at least 1223 MiB: 527 MiB that 'kafka.logs.retention' (24h) keeps at this load, a segment of 128 MiB for each of 4 partitions, x 1 / 1, and 85 % full; give more, as a claim on Kubernetes, or lower the retention",
  },
  {
    rule: "consumers carry the peak and what an outage left behind",
    good: withLoad(32_000, 1, { consumer: { ...dev.consumer, replicas: 2 } }),
    bad: withLoad(32_001, 1, { consumer: { ...dev.consumer, replicas: 2 } }),
    message:
      "'consumer.replicas' (2) must be at least 3: one takes 32,000 events/s, and 64,002 arrive or wait while catching up within 12h; add replicas, and partitions if they are as many",
  },
];

/** Only time bounds what is kept. */
function kafkaClaim(mebibytes: number): EnvironmentConfig {
  const { retentionBytes, ...logs } = dev.kafka.logs;
  return {
    ...dev,
    kafka: { ...dev.kafka, logs: retentionBytes ? logs : dev.kafka.logs },
    platform: { ...dev.platform, claims: { ...dev.platform.claims, kafka: Size.mebibytes(mebibytes) } },
  };
}

describe.each(RULES)("$rule", ({ good, bad, message }) => {
  test("is kept at its bound", () => {
    expect(environmentProblems(good)).toEqual([]);
  });
  test("tells both values and the mend beyond it", () => {
    expect(environmentProblems(bad)).toEqual([message]);
  });
});

test("counts that cannot be are told once", () => {
  const none = { ...dev, kafka: { ...dev.kafka, logs: { ...dev.kafka.logs, partitions: 0 } } };
  expect(environmentProblems(none)).toEqual([
    "topic 'app-logs': 'partitions' (0) must be a whole number of at least 1",
    "'consumer.replicas' (2) must be at most 'kafka.logs.partitions' (0): the others would have nothing to read; lower it or add partitions",
  ]);
});
