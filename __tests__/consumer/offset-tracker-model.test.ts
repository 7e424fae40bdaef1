import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { OffsetTracker, type Span } from "../../consumer/src/pipeline/offset-tracker";

/**
 * What a tracker must keep to, said for single records: each is undelivered from the moment it is read until its span is
 * delivered, and only what comes before the first undelivered one may be committed.
 */
class Model {
  assignment = 0;
  /** Of the present assignment. */
  readonly partitions = new Map<number, ModelPartition>();

  firstUndelivered(partition: number): number {
    const { read, undelivered } = this.partitions.get(partition)!;
    return Math.min(read, ...undelivered);
  }
}

interface ModelPartition {
  readonly start: number;
  /** The next record to read. */
  read: number;
  readonly undelivered: Set<number>;
  committed: number;
}

interface Open {
  readonly span: Span;
  readonly records: number[];
  readonly assignment: number;
}

interface Real {
  readonly tracker: OffsetTracker;
  /** Of every assignment: spans of former ones are delivered, too, when a request is answered late. */
  readonly open: Open[];
}

type Step = fc.Command<Model, Real>;

const PARTITIONS = 3;

function expectCommittableOffsets(model: Model, { tracker }: Real): void {
  const due = tracker.committable();
  const expected = [...model.partitions].flatMap(([partition, { committed }]) => {
    const first = model.firstUndelivered(partition);
    return first > committed ? [[partition, first] as const] : [];
  });
  expect([...(due?.offsets ?? [])].sort(byPartition)).toEqual(expected.sort(byPartition));
  if (due) expect(due.assignment).toBe(model.assignment);
}

function byPartition([a]: readonly [number, number], [b]: readonly [number, number]): number {
  return a - b;
}

/** A step after which what may be committed is looked at. */
function step(name: string, run: (model: Model, real: Real) => void): Step {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real);
      expectCommittableOffsets(model, real);
    },
    toString: () => name,
  };
}

const assign = (starts: readonly (number | undefined)[]) =>
  step(`assign(${starts.map((start) => start ?? "-").join(", ")})`, (model, { tracker }) => {
    model.assignment++;
    model.partitions.clear();
    for (const [partition, start] of starts.entries()) {
      if (start === undefined) continue;
      model.partitions.set(partition, { start, read: start, undelivered: new Set(), committed: start });
    }
    tracker.assign(
      model.assignment,
      new Map([...model.partitions].map(([partition, { start }]) => [partition, start])),
    );
  });

const revoke = step("revoke", (model, { tracker }) => {
  model.partitions.clear();
  tracker.revoke();
});

/** Reads records and starts a span of them; with `gap`, after offsets that are no records. */
const open = (partition: number, count: number, gap: number) =>
  step(`open(${partition}, ${count}, gap ${gap})`, (model, real) => {
    const known = model.partitions.get(partition);
    const start = (known?.read ?? 0) + gap;
    const span = real.tracker.open(model.assignment, partition, start + count);
    expect(span !== undefined).toBe(known !== undefined);
    if (!known || !span) return;
    const records = Array.from({ length: count }, (_, n) => start + n);
    // What is no record is covered by the span that follows it.
    const covered = Array.from({ length: gap }, (_, n) => known.read + n).concat(records);
    for (const record of covered) known.undelivered.add(record);
    known.read = start + count;
    real.open.push({ span, records: covered, assignment: model.assignment });
  });

/** What was read under an assignment that is over opens nothing. */
const openLate = (partition: number) =>
  step(`openLate(${partition})`, (model, { tracker }) => {
    expect(tracker.open(model.assignment - 1, partition, 1_000_000)).toBeUndefined();
  });

/** A batch is filled while others are under way: its span grows as long as it is the partition's last. */
const grow = (partition: number, count: number) =>
  step(`grow(${partition}, ${count})`, (model, real) => {
    const known = model.partitions.get(partition);
    const last = real.open
      .filter(({ span, assignment }) => span.partition === partition && assignment === model.assignment)
      .at(-1);
    if (!known || !last || last.span.end !== known.read || last.span.delivered) return;
    for (let n = 0; n < count; n++) {
      known.undelivered.add(known.read);
      last.records.push(known.read++);
    }
    last.span.end = known.read;
  });

const deliver = (which: number) =>
  step(`deliver(${which})`, (model, real) => {
    if (real.open.length === 0) return;
    const [done] = real.open.splice(which % real.open.length, 1);
    real.tracker.deliver(done!.span);
    if (done!.assignment !== model.assignment) return;
    const known = model.partitions.get(done!.span.partition);
    for (const record of done!.records) known?.undelivered.delete(record);
  });

/** A commit takes a while, in which other things happen; its answer may come after its assignment's end. */
const commit = (meanwhile: readonly Step[], taken: boolean) =>
  step(`commit(${meanwhile.join("; ")}${taken ? "" : ": refused"})`, (model, real) => {
    const due = real.tracker.committable();
    const { assignment } = model;
    for (const each of meanwhile) void each.run(model, real);
    if (!due || !taken) return;
    real.tracker.committed(due.assignment, due.offsets);
    if (assignment !== model.assignment) return;
    for (const [partition, offset] of due.offsets) {
      const known = model.partitions.get(partition);
      if (known) known.committed = offset;
    }
  });

const partition = fc.nat(PARTITIONS - 1);
const oneStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .array(fc.option(fc.nat(1000), { nil: undefined }), { minLength: PARTITIONS, maxLength: PARTITIONS })
      .map(assign),
  },
  { weight: 1, arbitrary: fc.constant(revoke) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(partition, fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0, 0, 2))
      .map((args) => open(...args)),
  },
  { weight: 1, arbitrary: partition.map(openLate) },
  { weight: 4, arbitrary: fc.tuple(partition, fc.integer({ min: 1, max: 5 })).map((args) => grow(...args)) },
  { weight: 8, arbitrary: fc.nat(20).map(deliver) },
);
const anyStep = fc.oneof(
  { weight: 6, arbitrary: oneStep },
  { weight: 1, arbitrary: fc.tuple(fc.array(oneStep, { maxLength: 3 }), fc.boolean()).map((args) => commit(...args)) },
);

test("only what is delivered without a gap may be committed, and in the end all of it", () => {
  const begin = assign([0, 0, 0]);
  let commits = 0;
  fc.assert(
    fc.property(fc.commands([anyStep], { size: "+1" }), (steps) => {
      const model = new Model();
      const real: Real = { tracker: new OffsetTracker(), open: [] };
      void begin.run(model, real);
      fc.modelRun(() => ({ model, real }), steps);

      while (real.open.length > 0) void deliver(0).run(model, real);
      const due = real.tracker.committable();
      for (const [partition, { read, committed }] of model.partitions) {
        expect(due?.offsets.get(partition)).toBe(read > committed ? read : undefined);
        expect(real.tracker.positions().get(partition)).toBe(read);
      }
      if (due) real.tracker.committed(due.assignment, due.offsets);
      expect(real.tracker.committable()).toBeUndefined();
      commits += due?.offsets.size ?? 0;
    }),
    { numRuns: 300 },
  );
  // Runs in which nothing could be committed would prove nothing.
  expect(commits).toBeGreaterThan(100);
});
