import { exec } from "../lib/exec";
import { ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";

export interface Revision {
  readonly commit: string;
  /** What is beside the commit, as in ` M environments/dev.ts`; empty if nothing is. */
  readonly beside: readonly string[];
}

/** What this checkout is of. @throws UserError if git does not know it */
export async function revision(): Promise<Revision> {
  const git = (...args: string[]) => exec("git", args, { cwd: ROOT, allowFailure: true });
  const commit = await git("rev-parse", "HEAD");
  if (commit.exitCode !== 0)
    throw new UserError("this is no checkout of a git repository with a commit, so a plan of it could be of anything");
  const { stdout } = await git("status", "--porcelain");
  return { commit: commit.stdout.trim(), beside: stdout.split("\n").filter(Boolean) };
}
