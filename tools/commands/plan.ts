import { join, relative, resolve } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { ailments } from "../host/containers";
import { podAilments } from "../kubernetes/ailments";
import { placeOf } from "../kubernetes/consent";
import { Kubectl } from "../kubernetes/kubectl";
import { cdktf } from "../lib/cdktf";
import { chosenStacks } from "../lib/chosen-stacks";
import { exclusively } from "../lib/exclusively";
import { readLocalSettings } from "../lib/local-settings";
import { withLock } from "../lib/lock";
import { LOCAL_DIR } from "../lib/paths";
import { progressLine } from "../lib/progress-line";
import type { Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { applyPlan, requireSameCommit, requireSameSynthesis } from "../plans/apply";
import { changesText, isEmpty, type PlanRecord, readRecord } from "../plans/record";
import { type Revision, revision } from "../plans/revision";
import { type SavedPlan, savePlan } from "../plans/save";
import { Terraform } from "../plans/terraform";

export interface PlanOptions {
  /** @default .local/plans/<environment> */
  readonly out?: string;
  /** @default all of the environment's */
  readonly stack?: readonly string[];
  readonly json: boolean;
}

/** Saves what a deploy of an environment would do, and prints it. */
export async function runPlan(
  environment: EnvironmentConfig,
  userEnv: NodeJS.ProcessEnv,
  { out, stack, json }: PlanOptions,
): Promise<void> {
  const folder = out === undefined ? defaultFolder(environment) : resolve(out);
  const { record, text } = await plan(environment, chosenStacks(environment, stack), folder, userEnv);
  console.log(json ? JSON.stringify({ ...record, folder, empty: isEmpty(record) }) : text);
  if (json) return;
  const where = relative(process.cwd(), folder);
  console.log(`${summary(record)}. Apply exactly this: npm run deploy -- ${environment.name} --plan ${where}`);
}

/** Whether an environment has what a deploy could take from people for good. */
export function keepsData({ platform }: EnvironmentConfig): boolean {
  return platform.kind === "kubernetes" && platform.claims.whenDestroyed === "keep";
}

interface Consent {
  readonly yes: boolean;
  /** Puts a question to whoever sits at the terminal. @default nobody does */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Applies plans that were saved before. @throws UserError before anything is changed, for plans of anything but what is here */
export async function deployPlan(
  environment: EnvironmentConfig,
  userEnv: NodeJS.ProcessEnv,
  { folder, yes, ask }: Consent & { readonly folder: string },
): Promise<void> {
  const record = readRecord(folder);
  requireSameCommit(record, environment.name, await revision());
  if (keepsData(environment)) {
    if (record.dirty) throw new UserError(`the plan is of changes that no commit has: ${COMMIT_FIRST}`);
    if (!yes) await requireWord(environment, record, ask);
  }
  await synthesize(environment);
  requireSameSynthesis(record);
  await apply(environment, record, folder, userEnv);
}

/** Plans, shows the plan, and applies exactly it once somebody has agreed. */
export async function deployReviewed(
  environment: EnvironmentConfig,
  userEnv: NodeJS.ProcessEnv,
  { stacks, yes, ask }: Consent & { readonly stacks: readonly string[] | undefined },
): Promise<void> {
  const { name } = environment;
  requireCommitted(environment, await revision());
  if (yes || !ask) {
    throw new UserError(
      `nothing was deployed: environment '${name}' keeps data, so its plan is looked at first: 'npm run plan -- ${name} --out plan', and then 'npm run deploy -- ${name} --plan plan --yes'`,
    );
  }
  const folder = defaultFolder(environment);
  const { record, text } = await plan(environment, chosenStacks(environment, stacks), folder, userEnv);
  console.log(text);
  if (isEmpty(record)) {
    console.log(`Nothing to deploy to ${name}.`);
    return;
  }
  await requireWord(environment, record, ask);
  await apply(environment, record, folder, userEnv);
}

const COMMIT_FIRST = "commit them, or put them aside with 'git stash', and plan again";

function requireCommitted({ name }: EnvironmentConfig, { beside }: Revision): void {
  if (beside.length === 0) return;
  const files = beside.slice(0, 5).map((line) => line.slice(3));
  const more = beside.length > files.length ? ` and ${beside.length - files.length} more` : "";
  throw new UserError(
    `nothing was deployed: environment '${name}' keeps data, and no commit has what is in ${files.join(", ")}${more}: ${COMMIT_FIRST}`,
  );
}

/** @throws UserError if nobody agrees */
async function requireWord(
  { name, platform }: EnvironmentConfig,
  record: PlanRecord,
  ask: Consent["ask"],
): Promise<void> {
  const place = platform.kind === "kubernetes" ? ` in ${placeOf(platform)}` : "";
  const what = `this applies to environment '${name}'${place}: ${summary(record)}`;
  if (!ask) throw new UserError(`${what}. Nobody is here to agree, so say it with '--yes'`);
  const answer = await ask(`${what}.\nType '${name}' to go on: `);
  if (answer.trim() !== name) throw new UserError(`nothing was deployed: the answer was not '${name}'`);
}

function summary({ stacks }: PlanRecord): string {
  return stacks.map(({ name, changes }) => `${name}: ${changesText(changes)}`).join("; ");
}

function defaultFolder({ name }: EnvironmentConfig): string {
  return join(LOCAL_DIR, "plans", name);
}

async function plan(
  environment: EnvironmentConfig,
  stacks: readonly string[],
  folder: string,
  userEnv: NodeJS.ProcessEnv,
): Promise<SavedPlan> {
  const terraform = await Terraform.of(environment, userEnv, readLocalSettings());
  const progress = progressLine(`Planning ${environment.name}`);
  return withLock("up", async () => {
    await synthesize(environment, progress.say);
    return savePlan(environment, stacks, folder, terraform, progress.say);
  }).finally(progress.end);
}

async function apply(
  environment: EnvironmentConfig,
  record: PlanRecord,
  folder: string,
  userEnv: NodeJS.ProcessEnv,
): Promise<void> {
  const terraform = await Terraform.of(environment, userEnv, readLocalSettings());
  await exclusively(`Deploy ${environment.name}`, (say) =>
    applyPlan(record, folder, terraform, say, () => reasonsOf(environment)),
  );
}

/** Terraform only says that something did not become ready: containers and pods know why. */
async function reasonsOf(environment: EnvironmentConfig): Promise<readonly string[]> {
  const { name, platform } = environment;
  if (platform.kind === "docker") return ailments(name);
  return Kubectl.of(environment, platform)
    .then((kubectl) => podAilments(kubectl, name))
    .catch(() => []);
}

async function synthesize({ name, platform }: EnvironmentConfig, say: Say = () => undefined): Promise<void> {
  say("synthesizing");
  await cdktf("synth", [], platform.kind === "docker" ? readLocalSettings() : undefined, {
    env: { ENVIRONMENTS: name },
    logFile: join(LOCAL_DIR, "logs", "synth.log"),
  });
}
