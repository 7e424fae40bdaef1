import { Backoff, sleep } from "../backoff";
import { describeError, RateLimit, type Log } from "../log";

/** What a command needs did not come in time. */
export class DeadlineError extends Error {}

/**
 * Tries until it works or the deadline has passed.
 *
 * @param what is waited for, as in "Kafka"
 * @param isFinal whether an error will not go away by waiting
 * @throws DeadlineError, or the error that is final
 */
export async function waitFor<T>(
  what: string,
  deadlineMs: number,
  log: Log,
  attempt: () => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const until = Date.now() + deadlineMs;
  const backoff = new Backoff({ initialMs: 200, maxMs: 5_000 });
  const warnings = new RateLimit(5_000);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) throw error;
      const left = until - Date.now();
      if (left <= 0) throw new DeadlineError(`${what} was not ready within ${deadlineMs} ms: ${describeError(error)}`);
      warnings.allow(what, () => log.info({ error: describeError(error) }, `waiting for ${what}`));
      await sleep(Math.min(backoff.next(), left));
    }
  }
}
