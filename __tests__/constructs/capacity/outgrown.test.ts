import { expect, test } from "@jest/globals";
import { outgrown } from "../../../constructs/capacity/outgrown";
import { planCapacity } from "../../../constructs/capacity/plan";
import { sizesOf } from "../../../constructs/capacity/stated-sizes";
import { OBJECTIVES, WORKLOAD } from "./workloads";

test("sizes of a plan last for their headroom, and break in order", () => {
  const found = outgrown(WORKLOAD, { ...OBJECTIVES, headroom: 0.3 });
  const factors = found.map(({ factor }) => factor);
  expect(factors).toEqual([...factors].sort((a, b) => a - b));
  expect(Math.min(...factors)).toBeGreaterThanOrEqual(1.3);
  expect(found.map(({ fact }) => fact)).toContain("elasticsearch.hot.disk");
  expect(found.every(({ derived }) => derived)).toBe(true);
});

test("with headroom for twice the load nothing breaks", () => {
  expect(outgrown(WORKLOAD, { ...OBJECTIVES, headroom: 1 })).toEqual([]);
});

test("growth is room as well", () => {
  expect(outgrown({ ...WORKLOAD, growth: 1 }, { ...OBJECTIVES, headroom: 0 })).toEqual([]);
});

test("what is stated too small breaks at once, and is told apart from what is planned", () => {
  const { kafka } = sizesOf(planCapacity(WORKLOAD, OBJECTIVES));
  const found = outgrown(WORKLOAD, OBJECTIVES, { kafka: { ...kafka, brokers: 3, partitions: 1 } });
  expect(found[0]).toMatchObject({ fact: "kafka.logs.partitions", factor: 1, stated: "1", derived: false });
  expect(found.find(({ fact }) => fact === "elasticsearch.hot.disk")?.derived).toBe(true);
});

test("the factor is the first hundredth that exceeds the size", () => {
  // 32,000 events a second for each of two, 20,000 at the peak and as many at most while catching up an hour of it.
  const objectives = { ...OBJECTIVES, headroom: 0 };
  const found = outgrown(WORKLOAD, objectives, { consumer: { replicas: 2 } });
  // Peak 20,000 and backlog 20,000: 40,000 at once, 64,000 at 1.6 times the load.
  expect(found.find(({ fact }) => fact === "consumer.replicas")).toEqual({
    fact: "consumer.replicas",
    factor: 1.61,
    stated: "2",
    needed: "3",
    derived: false,
  });
});
