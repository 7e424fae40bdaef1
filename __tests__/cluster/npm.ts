import { exec, type ExecOptions } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";

/** Runs a script of this repository as a person would, by its name in tools/cli.ts. */
export function npm(script: string, args: readonly string[] = [], options: ExecOptions = {}) {
  return exec(process.execPath, ["tools/bootstrap.mjs", script, ...args], { cwd: ROOT, ...options });
}
