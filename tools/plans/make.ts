import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { DIGESTS_FILE } from "../../images/digests";
import { ailments } from "../host/containers";
import { LOCAL_DIGESTS, requireDigests } from "../images/digests";
import { podAilments } from "../kubernetes/ailments";
import { Kubectl } from "../kubernetes/kubectl";
import { cdktf } from "../lib/cdktf";
import { imageSourceInUse, readLocalSettings } from "../lib/local-settings";
import { LOCAL_DIR } from "../lib/paths";
import type { Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { applyPlan } from "./apply";
import type { PlanRecord } from "./record";
import { type Revision, revision } from "./revision";
import { type SavedPlan, savePlan } from "./save";
import { Terraform } from "./terraform";

/** Whether a deploy of it is looked at before: what is lost there is lost. */
export function keepsData({ platform }: EnvironmentConfig): boolean {
  return platform.kind === "kubernetes" && platform.claims.whenDestroyed === "keep";
}

export function defaultFolder({ name }: EnvironmentConfig): string {
  return join(LOCAL_DIR, "plans", name);
}

/** Synthesizes stacks of an environment and saves the plan of each, with the digests that it refers to. */
export async function makePlan(
  environment: EnvironmentConfig,
  stacks: readonly string[],
  folder: string,
  userEnv: NodeJS.ProcessEnv,
  say: Say,
): Promise<SavedPlan> {
  if (keepsData(environment)) requireDigests(environment, imageSourceInUse(userEnv));
  const terraform = await Terraform.of(environment, userEnv, readLocalSettings());
  await synthesize(environment, LOCAL_DIGESTS, say);
  const saved = await savePlan(environment, stacks, folder, terraform, await revisionOf(environment), say);
  if (existsSync(LOCAL_DIGESTS)) copyFileSync(LOCAL_DIGESTS, join(folder, DIGESTS_FILE));
  return saved;
}

/** Who only tries this out may have no checkout of a commit; what keeps data is planned of one only. */
async function revisionOf(environment: EnvironmentConfig): Promise<Revision> {
  return revision().catch((error: unknown) => {
    if (keepsData(environment) || !(error instanceof UserError)) throw error;
    return { commit: "none", beside: [] };
  });
}

/** Applies what was planned, and says of what did not become ready why. */
export async function applyHere(
  environment: EnvironmentConfig,
  record: PlanRecord,
  folder: string,
  userEnv: NodeJS.ProcessEnv,
  say: Say,
): Promise<void> {
  const terraform = await Terraform.of(environment, userEnv, readLocalSettings());
  await applyPlan(record, folder, terraform, say, () => reasonsOf(environment));
}

/** Terraform only says that something did not become ready: containers and pods know why. */
async function reasonsOf(environment: EnvironmentConfig): Promise<readonly string[]> {
  const { name, platform } = environment;
  if (platform.kind === "docker") return ailments(name);
  return Kubectl.of(environment, platform)
    .then((kubectl) => podAilments(kubectl, name))
    .catch(() => []);
}

/** @param digests the file that images are pinned by; one that is not there pins none */
export async function synthesize(
  { name, platform }: EnvironmentConfig,
  digests: string,
  say: Say = () => undefined,
): Promise<void> {
  say("synthesizing");
  await cdktf("synth", [], platform.kind === "docker" ? readLocalSettings() : undefined, {
    env: { ENVIRONMENTS: name, IMAGE_DIGESTS: digests },
    logFile: join(LOCAL_DIR, "logs", "synth.log"),
  });
}
