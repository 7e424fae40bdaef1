import { setTimeout as pause } from "node:timers/promises";
import { type Account, accountOf, aheadOfDelivery } from "./account";
import type { FaultsBed } from "./bed";
import type { Usage } from "./consumers";
import { inject } from "./inject";
import type { FaultName, Schedule } from "./schedule";

const STEADY_MS = 8_000;
const RECOVERY_LIMIT_S = 30;
/** Longer than the limit, so that a late recovery is told as what it is. */
const PATIENCE_MS = 90_000;

export interface Outcome extends Account {
  readonly seed: number;
  readonly faults: readonly FaultName[];
  readonly lines: number;
  /** From the end of the last fault until every line was delivered. */
  readonly recoverySeconds: number;
  readonly usage: Usage;
  /** What each metric grew by. */
  readonly moved: Readonly<Record<string, number>>;
}

export async function runSchedule(bed: FaultsBed, { seed, consumers, faults }: Schedule): Promise<Outcome> {
  await bed.consumers.scale(consumers);
  const before = await bed.consumers.scrape();
  const scraping = repeat(() => bed.consumers.scrape());
  const first = bed.load.written.size;
  bed.load.start();
  const started = Date.now();
  const failures: string[] = [];
  let faultsEnded = started;
  await Promise.all([
    pause(STEADY_MS),
    ...faults.map(async ({ fault, atMs, forMs }) => {
      await pause(atMs);
      await inject(fault, bed, forMs, consumers).catch((error: unknown) => failures.push(`${fault}: ${String(error)}`));
      faultsEnded = Math.max(faultsEnded, Date.now());
    }),
  ]);
  await bed.load.stop();
  const loadEnded = Date.now();

  const delivered = await delivery(bed);
  const after = await scraping.stop();
  const usage = bed.consumers.usage();
  // Looked at while nobody consumes: what is committed cannot move meanwhile.
  bed.consumers.killAll(true);
  await bed.consumers.allDead();
  const committed = await bed.committed();
  const found = await bed.found();
  const account = accountOf(bed.load.written, found);
  const recoverySeconds = (delivered - Math.max(faultsEnded, Math.min(loadEnded, delivered))) / 1000;
  return {
    ...account,
    seed,
    faults: faults.map(({ fault }) => fault),
    lines: bed.load.written.size - first,
    recoverySeconds,
    usage,
    moved: Object.fromEntries([...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)])),
    problems: [
      ...failures,
      ...account.problems.slice(0, 10),
      ...aheadOfDelivery(committed, found).slice(0, 10),
      ...(recoverySeconds > RECOVERY_LIMIT_S
        ? [`recovered after ${recoverySeconds} s, more than ${RECOVERY_LIMIT_S} s`]
        : []),
    ],
  };
}

/** When every line is somewhere, or patience ends: accounting tells then what is missing. */
async function delivery(bed: FaultsBed): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const asked = Date.now();
    const account = await bed.found().then(
      (found) => accountOf(bed.load.written, found),
      () => undefined,
    );
    if (account && account.indexed + account.dead >= bed.load.written.size) return asked;
    if (Date.now() > deadline) return Date.now();
    await pause(500);
  }
}

function repeat<T>(run: () => Promise<T>) {
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      await run();
      await pause(300);
    }
    return run();
  })();
  return {
    stop: () => {
      stopped = true;
      return loop;
    },
  };
}

export function describe(outcome: Outcome): string {
  const { seed, faults, lines, indexed, dead, duplicates, recoverySeconds, usage, problems } = outcome;
  const result = problems.length === 0 ? "ok  " : "FAIL";
  return `${result} seed ${seed} [${faults.join(", ")}] lines ${lines}, all so far: indexed ${indexed}, dead ${dead}, duplicates ${duplicates}; recovery ${recoverySeconds.toFixed(1)} s, rss ${usage.rssMiB} MiB, fds ${usage.fds}${problems.map((problem) => `\n     ${problem}`).join("")}`;
}
