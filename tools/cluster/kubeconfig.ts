import { readFileSync } from "node:fs";
import { UserError } from "../lib/user-error";
import { writeKubeconfigs } from "./kubectl";
import { KUBECONFIG } from "./layout";
import { requireDebianRoot } from "./preflight";
import { isRunning } from "./processes";

/**
 * Prints where this checkout's kubeconfig is, or what is in it. Another checkout may have made the cluster, so it is written
 * first.
 */
export async function printKubeconfig(cacheDirectory: string, raw: boolean): Promise<void> {
  await requireDebianRoot();
  if (!isRunning("kube-apiserver"))
    throw new UserError("no cluster runs on this machine: 'npm run cluster:up' makes one");
  writeKubeconfigs(cacheDirectory);
  process.stdout.write(raw ? readFileSync(KUBECONFIG, "utf8") : `${KUBECONFIG}\n`);
}
