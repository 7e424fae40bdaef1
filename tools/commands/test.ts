import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { exec, type ExecOptions } from "../lib/exec";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";

type Check = readonly [title: string, program: string, ...args: string[]];

/** Two at a time, one of each row: what is beside each other takes about as long. */
const LANES: readonly (readonly Check[])[] = [
  [
    ["types", "typescript/bin/tsc", "--noEmit"],
    ["types of the consumer", "typescript/bin/tsc", "--noEmit", "-p", "consumer"],
  ],
  [
    ["lint", "eslint/bin/eslint.js", "--max-warnings=0", "."],
    ["format", "prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."],
  ],
];

/** Types, lint and format, then the tests; each to its end, so that one run tells everything. */
export async function test(): Promise<void> {
  const failed: string[] = [];
  const passed = async (title: string, run: () => Promise<boolean>) => {
    const started = Date.now();
    const ok = await run();
    console.log(`${ok ? "ok  " : "FAIL"} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (!ok) failed.push(title);
  };
  const check = ([title, program, ...args]: Check) =>
    passed(title, async () => {
      const result = await exec(process.execPath, [join(ROOT, "node_modules", program), ...args], {
        cwd: ROOT,
        allowFailure: true,
      });
      if (result.exitCode !== 0) console.log(`${result.stdout}${result.stderr}`);
      return result.exitCode === 0;
    });
  await Promise.all(
    LANES.map(async (lane) => {
      for (const one of lane) await check(one);
    }),
  );
  await passed("unit and synth tests", () => jest("unit", []));
  if (failed.length > 0) throw new UserError(`failed: ${failed.join(", ")}`);
}

/** The tests that need a Docker Engine, which `up` finds or installs. */
export async function testLocal(): Promise<void> {
  if (!(await jest("local", ["--config", "jest.local.config.js", "--runInBand"])))
    throw new UserError("failed: tests of the local environment");
}

export interface FaultsOptions {
  readonly schedules: number;
  readonly seed?: number;
  readonly only?: readonly string[];
  readonly bed: string;
}

/**
 * The consumer under faults, with a Kafka and an Elasticsearch of its own; needs a Docker Engine and the images.
 *
 * @param signal ends it, and what it started
 * @throws UserError for a fault that there is not, a bed that cannot have its name, or if a test failed
 */
export async function testFaults({ schedules, seed, only, bed }: FaultsOptions, signal: AbortSignal): Promise<void> {
  const { bedName, requireBed, requireFaults } = await import("../faults/schedule");
  const { removeBed, requireImages } = await import("../bed/containers");
  const { recipeTag } = await import("../../images/recipes");
  requireFaults(only ?? []);
  requireBed(bed);
  await requireImages(
    (["kafka", "elasticsearch", "filebeat", "node"] as const).map((name) => recipeTag(name, "packages", ROOT)),
  );
  const env = {
    FAULTS_BED: bed,
    FAULTS_SCHEDULES: String(schedules),
    ...(seed === undefined ? {} : { FAULTS_SEED: String(seed) }),
    ...(only === undefined ? {} : { FAULTS_ONLY: only.join(",") }),
  };
  try {
    // Chosen faults are the consumer's; a whole run is of log files as well.
    const chosen = only === undefined && seed === undefined ? [] : ["consumer.faults"];
    const flags = ["--config", "jest.faults.config.js", "--runInBand", ...chosen];
    if (!(await jest(bed, flags, { env: { ...env, ...FILES_IN_PASSING, FILES_BED: filesBed(bed) }, signal })))
      throw new UserError("failed: tests under faults");
  } finally {
    // The consumers end with the process that has started them; containers do not.
    await removeBed(bedName(bed));
    await removeBed(bedName(filesBed(bed)));
  }
}

/** A short sequence that is the same each time; `test:files` draws others. */
const FILES_IN_PASSING = { FILES_MINUTES: "1", FILES_SEED: "1" } as const;

const filesBed = (bed: string) => `${bed}-files`;

export interface FilesOptions {
  readonly minutes: number;
  readonly seed?: number;
}

/**
 * What happens to log files, against the real Filebeat with a Kafka of its own; needs a Docker Engine and the images.
 *
 * @param signal ends it, and what it started
 * @throws UserError if a test failed
 */
export async function testFiles({ minutes, seed }: FilesOptions, signal: AbortSignal): Promise<void> {
  const { bedName } = await import("../faults/schedule");
  const { removeBed, requireImages } = await import("../bed/containers");
  const { recipeTag } = await import("../../images/recipes");
  await requireImages((["kafka", "filebeat"] as const).map((name) => recipeTag(name, "packages", ROOT)));
  const bed = "files";
  const env = {
    FILES_BED: bed,
    FILES_MINUTES: String(minutes),
    ...(seed === undefined ? {} : { FILES_SEED: String(seed) }),
  };
  try {
    const flags = ["--config", "jest.faults.config.js", "--runInBand", "files.faults"];
    if (!(await jest(bed, flags, { env, signal }))) throw new UserError("failed: tests of log files");
  } finally {
    await removeBed(bedName(bed));
  }
}

/** The tests that make a Kubernetes cluster of their own on this machine. */
export async function testCluster(): Promise<void> {
  if (!(await jest("cluster", ["--config", "jest.cluster.config.js", "--runInBand"])))
    throw new UserError("failed: tests of the pipeline on Kubernetes");
}

/** The results are also kept under .local/results, for whoever adds them up. */
async function jest(
  name: string,
  flags: readonly string[],
  options: Pick<ExecOptions, "env" | "signal"> = {},
): Promise<boolean> {
  const program = join(ROOT, "node_modules/jest/bin/jest.js");
  const results = ["--json", `--outputFile=${join(LOCAL_DIR, "results", `${name}.json`)}`];
  mkdirSync(join(LOCAL_DIR, "results"), { recursive: true });
  const result = await exec(process.execPath, [program, ...flags, ...results], {
    cwd: ROOT,
    inherit: true,
    allowFailure: true,
    ...options,
  });
  return result.exitCode === 0;
}
