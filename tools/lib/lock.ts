import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./is-alive";
import { LOCAL_DIR } from "./paths";
import { UserError } from "./user-error";

/**
 * Runs one thing at a time in this checkout, or on this machine. A lock whose process is gone counts for nothing.
 *
 * @param directory where the lock is kept: one that all checkouts share makes it the machine's
 * @throws UserError naming the process that holds it
 */
export async function withLock<T>(name: string, run: () => Promise<T>, directory = LOCAL_DIR): Promise<T> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name}.lock`);
  const where = directory === LOCAL_DIR ? "in this checkout" : "on this machine";
  if (!claim(file)) {
    const holder = holderOf(file);
    if (holder !== undefined) {
      throw new UserError(
        `another run is under way ${where} (process ${holder}): wait for it, or end it with 'kill ${holder}'`,
      );
    }
    rmSync(file, { force: true });
    if (!claim(file)) throw new UserError(`another run started at the same moment ${where}: wait for it`);
  }
  try {
    return await run();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Whether the lock is now this process's: only one can make the file. */
function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // An empty file, left by a crash, reads as 0: that would ask for this process's own group.
    return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
