import { existsSync, readFileSync } from "node:fs";
import { exec } from "../lib/exec";
import type { Say } from "../lib/steps";
import { listContainers, listNetworks } from "./containers";

/**
 * Removes what an interrupted run left behind and the next one would trip over: containers and networks of the
 * environment that Terraform's state does not know, and one-shot containers that failed. Volumes are data and stay; the
 * provider takes them up again by name.
 */
export async function removeLeftovers(environment: string, stateFile: string, say: Say): Promise<void> {
  const known = idsInState(stateFile);
  for (const container of await listContainers(environment)) {
    const failed = container.state === "exited" && container.exitCode !== 0 && container.oneShot;
    if (known.has(container.id) && !failed) continue;
    say(`removing container ${container.name}: ${failed ? "it failed, and runs again" : "left by an interrupted run"}`);
    await exec("docker", ["rm", "--force", "--volumes", container.id]);
  }
  for (const id of await listNetworks(environment)) {
    if (known.has(id)) continue;
    say(`removing network ${id.slice(0, 12)}: left by an interrupted run`);
    await exec("docker", ["network", "rm", id]);
  }
}

/** Stops and removes every container of the environment, those that others depend on last, and its networks. */
export async function removeContainers(environment: string, say: Say): Promise<void> {
  const containers = await listContainers(environment);
  const isStore = (name: string) => STORES.some((store) => name.endsWith(`-${store}`));
  for (const group of [
    containers.filter(({ name }) => !isStore(name)),
    containers.filter(({ name }) => isStore(name)),
  ]) {
    if (group.length === 0) continue;
    say(`stopping ${group.map((container) => container.name).join(", ")}`);
    // Each has its own grace period, which it was created with.
    await exec("docker", ["stop", ...group.map((container) => container.id)]);
    await exec("docker", ["rm", "--volumes", ...group.map((container) => container.id)]);
  }
  for (const id of await listNetworks(environment)) await exec("docker", ["network", "rm", id]);
}

/** The consumer drains into both: they go last. */
const STORES = ["kafka", "elasticsearch"];

/** Ids of all resources in a Terraform state; none where there is no state. */
export function idsInState(stateFile: string): Set<string> {
  if (!existsSync(stateFile)) return new Set();
  const text = readFileSync(stateFile, "utf8");
  if (text.trim() === "") return new Set();
  const state = JSON.parse(text) as { resources?: { instances?: { attributes?: { id?: string } }[] }[] };
  return new Set(
    (state.resources ?? []).flatMap((resource) =>
      (resource.instances ?? []).flatMap((one) => one.attributes?.id ?? []),
    ),
  );
}
