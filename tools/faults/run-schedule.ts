import { setTimeout as pause } from "node:timers/promises";
import { type Account, accountOf, aheadOfDelivery } from "./account";
import type { FaultsBed } from "./bed";
import { eventually } from "./eventually";
import { inject } from "./inject";
import { PACE } from "./load";
import type { FaultName, Schedule } from "./schedule";

export const LIMIT = { recoverySeconds: 30, rssMiB: 300, fds: 10 } as const;
const STEADY_MS = 8_000;
/** Longer than the limit, so that a late recovery is told as what it is. */
const PATIENCE_MS = 45_000;
const SETTLES_WITHIN_MS = 60_000;
/** Of each kind, so that a run that went wrong can be read. */
const PROBLEMS_TOLD = 5;

export interface Outcome extends Account {
  readonly seed: number;
  readonly faults: readonly FaultName[];
  readonly consumers: number;
  readonly lines: number;
  /** How often the committed offsets were held against what is delivered. */
  readonly offsetsLookedAt: number;
  /** From the end of the last fault until a line that was written after it, and every one before, was delivered. */
  readonly recoverySeconds: number;
  /** The most of any consumer at any time. */
  readonly rssMiB: number;
  readonly fds: { readonly before: number; readonly after: number };
  /** What each counter grew by, and the most of each gauge. */
  readonly moved: ReadonlyMap<string, number>;
}

export async function runSchedule(bed: FaultsBed, { seed, consumers, faults }: Schedule): Promise<Outcome> {
  const { load, observer, consumers: group } = bed;
  await group.scale(consumers);
  await eventually("the group is settled", SETTLES_WITHIN_MS, () => observer.isSettled(consumers));
  const from = load.acknowledged + 1;
  const range = () => ({ from, to: load.acknowledged });
  load.start();
  const problems: string[] = [];
  // Lines flow before anything goes wrong.
  await eventually("lines are delivered before the fault", PATIENCE_MS, () => observer.isDelivered({ from, to: from }));
  const fdsBefore = group.usage().fds;
  await group.scrape();
  group.meter.reset();
  let rssMiB = 0;
  const watching = repeat(async () => {
    await group.scrape();
    rssMiB = Math.max(rssMiB, group.usage().rssMiB);
  });

  let offsetsLookedAt = 0;
  // In this order: what is delivered meanwhile is never too little.
  const lookAtOffsets = () =>
    eventually("offsets are read", PATIENCE_MS, async () => {
      const committed = await observer.committed();
      const ahead = aheadOfDelivery(committed, await observer.found(range()), from);
      problems.push(...ahead.slice(0, PROBLEMS_TOLD));
      offsetsLookedAt++;
      return true;
    });
  // What comes during a long outage is caught up with on a machine that does something else, too.
  const slower = setTimeout(() => (load.paceMs = PACE.low), STEADY_MS);
  let faultsEnded = 0;
  await Promise.all(
    faults.map(async ({ fault, atMs, forMs }) => {
      await pause(atMs);
      await inject(fault, bed, { forMs, consumers, lookAtOffsets }).catch((error: unknown) =>
        problems.push(`${fault}: ${String(error)}`),
      );
      faultsEnded = Math.max(faultsEnded, Date.now());
    }),
  );
  clearTimeout(slower);
  load.paceMs = PACE.low;
  await load.oneMoreBatch();
  const told = (error: unknown) => void problems.push(String(error));
  const recovering = range();
  await eventually("all is delivered", PATIENCE_MS, () => observer.isDelivered(recovering)).catch(told);
  const recoverySeconds = (Date.now() - faultsEnded) / 1000;
  await load.stop();
  const whole = range();
  // What was lost does not come by waiting once more.
  const patience = problems.length > 0 ? 5_000 : PATIENCE_MS;
  await eventually("the last lines are delivered", patience, () => observer.isDelivered(whole)).catch(told);
  await eventually("the group is settled again", SETTLES_WITHIN_MS, () => observer.isSettled(consumers)).catch(told);
  await eventually(`open files are back from ${fdsBefore}`, 15_000, () =>
    Promise.resolve(group.usage().fds <= fdsBefore + LIMIT.fds),
  ).catch(told);
  await watching.stop();
  const account = accountOf(whole, await observer.found(whole));
  problems.push(...account.problems.slice(0, PROBLEMS_TOLD));
  if (recoverySeconds > LIMIT.recoverySeconds)
    problems.push(`recovered after ${recoverySeconds} s, more than ${LIMIT.recoverySeconds} s`);
  if (rssMiB > LIMIT.rssMiB) problems.push(`a consumer had ${rssMiB} MiB, more than ${LIMIT.rssMiB} MiB`);
  return {
    ...account,
    seed,
    faults: faults.map(({ fault }) => fault),
    consumers,
    lines: whole.to - whole.from + 1,
    offsetsLookedAt,
    recoverySeconds,
    rssMiB,
    fds: { before: fdsBefore, after: group.usage().fds },
    moved: group.meter.moved,
    problems,
  };
}

function repeat(run: () => Promise<void>) {
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      await run();
      await pause(250);
    }
    await run();
  })();
  return {
    stop: () => {
      stopped = true;
      return loop;
    },
  };
}

export function describe(outcome: Outcome): string {
  const { seed, faults, consumers, lines, dead, duplicates, recoverySeconds, rssMiB, fds, problems } = outcome;
  const result = problems.length === 0 ? "ok  " : "FAIL";
  const counts = `${lines} lines, ${dead} dead letters, ${duplicates} duplicates`;
  const usage = `recovery ${recoverySeconds.toFixed(1)} s, ${rssMiB} MiB, files ${fds.before} to ${fds.after}`;
  const kills = outcome.offsetsLookedAt > 0 ? `, offsets looked at ${outcome.offsetsLookedAt} times` : "";
  const what = `${seed === 0 ? "" : `seed ${seed} `}[${faults.join(", ")}]`;
  return `${result} ${what} ${consumers} consumers, ${counts}; ${usage}${kills}${problems.map((problem) => `\n     ${problem}`).join("")}`;
}
