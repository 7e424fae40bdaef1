import { existsSync, rmSync } from "node:fs";
import { hostBefore, restoreHost } from "./host-before";
import { removeRules } from "./iptables";
import { PATHS, RUN, STATE } from "./layout";
import { unmountBelow } from "./mounts";
import { removeCables, removeNetwork } from "./network";
import { endPods, removeGroups } from "./pods";
import { stopComponent } from "./processes";

/**
 * Takes the node down as a reboot does: the kubelet, containerd and everything that they run, with what the kernel keeps for
 * them. Images, volumes and the API's data stay.
 *
 * @param graceMs how long the pods have to end by themselves
 */
export async function stopNode(graceMs: number): Promise<void> {
  // First, or it would start again what is stopped.
  await stopComponent("kubelet");
  await endPods(graceMs);
  await stopComponent("containerd");
  // What containerd started in its last moment.
  await endPods(0);
  await unmountBelow(RUN);
  await unmountBelow(PATHS.kubelet);
  await removeCables();
  rmSync(RUN, { recursive: true, force: true });
  await removeGroups();
}

/**
 * Takes the cluster off this machine, whatever state it is in, so that nothing tells that it was there. Safe to interrupt: what
 * tells how the machine was before goes when it is so again.
 *
 * @returns whether there was one
 */
export async function removeCluster(options: {
  readonly graceMs: number;
  readonly keepData: boolean;
}): Promise<boolean> {
  const before = hostBefore();
  if (before) {
    await stopNode(options.graceMs);
    await Promise.all(CONTROL_PLANE.map(stopComponent));
    await stopComponent("etcd");
    await removeNetwork();
    await removeRules(before.tables);
    restoreHost(before);
  }
  // Also the data that an earlier run kept.
  const found = existsSync(STATE);
  await unmountBelow(STATE);
  if (!options.keepData) rmSync(STATE, { recursive: true, force: true });
  return found;
}

/** What needs etcd, and nothing else of this. */
const CONTROL_PLANE = ["kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver"] as const;
