import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { exec } from "../lib/exec";
import { ROOT } from "../lib/paths";

/** One way to synthesize, and how often to measure it. */
interface Contender {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Not measured. @default nothing */
  readonly prepare?: () => void;
}

interface Measured {
  readonly wallMs: number;
  readonly peakMiB: number;
}

const ROUNDS = 7;

/** What `cdktf init --template=typescript` writes (cdktf 0.21): a type check at every synth. */
const TEMPLATE_TSCONFIG = {
  compilerOptions: {
    alwaysStrict: true,
    declaration: true,
    experimentalDecorators: true,
    inlineSourceMap: true,
    inlineSources: true,
    lib: ["es2018"],
    module: "CommonJS",
    noEmitOnError: true,
    noFallthroughCasesInSwitch: true,
    noImplicitAny: true,
    noImplicitReturns: true,
    noImplicitThis: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    resolveJsonModule: true,
    strict: true,
    strictNullChecks: true,
    strictPropertyInitialization: true,
    stripInternal: true,
    target: "ES2018",
    incremental: true,
    skipLibCheck: true,
  },
};

/** What this project's code needs beyond the template to compile at all: newer libraries, and how packages export types. */
const NEEDED_BY_OUR_CODE = {
  lib: ["ES2023"],
  target: "ES2022",
  esModuleInterop: true,
  moduleResolution: "node16",
  module: "node16",
};

/** Our synth of all environments, plain node and the standard template's ts-node, in turn and in the same run. */
export async function benchSynth(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "bench-synth-"));
  try {
    const contenders = await makeContenders(work);
    const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const contender of contenders) {
        const measured = await measure(contender, work);
        // The first round warms the caches of all.
        if (round > 0) results.get(contender.name)?.push(measured);
      }
      process.stderr.write(round === 0 ? "warm-up done\n" : `round ${round} of ${ROUNDS}\n`);
    }
    print(results);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function makeContenders(work: string): Promise<Contender[]> {
  const ours: Contender = {
    name: "ours",
    args: [join(ROOT, "tools/synth.cjs")],
    env: { IMAGE_SOURCE: "registry", CDKTF_OUTDIR: join(work, "ours") },
  };
  // Its output is what plain node writes again.
  await measure(ours, work);
  const stacks = join(work, "ours", "stacks");
  const synthesized = readdirSync(stacks).map((name) => ({ name, from: join(stacks, name) }));
  const tsconfig = join(work, "tsconfig.json");
  const compilerOptions = {
    ...TEMPLATE_TSCONFIG.compilerOptions,
    ...NEEDED_BY_OUR_CODE,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions }));
  return [
    {
      name: "plain node",
      args: [join(ROOT, "tools/bench/plain-node.cjs")],
      env: { BENCH_PLAIN: JSON.stringify({ synthesized, output: join(work, "plain") }) },
    },
    {
      ...ours,
      name: "ours, first after a change",
      env: { ...ours.env, CDKTF_OUTDIR: join(work, "first") },
      prepare: () => rmSync(join(ROOT, ".local/synth"), { recursive: true, force: true }),
    },
    ours,
    {
      name: "ts-node",
      args: [join(ROOT, "node_modules/ts-node/dist/bin.js"), "--project", tsconfig, join(ROOT, "main.ts")],
      env: { IMAGE_SOURCE: "registry", CDKTF_OUTDIR: join(work, "ts-node") },
    },
  ];
}

async function measure({ args, env, prepare }: Contender, work: string): Promise<Measured> {
  prepare?.();
  const usageFile = join(work, "usage.jsonl");
  rmSync(usageFile, { force: true });
  const started = performance.now();
  await exec(process.execPath, ["--require", join(ROOT, "tools/bench/report-usage.cjs"), ...args], {
    cwd: ROOT,
    env: { ...env, BENCH_USAGE_FILE: usageFile },
  });
  const wallMs = performance.now() - started;
  const processes = readFileSync(usageFile, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { maxRSS: number });
  return { wallMs, peakMiB: Math.max(...processes.map((one) => one.maxRSS)) / 1024 };
}

function print(results: ReadonlyMap<string, readonly Measured[]>): void {
  const ours = results.get("ours") ?? [];
  const table = new Table({
    head: ["", "median ms", "min", "max", "peak MiB", "time, ours = 1", "memory, ours = 1"],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, all] of results) {
    const wall = all.map((one) => one.wallMs);
    const peak = all.map((one) => one.peakMiB);
    table.push([
      name,
      ...[median(wall), Math.min(...wall), Math.max(...wall), median(peak)].map((value) => value.toFixed(0)),
      median(all.map((one, round) => one.wallMs / (ours[round]?.wallMs ?? NaN))).toFixed(2),
      median(all.map((one, round) => one.peakMiB / (ours[round]?.peakMiB ?? NaN))).toFixed(2),
    ]);
  }
  console.log(`Synth of all environments, ${ROUNDS} rounds in turn, Node ${process.versions.node}:`);
  console.log(table.toString());
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
