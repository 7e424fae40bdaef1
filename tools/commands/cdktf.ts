import { join } from "node:path";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { kubernetesCdktf } from "../kubernetes/cdktf";
import { requireConsent, requireUnprotected } from "../kubernetes/consent";
import { destroyInKubernetes } from "../kubernetes/destroy";
import { withoutRepetition } from "../kubernetes/repetition";
import { cdktf } from "../lib/cdktf";
import { chosenStacks } from "../lib/chosen-stacks";
import { exclusively } from "../lib/exclusively";
import { inertText } from "../lib/inert";
import { takeUpMovedState } from "../lib/local-state";
import { readLocalSettings } from "../lib/local-settings";
import { LOCAL_DIR } from "../lib/paths";
import { progressLine } from "../lib/progress-line";
import { UserError } from "../lib/user-error";
import { question } from "./deploy";

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
        await diffOnDocker(environment, chosenStacks(environment, stacks));
        break;
      case "kubernetes":
        for (const stack of chosenStacks(environment, stacks))
          await diffInKubernetes(stack, environment, platform, userEnv);
        break;
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

async function diffOnDocker({ state }: EnvironmentConfig, stacks: readonly string[]): Promise<void> {
  const settings = dockerSettings("diff");
  if (state.kind === "local") for (const stack of stacks) takeUpMovedState(stack);
  await cdktf("diff", stacks, settings, { inherit: true });
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
  process.stdout.write(inertText(withoutRepetition((await run.finally(progress.end)).stdout), "kept"));
}

function dockerSettings(command: string) {
  const settings = readLocalSettings();
  if (settings) return settings;
  throw new UserError(
    `'${command}' needs a Docker Engine, images and Terraform providers: 'npm run up' finds or makes them`,
  );
}
