import { ConfigurationError } from "../constructs/core/validation";
import type { EnvironmentConfig } from "./environment";
import { local } from "./local";

/** Every environment there is. */
export const ENVIRONMENTS: readonly EnvironmentConfig[] = [local];

/** What a command means that names none: the machine that it runs on. */
export const DEFAULT_ENVIRONMENT: string = local.name;

/**
 * The environments of these names; all of them if none is named.
 *
 * @throws ConfigurationError naming each name that is no environment
 */
export function environmentsNamed(names: readonly string[]): readonly EnvironmentConfig[] {
  const known = ENVIRONMENTS.map((environment) => environment.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map((name) => `there is no environment '${name}': choose from ${known.join(", ")}`),
    );
  }
  return names.length === 0 ? ENVIRONMENTS : ENVIRONMENTS.filter((environment) => names.includes(environment.name));
}
