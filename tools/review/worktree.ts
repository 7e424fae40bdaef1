import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exec, ExecError } from "../lib/exec";
import { isAlive } from "../lib/is-alive";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";

/** What reviews keep, and may lose at any time. */
export const REVIEW_DIR = join(LOCAL_DIR, "review");

const WORKTREES = join(REVIEW_DIR, "worktrees");

/**
 * Checks a commit out beside this checkout for as long as `use` runs, with the packages that its lock file says.
 *
 * @param commit its whole hash
 */
export async function inWorktree<T>(commit: string, use: (root: string) => Promise<T>): Promise<T> {
  await removeLeftovers();
  const root = join(WORKTREES, `${commit.slice(0, 12)}-${process.pid}`);
  mkdirSync(WORKTREES, { recursive: true });
  await git("worktree", "add", "--quiet", "--force", "--detach", root, commit);
  try {
    await linkPackages(root);
    return await use(root);
  } finally {
    await removeWorktree(root);
  }
}

/** Runs git in this checkout. */
export async function git(...args: readonly string[]): Promise<string> {
  return (await exec("git", ["-C", ROOT, ...args])).stdout.trim();
}

/** Those of reviews that were killed. */
async function removeLeftovers(): Promise<void> {
  if (!existsSync(WORKTREES)) return;
  for (const name of readdirSync(WORKTREES)) {
    if (!isAlive(Number(name.split("-").pop()))) await removeWorktree(join(WORKTREES, name));
  }
}

async function removeWorktree(root: string): Promise<void> {
  // The link first: what it points to is this checkout's.
  rmSync(join(root, "node_modules"), { force: true });
  rmSync(root, { recursive: true, force: true });
  await git("worktree", "prune");
}

/** This checkout's packages where the lock file is the same, else those of the other one, installed once for each. */
async function linkPackages(root: string): Promise<void> {
  const lock = lockOf(root);
  if (lock === undefined) return;
  symlinkSync(
    lock === lockOf(ROOT) ? join(ROOT, "node_modules") : await installed(root, lock),
    join(root, "node_modules"),
  );
}

function lockOf(root: string): string | undefined {
  const file = join(root, "package-lock.json");
  return existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16) : undefined;
}

async function installed(root: string, lock: string): Promise<string> {
  const kept = join(REVIEW_DIR, "packages", lock);
  const done = join(kept, ".installed");
  if (!existsSync(done)) await install(root, kept, done);
  return join(kept, "node_modules");
}

async function install(root: string, kept: string, done: string): Promise<void> {
  rmSync(kept, { recursive: true, force: true });
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { workspaces?: string[] };
  for (const file of ["package.json", "package-lock.json", ...workspaces.map((one) => join(one, "package.json"))]) {
    mkdirSync(dirname(join(kept, file)), { recursive: true });
    cpSync(join(root, file), join(kept, file));
  }
  console.error("Installing the packages of a revision that has others (npm ci), once ...");
  try {
    await exec("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: kept });
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    throw new UserError(
      `the packages that another revision's package-lock.json names cannot be installed, so it cannot be synthesized: ${error.message}`,
    );
  }
  writeFileSync(done, "");
}
