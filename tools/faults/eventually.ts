import { setTimeout as pause } from "node:timers/promises";

/** Asks again, also after an error, until the answer is yes. @throws Error after `forMs`, with what was waited for */
export async function eventually(what: string, forMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + forMs;
  let last = "";
  for (;;) {
    const so = await isSo().catch((error: unknown) => {
      last = `: ${String(error)}`;
      return false;
    });
    if (so) return;
    if (Date.now() > deadline) throw new Error(`${what}: not so after ${forMs / 1000} s${last}`);
    await pause(200);
  }
}
