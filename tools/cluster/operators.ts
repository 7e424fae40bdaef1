import { ensureHostPackages } from "../commands/up";
import { ensureDockerEngine } from "../host/docker-engine";
import { chooseSource } from "../host/source";
import type { Say } from "../lib/steps";
import { builtFile, clusterWorkshop, missingPrograms } from "./programs";

/**
 * The recipes of what the platform is installed with and run by. A cluster does without, so `cluster:up` leaves them out:
 * only the test of the cluster builds them.
 */
export const OPERATOR_RECIPES = ["helm", "eck-operator"] as const;

const COMMAND = "npm run test:cluster";

export interface OperatorProgramsOptions {
  readonly cacheDirectory: string;
  /** The user's environment: proxies, certificates. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** Builds what is missing of {@link OPERATOR_RECIPES}. Safe to repeat and to interrupt. */
export async function ensureOperatorPrograms(options: OperatorProgramsOptions): Promise<void> {
  const { cacheDirectory, env, signal, say } = options;
  const recipes = missingPrograms(OPERATOR_RECIPES, cacheDirectory);
  if (recipes.length === 0) return;
  signal.throwIfAborted();
  // It decides what they are built in, not what they are.
  const { source, reason } = await chooseSource("auto");
  say(`the builder's image from ${source}: ${reason}`);
  await ensureDockerEngine(cacheDirectory, say);
  if (source === "packages") await ensureHostPackages(say);
  const workshop = clusterWorkshop({ source, cacheDir: cacheDirectory, env, signal, everyLine: process.stdout.isTTY });
  // One failure ends the others; they are waited for, because they clean up after themselves.
  const builds = await Promise.allSettled(recipes.map((recipe) => workshop.program(recipe, say)));
  for (const build of builds) if (build.status === "rejected") throw build.reason;
}

/**
 * The `helm` that charts are rendered and installed with.
 *
 * @throws UserError if it has not been built, as the others here
 */
export function helmProgramPath(cacheDir: string): string {
  return builtFile("helm", "helm", COMMAND, cacheDir);
}

/** The operator's program, `elastic-operator`: it can run outside the cluster. */
export function eckOperatorPath(cacheDir: string): string {
  return builtFile("eck-operator", "elastic-operator", COMMAND, cacheDir);
}

/** A file with the operator's custom resource definitions. */
export function eckCrds(cacheDir: string): string {
  return builtFile("eck-operator", "crds.yaml", COMMAND, cacheDir);
}

/** The folder of the operator's own chart, which has the chart of its custom resource definitions in it. */
export function eckChart(cacheDir: string): string {
  return builtFile("eck-operator", "chart", COMMAND, cacheDir);
}
