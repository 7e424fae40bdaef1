import { existsSync } from "node:fs";
import { join } from "node:path";
import { type RecipeName, recipeTag } from "../../images/recipes";
import { Workshop, type WorkshopOptions } from "../images/workshop";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";

/** The recipes whose programs make up a cluster. */
export const CLUSTER_RECIPES = ["kubernetes", "coredns"] as const;

/** Programs that run in pods rather than on the node. */
export type PodProgram = "pause" | "local-volumes" | "coredns";

export function clusterWorkshop(
  options: Pick<WorkshopOptions, "source" | "cacheDir" | "env" | "signal" | "everyLine">,
) {
  return new Workshop({ ...options, root: ROOT, logDir: join(LOCAL_DIR, "logs") });
}

/** Where the programs of a recipe are, built or not: they are the same for every source of images. */
export function programFolder(recipe: RecipeName, cacheDir: string): string {
  return clusterWorkshop({ source: "packages", cacheDir, env: {} }).programFolder(recipe);
}

/** Those of the recipes that have not been built. */
export function missingPrograms<Recipe extends RecipeName>(recipes: readonly Recipe[], cacheDir: string): Recipe[] {
  return recipes.filter((recipe) => !existsSync(programFolder(recipe, cacheDir)));
}

/**
 * A file or folder that a recipe has made.
 *
 * @param command what a user runs to have it built
 * @throws UserError if it has not been built
 */
export function builtFile(recipe: RecipeName, file: string, command: string, cacheDir: string): string {
  const path = join(programFolder(recipe, cacheDir), file);
  if (existsSync(path)) return path;
  throw new UserError(`${file} has not been built yet: '${command}' builds it`);
}

/**
 * The `kubectl` of the cluster's own version.
 *
 * @throws UserError if it has not been built
 */
export function kubectlProgram(cacheDir: string): string {
  return builtFile("kubernetes", "kubectl", "npm run cluster:up", cacheDir);
}

/** A program that runs in a pod, and the reference of its image. */
export function podProgram(name: PodProgram, cacheDir: string): { readonly reference: string; readonly path: string } {
  const recipe = name === "coredns" ? "coredns" : "kubernetes";
  const tag = recipeTag(recipe, "packages", ROOT).split(":")[1];
  return { reference: `docker.io/log-pipeline/${name}:${tag}`, path: join(programFolder(recipe, cacheDir), name) };
}
