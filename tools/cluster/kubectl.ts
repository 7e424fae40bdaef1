import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exec, type ExecOptions, type ExecResult } from "../lib/exec";
import { renderKubeconfig } from "./configuration";
import { configurationFile, KUBECONFIG } from "./layout";
import { kubectlProgram } from "./programs";

/** Runs the cluster's own kubectl as its administrator. */
export type Kubectl = (args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** The administrator's kubeconfig of the machine, beside the components'. */
const ADMIN = configurationFile("admin.kubeconfig");

export function kubectl(cacheDir: string): Kubectl {
  const program = kubectlProgram(cacheDir);
  // A proxy of the user's knows no way to an address of this machine's own.
  const noProxy = { HTTPS_PROXY: undefined, https_proxy: undefined, ALL_PROXY: undefined, all_proxy: undefined };
  const env = { ...noProxy, KUBECACHEDIR: join(dirname(KUBECONFIG), "cache") };
  return (args, options = {}) => exec(program, ["--kubeconfig", ADMIN, ...args], { ...options, env });
}

/** Writes the administrator's kubeconfig, for the machine and for this checkout, and puts kubectl beside the latter. */
export function writeKubeconfigs(cacheDir: string): void {
  const content = renderKubeconfig("admin", (file) => readFileSync(file));
  for (const file of [ADMIN, KUBECONFIG]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: 0o600 });
    // The mode above is for a new file only.
    chmodSync(file, 0o600);
  }
  const link = join(dirname(KUBECONFIG), "kubectl");
  rmSync(link, { force: true });
  symlinkSync(kubectlProgram(cacheDir), link);
}
