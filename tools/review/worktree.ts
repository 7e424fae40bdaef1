import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
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
  // Nothing to synthesize, no packages to do it with.
  if (lock === undefined || !existsSync(join(root, "cdktf.json"))) return;
  symlinkSync(
    lock === lockOf(ROOT) ? join(ROOT, "node_modules") : await installed(root, lock),
    join(root, "node_modules"),
  );
}

function lockOf(root: string): string | undefined {
  const file = join(root, "package-lock.json");
  return existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16) : undefined;
}

/** Under way, by lock file: both sides of a review may need the same. */
const installing = new Map<string, Promise<void>>();

async function installed(root: string, lock: string): Promise<string> {
  const kept = join(REVIEW_DIR, "packages", lock);
  if (!existsSync(kept)) {
    const begun = installing.get(lock) ?? install(root, kept);
    installing.set(lock, begun);
    await begun;
  }
  return join(kept, "node_modules");
}

/** Installed aside and renamed, so that no half of it is ever taken for all. */
async function install(root: string, kept: string): Promise<void> {
  const unfinished = `${kept}-${process.pid}`;
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { workspaces?: string[] };
  for (const file of ["package.json", "package-lock.json", ...workspaces.map((one) => join(one, "package.json"))]) {
    mkdirSync(dirname(join(unfinished, file)), { recursive: true });
    cpSync(join(root, file), join(unfinished, file));
  }
  console.error("Installing the packages of a revision that has others (npm ci), once ...");
  try {
    await exec("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: unfinished });
    renameSync(unfinished, kept);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another review was faster.
    if (existsSync(kept)) return;
    if (!(error instanceof ExecError)) throw error;
    throw new UserError(
      `the packages that another revision's package-lock.json names cannot be installed, so it cannot be synthesized:\n${essence(error)}`,
    );
  }
}

/** What a program said, without where in its code it was, and without how it is used. */
export function essence({ result, message }: ExecError): string {
  const lines = (result.stderr.trim() || message)
    .split("\n")
    .filter((line) => !/^\s+at |^npm error\s*$|^(node:internal|\/).*:\d+$|^\s+(throw |\^)|^Node\.js v/.test(line));
  return lines.slice(0, 8).join("\n").trimEnd();
}
