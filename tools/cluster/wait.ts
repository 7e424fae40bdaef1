import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../lib/user-error";
import { COMPONENT_NAMES, type ComponentName } from "./components";
import { isRunning, lastWords, logFile } from "./processes";

const PATIENCE_MS = 180_000;
const INTERVAL_MS = 300;

/**
 * Waits until something is so, as long as the components that it needs are alive.
 *
 * @throws UserError with the last words of a component that ended, or after three minutes
 */
export async function waitUntil(
  what: string,
  needs: readonly ComponentName[],
  isSo: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    signal?.throwIfAborted();
    const ended = needs.find((name) => !isRunning(name));
    if (ended) throw new UserError(`${ended} has ended (${logFile(ended)} tells more):\n${lastWords(ended)}`);
    if (Date.now() > deadline) {
      throw new UserError(
        `${what}: not after ${PATIENCE_MS / 1000} s. What the components say:\n${needs
          .map((name) => `${name}: ${lastWords(name, 2)}`)
          .join("\n")}`,
      );
    }
    await pause(INTERVAL_MS);
  }
}

/** Everything that a running cluster is made of. */
export const ALL: readonly ComponentName[] = COMPONENT_NAMES;
