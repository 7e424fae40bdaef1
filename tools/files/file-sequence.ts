import { randomOf } from "../faults/schedule";

/** What happens to log files and to Filebeat; each is drawn as often as its number says. */
export const ACTIONS = {
  write: 40,
  "write-in-parts": 4,
  "write-text": 4,
  "write-blank": 2,
  rename: 8,
  copytruncate: 5,
  truncate: 3,
  delete: 3,
  crash: 3,
  "lose-registry": 1,
  "pause-kafka": 2,
} as const;

export type Action = keyof typeof ACTIONS;

export interface Step {
  readonly action: Action;
  /** Which of the files. */
  readonly file: number;
  /** How many lines are written; how long Kafka pauses, in seconds. */
  readonly amount: number;
  /** Until the next step, in milliseconds. */
  readonly pauseMs: number;
}

const WEIGHTED = Object.entries(ACTIONS).flatMap(([action, weight]) =>
  new Array<Action>(weight).fill(action as Action),
);

/** An endless sequence of steps over a number of files; the same for the same seed. */
export function* fileSequence(seed: number, files: number): Generator<Step, never> {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (;;) {
    yield {
      action: WEIGHTED[below(WEIGHTED.length)]!,
      file: below(files),
      amount: 1 + below(12),
      pauseMs: below(400),
    };
  }
}
