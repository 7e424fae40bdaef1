import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ROOT, stackDirectory } from "../lib/paths";
import { UserError } from "../lib/user-error";

const changesSchema = z.strictObject({ add: z.int(), change: z.int(), destroy: z.int() });

/** How many resources a plan adds, changes and destroys. One that is replaced is in two of them. */
export type Changes = z.output<typeof changesSchema>;

const recordSchema = z.strictObject({
  environment: z.string(),
  /** Of the repository. */
  commit: z.string(),
  /** Whether there was anything beside the commit. */
  dirty: z.boolean(),
  /** In the order in which they are applied. */
  stacks: z.array(
    z.strictObject({
      name: z.string(),
      /** Of what was synthesized: the plan is of that and of nothing else. */
      synthesized: z.string(),
      changes: changesSchema,
    }),
  ),
});

/** What a folder of saved plans is of. */
export type PlanRecord = Readonly<z.output<typeof recordSchema>>;

export const RECORD_FILE = "plan.json";

/** Terraform's own file; only Terraform reads it. */
export const planFile = (folder: string, stack: string): string => join(folder, `${stack}.tfplan`);

/** As `terraform show -json` has it, for whoever reviews it. */
export const planJsonFile = (folder: string, stack: string): string => join(folder, `${stack}.json`);

/** @throws UserError if there is none */
export function readRecord(folder: string): PlanRecord {
  const file = join(folder, RECORD_FILE);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError(`there is no plan in ${folder}: make one with 'npm run plan -- <environment> --out ${folder}'`);
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${file} is of no plan that this version can read: make it again with 'npm run plan'`);
  }
}

/** A hash of what was synthesized of a stack, wherever this checkout is. */
export function synthesizedHash(stack: string): string {
  const text = readFileSync(join(stackDirectory(stack), "cdk.tf.json"), "utf8");
  return createHash("sha256").update(text.replaceAll(ROOT, "<root>")).digest("hex");
}

interface ShownPlan {
  readonly resource_changes?: readonly { readonly change: { readonly actions: readonly string[] } }[];
}

/** @param shown what `terraform show -json` prints of a plan */
export function countChanges({ resource_changes: all = [] }: ShownPlan): Changes {
  const having = (action: string) => all.filter(({ change }) => change.actions.includes(action)).length;
  return { add: having("create"), change: having("update"), destroy: having("delete") };
}

export function changesText({ add, change, destroy }: Changes): string {
  if (add + change + destroy === 0) return "no change";
  return `${add} to add, ${change} to change, ${destroy} to destroy`;
}

/** What each stack's plan changes, in a line. */
export function summaryText({ stacks }: PlanRecord): string {
  return stacks.map(({ name, changes }) => `${name}: ${changesText(changes)}`).join("; ");
}

export function isEmpty({ stacks }: PlanRecord): boolean {
  return stacks.every(({ changes: { add, change, destroy } }) => add + change + destroy === 0);
}
