import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { UserError } from "../lib/user-error";

/**
 * Lets what is about to be destroyed pass if its owner means it.
 *
 * @param ask puts a question to whoever sits at the terminal. @default nobody does
 * @throws UserError if not
 */
export async function requireConsent(
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
  ask?: (question: string) => Promise<string>,
): Promise<void> {
  const { name } = environment;
  const data = platform.claims.whenDestroyed === "delete" ? "with all of its data" : "and keeps its claims";
  const what = `this removes environment '${name}' from ${placeOf(platform)}, ${data}`;
  if (!ask) throw new UserError(`${what}: nobody is here to confirm that, so say it with '--yes'`);
  const answer = await ask(`${what}.\nType '${name}' to go on: `);
  if (answer.trim() !== name) throw new UserError(`nothing was removed: the answer was not '${name}'`);
}

/** Where an environment is, so that nobody takes it for another. */
export function placeOf({ cluster, namespace }: KubernetesPlatform): string {
  return `namespace '${namespace.name}' of ${cluster === "in-cluster" ? "this cluster" : `context '${cluster.context}'`}`;
}
