import { describe, expect, test } from "@jest/globals";
import { planElasticsearch } from "../../../constructs/capacity/elasticsearch";
import {
  brokerCpusNeeded,
  diskNeeded,
  kafkaWriteEquivalent,
  partitionsNeeded,
} from "../../../constructs/capacity/kafka";
import { limitsWith } from "../../../constructs/capacity/limits";
import { type Load, loadOf } from "../../../constructs/capacity/load";
import { lossesOf } from "../../../constructs/capacity/losses";
import { nodesForStorage, nodesNeeded, type TierName, tierNeeds } from "../../../constructs/capacity/tier-needs";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { OBJECTIVES } from "./workloads";

// Sizings that others published with all their numbers, beside what the model makes of the same.

/** Elastic counts the bytes as they come, and so much more as a margin. */
const ELASTIC = limitsWith({ indexedPerRawByte: { value: 1, source: "the example" } });
const day = Duration.days(1).toMilliseconds() / 1000;

/** Nodes of a tier for so many GB a day, without rollover's share, which the examples leave out. */
function nodesFor(tier: TierName, gigabytesADay: number, days: number, memory: Size, replicas = 1): number {
  const eventsPerSecond = (gigabytesADay * 1024 ** 3) / 1000 / day;
  const objectives = { ...OBJECTIVES, replicas, headroom: 0.1, [tier]: Duration.days(days) };
  const workload = { eventsPerSecond, peakFactor: 1, bytesPerEvent: Size.bytes(1000) };
  const layout = { primaries: 1, size: Size.gibibytes(50), age: Duration.milliseconds(1) };
  const needs = tierNeeds(tier, loadOf(workload, objectives, ELASTIC), objectives, layout);
  return nodesNeeded(tier, needs, memory, objectives, ELASTIC).disk;
}

describe("Elastic, 'Benchmarking and sizing your Elasticsearch cluster for logs and metrics'", () => {
  test("the formula: ROUNDUP(storage / memory / ratio), and a node for failover", () => {
    const load = {} as Load;
    const nodes = (storage: number, disk: number, replicas: number) =>
      nodesForStorage(storage, disk, lossesOf(load, { ...OBJECTIVES, replicas })[0]!);
    expect(nodes(100 * 30 * 2 * 1.25, 64 * 30, 1)).toBe(5);
    expect(nodes(100 * 365 * 2 * 1.25, 64 * 160, 1)).toBe(10);
    // This example has copies and no node for failover.
    expect(nodes(1 * 270 * 2 * 1.25, 8 * 30, 0)).toBe(3);
  });

  // Ours divides by 0.85 and has 10 % of headroom, 1.29 times the data; Elastic's adds 15 % and 10 %, 1.25 times.
  test.each<[string, TierName, number, number, number, number]>([
    ["100 GB a day, 30 days hot", "hot", 100, 30, 64, 5],
    ["100 GB a day, 12 months warm", "warm", 100, 365, 64, 10],
  ])("%s: as many nodes, or one more", (_, tier, gigabytes, days, memory, published) => {
    const nodes = nodesFor(tier, gigabytes, days, Size.gibibytes(memory));
    expect(nodes - published).toBeGreaterThanOrEqual(0);
    expect(nodes - published).toBeLessThanOrEqual(1);
  });

  test("1 GB a day for nine months on nodes of 8 GB: three, and the one that may be lost, which that example leaves out", () => {
    expect(nodesFor("hot", 1, 270, Size.gibibytes(8))).toBe(3 + 1);
  });
});

describe("AWS, sizing of OpenSearch domains", () => {
  test("66 GiB with a copy take 191 GiB: 66 x 2 x 1.1 / 0.95 / 0.8", () => {
    const published = (66 * 2 * 1.1) / 0.95 / 0.8;
    expect(published).toBeCloseTo(191, 0);
    // Ours: 1.1 for each raw byte, 10 % of headroom, and 85 % full.
    const limits = limitsWith();
    const objectives = { ...OBJECTIVES, headroom: 0.1, hot: Duration.days(14) };
    const workload = {
      eventsPerSecond: (66 * 1024 ** 3) / 1000 / (14 * day),
      peakFactor: 1,
      bytesPerEvent: Size.bytes(1000),
    };
    const layout = { primaries: 1, size: Size.gibibytes(50), age: Duration.milliseconds(1) };
    const { data } = tierNeeds("hot", loadOf(workload, objectives, limits), objectives, layout);
    const ours = data / limits.elasticsearchDiskFill.value / 1024 ** 3;
    expect(Math.abs(ours / published - 1)).toBeLessThan(0.02);
  });

  test("66 GiB in shards of 30 GiB are 3, four times as much 10", () => {
    const limits = limitsWith({ maxShardSize: { value: Size.gibibytes(30), source: "the example" } });
    const shards = (gibibytes: number) => {
      const objectives = {
        ...OBJECTIVES,
        replicas: 0,
        headroom: 0,
        hot: Duration.days(1),
        warm: Duration.days(0),
        delete: Duration.days(2),
      };
      const workload = {
        eventsPerSecond: (gibibytes * 1024 ** 3) / 1000 / day,
        peakFactor: 1,
        bytesPerEvent: Size.bytes(1000),
      };
      const { hot } = planElasticsearch(loadOf(workload, objectives, limits), objectives, limits);
      // Those that are being written and those that are being deleted.
      return hot.shards.value - 2;
    };
    // The model's tier holds one index more than the example's.
    expect([shards(66), shards(264)]).toEqual([4, 11]);
  });
});

describe("Confluent, '5 common pitfalls when using Apache Kafka'", () => {
  test("250 MB/s, written at 50 and read at 25 MB/s a partition: max(5, 10) = 10", () => {
    const limits = limitsWith({
      produceRatePerPartition: { value: Size.bytes(50_000_000), source: "the example" },
      envelope: { value: Size.bytes(0), source: "the example" },
      consumedPerCpuSecond: { value: 25_000, source: "the example" },
      consumerShare: { value: 1, source: "the example" },
      consumedEvent: { value: Size.bytes(1000), source: "the example" },
    });
    const workload = { eventsPerSecond: 250_000, peakFactor: 1, bytesPerEvent: Size.bytes(1000) };
    const load = loadOf(workload, { ...OBJECTIVES, headroom: 0 }, limits);
    expect(partitionsNeeded({ ...load, catchUp: load.peak }, limits)).toBe(10);
    // With what waits after an outage as well, twice as many read.
    expect(partitionsNeeded(load, limits)).toBe(20);
  });
});

describe("Google, 'Plan the size of your Managed Service for Apache Kafka cluster'", () => {
  test("writes x 3, and a quarter of the reads with those between brokers, at 20 MB/s a vCPU that is half busy", () => {
    expect(kafkaWriteEquivalent(50, 100, 3)).toBe(50 * 3 + (100 + 50 * 2) / 4);
    const load = { peak: 50_000, catchUp: 100_000, storedBytes: 1000 } as Parameters<typeof brokerCpusNeeded>[0];
    expect(Math.ceil(brokerCpusNeeded(load, 3, limitsWith()))).toBe(Math.ceil(200 / 20 / 0.5));
  });
});

describe("Oracle, OCNADD benchmarking guide: Kafka PVC storage requirements", () => {
  // MPS x retention x replication x size; no segments, no free share.
  const limits = limitsWith({
    segment: { value: Size.bytes(0), source: "the example" },
    kafkaDiskFill: { value: 1, source: "the example" },
  });
  const layout = { brokers: 4, partitions: 12, replicationFactor: 3 };
  test.each([
    ["5 minutes are 63.45 GiB", 5 * 60, 63.45],
    ["6 hours are 4.46 TiB", 6 * 3600, 4.46 * 1024],
  ])("39,000 messages of 1,941 bytes a second for %s", (_, seconds, gibibytes) => {
    const kept = 39_000 * 1941 * seconds;
    expect(diskNeeded(kept, layout, limits) / 1024 ** 3 / gibibytes).toBeCloseTo(1, 2);
  });
});
