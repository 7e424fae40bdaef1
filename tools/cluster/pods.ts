import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CGROUP, CONTAINERD_SOCKET, RUN } from "./layout";
import { cgroupRoots } from "./mounts";
import { endProcesses, hostProcesses } from "./processes";

/** The cluster's group in every hierarchy. The kubelet wants to find it; all of its pods are in it. */
function groups(): string[] {
  return cgroupRoots(readFileSync("/proc/self/mountinfo", "utf8")).map((root) => join(root, CGROUP));
}

export function ensureGroups(): void {
  for (const group of groups()) mkdirSync(group, { recursive: true });
}

/** Ends every process of every pod: whatever started it, it is in the cluster's group. */
export async function endPods(graceMs: number): Promise<void> {
  await endProcesses([...new Set(groups().flatMap(processesIn))], graceMs);
  await endProcesses(shims(), 0);
  removeShimSockets();
}

/** containerd's helpers: one a pod, and each outlives a containerd that was killed. */
function shims(): number[] {
  return hostProcesses()
    .filter(({ name, args }) => name.startsWith("containerd-shim") && args.includes(CONTAINERD_SOCKET))
    .map(({ pid }) => pid);
}

/** A helper listens at a place that all containerds of a machine share; only its own folder tells which is whose. */
function removeShimSockets(): void {
  const tasks = join(RUN, "containerd", "io.containerd.runtime.v2.task", "k8s.io");
  if (!existsSync(tasks)) return;
  for (const task of readdirSync(tasks)) {
    const file = join(tasks, task, "address");
    if (existsSync(file))
      rmSync(
        readFileSync(file, "utf8")
          .trim()
          .replace(/^unix:\/\//, ""),
        { force: true },
      );
  }
}

/** The kernel frees a group some time after its last process. */
export async function removeGroups(): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (const group of groups()) {
    while (!removed(group) && Date.now() < deadline) await pause(100);
  }
}

function removed(group: string): boolean {
  try {
    for (const inner of [...innerGroups(group)].reverse()) rmdirSync(inner);
    return true;
  } catch {
    return !existsSync(group);
  }
}

/** A group and those in it, the outermost first. */
function innerGroups(group: string): string[] {
  if (!existsSync(group)) return [];
  const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [group, ...inner.flatMap((entry) => innerGroups(join(group, entry.name)))];
}

function processesIn(group: string): number[] {
  return innerGroups(group).flatMap((inner) => {
    try {
      return readFileSync(join(inner, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
    } catch {
      // It went meanwhile.
      return [];
    }
  });
}
