import { UserError } from "../lib/user-error";

/** The start of the names of a bed's containers and network; runs on beds of different names do not meet. */
export const bedName = (name: string) => `log-pipeline-${name}`;
export const DEFAULT_BED = "faults";

export const FAULTS = [
  "kill-during-bulk",
  "terminate",
  "kill-one",
  "kill-before-commit",
  "kill-after-dead-letter",
  "rebalance",
  "kafka-restart",
  "kafka-kill",
  "kafka-reset",
  "kafka-stall",
  "expire",
  "more-partitions",
  "elasticsearch-kill",
  "elasticsearch-pause",
  "answer-429",
  "answer-503",
  "answer-401",
  "answer-404",
  "answer-405",
  "answer-foreign",
  "item-429",
  "item-limit",
  "record-refused",
  "half-answer",
  "reset-before",
  "reset-after",
  "slow-answer",
  "hold",
  "read-only-block",
  "expired-password",
  "clock-steps",
  "replay",
] as const;

export type FaultName = (typeof FAULTS)[number];

export interface PlannedFault {
  readonly fault: FaultName;
  /** After the schedule's start, in milliseconds. */
  readonly atMs: number;
  readonly forMs: number;
}

export interface Schedule {
  readonly seed: number;
  readonly consumers: number;
  readonly faults: readonly PlannedFault[];
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One to four faults within some 10 s, overlapping or not; the same for the same seed. */
export function scheduleOf(seed: number, among: readonly FaultName[] = FAULTS): Schedule {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const left = [...among];
  const consumers = 1 + below(3);
  const faults: PlannedFault[] = [];
  for (let wanted = 1 + below(4); wanted > 0 && left.length > 0; wanted--) {
    const [fault] = left.splice(below(left.length), 1);
    faults.push({ fault: fault!, atMs: 1_000 + below(5_000), forMs: 1_000 + below(4_000) });
  }
  return { seed, consumers, faults: faults.sort((a, b) => a.atMs - b.atMs) };
}

/** How long a fault lasts that needs longer to show, in milliseconds: until reading waits, or until a request times out. */
const LONG_MS: Partial<Record<FaultName, number>> = {
  rebalance: 3_000,
  // Commits are made once a second.
  "kafka-reset": 2_500,
  // Longer than the timeout of a request to Kafka.
  "kafka-stall": 32_000,
  "answer-429": 3_000,
  "answer-503": 3_000,
  "answer-401": 3_000,
  "answer-404": 3_000,
  "answer-405": 3_000,
  // A dead letter comes four times a second.
  "record-refused": 3_000,
  "slow-answer": 4_000,
  hold: 4_000,
  "read-only-block": 3_500,
  "clock-steps": 3_000,
};

/** Each fault alone. */
export function stageSchedules(among: readonly FaultName[] = FAULTS): readonly Schedule[] {
  return among.map((fault) => ({
    seed: 0,
    consumers: 2,
    faults: [{ fault, atMs: 200, forMs: LONG_MS[fault] ?? 1_500 }],
  }));
}

/** @throws UserError naming what is no fault, and what there is instead */
export function requireFaults(names: readonly string[]): void {
  const unknown = names.filter((name) => !(FAULTS as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new UserError(
      `no such fault: ${unknown.join(", ")}. '--only' takes one of ${[...FAULTS].sort().join(", ")}.`,
    );
}

/**
 * A bed also names a directory in .local, which is made anew, and a file of results: only of faults, so that it cannot be
 * Terraform's state or another suite's.
 *
 * @throws UserError for what is no such name
 */
export function requireBed(name: string): void {
  if (name !== DEFAULT_BED && !/^faults-[a-z0-9]{1,24}$/.test(name))
    throw new UserError(
      `'--bed' is ${name}: it must be '${DEFAULT_BED}', or 'faults-' and up to 24 lower-case letters and digits`,
    );
}

/** What runs the same faults at the same times again. @param only what the schedule was chosen among */
export function commandFor({ seed, faults }: Schedule, only: readonly FaultName[] | undefined): string {
  const flags =
    seed === 0
      ? ["--schedules 0", `--only ${faults[0]!.fault}`]
      : [`--seed ${seed}`, "--schedules 1", ...flagsOf(only)];
  return `npm run test:faults -- ${flags.join(" ")}`;
}

function flagsOf(only: readonly FaultName[] = []): string[] {
  return only.map((fault) => `--only ${fault}`);
}
