import { join } from "node:path";
import { complaintsOf } from "../kubernetes/complaints";
import { ExecError } from "../lib/exec";
import { LOCAL_DIR } from "../lib/paths";
import { announce, type Say } from "../lib/steps";
import { UserError, userErrorOf } from "../lib/user-error";
import { changesText, planFile, type PlanRecord, synthesizedHash } from "./record";
import type { Revision } from "./revision";
import { LOCK_TIMEOUT, type Terraform } from "./terraform";

/**
 * Lets a saved plan pass that is of this environment and of this commit.
 *
 * @throws UserError saying what it is of
 */
export function requireSameCommit(record: PlanRecord, environment: string, { commit }: Revision): void {
  if (record.environment !== environment) {
    throw new UserError(
      `the plan is of environment '${record.environment}', and '${environment}' is to be deployed: ${again(environment)}`,
    );
  }
  if (record.commit !== commit) {
    throw new UserError(
      `the plan is of commit ${record.commit.slice(0, 12)}, and ${commit.slice(0, 12)} is checked out: check that one out, or ${again(environment)}`,
    );
  }
}

/**
 * Lets a saved plan pass that is of what has just been synthesized.
 *
 * @throws UserError naming each stack that is another one
 */
export function requireSameSynthesis({ environment, stacks }: PlanRecord, hashOf = synthesizedHash): void {
  const others = stacks.filter(({ name, synthesized }) => hashOf(name) !== synthesized);
  if (others.length === 0) return;
  throw userErrorOf(
    others.map(
      ({ name }) =>
        `the plan of ${name} is of another synthesis than this one, whose facts, versions or images are not the same: ${again(environment)}`,
    ),
  );
}

const again = (environment: string) => `make it again with 'npm run plan -- ${environment}'`;

/**
 * Applies saved plans, stack by stack, in their order. What failed can be planned and applied again: what was applied is then no
 * change any more.
 *
 * @param reasons why what was to become ready did not, where somebody can tell. @default nobody can
 * @throws UserError saying which stacks were applied, and what to do
 */
export async function applyPlan(
  record: PlanRecord,
  folder: string,
  terraform: Terraform,
  say: Say,
  reasons: () => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<void> {
  const applied: string[] = [];
  for (const { name, changes } of record.stacks) {
    announce(say)(`${name}: ${changesText(changes)}`);
    const logFile = join(LOCAL_DIR, "logs", `apply-${name}.log`);
    try {
      await terraform.init(name, { logFile: join(LOCAL_DIR, "logs", `init-${name}.log`), onLine: say });
      const file = planFile(folder, name);
      const apply = ["apply", "-input=false", "-no-color", LOCK_TIMEOUT, file];
      const { interrupted } = await terraform.run(name, apply, { logFile, onLine: say });
      if (interrupted) throw new UserError(interruption(record, [...applied, name]));
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      throw userErrorOf(await failure(record, name, applied, error, reasons));
    }
    applied.push(name);
  }
}

/** Whoever interrupted it wants nothing more to begin, however well the stack at hand ended. */
function interruption({ environment, stacks }: PlanRecord, applied: readonly string[]): string {
  const left = stacks.map(({ name }) => name).filter((name) => !applied.includes(name));
  const done = `interrupted: ${applied.join(", ")} ${applied.length > 1 ? "were" : "was"} applied`;
  if (left.length === 0) return `${done}, which is all of '${environment}'`;
  return `${done}, ${left.join(", ")} not: plan and deploy '${environment}' again, which goes on from there`;
}

async function failure(
  { environment }: PlanRecord,
  stack: string,
  applied: readonly string[],
  error: ExecError,
  reasons: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const done =
    applied.length > 0
      ? `${applied.join(", ")} ${applied.length > 1 ? "were" : "was"} applied`
      : "nothing was applied before";
  const output = `${error.result.stdout}\n${error.result.stderr}`;
  if (/Saved plan is stale/.test(output)) {
    return [
      `the plan of ${stack} is stale: somebody has applied something since; ${done}. Look at a new one: 'npm run plan -- ${environment}'`,
    ];
  }
  const complaints = complaintsOf(output);
  const terraform = complaints.length > 0 ? complaints : [error.result.stderr.trim() || error.result.stdout.trim()];
  return [
    ...(await reasons()),
    ...terraform.map((one) => `Terraform says: ${one.replaceAll("\n", "\n    ")}`),
    `${stack} was applied in part, ${done} (whole output: ${error.logFile}): mend that, and plan and deploy again, which goes on from there`,
  ];
}
