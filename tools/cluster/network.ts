import { exec } from "../lib/exec";
import { changeSetting } from "./host-before";
import { ensureRules } from "./iptables";
import { NETWORK } from "./layout";

/** Makes the bridge, and lets the machine route between it and the world. Safe to repeat. */
export async function ensureNetwork(): Promise<void> {
  if (!(await hasBridge())) await exec("ip", ["link", "add", NETWORK.bridge, "type", "bridge"]);
  await exec("ip", ["address", "replace", `${NETWORK.address}/${NETWORK.prefix}`, "dev", NETWORK.bridge]);
  await exec("ip", ["link", "set", NETWORK.bridge, "up"]);
  // Built into some kernels, which then have no such module; others filter what crosses a bridge only with it.
  await exec("modprobe", ["br_netfilter"], { allowFailure: true }).catch(() => undefined);
  for (const setting of ["net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"]) changeSetting(setting, "1");
  await ensureRules();
}

/** Takes away the bridge and the ends of the pods' cables that are plugged into it. */
export async function removeNetwork(): Promise<void> {
  if (!(await hasBridge())) return;
  await removeCables();
  await exec("ip", ["link", "delete", NETWORK.bridge]);
}

/** A cable goes with its pod's network namespace, but a moment later, and never if something holds that. */
export async function removeCables(): Promise<void> {
  const { stdout } = await exec("ip", ["-json", "link", "show", "master", NETWORK.bridge], { allowFailure: true });
  const cables = JSON.parse(stdout.trim() || "[]") as readonly { ifname?: string }[];
  for (const { ifname } of cables) {
    if (ifname) await exec("ip", ["link", "delete", ifname], { allowFailure: true });
  }
}

async function hasBridge(): Promise<boolean> {
  return (await exec("ip", ["link", "show", NETWORK.bridge], { allowFailure: true })).exitCode === 0;
}
