import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exec, ExecError } from "../lib/exec";
import { ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";
import { readFacts } from "./facts";
import { NOTHING, readSnapshot, type Snapshot } from "./snapshot";
import { UsageError } from "./usage-error";
import { essence, git, inWorktree, REVIEW_DIR } from "./worktree";

/** One side of a review. */
export interface Revision {
  /** For people: what it is called, and which commit that is. */
  readonly name: string;
  /** The whole hash of the commit; absent for the working tree, with all that is not committed. */
  readonly commit?: string;
}

/**
 * The revision of a name that git knows.
 *
 * @throws UsageError if there is none
 */
export async function revisionNamed(ref: string): Promise<Revision> {
  try {
    const commit = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
    const short = commit.slice(0, 10);
    return { name: commit.startsWith(ref) ? short : `${ref} (${short})`, commit };
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    throw new UsageError(
      `git knows no commit '${ref}' here, so there is nothing to compare with: name a branch, a tag or a hash, and get it first ('git fetch origin <branch>', in CI with the whole history)`,
    );
  }
}

/** What is in the folder now. */
export const WORKING_TREE: Revision = { name: "the working tree" };

/**
 * What a revision deploys, synthesized by its own code. Kept for each commit and source of images; no credential and no
 * cluster is needed.
 *
 * @throws UserError if it cannot be synthesized, with what its code says
 */
export async function snapshotOf(revision: Revision, imageSource: string): Promise<Snapshot> {
  const { commit } = revision;
  if (commit === undefined) return synthesized(ROOT, revision, imageSource);
  const kept = join(REVIEW_DIR, "snapshots", `${commit}-${imageSource}-${READER}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Snapshot;
  const snapshot = await inWorktree(commit, (root) => synthesized(root, revision, imageSource));
  mkdirSync(join(REVIEW_DIR, "snapshots"), { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(snapshot));
  renameSync(`${kept}.${process.pid}`, kept);
  return snapshot;
}

/** What is kept was made by these files, and is of no use to others. */
const READER = createHash("sha256")
  .update(["snapshot.ts", "facts.ts"].map((file) => readFileSync(join(__dirname, file), "utf8")).join("\0"))
  .digest("hex")
  .slice(0, 8);

async function synthesized(root: string, revision: Revision, imageSource: string): Promise<Snapshot> {
  // Before there was anything to deploy.
  if (!existsSync(join(root, "cdktf.json"))) return NOTHING;
  mkdirSync(REVIEW_DIR, { recursive: true });
  const out = mkdtempSync(join(REVIEW_DIR, "out-"));
  try {
    const [, facts] = await Promise.all([
      exec("/bin/sh", ["-c", appCommand(root)], {
        cwd: root,
        env: { ...NOBODYS, CDKTF_OUTDIR: out, IMAGE_SOURCE: imageSource },
      }),
      readFacts(root, out),
    ]);
    return readSnapshot(out, root, facts);
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    throw new UserError(
      `${revision.name} cannot be synthesized, so nobody can say what it would change:\n${essence(error)}`,
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** As cdktf would start it. */
function appCommand(root: string): string {
  return (JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as { readonly app: string }).app;
}

/** Variables of a developer's that would decide what is synthesized. */
const NOBODYS = { ENVIRONMENTS: undefined, ENVIRONMENT_SUFFIX: undefined, KUBE_CONFIG_PATHS: undefined };
