import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What V8 writes with `--cpu-prof`, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** In microseconds, before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Steps of the work, each with the functions below which a sample counts as its own; the innermost wins. */
const STEPS: readonly (readonly [step: string, functions: readonly string[]])[] = [
  ["fetch: socket, decode, decompress", ["parseResponse", "readRecordsBatch", "fetch", "accept", "readPartition"]],
  ["envelope: parse", ["parseEnvelope"]],
  ["line: parse, normalise", ["normalise", "readLine"]],
  ["id: hash", ["documentId", "messageId"]],
  ["batch: write into its buffer", ["add", "cover"]],
  ["HTTP: request, answer", ["deliver", "attempt", "send", "request", "readBulkResponse", "onParserExecute"]],
];

/** A map, as a function may be named as what every object has (`toString`). */
const OWN_NAMES: ReadonlyMap<string, string> = new Map([
  ["(garbage collector)", "garbage collection"],
  ["(program)", "Node.js itself"],
  ["(idle)", "idle"],
]);

/** Share of each step in the time that was not idle, largest first. */
export function profileShares(folder: string): readonly { readonly step: string; readonly share: number }[] {
  const file = readdirSync(folder).find((name) => name.endsWith(".cpuprofile"));
  if (file === undefined) throw new Error(`no profile was written to ${folder}`);
  const profile = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
  const steps = stepsOf(profile);
  const times = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const step = steps.get(id) ?? "other";
    times.set(step, (times.get(step) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  times.delete("idle");
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([step, time]) => ({ step, share: time / Math.max(1, total) }))
    .sort((a, b) => b.share - a.share);
}

function stepsOf({ nodes }: CpuProfile): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const steps = new Map<number, string>();
  const walk = (id: number, inherited: string): void => {
    const node = byId.get(id);
    if (!node) return;
    const { functionName } = node.callFrame;
    const own = OWN_NAMES.get(functionName) ?? STEPS.find(([, functions]) => functions.includes(functionName))?.[0];
    const step = own ?? inherited;
    steps.set(id, step);
    for (const child of node.children ?? []) walk(child, step);
  };
  const [root] = nodes;
  if (root) walk(root.id, "other");
  return steps;
}
