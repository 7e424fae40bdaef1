import { existsSync } from "node:fs";
import { join } from "node:path";
import { recipeTag } from "../../images/recipes";
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
export function programFolder(recipe: (typeof CLUSTER_RECIPES)[number], cacheDir: string): string {
  return clusterWorkshop({ source: "packages", cacheDir, env: {} }).programFolder(recipe);
}

/**
 * The `kubectl` of the cluster's own version.
 *
 * @throws UserError if it has not been built
 */
export function kubectlProgram(cacheDir: string): string {
  const program = join(programFolder("kubernetes", cacheDir), "kubectl");
  if (existsSync(program)) return program;
  throw new UserError("kubectl has not been built yet: 'npm run cluster:up' builds it");
}

/** A program that runs in a pod, and the reference of its image. */
export function podProgram(name: PodProgram, cacheDir: string): { readonly reference: string; readonly path: string } {
  const recipe = name === "coredns" ? "coredns" : "kubernetes";
  const tag = recipeTag(recipe, "packages", ROOT).split(":")[1];
  return { reference: `docker.io/log-pipeline/${name}:${tag}`, path: join(programFolder(recipe, cacheDir), name) };
}
