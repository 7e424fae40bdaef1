import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { announce, runSteps } from "../lib/steps";
import { removeCluster } from "./clean";
import { KUBECONFIG, STATE } from "./layout";
import { withMachineLock } from "./machine-lock";
import { requireDebianRoot } from "./preflight";

export interface ClusterDownOptions {
  /** Keep images, volumes and the API's data for the next `cluster:up`. */
  readonly keepData: boolean;
}

/** How long programs in pods may end what they are doing: what is thrown away anyway need not be put in order. */
const GRACE_MS = { kept: 30_000, removed: 5_000 };

/** Takes the cluster off this machine, whatever state it is in. */
export async function clusterDown({ keepData }: ClusterDownOptions): Promise<void> {
  await requireDebianRoot();
  await withMachineLock(() =>
    runSteps([
      {
        title: "Remove the cluster",
        run: async (say) => {
          const removed = await removeCluster({ graceMs: keepData ? GRACE_MS.kept : GRACE_MS.removed, keepData });
          rmSync(dirname(KUBECONFIG), { recursive: true, force: true });
          announce(say)(
            removed ? (keepData ? `its data is kept in ${STATE}` : "nothing of it is left") : "there is none",
          );
        },
      },
    ]),
  );
}
