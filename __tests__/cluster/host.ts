import { existsSync, readdirSync, readFileSync } from "node:fs";
import { CGROUP, RUN, STATE } from "../../tools/cluster/layout";
import { exec } from "../../tools/lib/exec";

/** What a cluster can leave on the machine that it ran on, by kind. */
export interface HostTraces {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly interfaces: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly rules: readonly string[];
  readonly folders: readonly string[];
}

export async function hostTraces(): Promise<HostTraces> {
  const rules = await Promise.all(["iptables-save", "ip6tables-save"].map(rulesOf));
  return {
    processes: clusterProcesses(),
    mounts: lines(readFileSync("/proc/self/mounts", "utf8")),
    // A container of a Docker Engine that comes or goes meanwhile is none of the cluster's.
    interfaces: readdirSync("/sys/class/net").filter((name) => !/^(veth|docker|br-)/.test(name)),
    networkNamespaces: existsSync("/run/netns") ? readdirSync("/run/netns") : [],
    rules: rules.flat(),
    folders: [STATE, RUN, "/var/lib/kubelet", "/var/lib/cni"].filter((path) => existsSync(path)),
  };
}

/** Processes of its components and of its pods, each of which is in the cluster's group or names one of its files. */
function clusterProcesses(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const group = readOr(`/proc/${pid}/cgroup`);
      const command = readOr(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
      return group.includes(`/${CGROUP}`) || [STATE, RUN].some((path) => command.includes(path)) ? [command] : [];
    });
}

/** Without counters and comments, and without what a Docker Engine changes as its containers come and go. */
async function rulesOf(program: string): Promise<string[]> {
  const { stdout } = await exec(program, [], { allowFailure: true });
  return lines(stdout)
    .filter((line) => !line.startsWith("#") && !/docker|br-/i.test(line))
    .map((line) => line.replace(/\[\d+:\d+\]/, ""))
    .sort();
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean).sort();
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
