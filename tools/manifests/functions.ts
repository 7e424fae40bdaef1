import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { parse } from "yaml";
import { REPOSITORY_ROOT } from "../../constructs/core/repository-root";
import { ROOT } from "../lib/paths";
import type { Json } from "./json";

/** What has no value without Terraform, or a cluster. */
export class Unresolvable extends Error {}

/** Terraform's functions of one argument that need neither Terraform nor a cluster. */
export const FUNCTIONS: ReadonlyMap<string, (given: Json) => Json> = new Map<string, (given: Json) => Json>([
  ["jsonencode", (given) => JSON.stringify(given)],
  ["yamldecode", (given) => parse(textOf(given, "yamldecode")) as Json],
  ["file", (given) => readRepositoryFile(textOf(given, "file"))],
]);

/** The absolute path of what Terraform finds in the repository; undefined if it is elsewhere. */
export function repositoryPath(path: string): string | undefined {
  if (!path.startsWith(`${REPOSITORY_ROOT}/`)) return undefined;
  const inside = normalize(path.slice(REPOSITORY_ROOT.length + 1));
  return inside.startsWith("..") ? undefined : join(ROOT, inside);
}

function readRepositoryFile(path: string): string {
  const file = repositoryPath(path);
  if (!file) throw new Unresolvable(`file '${path}' is not in the repository: only Terraform reads it where it runs`);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Unresolvable(`file '${path}' cannot be read: ${(error as Error).message}`);
  }
}

function textOf(given: Json, name: string): string {
  if (typeof given === "string") return given;
  throw new Unresolvable(`'${name}' takes text, and was given something else`);
}
