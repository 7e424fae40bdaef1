import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a checkout holds beside its sources: never an input of a build. */
const NOT_SOURCES: ReadonlySet<string> = new Set(["node_modules", "dist", "coverage", ".git"]);

/**
 * A hash of files and folders, given by their paths below `root`, and of some words besides. Names and bytes count; times,
 * modes and the place of `root` do not, so that every checkout of the same sources gets the same value.
 *
 * @returns the first 12 hexadecimal digits
 * @throws Error if an input does not exist
 */
export function contentHash(root: string, inputs: readonly string[], words: readonly string[] = []): string {
  const hash = createHash("sha256");
  // Lengths keep two neighbours from being read as one.
  const add = (part: string | Buffer): void => void hash.update(`${Buffer.byteLength(part)}:`).update(part);
  for (const word of words) add(word);
  for (const file of inputs.flatMap((input) => filesBelow(root, input)).sort()) {
    add(file);
    add(readFileSync(join(root, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

function filesBelow(root: string, path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .filter((name) => !NOT_SOURCES.has(name))
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
}
