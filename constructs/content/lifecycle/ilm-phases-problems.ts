import { Problems } from "../../core/validation";
import { type HotPhase, type IlmPhases, PHASE_ORDER, type PhaseName } from "./ilm-phases";

/**
 * What Elasticsearch would refuse of phases, or do nothing about; empty if nothing. The rules are those of
 * `TimeseriesLifecycleType` and of the actions' own classes in its x-pack-core, against which a test holds them.
 */
export function phaseProblems(phases: IlmPhases): string[] {
  return new Problems()
    .add(actionProblems(phases))
    .add(ageProblems(phases))
    .add(hotProblems(phases.hot))
    .add(searchableSnapshotProblems(phases))
    .add(downsampleProblems(phases))
    .list();
}

/** What a phase may have, for whoever is not held back by the types. */
const ALLOWED: Readonly<Record<PhaseName, readonly string[]>> = {
  hot: ["rollover", "priority", "readOnly", "shrink", "forceMerge", "downsample", "searchableSnapshot"],
  warm: ["after", "priority", "readOnly", "allocate", "shrink", "forceMerge", "downsample"],
  cold: ["after", "priority", "readOnly", "allocate", "downsample", "searchableSnapshot"],
  frozen: ["after", "searchableSnapshot"],
  delete: ["after", "waitForSnapshotOf"],
};

function actionProblems(phases: IlmPhases): string[] {
  return PHASE_ORDER.flatMap((phase) =>
    Object.keys(phases[phase] ?? {})
      .filter((action) => !ALLOWED[phase].includes(action))
      .map(
        (action) =>
          `'${phase}.${action}': the phase '${phase}' has no such action, it has ${ALLOWED[phase].join(", ")}; remove it`,
      ),
  );
}

function ageProblems(phases: IlmPhases): string[] {
  const problems = new Problems();
  const ages = PHASE_ORDER.flatMap((phase) => {
    const after = phase === "hot" ? undefined : phases[phase]?.after;
    return after ? [{ phase, after }] : [];
  });
  ages.slice(1).forEach(({ phase, after }, index) => {
    const before = ages[index]!;
    problems.require(
      // Elasticsearch takes equal ages: the earlier phase is then passed through at once.
      after.toMilliseconds() > before.after.toMilliseconds(),
      `'${phase}.after' (${after}) must be more than '${before.phase}.after' (${before.after}): phases follow each other in the order ${PHASE_ORDER.join(", ")}, and '${before.phase}' would be passed through; raise it or remove '${before.phase}'`,
    );
  });
  return problems.list();
}

function hotProblems({ rollover, ...actions }: HotPhase): string[] {
  const afterRollover = Object.keys(actions).filter((action) => action !== "priority");
  return new Problems()
    .require(
      rollover !== undefined || afterRollover.length === 0,
      `'hot' has ${afterRollover.join(", ")} and no 'rollover': they are done to an index that takes no more lines; add 'rollover' or move them to 'warm'`,
    )
    .require(
      !rollover || (rollover.maxPrimaryShardSize.toBytes() > 0 && rollover.maxAge.toMilliseconds() > 0),
      `'hot.rollover' (${rollover?.maxPrimaryShardSize}, ${rollover?.maxAge}) must be above 0: each line would get an index of its own; raise it`,
    )
    .list();
}

function searchableSnapshotProblems(phases: IlmPhases): string[] {
  const { hot, warm, cold, frozen } = phases;
  const mounted = (["hot", "cold", "frozen"] as const).flatMap((phase) => {
    const repository = phases[phase]?.searchableSnapshot?.repository;
    return repository === undefined ? [] : [{ phase, repository }];
  });
  const [first, ...others] = mounted;
  const changing = (["shrink", "forceMerge", "downsample"] as const).filter((action) => warm?.[action]);
  return new Problems()
    .require(
      !frozen || mounted.some(({ phase }) => phase === "frozen"),
      "'frozen' has no 'searchableSnapshot', which is all that it is for: add it or remove the phase",
    )
    .add(
      others
        .filter(({ repository }) => repository !== first?.repository)
        .map(
          ({ phase, repository }) =>
            `'${phase}.searchableSnapshot' is in the repository '${repository}' and '${first?.phase}.searchableSnapshot' in '${first?.repository}': an index is mounted from one; name the same`,
        ),
    )
    .require(
      !hot.searchableSnapshot || changing.length === 0,
      `'warm' has ${changing.join(", ")}, and the index is a mounted snapshot since 'hot.searchableSnapshot', which nothing changes: remove one of them`,
    )
    .require(
      !(hot.searchableSnapshot && cold?.downsample),
      "'cold' has downsample, and the index is a mounted snapshot since 'hot.searchableSnapshot', which nothing changes: remove one of them",
    )
    .list();
}

function downsampleProblems(phases: IlmPhases): string[] {
  const steps = (["hot", "warm", "cold"] as const).flatMap((phase) => {
    const interval = phases[phase]?.downsample?.interval;
    return interval ? [{ phase, interval }] : [];
  });
  return steps.slice(1).flatMap(({ phase, interval }, index) => {
    const before = steps[index]!;
    const [now, then] = [interval.toMilliseconds(), before.interval.toMilliseconds()];
    if (now > then && now % then === 0) return [];
    return [
      `'${phase}.downsample' (${interval}) must be a multiple of '${before.phase}.downsample' (${before.interval}): it is made of the latter's documents; correct it`,
    ];
  });
}
