import { existsSync, readFileSync } from "node:fs";
import { exec, hasProgram } from "../lib/exec";
import type { Say } from "../lib/steps";
import { UserError } from "../lib/user-error";

/** Whether packages can be installed here: root, on Debian or Ubuntu or what is made from them. */
export async function isDebianRoot(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !existsSync("/etc/os-release")) return false;
  const release = readFileSync("/etc/os-release", "utf8");
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release) && (await hasProgram("apt-get"));
}

/** Installs Debian packages, without what they merely recommend. */
export async function installDebianPackages(
  packages: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await exec("apt-get", ["update"], { env, onLine });
  await exec("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env, onLine });
}

/**
 * Installs the packages that are missing, and says so before.
 *
 * @param purpose begins the sentence that names them: "images are built with"
 * @throws UserError with the command to run where that is for the user to do
 */
export async function ensurePackages(missing: readonly string[], purpose: string, say: Say): Promise<void> {
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(" ")}`;
  if (!(await isDebianRoot()))
    throw new UserError(`${purpose} ${missing.join(", ")}: run 'sudo ${command}' and repeat`);
  say(`installing on this machine: ${command}`);
  await installDebianPackages(missing, say);
}
