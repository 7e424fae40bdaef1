import { inertText } from "../lib/inert";
import { jsonText } from "../lib/json-text";
import type { EnvironmentChange } from "../review/compare";
import { compareSnapshots } from "../review/compare";
import type { Severity } from "../review/dangers/danger";
import { renderMarkdown } from "../review/markdown";
import { readPlan } from "../review/plan";
import { type Report, reportOf, worstOf } from "../review/report";
import { type Revision, revisionNamed, snapshotOf, WORKING_TREE } from "../review/revision";
import { renderTerminal } from "../review/terminal";
import { UsageError } from "../review/usage-error";
import { git } from "../review/worktree";

export const REVIEW_FORMATS = ["markdown", "terminal", "json"] as const;
export const FAIL_ON = ["danger", "warning", "never"] as const;

export interface ReviewOptions {
  /** What it is compared with. */
  readonly base?: string;
  /** @default the working tree, with all that is not committed */
  readonly head?: string;
  /** Names. @default all of both revisions */
  readonly environment?: readonly string[];
  /** Files of `terraform show -json`, or `<stack>=<file>`. */
  readonly plan?: readonly string[];
  readonly format: (typeof REVIEW_FORMATS)[number];
  readonly failOn: (typeof FAIL_ON)[number];
}

/** What a review ends with that found what it was told to fail on. 1 is a failure, 2 a wrong command line. */
export const FOUND = 4;

/**
 * Prints what deploying `head` instead of `base` would change.
 *
 * @param imageSource whose images both revisions are synthesized with
 * @returns the exit code: 0, or {@link FOUND}
 * @throws UsageError if the command line means nothing; UserError if a revision cannot be synthesized
 */
export async function review(options: ReviewOptions, imageSource: string): Promise<number> {
  if (options.base === undefined) {
    throw new UsageError("say what to compare with, as in 'npm run review -- --base origin/main'");
  }
  const base = await revisionNamed(options.base);
  const head = options.head === undefined ? WORKING_TREE : await revisionNamed(options.head);
  const first = snapshotOf(base, imageSource);
  // One commit has one worktree.
  const isSame = base.commit !== undefined && base.commit === head.commit;
  const [before, after] = await Promise.all([first, isSame ? first : snapshotOf(head, imageSource)]);
  const changes = compareSnapshots(before, after, options.environment);
  requireKnown(options.environment ?? [], changes);
  const items = changes.flatMap((change) => [...change.after, ...change.before]);
  const plans = (options.plan ?? []).map((file) => readPlan(file, items));
  const report = reportOf({ base: base.name, head: head.name }, changes, plans, await notes(base, head));
  // What two revisions say may hold anything; in a comment it must not hide a part of it either.
  process.stdout.write(render(report, options.format));
  return fails(worstOf(report), options.failOn) ? FOUND : 0;
}

function requireKnown(names: readonly string[], changes: readonly EnvironmentChange[]): void {
  const unknown = names.filter((name) => !changes.some(({ environment }) => environment === name));
  if (unknown.length > 0) {
    throw new UsageError(`neither revision has an environment ${unknown.map((name) => `'${name}'`).join(", ")}`);
  }
}

/** What the base has and the head has not is told as if the head took it away. */
async function notes(base: Revision, head: Revision): Promise<string[]> {
  if (base.commit === undefined) return [];
  const count = Number(await git("rev-list", "--count", `${head.commit ?? "HEAD"}..${base.commit}`));
  if (count === 0) return [];
  const commits = count === 1 ? "1 commit" : `${count} commits`;
  return [
    `${base.name} has ${commits} that ${head.name} has not: what they did is told here as undone. To see only what ${head.name} does, compare with where it began: \`--base $(git merge-base ${base.commit.slice(0, 10)} ${head.commit?.slice(0, 10) ?? "HEAD"})\`.`,
  ];
}

function render(report: Report, format: ReviewOptions["format"]): string {
  switch (format) {
    case "markdown":
      return inertText(renderMarkdown(report));
    case "terminal":
      return inertText(renderTerminal(report));
    case "json":
      return `${jsonText(report, 2)}\n`;
  }
}

function fails(worst: Severity | undefined, failOn: ReviewOptions["failOn"]): boolean {
  switch (failOn) {
    case "never":
      return false;
    case "danger":
      return worst === "danger";
    case "warning":
      return worst === "danger" || worst === "warning";
  }
}
