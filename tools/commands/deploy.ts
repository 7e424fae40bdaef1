import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { EnvironmentConfig } from "../../environments/environment";
import { DIGESTS_FILE } from "../../images/digests";
import { removeLeftovers } from "../host/leftovers";
import { placeOf } from "../kubernetes/consent";
import { chosenStacks } from "../lib/chosen-stacks";
import { exclusively } from "../lib/exclusively";
import { inertText } from "../lib/inert";
import { stateFileOf } from "../lib/local-state";
import { withLock } from "../lib/lock";
import { progressLine } from "../lib/progress-line";
import { announce, type Say } from "../lib/steps";
import { UserError } from "../lib/user-error";
import { requireSameCommit, requireSameSynthesis } from "../plans/apply";
import { applyHere, defaultFolder, keepsData, makePlan, synthesize } from "../plans/make";
import { isEmpty, type PlanRecord, readRecord, summaryText } from "../plans/record";
import { type Revision, revision } from "../plans/revision";

export interface DeployOptions {
  /** Of each environment. @default all of them */
  readonly stack?: readonly string[];
  /** A folder of `npm run plan`: exactly that is applied. @default what is here is planned */
  readonly plan?: string;
  /** Do not ask. */
  readonly yes: boolean;
}

/**
 * Deploys the named environments, one after another: each is planned, and exactly that plan is applied. Where data is kept,
 * somebody looks at it in between.
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
    else await deployPlanned(environment, userEnv, { stacks: stack, yes, ask });
  }
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
  await exclusively(`Deploy ${environment.name}`, async (say) => {
    // The plan has its own digests: what the registry says since then nobody has looked at.
    await synthesize(environment, join(folder, DIGESTS_FILE), say);
    requireSameSynthesis(record);
    await applyHere(environment, record, folder, userEnv, say);
  });
}

/** Plans, shows the plan, and applies exactly it: once somebody has agreed, where data is kept. */
export async function deployPlanned(
  environment: EnvironmentConfig,
  userEnv: NodeJS.ProcessEnv,
  { stacks, yes, ask }: Consent & { readonly stacks: readonly string[] | undefined },
): Promise<void> {
  const { name } = environment;
  const chosen = chosenStacks(environment, stacks);
  if (keepsData(environment)) {
    requireCommitted(environment, await revision());
    if (yes || !ask) {
      throw new UserError(
        `nothing was deployed: environment '${name}' keeps data, so its plan is looked at first: 'npm run plan -- ${name} --out plan', and then 'npm run deploy -- ${name} --plan plan --yes'`,
      );
    }
  }
  const folder = defaultFolder(environment);
  const progress = progressLine(`Planning ${name}`);
  const { record, text } = await withLock("up", async () => {
    await clearLeftovers(environment, progress.say);
    return makePlan(environment, chosen, folder, userEnv, progress.say);
  }).finally(progress.end);
  console.log(inertText(text));
  if (isEmpty(record)) {
    console.log(`Nothing to deploy to ${name}.`);
    return;
  }
  if (keepsData(environment)) await requireWord(environment, record, ask);
  await exclusively(`Deploy ${name}`, (say) => applyHere(environment, record, folder, userEnv, say));
}

/** The same within a run that holds the lock, where nobody is asked and nobody reads a plan: `up`. */
export async function deployWithin(
  environment: EnvironmentConfig,
  userEnv: NodeJS.ProcessEnv,
  say: Say,
): Promise<void> {
  await clearLeftovers(environment, announce(say));
  const folder = defaultFolder(environment);
  const { record } = await makePlan(environment, chosenStacks(environment), folder, userEnv, say);
  await applyHere(environment, record, folder, userEnv, say);
}

/** Before the plan: what is taken away is in it. */
async function clearLeftovers({ name, platform }: EnvironmentConfig, say: Say): Promise<void> {
  if (platform.kind === "docker") await removeLeftovers(name, stateFileOf(name), say);
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
  const what = `this applies to environment '${name}'${place}: ${summaryText(record)}`;
  if (!ask) throw new UserError(`${what}. Nobody is here to agree, so say it with '--yes'`);
  const answer = await ask(`${what}.\nType '${name}' to go on: `);
  if (answer.trim() !== name) throw new UserError(`nothing was deployed: the answer was not '${name}'`);
}

/** Puts a question to whoever sits at the terminal. */
export async function question(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(text);
  } finally {
    terminal.close();
  }
}
