import { setTimeout as delay } from "node:timers/promises";

export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** @default Math.random */
  readonly random?: () => number;
}

/** Waits between attempts: twice as long after each, up to a limit, and of that a random part, so that many who failed together do not return together. */
export class Backoff {
  private attempts = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** The next wait, in ms. */
  next(): number {
    const { initialMs, maxMs, random = Math.random } = this.options;
    const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(this.attempts, 30));
    this.attempts++;
    // At least a little: a wait of nothing is an attack on what just said that it is overloaded.
    return Math.max(Math.min(initialMs, ceiling) / 10, random() * ceiling);
  }

  reset(): void {
    this.attempts = 0;
  }
}

/** Resolves when the signal is aborted: for a race with what takes no signal. */
export function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Waits; returns early, without an error, when it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch {
    // Aborted: the caller asks the signal.
  }
}
