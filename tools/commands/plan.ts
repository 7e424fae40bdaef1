import { relative, resolve } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { chosenStacks } from "../lib/chosen-stacks";
import { inertText } from "../lib/inert";
import { jsonText } from "../lib/json-text";
import { withLock } from "../lib/lock";
import { progressLine } from "../lib/progress-line";
import { defaultFolder, makePlan } from "../plans/make";
import { isEmpty, summaryText } from "../plans/record";

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
  const stacks = chosenStacks(environment, stack);
  const progress = progressLine(`Planning ${environment.name}`);
  const { record, text } = await withLock("up", () =>
    makePlan(environment, stacks, folder, userEnv, progress.say),
  ).finally(progress.end);
  console.log(json ? jsonText({ ...record, folder, empty: isEmpty(record) }) : inertText(text));
  if (json) return;
  const where = relative(process.cwd(), folder);
  console.log(`${summaryText(record)}. Apply exactly this: npm run deploy -- ${environment.name} --plan ${where}`);
}
