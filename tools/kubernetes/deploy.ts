import { join } from "node:path";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { stackNames } from "../../stacks/stack-names";
import { ExecError } from "../lib/exec";
import { LOCAL_DIR } from "../lib/paths";
import { announce, type Say } from "../lib/steps";
import { userErrorOf } from "../lib/user-error";
import { podAilments } from "./ailments";
import { kubernetesCdktf } from "./cdktf";
import { complaintsOf } from "./complaints";
import { placeOf, requireUnprotected } from "./consent";
import { Kubectl } from "./kubectl";

/** `cdktf deploy` of stacks of an environment, in their order. Safe to repeat and to interrupt. */
export async function deployToKubernetes(
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
  stacks: readonly string[],
  userEnv: NodeJS.ProcessEnv,
  say: Say,
): Promise<void> {
  announce(say)(`${stacks.join(", then ")} to ${placeOf(platform)}`);
  try {
    await kubernetesCdktf("deploy", stacks, environment, platform, {
      userEnv,
      flags: ["--auto-approve", ...orderFlags(environment, stacks)],
      logFile: join(LOCAL_DIR, "logs", "deploy.log"),
      onLine: say,
    });
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    // Of what did not become ready Terraform says no more than that: the pods know why.
    const reasons = await Kubectl.of(environment, platform)
      .then((kubectl) => podAilments(kubectl, environment.name))
      .catch(() => []);
    if (reasons.length === 0) throw error;
    throw userErrorOf([
      ...reasons,
      ...complaintsOf(error.result.stdout).map((one) => `Terraform says: ${one.replaceAll("\n", "\n    ")}`),
      `the deploy stopped (whole output: ${error.logFile}): mend that and run the same command again`,
    ]);
  }
}

/**
 * Who asks for some of the stacks knows that the others are there; cdktf does not. Told so, it deploys what it is asked for
 * all at once, so it is not told where its own order is needed.
 */
export function orderFlags(environment: EnvironmentConfig, stacks: readonly string[]): string[] {
  const whole = stackNames(environment).every((name) => stacks.includes(name));
  return whole ? [] : ["--ignore-missing-stack-dependencies", "--parallelism=1"];
}

/**
 * `cdktf destroy`: what was deployed last goes first.
 *
 * @throws UserError before anything is touched, if a part of it is protected
 */
export async function destroyInKubernetes(
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
  userEnv: NodeJS.ProcessEnv,
  say: Say,
): Promise<void> {
  requireUnprotected(environment, platform);
  await kubernetesCdktf("destroy", stackNames(environment), environment, platform, {
    userEnv,
    flags: ["--auto-approve"],
    logFile: join(LOCAL_DIR, "logs", "destroy.log"),
    onLine: say,
  });
}
