import { describe, expect, test } from "@jest/globals";
import { amountOf } from "../../../constructs/capacity/derived";
import { type CapacityPlan, planCapacity, planRows } from "../../../constructs/capacity/plan";
import { capacityProblems } from "../../../constructs/capacity/problems";
import { sizesOf } from "../../../constructs/capacity/stated-sizes";
import type { SpreadObjectives, Workload } from "../../../constructs/capacity/workload";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { OBJECTIVES, RATES, WORKLOAD } from "./workloads";

const KINDS: [string, Partial<SpreadObjectives>][] = [
  ["with a copy and a warm tier", {}],
  ["with a copy, hot only", { warm: Duration.days(0), delete: Duration.days(8) }],
  ["with nothing twice", { replicas: 0 }],
  ["with two copies and many searches", { replicas: 2, searchConcurrency: 50 }],
  ["that is caught up soon", { caughtUpWithin: Duration.hours(1) }],
  ["in two zones", { zones: 2 }],
  ["in three zones", { zones: 3 }],
  ["in five zones, with two copies", { zones: 5, replicas: 2 }],
];

function planOf(
  eventsPerSecond: number,
  change: Partial<SpreadObjectives> = {},
  workload: Partial<Workload> = {},
): CapacityPlan {
  return planCapacity({ ...WORKLOAD, eventsPerSecond, ...workload }, { ...OBJECTIVES, ...change });
}

/** Needs that must not shrink. Those of one broker or node do, where there are more of them, so they are taken together. */
function totals({ kafka, consumer, elasticsearch, filebeat, monthly }: CapacityPlan): Record<string, number> {
  const { hot, warm, masters } = elasticsearch;
  const counted = {
    ...{
      brokers: kafka.brokers,
      partitions: kafka.partitions,
      replication: kafka.replicationFactor,
      kafka: kafka.disk,
    },
    ...{ retention: kafka.retention, consumers: consumer.replicas, consumerCeiling: consumer.maxReplicas },
    ...{ primaries: elasticsearch.primaryShards, hotNodes: hot.nodes, hotMemory: hot.memory, hotData: hot.data },
    ...{ hotShards: hot.shards, queue: filebeat.queueEvents, shipper: filebeat.memory, cpu: filebeat.cpuMillis },
    ...{ raw: monthly.raw, monthlyKafka: monthly.kafka, monthlyElasticsearch: monthly.elasticsearch },
    ...(warm ? { warmNodes: warm.nodes, warmMemory: warm.memory, warmData: warm.data, warmShards: warm.shards } : {}),
    ...(masters ? { masters: masters.nodes, mastersMemory: masters.memory } : {}),
  };
  return Object.fromEntries(Object.entries(counted).map(([name, { value }]) => [name, amountOf(value)]));
}

describe.each(KINDS)("a pipeline %s", (_, change) => {
  const plans = RATES.map((rate) => planOf(rate, change));

  test("never needs less of anything for more load", () => {
    const shrunk = plans.slice(1).flatMap((plan, nth) => {
      const before = totals(plans[nth]!);
      return Object.entries(before).filter(([name, total]) => !(totals(plan)[name]! >= total));
    });
    expect(shrunk).toEqual([]);
  });

  test("is carried by its own plan, from 100 to 1,000,000 events a second", () => {
    for (const plan of plans) expect(capacityProblems(plan, sizesOf(plan))).toEqual([]);
  });

  test("spreads its partitions evenly, and has one for each consumer", () => {
    for (const { kafka, consumer } of plans) {
      expect(kafka.partitions.value % kafka.brokers.value).toBe(0);
      expect(consumer.maxReplicas.value).toBeLessThanOrEqual(kafka.partitions.value);
      expect(consumer.replicas.value).toBeLessThanOrEqual(consumer.maxReplicas.value);
    }
  });
});

test("100 events a second need one of each where nothing has to survive a loss", () => {
  const { kafka, consumer, elasticsearch } = planOf(100, { replicas: 0 });
  expect([kafka.brokers.value, kafka.replicationFactor.value, kafka.minInSyncReplicas.value]).toEqual([1, 1, 1]);
  expect([kafka.partitions.value, consumer.replicas.value]).toEqual([1, 1]);
  expect([elasticsearch.hot.nodes.value, elasticsearch.warm?.nodes.value]).toEqual([1, 1]);
});

test("100 events a second need three of most things where one may be lost", () => {
  const { kafka, consumer, elasticsearch } = planOf(100);
  expect([kafka.brokers.value, kafka.replicationFactor.value, kafka.minInSyncReplicas.value]).toEqual([3, 3, 2]);
  expect(consumer.replicas.value).toBe(2);
  expect([elasticsearch.hot.nodes.value, elasticsearch.warm?.nodes.value]).toEqual([3, 3]);
});

test("zones have as many nodes each, and the disks of the others hold what the lost one held", () => {
  for (const zones of [2, 3, 4]) {
    const { kafka, elasticsearch } = planOf(10_000, { zones });
    const { hot, warm } = elasticsearch;
    expect([kafka.brokers.value % zones, hot.nodes.value % zones, warm!.nodes.value % zones]).toEqual([0, 0, 0]);
    const carried = hot.disk.value.toBytes() * 0.85 * hot.nodes.value * (1 - 1 / zones);
    expect(carried).toBeGreaterThanOrEqual((hot.data.value.toBytes() / 1.2) * 0.999);
  }
  const spread = planOf(10_000, { zones: 3 }).elasticsearch.hot;
  expect(spread.disk.because).toMatch(
    / nodes that are left if one is lost; or .* if a zone is lost, headroom used up$/,
  );
  expect(planOf(10_000).elasticsearch.hot.disk.because).not.toContain("zone");
});

test("without copies there is nothing to spread", () => {
  expect(planOf(10_000, { replicas: 0, zones: 3 }).elasticsearch).toEqual(
    planOf(10_000, { replicas: 0 }).elasticsearch,
  );
});

test("from six data nodes on three others keep the cluster together, with more memory for more indices", () => {
  const masters = (rate: number, change: Partial<SpreadObjectives> = {}) => {
    const { hot, warm, masters: planned } = planOf(rate, change).elasticsearch;
    return [hot.nodes.value + (warm?.nodes.value ?? 0), planned?.nodes.value, planned?.memory.value.toString()];
  };
  const hotOnly = { warm: Duration.days(0), delete: Duration.days(8) };
  expect(masters(100, hotOnly)).toEqual([3, undefined, undefined]);
  expect(masters(100)).toEqual([6, 3, "4 GiB"]);
  const hourly = { hot: Duration.days(300), warm: Duration.days(100), delete: Duration.hours(400 * 24 + 1) };
  expect(masters(100, hourly)[2]).toBe("7 GiB");
});

test("growth, headroom, a higher peak and larger lines need more", () => {
  const plain = totals(planOf(50_000));
  for (const [change, workload] of [
    [{ headroom: 1 }, {}],
    [{}, { growth: 1 }],
    [{}, { bytesPerEvent: Size.bytes(2000) }],
  ] as const) {
    const more = totals(planOf(50_000, change, workload));
    for (const name of ["kafka", "consumers", "hotNodes", "hotData"]) {
      expect([name, more[name]! > plain[name]!]).toEqual([name, true]);
    }
  }
  expect(planOf(50_000, {}, { peakFactor: 4 }).consumer.replicas.value).toBeGreaterThan(plain["consumers"]!);
});

test("growth and headroom multiply, and headroom is in no volume", () => {
  const { load, monthly } = planOf(1000, { headroom: 0.2 }, { growth: 0.5 });
  expect(load.average).toBeCloseTo(1800);
  expect(load.peak).toBeCloseTo(3600);
  expect(monthly.raw.value.toBytes() / (1500 * 500 * 86_400 * 30)).toBeCloseTo(1, 4);
});

test("the same input gives the same plan", () => {
  expect(planOf(12_345)).toEqual(planOf(12_345));
});

test("every number has a rule and a source, and the unit that its name says", () => {
  const rows = planRows(planOf(10_000));
  expect(rows.filter(({ because, source }) => because === "" || source === "")).toEqual([]);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  const unit = (name: string) => rows.find((row) => row.name === name)?.value.constructor;
  expect(unit("kafka.diskPerBroker")).toBe(Size);
  expect(unit("kafka.retentionBytes")).toBe(Size);
  expect(unit("kafka.retention")).toBe(Duration);
  expect(unit("elasticsearch.rolloverAge")).toBe(Duration);
  expect(unit("elasticsearch.warm.disk")).toBe(Size);
  expect(unit("kafka.partitions")).toBe(Number);
});

test("a figure that was measured takes the place of an assumption, and is named", () => {
  const indexedPerRawByte = { value: 0.55, source: "our own index" };
  const plan = planCapacity(WORKLOAD, OBJECTIVES, { indexedPerRawByte });
  expect(plan.elasticsearch.hot.data.source).toBe("our own index");
  const half = amountOf(plan.elasticsearch.hot.data.value) / amountOf(planOf(10_000).elasticsearch.hot.data.value);
  // The one index more has the same size.
  expect(half).toBeCloseTo(0.507, 3);
});

describe("a line is never older than 'delete'", () => {
  test.each([1, 24, 24 * 7])("with %d hours in which an index takes lines", (hours) => {
    const { rolloverAge, deleteAge } = planOf(1000, { delete: Duration.hours(30 * 24 + hours) }).elasticsearch;
    expect(rolloverAge.value.toString()).toBe(`${hours}h`);
    expect(deleteAge.value.toString()).toBe("720h");
  });

  test("and an index takes lines for 30 days at most", () => {
    expect(planOf(1000, { delete: Duration.days(90) }).elasticsearch.rolloverAge.value.toString()).toBe("720h");
  });
});

interface Nonsense {
  readonly fact: string;
  readonly good: [Partial<Workload>, Partial<SpreadObjectives>];
  readonly bad: [Partial<Workload>, Partial<SpreadObjectives>];
  readonly message: string;
}

const zero = Duration.days(0);
const NONSENSE: Nonsense[] = [
  {
    fact: "events",
    good: [{ eventsPerSecond: 0.1 }, {}],
    bad: [{ eventsPerSecond: 0 }, {}],
    message: "'workload.eventsPerSecond' (0) must be above 0",
  },
  {
    fact: "peak",
    good: [{ peakFactor: 1 }, {}],
    bad: [{ peakFactor: 0.9 }, {}],
    message: "'workload.peakFactor' (0.9) must be at least 1: no peak is below the average",
  },
  {
    fact: "bytes",
    good: [{ bytesPerEvent: Size.bytes(1) }, {}],
    bad: [{ bytesPerEvent: Size.bytes(0) }, {}],
    message: "'workload.bytesPerEvent' (0 B) must be above 0",
  },
  {
    fact: "compression",
    good: [{ compressionRatio: 1 }, {}],
    bad: [{ compressionRatio: 0.5 }, {}],
    message: "'workload.compressionRatio' (0.5) must be at least 1: it is how many bytes become one",
  },
  {
    fact: "growth",
    good: [{ growth: 0 }, {}],
    bad: [{ growth: -0.1 }, {}],
    message: "'workload.growth' (-0.1) must be at least 0: sizes for less load than today's are too small",
  },
  {
    fact: "nodes that services write on",
    good: [{ sourceNodes: 1 }, {}],
    bad: [{ sourceNodes: 0 }, {}],
    message: "'workload.sourceNodes' (0) must be a whole number of at least 1",
  },
  {
    fact: "outage",
    good: [{}, { kafkaBridgesOutageOf: Duration.minutes(1) }],
    bad: [{}, { kafkaBridgesOutageOf: zero, caughtUpWithin: Duration.hours(1) }],
    message: "'objectives.kafkaBridgesOutageOf' (0ms) must be above 0: every deploy is an outage",
  },
  {
    fact: "time to catch up",
    good: [{}, { caughtUpWithin: Duration.minutes(1) }],
    bad: [{}, { caughtUpWithin: zero }],
    message: "'objectives.caughtUpWithin' (0ms) must be above 0",
  },
  {
    fact: "hot",
    good: [{}, { hot: Duration.hours(1) }],
    bad: [{}, { hot: zero }],
    message: "'objectives.hot' (0ms) must be above 0: new lines are on hot nodes",
  },
  {
    fact: "delete",
    good: [{}, { delete: Duration.hours(721) }],
    bad: [{}, { delete: Duration.hours(720) }],
    message:
      "'objectives.delete' (720h) must be at least 721h: 'hot' (168h), 'warm' (552h) and 1h in which an index takes lines, because its age counts from its rollover; raise it or lower one of them",
  },
  {
    fact: "copies",
    good: [{}, { replicas: 0 }],
    bad: [{}, { replicas: -1 }],
    message: "'objectives.replicas' (-1) must be a whole number of at least 0",
  },
  {
    fact: "searches",
    good: [{}, { searchConcurrency: 1 }],
    bad: [{}, { searchConcurrency: 0 }],
    message: "'objectives.searchConcurrency' (0) must be at least 1",
  },
  {
    fact: "headroom",
    good: [{}, { headroom: 0 }],
    bad: [{}, { headroom: -0.1 }],
    message: "'objectives.headroom' (-0.1) must be at least 0",
  },
];

describe.each(NONSENSE)("$fact", ({ good, bad, message }) => {
  const plan = ([workload, objectives]: Nonsense["good"]) =>
    planCapacity({ ...WORKLOAD, ...workload }, { ...OBJECTIVES, ...objectives });

  test("makes a plan at its bound", () => {
    expect(() => plan(good)).not.toThrow();
  });
  test("is refused beyond it", () => {
    expect(() => plan(bad)).toThrow(new ConfigurationError([message]));
  });
});

test("everything that makes no sense is told together", () => {
  expect(() =>
    planCapacity({ ...WORKLOAD, eventsPerSecond: 0, peakFactor: 0 }, { ...OBJECTIVES, headroom: -1 }),
  ).toThrow(
    new ConfigurationError([
      "'workload.eventsPerSecond' (0) must be above 0",
      "'workload.peakFactor' (0) must be at least 1: no peak is below the average",
      "'objectives.headroom' (-1) must be at least 0",
    ]),
  );
});
