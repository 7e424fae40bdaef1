import type { EnvironmentConfig } from "../../environments/environment";
import { cdktf } from "../lib/cdktf";
import { readLocalSettings } from "../lib/local-settings";
import { withLock } from "../lib/lock";
import { runSteps } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { deploy } from "./deploy";

/** `cdktf synth`, `diff` or `deploy` of the named environments, with what `up` found. */
export async function runCdktf(
  command: "synth" | "diff" | "deploy",
  environments: readonly EnvironmentConfig[],
): Promise<void> {
  const settings = readLocalSettings();
  if (command !== "synth" && !settings) {
    throw new UserError(
      `'${command}' needs a Docker Engine, images and Terraform providers: 'npm run up' finds or makes them`,
    );
  }
  for (const environment of environments) {
    if (command === "deploy" && settings) {
      await withLock("up", () =>
        runSteps([{ title: `Deploy ${environment.name}`, run: (say) => deploy(environment, settings, say) }]),
      );
    } else {
      await cdktf(command, [environment.name], settings, { inherit: true });
    }
  }
}
