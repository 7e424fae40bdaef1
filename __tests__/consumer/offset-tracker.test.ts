import { describe, expect, test } from "@jest/globals";
import { OffsetTracker, type Span } from "../../consumer/src/pipeline/offset-tracker";

function assigned(positions: Record<number, number>, assignment = 1): OffsetTracker {
  const tracker = new OffsetTracker();
  tracker.assign(
    assignment,
    new Map(Object.entries(positions).map(([partition, position]) => [Number(partition), position])),
  );
  return tracker;
}

function offsets(tracker: OffsetTracker): Record<number, number> | undefined {
  const due = tracker.committable();
  return due && Object.fromEntries(due.offsets);
}

describe("what may be committed", () => {
  test("nothing before anything is delivered", () => {
    const tracker = assigned({ 0: 100 });
    tracker.open(1, 0, 110);
    expect(offsets(tracker)).toBeUndefined();
  });

  test("the end of a delivered span", () => {
    const tracker = assigned({ 0: 100 });
    tracker.deliver(tracker.open(1, 0, 110)!);
    expect(offsets(tracker)).toEqual({ 0: 110 });
  });

  test("nothing beyond a span that is not delivered, then everything at once", () => {
    const tracker = assigned({ 0: 0 });
    const [first, second, third] = [tracker.open(1, 0, 10)!, tracker.open(1, 0, 20)!, tracker.open(1, 0, 30)!];
    tracker.deliver(third);
    tracker.deliver(second);
    expect(offsets(tracker)).toBeUndefined();
    tracker.deliver(first);
    expect(offsets(tracker)).toEqual({ 0: 30 });
  });

  test("the end that a span had when it was delivered, as it grows until then", () => {
    const tracker = assigned({ 0: 0 });
    const span = tracker.open(1, 0, 1)!;
    span.end = 7;
    tracker.deliver(span);
    expect(offsets(tracker)).toEqual({ 0: 7 });
  });

  test("each partition for itself", () => {
    const tracker = assigned({ 0: 0, 5: 50 });
    tracker.open(1, 0, 10);
    tracker.deliver(tracker.open(1, 5, 60)!);
    expect(offsets(tracker)).toEqual({ 5: 60 });
  });

  test("nothing twice, once the broker has taken it", () => {
    const tracker = assigned({ 0: 0 });
    tracker.deliver(tracker.open(1, 0, 10)!);
    const due = tracker.committable()!;
    tracker.deliver(tracker.open(1, 0, 20)!);
    tracker.committed(due.assignment, due.offsets);
    expect(offsets(tracker)).toEqual({ 0: 20 });
    tracker.committed(1, new Map([[0, 20]]));
    expect(offsets(tracker)).toBeUndefined();
  });

  test("again what a failed commit had", () => {
    const tracker = assigned({ 0: 0 });
    tracker.deliver(tracker.open(1, 0, 10)!);
    tracker.committable();
    expect(offsets(tracker)).toEqual({ 0: 10 });
  });
});

describe("after a rebalance", () => {
  test("work of the earlier assignment counts for nothing, even for a partition that was kept", () => {
    const tracker = assigned({ 0: 0, 1: 0 });
    const old = tracker.open(1, 0, 100)!;
    tracker.assign(2, new Map([[0, 0]]));
    tracker.deliver(old);
    expect(offsets(tracker)).toBeUndefined();
    expect(tracker.open(1, 0, 110)).toBeUndefined();
    expect(tracker.open(2, 1, 5)).toBeUndefined();
    tracker.deliver(tracker.open(2, 0, 50)!);
    expect(tracker.committable()).toEqual({ assignment: 2, offsets: new Map([[0, 50]]) });
  });

  test("a late answer to an earlier commit does not hide what is due", () => {
    const tracker = assigned({ 0: 0 });
    tracker.assign(2, new Map([[0, 0]]));
    tracker.committed(1, new Map([[0, 1000]]));
    tracker.deliver(tracker.open(2, 0, 10)!);
    expect(offsets(tracker)).toEqual({ 0: 10 });
  });

  test("revoked partitions have nothing to commit and open nothing", () => {
    const tracker = assigned({ 0: 0 });
    tracker.deliver(tracker.open(1, 0, 10)!);
    tracker.revoke();
    expect(tracker.committable()).toBeUndefined();
    expect(tracker.open(1, 0, 20)).toBeUndefined();
    expect(tracker.isCurrent(1)).toBe(false);
  });
});

test("in any order of deliveries, it is the longest prefix without a gap", () => {
  let seed = 42;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  for (let round = 0; round < 200; round++) {
    const tracker = assigned({ 0: 0 });
    const spans: Span[] = [];
    const delivered = new Set<Span>();
    for (let step = 0; step < 40; step++) {
      if (random(2) === 0) {
        spans.push(tracker.open(1, 0, (spans.at(-1)?.end ?? 0) + 1 + random(5))!);
      } else if (spans.length > 0) {
        const span = spans[random(spans.length)]!;
        delivered.add(span);
        tracker.deliver(span);
      }
      const firstGap = spans.findIndex((span) => !delivered.has(span));
      const prefix = firstGap < 0 ? spans : spans.slice(0, firstGap);
      expect(tracker.positions().get(0)).toBe(prefix.at(-1)?.end ?? 0);
    }
  }
});
