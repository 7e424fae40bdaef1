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

/**
 * Before anything is touched: Terraform would come to what is protected in the middle of it.
 *
 * @throws UserError naming what is protected, and the way
 */
export function requireUnprotected({ name }: EnvironmentConfig, platform: KubernetesPlatform): void {
  const parts = protectedParts(platform);
  if (parts.length === 0) return;
  throw new UserError(
    `nothing was removed: environment '${name}' keeps its data, so ${parts.join(", ")} in ${placeOf(platform)} ${parts.length > 1 ? "are" : "is"} protected. To remove it with its data, state 'platform.claims.whenDestroyed: "delete"' (environments/), 'npm run deploy -- ${name}', and destroy it then`,
  );
}

/** What Terraform refuses to destroy: what data would go with. */
function protectedParts({ namespace, kafka, elasticsearch, claims }: KubernetesPlatform): string[] {
  if (claims.whenDestroyed !== "keep") return [];
  return [
    ...(namespace.create ? ["the namespace"] : []),
    ...(kafka?.kind === "strimzi" ? ["release 'kafka'"] : []),
    ...(elasticsearch?.kind === "eck" ? ["release 'elasticsearch'"] : []),
  ];
}

/** Where an environment is, so that nobody takes it for another. */
export function placeOf({ cluster, namespace }: KubernetesPlatform): string {
  return `namespace '${namespace.name}' of ${cluster === "in-cluster" ? "this cluster" : `context '${cluster.context}'`}`;
}
