import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { presentTables } from "./iptables";
import { PATHS, STATE } from "./layout";

/** How the machine was before the cluster, as far as the cluster's programs change it. */
const schema = z.object({
  /** Paths that were not there. */
  absent: z.array(z.string()),
  settings: z.record(z.string(), z.string()),
  tables: z.object({ iptables: z.array(z.string()).readonly(), ip6tables: z.array(z.string()).readonly() }),
});
export type HostBefore = Readonly<z.output<typeof schema>>;

/** Where programs write whatever they are told, from the kubelet's device plugins to the CNI plugins' results. */
const WRITTEN = ["/var/lib/kubelet", "/var/lib/cni", "/var/log/containers", "/run/xtables.lock"];

/** Kernel settings that the cluster, the kubelet or kube-proxy change. */
const SETTINGS = [
  "net/ipv4/ip_forward",
  "net/bridge/bridge-nf-call-iptables",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];

/** Notes it, once, before anything is changed. */
export async function noteHost(): Promise<void> {
  if (existsSync(PATHS.before)) return;
  const before: z.input<typeof schema> = {
    absent: WRITTEN.filter((path) => !existsSync(path)),
    settings: Object.fromEntries(
      SETTINGS.filter((name) => existsSync(file(name))).map((name) => [name, readFileSync(file(name), "utf8").trim()]),
    ),
    tables: await presentTables(),
  };
  mkdirSync(STATE, { recursive: true, mode: 0o700 });
  writeFileSync(`${PATHS.before}.new`, JSON.stringify(before, null, 2));
  // Whole or not at all.
  renameSync(`${PATHS.before}.new`, PATHS.before);
}

/** What was noted; undefined where nothing is changed. */
export function hostBefore(): HostBefore | undefined {
  return existsSync(PATHS.before) ? schema.parse(JSON.parse(readFileSync(PATHS.before, "utf8"))) : undefined;
}

/** Makes files and settings so again, and forgets how they were. */
export function restoreHost({ absent, settings }: HostBefore): void {
  for (const path of absent) rmSync(path, { recursive: true, force: true });
  for (const [name, value] of Object.entries(settings)) changeSetting(name, value);
  rmSync(PATHS.before);
}

/** Sets a kernel setting, where there is such a thing. */
export function changeSetting(name: string, value: string): void {
  if (existsSync(file(name)) && readFileSync(file(name), "utf8").trim() !== value) writeFileSync(file(name), value);
}

function file(setting: string): string {
  return `/proc/sys/${setting}`;
}
