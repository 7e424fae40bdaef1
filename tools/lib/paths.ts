import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The repository's root. */
export const ROOT = resolve(__dirname, "../..");

/** What a checkout produces and may lose at any time: logs of builds, the chosen source, Terraform's state of `local`. */
export const LOCAL_DIR = join(ROOT, ".local");

/** Downloads and builds, by content; shared by all checkouts. Safe to delete. Honours `XDG_CACHE_HOME`. */
export function cacheDir(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "log-pipeline");
}

/** Where cdktf writes what it synthesizes of a stack. */
export function stackDirectory(stack: string): string {
  return join(ROOT, "cdktf.out", "stacks", stack);
}
