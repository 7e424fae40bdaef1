import { existsSync, readFileSync } from "node:fs";
import { exec, hasProgram } from "../lib/exec";

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
