import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { kubernetesCdktf } from "../kubernetes/cdktf";
import { requireConsent, requireUnprotected } from "../kubernetes/consent";
import { deployToKubernetes, destroyInKubernetes } from "../kubernetes/deploy";
import { withoutRepetition } from "../kubernetes/repetition";
import { cdktf } from "../lib/cdktf";
import { chosenStacks } from "../lib/chosen-stacks";
import { exclusively } from "../lib/exclusively";
import { readLocalSettings } from "../lib/local-settings";
import { LOCAL_DIR } from "../lib/paths";
import { progressLine } from "../lib/progress-line";
import type { Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { deploy } from "./deploy";
import { deployPlan, deployReviewed, keepsData } from "./plan";

/** `cdktf synth` of the named environments, into one cdktf.out. */
export async function runSynth(environments: readonly EnvironmentConfig[]): Promise<void> {
  const names = environments.map(({ name }) => name).join(",");
  await cdktf("synth", [], readLocalSettings(), { inherit: true, env: { ENVIRONMENTS: names } });
}

/** `cdktf diff`, stack by stack, in the order of a deploy. @param stacks of each environment. @default all of them */
export async function runDiff(
  environments: readonly EnvironmentConfig[],
  userEnv: NodeJS.ProcessEnv,
  stacks?: readonly string[],
): Promise<void> {
  for (const environment of environments) {
    const { platform } = environment;
    switch (platform.kind) {
      case "docker":
        await cdktf("diff", chosenStacks(environment, stacks), dockerSettings("diff"), { inherit: true });
        break;
      case "kubernetes":
        for (const stack of chosenStacks(environment, stacks))
          await diffInKubernetes(stack, environment, platform, userEnv);
        break;
    }
  }
}

export interface DeployOptions {
  /** Of each environment. @default all of them */
  readonly stack?: readonly string[];
  /** A folder of `npm run plan`: exactly that is applied. @default what is here is planned */
  readonly plan?: string;
  /** Do not ask. */
  readonly yes: boolean;
}

/**
 * Deploys the named environments, one after another. Where data is kept, what is applied is a plan that somebody has looked at.
 *
 * @throws UserError before anything is changed, for what nobody could have looked at
 */
export async function runDeploy(
  environments: readonly EnvironmentConfig[],
  userEnv: NodeJS.ProcessEnv,
  { stack, plan, yes }: DeployOptions,
): Promise<void> {
  if (plan !== undefined && (environments.length !== 1 || stack))
    throw new UserError(
      "'--plan' is of one environment and says which of its stacks: name that environment, and no '--stack'",
    );
  for (const environment of environments) {
    const ask = process.stdin.isTTY ? question : undefined;
    if (plan !== undefined) await deployPlan(environment, userEnv, { folder: resolve(plan), yes, ask });
    else if (keepsData(environment)) await deployReviewed(environment, userEnv, { stacks: stack, yes, ask });
    else {
      const chosen = chosenStacks(environment, stack);
      await exclusively(`Deploy ${environment.name}`, deployOf(environment, chosen, userEnv));
    }
  }
}

/** `cdktf destroy` of one environment, once its owner has confirmed it. */
export async function runDestroy(
  environment: EnvironmentConfig,
  userEnv: NodeJS.ProcessEnv,
  options: { readonly yes: boolean },
): Promise<void> {
  const { name, platform } = environment;
  if (platform.kind !== "kubernetes") {
    throw new UserError(`environment '${name}' runs on Docker: 'npm run down' removes it`);
  }
  // Nobody is asked about what is refused.
  requireUnprotected(environment, platform);
  if (!options.yes) await requireConsent(environment, platform, process.stdin.isTTY ? question : undefined);
  await exclusively(`Destroy ${name}`, (say) => destroyInKubernetes(environment, platform, userEnv, say));
}

function deployOf(
  environment: EnvironmentConfig,
  stacks: readonly string[],
  userEnv: NodeJS.ProcessEnv,
): (say: Say) => Promise<void> {
  const { platform } = environment;
  switch (platform.kind) {
    case "docker": {
      const settings = dockerSettings("deploy");
      return (say) => deploy(environment, settings, say);
    }
    case "kubernetes":
      return (say) => deployToKubernetes(environment, platform, stacks, userEnv, say);
  }
}

async function diffInKubernetes(
  stack: string,
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
  userEnv: NodeJS.ProcessEnv,
): Promise<void> {
  const progress = progressLine(`Comparing ${stack}`);
  const run = kubernetesCdktf("diff", [stack], environment, platform, {
    userEnv,
    logFile: join(LOCAL_DIR, "logs", "diff.log"),
    onLine: progress.say,
  });
  process.stdout.write(withoutRepetition((await run.finally(progress.end)).stdout));
}

function dockerSettings(command: string) {
  const settings = readLocalSettings();
  if (settings) return settings;
  throw new UserError(
    `'${command}' needs a Docker Engine, images and Terraform providers: 'npm run up' finds or makes them`,
  );
}

async function question(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(text);
  } finally {
    terminal.close();
  }
}
