import { describe, expect, test } from "@jest/globals";
import { grouped, readable, roundedUp, steps } from "../../../constructs/capacity/derived";
import { brokerStep, partitionStep } from "../../../constructs/capacity/kafka";
import { eventsWithin, type Load } from "../../../constructs/capacity/load";
import { lossesOf } from "../../../constructs/capacity/losses";
import type { SpreadObjectives } from "../../../constructs/capacity/workload";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { OBJECTIVES } from "./workloads";

test.each<[Parameters<typeof readable>[0], string]>([
  [0, "0"],
  [999, "999"],
  [1_234_567, "1,234,567"],
  [0.07654, "0.0765"],
  [Size.bytes(0), "0 B"],
  [Size.bytes(1023), "1,023 B"],
  [Size.kibibytes(1.5), "1.5 KiB"],
  [Size.gibibytes(1234), "1.21 TiB"],
  [Size.gibibytes(1024 ** 2 * 3), "3 PiB"],
  [Duration.days(0), "0"],
  [Duration.hours(36), "36h"],
  [Duration.days(1), "24h"],
  [Duration.days(7), "7d"],
  [Duration.milliseconds(1500), "1500ms"],
])("%s is read as %s", (quantity, text) => {
  expect(readable(quantity)).toBe(text);
});

test("counts have commas", () => {
  expect([grouped(100.4), grouped(1000), grouped(12_345.6)]).toEqual(["100", "1,000", "12,346"]);
});

test("needs are rounded up, and a sum's own error costs nothing", () => {
  expect(roundedUp(1, Size.mebibytes(1)).toString()).toBe("1 MiB");
  expect(roundedUp(1024 ** 2, Size.mebibytes(1)).toString()).toBe("1 MiB");
  expect(roundedUp(1024 ** 2 + 1, Size.mebibytes(1)).toString()).toBe("2 MiB");
  expect([steps(0.1 + 0.2, 0.3), steps(3, 3), steps(3.001, 3), steps(0, 3)]).toEqual([1, 1, 2, 0]);
});

test.each([
  [0, 3],
  [3, 3],
  [4, 4],
  [5, 6],
  [7, 8],
  [9, 12],
  [13, 16],
  [17, 24],
  [33, 48],
])("%d brokers become %d", (needed, brokers) => {
  expect(brokerStep(needed)).toBe(brokers);
});

test.each([
  [3, 3, 3],
  [4, 3, 6],
  [4, 2, 4],
  [1, 4, 4],
  [9, 4, 12],
  // No step is divided by five.
  [5, 5, 6],
])("%d brokers in %d zones become %d", (needed, zones, brokers) => {
  expect(brokerStep(needed, zones)).toBe(brokers);
});

test.each([
  [1, 1, 1],
  [2, 1, 3],
  [3, 1, 3],
  [4, 1, 6],
  [1, 3, 12],
  [12, 3, 12],
  [13, 3, 24],
  [1, 4, 12],
  [1, 6, 24],
])("%d partitions on %d brokers become %d", (needed, brokers, partitions) => {
  expect(partitionStep(needed, brokers)).toBe(partitions);
});

test("within a day everything may arrive at the peak, but in a whole day no more than the average says", () => {
  const load = { average: 10, peak: 40 };
  const day = 86_400;
  expect(eventsWithin(load, Duration.hours(1))).toBe(40 * 3600);
  expect(eventsWithin(load, Duration.hours(6))).toBe(10 * day);
  expect(eventsWithin(load, Duration.hours(24))).toBe(10 * day);
  expect(eventsWithin(load, Duration.hours(25))).toBe(10 * day + 40 * 3600);
  expect(eventsWithin(load, Duration.days(7))).toBe(70 * day);
});

describe("what may be lost", () => {
  const load = { average: 120, peak: 240, catchUp: 360 } as Load;
  const losses = (change: Partial<SpreadObjectives>) => lossesOf(load, { ...OBJECTIVES, ...change });

  test("is nothing without copies, one node with them, and a zone where there are several", () => {
    expect(losses({ replicas: 0, zones: 3 }).map(({ when }) => when)).toEqual([""]);
    expect(losses({}).map(({ when }) => when)).toEqual(["if one is lost"]);
    expect(losses({ zones: 3 }).map(({ when }) => when)).toEqual([
      "if one is lost",
      "if a zone is lost, headroom used up",
    ]);
  });

  test("leaves a load: with everything for a node, without headroom and backlog for a zone", () => {
    const [node, zone] = losses({ zones: 3, headroom: 0.2 });
    expect([node?.load.average, node?.written]).toEqual([120, 360]);
    expect([zone?.load.average, zone?.written]).toEqual([100, 200]);
  });

  test.each([1, 2, 3, 5])("with %d zones, the fewest nodes that leave so many are found", (zones) => {
    for (const loss of losses({ zones })) {
      for (let left = 1; left <= 40; left++) {
        const nodes = loss.nodesFor(left);
        expect(loss.left(nodes)).toBeGreaterThanOrEqual(left);
        if (left > 1) expect(loss.left(nodes - 1)).toBeLessThan(left);
      }
    }
  });
});
