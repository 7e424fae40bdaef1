import { describe, expect, test } from "@jest/globals";
import { planCapacity } from "../../../constructs/capacity/plan";
import { capacityProblems } from "../../../constructs/capacity/problems";
import { sizesOf, type StatedElasticsearch, type StatedSizes } from "../../../constructs/capacity/stated-sizes";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { OBJECTIVES, WORKLOAD } from "./workloads";

const plan = planCapacity({ ...WORKLOAD, eventsPerSecond: 100_000 }, OBJECTIVES);
const { kafka, consumer, elasticsearch } = sizesOf(plan);
const { hot, warm } = elasticsearch;

type Change = Partial<{ [K in keyof typeof kafka]: (typeof kafka)[K] }>;
const withKafka = (change: Change): StatedSizes => ({ kafka: { ...kafka, ...change } });
const withIndices = (change: Partial<StatedElasticsearch>): StatedSizes => ({
  elasticsearch: { ...elasticsearch, ...change },
});
const withHot = (change: Partial<typeof hot>) => withIndices({ hot: { ...hot, ...change } });
const less = (size: Size, bytes = 1) => Size.bytes(size.toBytes() - bytes);

test("the plan that the rules below are about", () => {
  expect([kafka.brokers, kafka.partitions, consumer.replicas, consumer.maxReplicas]).toEqual([4, 24, 8, 15]);
  expect([hot.nodes, warm?.nodes]).toEqual([48, 30]);
});

interface Rule {
  readonly rule: string;
  /** At the bound. */
  readonly good: StatedSizes;
  /** Just beyond it. */
  readonly bad: StatedSizes;
  /** What is told begins with one of these, and nothing else is told. */
  readonly told: string[];
}

const RULES: Rule[] = [
  {
    rule: "retention bridges the outage",
    good: withKafka({ retention: Duration.hours(12) }),
    bad: withKafka({ retention: Duration.milliseconds(12 * 3_600_000 - 1) }),
    told: [
      "'kafka.logs.retention' (43199999ms) must be at least 12h: it bridges an outage of 6h and 6h to catch up; raise it or lower 'objectives.kafkaBridgesOutageOf'",
    ],
  },
  {
    rule: "retention in bytes bridges the outage",
    good: withKafka({ retentionBytes: kafka.retentionBytes! }),
    bad: withKafka({ retentionBytes: Size.gibibytes(100) }),
    told: ["'kafka.logs.retentionBytes' (100 GiB) must be at least"],
  },
  {
    rule: "retention in bytes, by one byte",
    good: withKafka({ retentionBytes: kafka.retentionBytes! }),
    bad: withKafka({ retentionBytes: less(kafka.retentionBytes!) }),
    told: [`'kafka.logs.retentionBytes' (${less(kafka.retentionBytes!)}) must be at least ${kafka.retentionBytes}`],
  },
  {
    rule: "Kafka's disk holds what is kept",
    good: withKafka({ diskPerBroker: Size.mebibytes(2_474_635) }),
    bad: withKafka({ diskPerBroker: Size.mebibytes(2_474_634) }),
    told: [
      "'kafka.diskPerBroker' (2474634 MiB) must be at least 2474635 MiB: 2.67 TiB that 'kafka.logs.retention' (12h) keeps at this load",
    ],
  },
  {
    rule: "partitions",
    good: { kafka: { ...without(kafka), partitions: 21 } },
    bad: { kafka: { ...without(kafka), partitions: 20 } },
    told: [
      "'kafka.logs.partitions' (20) must be at least 21: one is written at 9.54 MiB/s and read at 32,000 events/s at most",
    ],
  },
  {
    rule: "copies of partitions on a broker",
    good: { kafka: { ...without(kafka), partitions: 5333 } },
    bad: { kafka: { ...without(kafka), partitions: 5334 } },
    told: [
      "'partitions of a broker' (4,001) must be at most 4,000: 'kafka.logs.partitions' (5334) x 3 / 'kafka.brokers' (4)",
    ],
  },
  {
    rule: "partitions of a cluster",
    good: { kafka: { ...without(kafka), brokers: 200, partitions: 200_000 } },
    bad: { kafka: { ...without(kafka), brokers: 200, partitions: 200_001 } },
    told: ["'kafka.logs.partitions' (200,001) must be at most 200,000"],
  },
  {
    rule: "three copies from three brokers on",
    good: withKafka({ replicationFactor: 3 }),
    bad: withKafka({ replicationFactor: 2 }),
    told: ["'kafka.logs.replicationFactor' (2) must be at least 3: 4 brokers can keep three copies"],
  },
  {
    rule: "consumers for the peak",
    good: { consumer: { replicas: 8, maxReplicas: 15 } },
    bad: { consumer: { replicas: 7, maxReplicas: 15 } },
    told: ["'consumer.replicas' (7) must be at least 8: one takes 32,000 events/s and the peak is 240,000"],
  },
  {
    rule: "consumers for catching up, fixed",
    good: { consumer: { replicas: 15 } },
    bad: { consumer: { replicas: 14 } },
    told: ["'consumer.replicas' (14) must be at least 15: one takes 32,000 events/s, and 480,000 arrive or wait"],
  },
  {
    rule: "consumers for catching up, autoscaled",
    good: { consumer: { replicas: 8, maxReplicas: 15 } },
    bad: { consumer: { replicas: 8, maxReplicas: 14 } },
    told: ["'consumer.autoscaling.maxReplicas' (14) must be at least 15"],
  },
  {
    rule: "consumers without a partition do not count",
    good: { kafka: { ...without(kafka), partitions: 21 }, consumer: { replicas: 20 } },
    bad: { kafka: { ...without(kafka), partitions: 14 }, consumer: { replicas: 20 } },
    told: ["'kafka.logs.partitions' (14) must be at least 21", "'consumer.replicas' (14) must be at least 15"],
  },
  {
    rule: "shards are not too large",
    good: withIndices({ rolloverSize: Size.gibibytes(50) }),
    bad: withIndices({ rolloverSize: Size.gibibytes(51) }),
    told: ["'elasticsearch.rolloverSize' (51 GiB) must be at most 50 GiB"],
  },
  {
    rule: "shards are not too small",
    good: withIndices({ rolloverSize: Size.gibibytes(10), hot: { ...hot, nodes: 60 } }),
    bad: withIndices({ rolloverSize: Size.gibibytes(9), hot: { ...hot, nodes: 60 } }),
    told: ["'elasticsearch.rolloverSize' (9 GiB) must be at least 10 GiB"],
  },
  {
    rule: "lines are kept as long as promised",
    good: withIndices({ deleteAge: Duration.days(30) }),
    bad: withIndices({ deleteAge: Duration.days(29) }),
    told: ["'elasticsearch.deleteAge' (29d) must be at least 30d"],
  },
  {
    rule: "lines are gone when promised",
    good: withIndices({ deleteAge: Duration.days(30) }),
    bad: withIndices({ deleteAge: Duration.hours(721), warm: { ...warm!, nodes: 31 } }),
    told: ["'elasticsearch.rolloverAge + deleteAge' (745h) must be at most 31d"],
  },
  {
    rule: "lines are hot as long as promised",
    good: withIndices({ warmAge: Duration.days(7) }),
    bad: withIndices({ warmAge: Duration.hours(167), warm: { ...warm!, nodes: 31 } }),
    told: ["'elasticsearch.warmAge' (167h) must be at least 7d: 'objectives.hot' (7d) promises so long on hot nodes"],
  },
  {
    rule: "hot nodes hold what moves later",
    good: withIndices({ warmAge: Duration.days(7) }),
    bad: withIndices({ warmAge: Duration.days(8) }),
    told: ["'elasticsearch.hot.disk' (1.84 TiB) must be at least 2.1"],
  },
  {
    rule: "without warm nodes, hot ones hold everything",
    good: withoutWarm({ ...hot, nodes: 220 }),
    bad: withoutWarm({ ...hot, nodes: 190 }),
    told: ["'elasticsearch.hot.disk' (1.84 TiB) must be at least 1.9"],
  },
  {
    rule: "shards share the writing",
    good: withIndices({ primaryShards: 10 }),
    bad: withIndices({ primaryShards: 9 }),
    told: [
      "'elasticsearch.primaryShards' (9) must be at least 10: 480,000 documents/s while catching up all go to one index, and the node that has one of its shards takes 50,090 with 'elasticsearch.hot.memory' (64 GiB)",
    ],
  },
  {
    rule: "nodes whose disks are unknown",
    good: withIndices({ hot: unmeasured(hot) }),
    bad: withIndices({ hot: { ...unmeasured(hot), nodes: 2 } }),
    told: [
      "'elasticsearch.hot.nodes' (2) must be at least 3: copies never share a node",
      "'shards of a hot node' (1,548) must be at most 1,000",
      "'elasticsearch.hot.nodes' (2) must be at least 21",
    ],
  },
  {
    rule: "disk of a tier with one node lost",
    good: withHot({ disk: hot.disk }),
    bad: withHot({ disk: less(hot.disk, 1024 ** 3) }),
    told: ["'elasticsearch.hot.disk' (18"],
  },
  {
    rule: "disk by memory",
    good: withHot({ disk: Size.gibibytes(64 * 30) }),
    bad: withHot({ disk: Size.gibibytes(64 * 30 + 1) }),
    told: ["'elasticsearch.hot.memory' (64 GiB) must be at least 65571 MiB"],
  },
  {
    rule: "disk by memory of a warm node",
    good: withIndices({ warm: { ...warm!, disk: Size.gibibytes(64 * 160) } }),
    bad: withIndices({ warm: { ...warm!, disk: Size.gibibytes(64 * 160 + 1) } }),
    told: ["'elasticsearch.warm.memory' (64 GiB"],
  },
  {
    rule: "heap",
    good: withHot({ heap: Size.gibibytes(30) }),
    bad: withHot({ heap: Size.gibibytes(31) }),
    told: ["'elasticsearch.hot.heap' (31 GiB) must be at most 30 GiB: half of 'elasticsearch.hot.memory' (64 GiB)"],
  },
];

/** What is known of somebody else's. */
function unmeasured({ nodes, memory }: typeof hot) {
  return { nodes, memory };
}

function withoutWarm(nodes: typeof hot): StatedSizes {
  const { primaryShards, rolloverSize, rolloverAge, deleteAge } = elasticsearch;
  return { elasticsearch: { primaryShards, rolloverSize, rolloverAge, deleteAge, hot: nodes } };
}

function without({ retention, brokers, partitions, replicationFactor }: typeof kafka) {
  return { retention, brokers, partitions, replicationFactor };
}

describe.each(RULES)("$rule", ({ good, bad, told }) => {
  test("is kept at its bound", () => {
    expect(capacityProblems(plan, good)).toEqual([]);
  });
  test("tells both values and the mend beyond it, and nothing else", () => {
    const problems = capacityProblems(plan, bad);
    expect(problems.map((problem, nth) => problem.slice(0, told[nth]?.length))).toEqual(told);
    expect(problems.filter((problem) => !/; .*(raise|lower|add|give|make|keep)/.test(problem))).toEqual([]);
  });
});

test("shards of a node", () => {
  const small = planCapacity({ ...WORKLOAD, eventsPerSecond: 100 }, OBJECTIVES);
  const sizes = sizesOf(small).elasticsearch;
  const withPrimaries = (primaryShards: number) =>
    capacityProblems(small, {
      elasticsearch: {
        ...sizes,
        primaryShards,
        hot: { ...sizes.hot, disk: Size.gibibytes(60) },
        warm: { ...sizes.warm!, disk: Size.gibibytes(300) },
      },
    }).filter((problem) => problem.startsWith("'shards of"));
  // 24 indices and two that change, twice, on the two warm nodes that are left.
  expect(withPrimaries(38)).toEqual([]);
  expect(withPrimaries(39)).toEqual([
    "'shards of a warm node' (1,014) must be at most 1,000: 2,028 shards on the 2 of 3 that are left if one is lost; make larger shards, keep less or add nodes",
  ]);
});

test("writing, where the disk is no bound", () => {
  const short = { ...OBJECTIVES, hot: Duration.hours(1), warm: Duration.days(0), delete: Duration.hours(2) };
  const fast = planCapacity({ ...WORKLOAD, eventsPerSecond: 100_000 }, short);
  const sizes = sizesOf(fast).elasticsearch;
  const { nodes } = sizes.hot;
  const withNodes = (count: number) =>
    capacityProblems(fast, {
      elasticsearch: { ...sizes, hot: { ...sizes.hot, nodes: count, disk: Size.gibibytes(1000) } },
    });
  expect(withNodes(nodes)).toEqual([]);
  expect(withNodes(nodes - 1)).toEqual([
    `'elasticsearch.hot.nodes' (${nodes - 1}) must be at least ${nodes}: 960,000 documents/s with copies while catching up on the ${nodes - 2} of ${nodes - 1} that are left if one is lost, and one of 64 GiB takes 50,090; add nodes`,
  ]);
});

test("searches, where they are many", () => {
  const searched = planCapacity(WORKLOAD, { ...OBJECTIVES, searchConcurrency: 200 });
  const sizes = sizesOf(searched).elasticsearch;
  const withNodes = (nodes: number) =>
    capacityProblems(searched, {
      elasticsearch: { ...sizes, hot: { ...sizes.hot, nodes, disk: Size.gibibytes(1900) } },
    });
  // 25 threads on each of 16 vCPU, and one node that may be lost.
  expect(sizes.hot.nodes).toBe(9);
  expect(withNodes(9)).toEqual([]);
  expect(withNodes(8)).toEqual([
    "'elasticsearch.hot.nodes' (8) must be at least 9: 'objectives.searchConcurrency' (200) searches at once, of 1 shards each, hold 200 threads, and a node of 64 GiB has 25; add nodes",
  ]);
});

test("copies need a node each, and one more", () => {
  const sizes = {
    ...elasticsearch,
    hot: { ...hot, nodes: 2, disk: Size.gibibytes(100_000), memory: Size.gibibytes(4000) },
  };
  expect(
    capacityProblems(plan, { elasticsearch: sizes }).filter((problem) => problem.includes("share a node")),
  ).toEqual([
    "'elasticsearch.hot.nodes' (2) must be at least 3: copies never share a node, and with 'objectives.replicas' (1) one may be lost; add nodes or lower the replicas",
  ]);
});

test("what is not stated is not checked, and several problems are told together", () => {
  expect(capacityProblems(plan, {})).toEqual([]);
  expect(
    capacityProblems(plan, {
      kafka: { ...kafka, retention: Duration.hours(1), partitions: 6 },
      consumer: { replicas: 1 },
      elasticsearch: { ...elasticsearch, deleteAge: Duration.days(1) },
    }).map((problem) => /'([\w .']+?)' \(/.exec(problem)?.[1]),
  ).toEqual([
    "kafka.logs.retention",
    "kafka.logs.retentionBytes",
    "kafka.logs.partitions",
    "consumer.replicas",
    "elasticsearch.deleteAge",
  ]);
});

describe("in three zones", () => {
  const spread = planCapacity({ ...WORKLOAD, eventsPerSecond: 100_000 }, { ...OBJECTIVES, zones: 3 });
  const sizes = sizesOf(spread);
  const inZones = (change: Partial<typeof sizes.elasticsearch.hot>) =>
    capacityProblems(spread, {
      elasticsearch: { ...sizes.elasticsearch, hot: { ...sizes.elasticsearch.hot, ...change } },
    });

  test("disks of two hold what all held, headroom used up", () => {
    const { nodes } = sizes.elasticsearch.hot;
    expect(nodes % 3).toBe(0);
    expect(inZones({})).toEqual([]);
    expect(inZones({ disk: Size.gibibytes(1700) })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^'elasticsearch\\.hot\\.disk' \\(1\\.66 TiB\\) must be at least .* on the ${(nodes / 3) * 2} of ${nodes} that are left if a zone is lost, headroom used up, 85 % full`,
        ),
      ),
    ]);
  });

  test("the zone with the most nodes is the one that is lost", () => {
    const { nodes } = sizes.elasticsearch.hot;
    expect(inZones({ nodes: nodes + 1, disk: Size.gibibytes(1700) }).join()).toContain(
      `on the ${(nodes / 3) * 2} of ${nodes + 1} that are left if a zone is lost`,
    );
  });

  test("the peak is written by what is left, where that asks for more than catching up without one node", () => {
    const steady = planCapacity(
      { ...WORKLOAD, eventsPerSecond: 100_000 },
      {
        ...OBJECTIVES,
        zones: 2,
        headroom: 0,
        caughtUpWithin: Duration.days(30),
        hot: Duration.hours(1),
        warm: Duration.days(0),
        delete: Duration.hours(2),
      },
    );
    const { elasticsearch: of } = sizesOf(steady);
    const withNodes = (nodes: number) =>
      capacityProblems(steady, { elasticsearch: { ...of, hot: { ...of.hot, nodes, disk: Size.gibibytes(1000) } } });
    // 400,000 documents a second with copies are 8 nodes, which one zone of two has.
    expect(of.hot.nodes).toBe(16);
    expect(withNodes(16)).toEqual([]);
    expect(withNodes(15)).toEqual([
      "'elasticsearch.hot.nodes' (15) must be at least 16: 400,000 documents/s with copies at the peak on the 7 of 15 that are left if a zone is lost, headroom used up, and one of 64 GiB takes 50,090; add nodes",
    ]);
  });

  test("Kafka's disk is that of the zone with the fewest brokers", () => {
    const claims = (brokers: number) =>
      capacityProblems(spread, { kafka: { ...sizes.kafka, brokers, diskPerBroker: Size.gibibytes(1) } })
        .filter((problem) => problem.startsWith("'kafka.diskPerBroker'"))
        .map((problem) => /x 3 \/ (\d+)/.exec(problem)?.[1]);
    expect([claims(3), claims(5), claims(6)]).toEqual([["3"], ["3"], ["6"]]);
  });
});
