import { setTimeout as pause } from "node:timers/promises";

/** Waits for something to become true, rather than for a time in which it mostly does. */
export async function until(what: string, condition: () => Promise<boolean>, patienceMs = 180_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain until ${what}`);
    await pause(250);
  }
}
