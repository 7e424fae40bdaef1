import { join } from "node:path";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { stackNames } from "../../stacks/stack-names";
import { LOCAL_DIR } from "../lib/paths";
import type { Say } from "../lib/steps";
import { kubernetesCdktf } from "./cdktf";
import { requireUnprotected } from "./consent";

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
