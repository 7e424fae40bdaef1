import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { ailments } from "../host/containers";
import { removeLeftovers } from "../host/leftovers";
import { cdktf } from "../lib/cdktf";
import { ExecError } from "../lib/exec";
import type { LocalSettings } from "../lib/local-settings";
import { LOCAL_DIR } from "../lib/paths";
import { announce, type Say } from "../lib/steps";
import { userErrorOf } from "../lib/user-error";
import { stateFileOf } from "./state-file";

/** `cdktf deploy`, after clearing away what an interrupted run left. Safe to repeat and to interrupt. */
export async function deploy(environment: EnvironmentConfig, settings: LocalSettings, say: Say): Promise<void> {
  const stateFile = stateFileOf(environment.name);
  mkdirSync(dirname(stateFile), { recursive: true });
  await removeLeftovers(environment.name, stateFile, announce(say));
  try {
    await cdktf("deploy", [environment.name], settings, {
      flags: ["--auto-approve"],
      logFile: join(LOCAL_DIR, "logs", "deploy.log"),
      onLine: say,
    });
  } catch (error) {
    // Terraform only says that something did not become healthy: the containers know why.
    const reasons = await ailments(environment.name);
    if (!(error instanceof ExecError) || reasons.length === 0) throw error;
    throw userErrorOf([
      ...reasons,
      `the deploy stopped (whole output: ${error.logFile}): mend that and run the same command again`,
    ]);
  }
}
