import { exec } from "../lib/exec";
import { NETWORK } from "./layout";

/** Both kinds: the kubelet and kube-proxy have chains in each, although pods have no IPv6 here. */
const FAMILIES = { iptables: "ip", ip6tables: "ip6" } as const;
type Program = keyof typeof FAMILIES;
const PROGRAMS = Object.keys(FAMILIES) as Program[];

/** The tables of each kind that are there at all: the first rule makes one. */
export type Tables = Readonly<Record<Program, readonly string[]>>;

/** What tells a rule of ours. */
const COMMENT = ["-m", "comment", "--comment", NETWORK.name] as const;

interface Rule {
  readonly table: "filter" | "nat";
  readonly chain: string;
  readonly match: readonly string[];
}

/** Docker and firewalls drop what they do not know: these let pods reach each other, the node and the world. */
export const RULES: readonly Rule[] = [
  { table: "filter", chain: "INPUT", match: ["-i", NETWORK.bridge, "-s", NETWORK.pods, ...COMMENT, "-j", "ACCEPT"] },
  { table: "filter", chain: "FORWARD", match: ["-i", NETWORK.bridge, ...COMMENT, "-j", "ACCEPT"] },
  {
    table: "filter",
    chain: "FORWARD",
    match: ["-o", NETWORK.bridge, "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", ...COMMENT, "-j", "ACCEPT"],
  },
  {
    table: "nat",
    chain: "POSTROUTING",
    match: ["-s", NETWORK.pods, "!", "-o", NETWORK.bridge, ...COMMENT, "-j", "MASQUERADE"],
  },
];

export async function ensureRules(): Promise<void> {
  for (const { table, chain, match } of RULES) {
    const { exitCode } = await exec("iptables", ["-w", "-t", table, "-C", chain, ...match], { allowFailure: true });
    // Before Docker's, which end in a refusal.
    if (exitCode !== 0) await exec("iptables", ["-w", "-t", table, "-I", chain, ...match]);
  }
}

/** Removes every rule and chain of the cluster, and the tables that were not there before it and hold nothing of others. */
export async function removeRules(before: Tables): Promise<void> {
  for (const program of PROGRAMS) {
    const script = removalScript(await saved(program));
    if (script) await exec(`${program}-restore`, ["-w", "--noflush"], { input: script });
    for (const table of emptyTables(await saved(program)).filter((name) => !before[program].includes(name))) {
      // Of the older kind, which nft does not know, empty tables cannot be removed.
      await exec("nft", ["delete", "table", FAMILIES[program], table], { allowFailure: true });
    }
  }
}

export async function presentTables(): Promise<Tables> {
  const [iptables, ip6tables] = await Promise.all(PROGRAMS.map(async (program) => tablesIn(await saved(program))));
  return { iptables: iptables ?? [], ip6tables: ip6tables ?? [] };
}

async function saved(program: Program): Promise<string> {
  return (await exec(`${program}-save`, [], { allowFailure: true })).stdout;
}

/** What takes the rules of ours and of Kubernetes out of the rules that iptables-save printed. */
export function removalScript(saved: string): string {
  const script: string[] = [];
  for (const text of tableTexts(saved)) {
    const lines = text.split("\n");
    const chains = lines.flatMap((line) => /^:(KUBE-\S+) /.exec(line)?.[1] ?? []);
    const rules = lines.filter(
      (line) =>
        (/^-A (?!KUBE-)/.test(line) && / -j KUBE-/.test(line)) ||
        (line.startsWith("-A ") && / --comment "?log-pipeline-cluster"? /.test(line)),
    );
    if (chains.length === 0 && rules.length === 0) continue;
    script.push(
      lines[0] ?? "",
      ...rules.map((rule) => rule.replace(/^-A /, "-D ")),
      // A chain can go when no rule names it any more.
      ...chains.map((chain) => `-F ${chain}`),
      ...chains.map((chain) => `-X ${chain}`),
      "COMMIT",
    );
  }
  return script.length > 0 ? `${script.join("\n")}\n` : "";
}

/** The tables in which nothing is decided: no rule, no chain but those that every table has, and these let everything pass. */
export function emptyTables(saved: string): string[] {
  return tableTexts(saved)
    .filter((text) => !/^(-A |:\S+ (?!ACCEPT))/m.test(text))
    .flatMap(tablesIn);
}

function tablesIn(saved: string): string[] {
  return [...saved.matchAll(/^\*(\S+)/gm)].flatMap((match) => match[1] ?? []);
}

function tableTexts(saved: string): string[] {
  return saved.split(/^(?=\*)/m).filter((part) => part.startsWith("*"));
}
