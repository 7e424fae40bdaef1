import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { withoutRepetition } from "../kubernetes/repetition";
import { LOCAL_DIR } from "../lib/paths";
import type { Say } from "../lib/steps";
import {
  changesText,
  countChanges,
  planFile,
  planJsonFile,
  type PlanRecord,
  RECORD_FILE,
  synthesizedHash,
} from "./record";
import type { Revision } from "./revision";
import { LOCK_TIMEOUT, type Terraform } from "./terraform";

export interface SavedPlan {
  readonly record: PlanRecord;
  /** What each stack's plan says, for people. */
  readonly text: string;
}

/**
 * Plans stacks that were synthesized, each against its state, and keeps the plans: what is applied later is exactly that. The
 * folder is emptied first, so that nothing in it is of another time.
 */
export async function savePlan(
  environment: EnvironmentConfig,
  stacks: readonly string[],
  folder: string,
  terraform: Terraform,
  { commit, beside }: Revision,
  say: Say,
): Promise<SavedPlan> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const planned: PlanRecord["stacks"][number][] = [];
  const texts: string[] = [];
  for (const stack of stacks) {
    say(`planning ${stack}`);
    const options = { logFile: join(LOCAL_DIR, "logs", `plan-${stack}.log`), onLine: say };
    await terraform.init(stack, options);
    const file = planFile(folder, stack);
    await terraform.run(stack, ["plan", "-input=false", "-no-color", LOCK_TIMEOUT, `-out=${file}`], options);
    const json = (await terraform.run(stack, ["show", "-json", file])).stdout;
    writeFileSync(planJsonFile(folder, stack), json);
    const changes = countChanges(JSON.parse(json) as Parameters<typeof countChanges>[0]);
    const shown = await terraform.run(stack, ["show", "-no-color", file]);
    texts.push(`${stack}: ${changesText(changes)}\n\n${withoutRepetition(shown.stdout).trim()}\n`);
    planned.push({ name: stack, synthesized: synthesizedHash(stack), changes });
  }
  const record = { environment: environment.name, commit, dirty: beside.length > 0, stacks: planned };
  // Last: with it the plan is whole.
  writeFileSync(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  return { record, text: texts.join("\n") };
}
