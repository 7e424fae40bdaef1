import { describe, expect, test } from "@jest/globals";
import { type IlmPhases, renderPhases } from "../../../../constructs/content/lifecycle/ilm-phases";
import { phaseProblems } from "../../../../constructs/content/lifecycle/ilm-phases-problems";
import { IndexLifecyclePolicy } from "../../../../constructs/content/lifecycle/lifecycle-policy";
import { retentionOf, retentionText } from "../../../../constructs/content/lifecycle/retention";
import { Duration } from "../../../../constructs/core/duration";
import { Size } from "../../../../constructs/core/size";
import { MANAGED_BY } from "../../../../contract/index-template";
import { scope } from "../../../support/content";

const ROLLOVER = { maxPrimaryShardSize: Size.gibibytes(50), maxAge: Duration.days(1) };
const HOT: IlmPhases = { hot: { rollover: ROLLOVER } };
const days = (amount: number) => ({ after: Duration.days(amount) });
const SNAPSHOT = { searchableSnapshot: { repository: "r" } };

/** Everything that there is. */
const ALL: IlmPhases = {
  hot: { rollover: ROLLOVER, priority: 100, readOnly: true },
  warm: {
    ...days(2),
    priority: 50,
    readOnly: true,
    allocate: { replicas: 0 },
    shrink: { shards: 1 },
    forceMerge: { segments: 1 },
  },
  cold: { ...days(3), priority: 0, ...SNAPSHOT },
  frozen: { ...days(4), ...SNAPSHOT },
  delete: { ...days(5), waitForSnapshotOf: "p" },
};

test("phases are written as Elasticsearch has them", () => {
  expect(phaseProblems(ALL)).toEqual([]);
  expect(renderPhases(ALL)).toEqual({
    hot: {
      actions: {
        rollover: { max_primary_shard_size: "50gb", max_age: "1d" },
        set_priority: { priority: 100 },
        readonly: {},
      },
    },
    warm: {
      min_age: "2d",
      actions: {
        set_priority: { priority: 50 },
        readonly: {},
        allocate: { number_of_replicas: 0 },
        shrink: { number_of_shards: 1 },
        forcemerge: { max_num_segments: 1 },
      },
    },
    cold: {
      min_age: "3d",
      actions: { set_priority: { priority: 0 }, searchable_snapshot: { snapshot_repository: "r" } },
    },
    frozen: { min_age: "4d", actions: { searchable_snapshot: { snapshot_repository: "r" } } },
    delete: { min_age: "5d", actions: { wait_for_snapshot: { policy: "p" }, delete: {} } },
  });
});

test("downsampling says its interval", () => {
  const downsample = { interval: Duration.hours(1) };
  expect(renderPhases({ hot: { rollover: ROLLOVER, downsample } })).toMatchObject({
    hot: { actions: { downsample: { fixed_interval: "1h" } } },
  });
});

describe("is refused, and the other side of the bound is not", () => {
  test.each<[rule: string, good: IlmPhases, bad: IlmPhases, message: string]>([
    [
      "ages that descend",
      { ...HOT, warm: days(2), delete: days(3) },
      { ...HOT, warm: days(3), delete: days(3) },
      "'delete.after' (72h) must be more than 'warm.after' (72h)",
    ],
    [
      "ages that descend over a phase that is not there",
      { ...HOT, warm: days(2), frozen: { ...days(3), ...SNAPSHOT } },
      { ...HOT, warm: days(4), frozen: { ...days(3), ...SNAPSHOT } },
      "'frozen.after' (72h) must be more than 'warm.after' (96h)",
    ],
    [
      "an action that a phase does not have",
      { ...HOT, warm: { ...days(1), shrink: { shards: 1 } } },
      { ...HOT, cold: { ...days(1), shrink: { shards: 1 } } as IlmPhases["cold"] & object },
      "'cold.shrink': the phase 'cold' has no such action",
    ],
    [
      "work on an index that takes lines",
      { hot: { rollover: ROLLOVER, forceMerge: { segments: 1 } } },
      { hot: { forceMerge: { segments: 1 } } },
      "'hot' has forceMerge and no 'rollover'",
    ],
    [
      "an index for each line",
      HOT,
      { hot: { rollover: { ...ROLLOVER, maxAge: Duration.seconds(0) } } },
      "'hot.rollover' (50 GiB, 0ms) must be above 0",
    ],
    [
      "a frozen phase that freezes nothing",
      { ...HOT, frozen: { ...days(1), ...SNAPSHOT } },
      { ...HOT, frozen: days(1) as IlmPhases["frozen"] & object },
      "'frozen' has no 'searchableSnapshot'",
    ],
    [
      "two repositories",
      { ...HOT, cold: { ...days(1), ...SNAPSHOT }, frozen: { ...days(2), ...SNAPSHOT } },
      {
        ...HOT,
        cold: { ...days(1), ...SNAPSHOT },
        frozen: { ...days(2), searchableSnapshot: { repository: "other" } },
      },
      "'frozen.searchableSnapshot' is in the repository 'other' and 'cold.searchableSnapshot' in 'r'",
    ],
    [
      "a change of a mounted snapshot",
      { hot: { rollover: ROLLOVER, ...SNAPSHOT }, warm: { ...days(1), readOnly: true } },
      { hot: { rollover: ROLLOVER, ...SNAPSHOT }, warm: { ...days(1), forceMerge: { segments: 1 } } },
      "'warm' has forceMerge, and the index is a mounted snapshot since 'hot.searchableSnapshot'",
    ],
    [
      "a coarser interval that is no multiple",
      {
        hot: { rollover: ROLLOVER, downsample: { interval: Duration.hours(1) } },
        warm: { ...days(1), downsample: { interval: Duration.hours(2) } },
      },
      {
        hot: { rollover: ROLLOVER, downsample: { interval: Duration.hours(1) } },
        warm: { ...days(1), downsample: { interval: Duration.minutes(90) } },
      },
      "'warm.downsample' (90m) must be a multiple of 'hot.downsample' (1h)",
    ],
  ])("%s", (_, good, bad, message) => {
    expect(phaseProblems(good)).toEqual([]);
    expect(phaseProblems(bad)).toEqual([expect.stringContaining(message)]);
  });

  test("all at once, each with the policy's name", () => {
    const phases: IlmPhases = { hot: { readOnly: true }, warm: days(3), delete: days(2) };
    expect(() => new IndexLifecyclePolicy(scope(), "Policy", { name: "p", phases })).toThrow(
      expect.objectContaining({
        problems: [
          expect.stringContaining("_ilm/policy/p: 'delete.after' (48h)"),
          expect.stringContaining("_ilm/policy/p: 'hot' has readOnly"),
        ],
      }),
    );
  });
});

describe("how long lines are kept", () => {
  const text = (phases: IlmPhases, takesLinesFor?: Duration) => {
    const retention = retentionOf(phases, takesLinesFor);
    return retention && retentionText(retention);
  };

  test("the first line of an index waits for its rollover; Elasticsearch looks every ten minutes", () => {
    expect(text({ ...HOT, delete: days(14) })).toBe("14 to 15.01 days");
  });

  test("an age of what nothing rolls over counts from its first line", () => {
    expect(text({ hot: {}, delete: days(45) }, Duration.days(31))).toBe("14 to 45.01 days");
  });

  test("for ever, where nothing deletes them", () => {
    expect(text(HOT)).toBeUndefined();
  });

  test("is in the policy, beside our mark", () => {
    const policy = new IndexLifecyclePolicy(scope(), "Policy", { name: "p", phases: { ...HOT, delete: days(14) } });
    expect(policy.body()).toMatchObject({
      policy: { _meta: { managed_by: MANAGED_BY, lines_are_kept: "14 to 15.01 days" } },
    });
  });
});
