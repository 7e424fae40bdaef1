import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { Size } from "../../constructs/core/size";
import { isDebianRoot } from "../host/debian";
import { exec, hasProgram } from "../lib/exec";
import { UserError, userErrorOf } from "../lib/user-error";
import { COMPONENT_NAMES, type ComponentName, LISTENS } from "./components";
import { CNI_PROGRAMS } from "./configuration";
import { NETWORK, STATE } from "./layout";
import { type HostProcess, hostProcesses, isRunning, pidOf } from "./processes";

/** Kubernetes itself and the first pods; a pipeline needs what its environment says on top. */
const MEMORY_NEEDED = Size.gibibytes(2);
/** The pipeline's images, unpacked, beside what they were unpacked from. */
const DISK_NEEDED = Size.gibibytes(6);

/** Debian packages that the cluster needs, and what tells that they are there. */
const HOST_PACKAGES: Readonly<Record<string, () => Promise<boolean>>> = {
  containerd: () => hasProgram("containerd"),
  runc: () => hasProgram("runc"),
  "containernetworking-plugins": () => Promise.resolve(existsSync(`${CNI_PROGRAMS}/bridge`)),
  iptables: () => hasProgram("iptables"),
  nftables: () => hasProgram("nft"),
  iproute2: () => hasProgram("ip"),
  openssl: () => hasProgram("openssl"),
};

export async function missingClusterPackages(): Promise<string[]> {
  const present = await Promise.all(Object.values(HOST_PACKAGES).map((isThere) => isThere()));
  return Object.keys(HOST_PACKAGES).filter((_, index) => !present[index]);
}

/** @throws UserError unless a cluster can be made, or removed, here at all */
export async function requireDebianRoot(): Promise<void> {
  if (await isDebianRoot()) return;
  throw new UserError(
    "a cluster needs root on Debian or Ubuntu, because it makes network interfaces, control groups and processes of the machine: run this there with sudo, or name a cluster of your own in environments/dev.ts",
  );
}

/** What is seen of the machine. */
export interface Sight {
  readonly processes: readonly HostProcess[];
  readonly listeners: readonly Listener[];
  readonly routes: readonly { readonly dst: string; readonly dev: string }[];
  /** In bytes. */
  readonly memory: number;
  readonly disk: number;
  readonly running: (name: ComponentName) => boolean;
  readonly ownKubelet: number | undefined;
}

/**
 * What would make the cluster fail late or harm another, found early.
 *
 * @throws UserError naming every problem
 */
export async function preflight(): Promise<void> {
  const problems = problemsOf(await look());
  if (problems.length > 0) throw userErrorOf(problems);
}

async function look(): Promise<Sight> {
  const { stdout } = await exec("ip", ["-4", "-json", "route", "show", "table", "all"], { allowFailure: true });
  const disk = await statfs(existsSync(STATE) ? STATE : dirname(STATE));
  return {
    processes: hostProcesses(),
    listeners: ["tcp", "tcp6"].flatMap((kind) => listeners(readFileSync(`/proc/net/${kind}`, "utf8"))),
    routes: JSON.parse(stdout.trim() || "[]") as Sight["routes"],
    memory: memoryAvailable(readFileSync("/proc/meminfo", "utf8")),
    disk: disk.bavail * disk.bsize,
    running: isRunning,
    ownKubelet: pidOf("kubelet"),
  };
}

/** Why a cluster cannot be here; empty if it can. What a cluster that already runs has taken is no problem. */
export function problemsOf(sight: Sight): string[] {
  const problems: string[] = [];
  for (const { pid } of sight.processes.filter(({ name, pid }) => name === "kubelet" && pid !== sight.ownKubelet)) {
    problems.push(
      `a kubelet that is not this cluster's runs on this machine (process ${pid}), and two of them end each other's pods: stop it, or name its cluster in environments/dev.ts`,
    );
  }
  for (const name of COMPONENT_NAMES.filter((component) => !sight.running(component))) {
    for (const { address, port } of LISTENS[name]) {
      const taken = sight.listeners.some((one) => one.port === port && ["0.0.0.0", address].includes(one.address));
      if (taken) {
        problems.push(
          `port ${address}:${port} (${name}) is in use: stop what holds it ('ss -ltnp sport = :${port}' tells), or change the port in tools/cluster/layout.ts`,
        );
      }
    }
  }
  for (const { dst, dev } of sight.routes) {
    if (dev === NETWORK.bridge || dst === "default") continue;
    const taken = [NETWORK.pods, NETWORK.services].filter((range) => overlap(range, dst));
    if (taken.length > 0) {
      problems.push(
        `${taken.join(" and ")} would hide the route to ${dst} (${dev}): change the ranges of NETWORK in tools/cluster/layout.ts to some that no route has ('ip route' lists them)`,
      );
    }
  }
  if (!sight.running("kube-apiserver") && sight.memory < MEMORY_NEEDED.toBytes()) {
    problems.push(
      `${mebibytes(sight.memory)} MiB of memory are available, Kubernetes needs ${MEMORY_NEEDED}: stop what else runs here ('npm run down' stops the local environment)`,
    );
  }
  if (sight.disk < DISK_NEEDED.toBytes()) {
    problems.push(
      `${dirname(STATE)} has ${mebibytes(sight.disk)} MiB free, ${DISK_NEEDED} are needed for images and volumes: free some ('docker system df' tells what Docker holds)`,
    );
  }
  return problems;
}

export interface Listener {
  /** 0.0.0.0 stands for every address, of either kind. */
  readonly address: string;
  readonly port: number;
}

/** Who waits for connections, from /proc/net/tcp or tcp6. */
export function listeners(table: string): Listener[] {
  return table.split("\n").flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    const [address, port] = local?.split(":") ?? [];
    // The kernel's number for a socket that listens.
    if (state !== "0A" || !address || !port) return [];
    return [{ address: readAddress(address), port: Number.parseInt(port, 16) }];
  });
}

/** An IPv4 address is four bytes in the order of the machine; of IPv6 only "every address" matters here. */
function readAddress(hex: string): string {
  if (/^0+$/.test(hex)) return "0.0.0.0";
  if (hex.length !== 8) return hex;
  return [6, 4, 2, 0].map((start) => Number.parseInt(hex.slice(start, start + 2), 16)).join(".");
}

/** Whether two ranges such as 10.0.0.0/8, or single addresses, have one in common. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [range(one), range(other)];
  return a.first <= b.last && b.first <= a.last;
}

function range(cidr: string): { first: number; last: number } {
  const [address = "", prefix = "32"] = cidr.split("/");
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** In bytes, from /proc/meminfo. */
export function memoryAvailable(meminfo: string): number {
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
