import { ConfigurationError } from "../constructs/core/validation";
import { dev } from "./dev";
import type { EnvironmentConfig } from "./environment";
import { local } from "./local";
import { previewOf } from "./preview";
import { production } from "./production";
import { staging } from "./staging";

/** What a command means that names none: the machine that it runs on. */
export const DEFAULT_ENVIRONMENT: string = local.name;

/** What previews are made of. */
export const PREVIEWED_ENVIRONMENT: string = dev.name;

/**
 * Every environment there is.
 *
 * @param suffix makes a preview of `dev` and puts it in the place of it. @default none
 */
export function allEnvironments(suffix?: string): readonly EnvironmentConfig[] {
  return [local, suffix ? previewOf(dev, suffix) : dev, staging, production];
}

/**
 * The environments of these names; all of them if none is named. A preview is known by either name, its own and that of
 * what it is made from.
 *
 * @throws ConfigurationError naming each name that is no environment
 */
export function environmentsNamed(names: readonly string[], suffix?: string): readonly EnvironmentConfig[] {
  const environments = allEnvironments(suffix);
  const known = environments.map((environment) => environment.name);
  const wanted = names.map((name) => (suffix && name === PREVIEWED_ENVIRONMENT ? `${name}-${suffix}` : name));
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map((name) => `there is no environment '${name}': choose from ${known.join(", ")}`),
    );
  }
  return names.length === 0 ? environments : environments.filter((environment) => wanted.includes(environment.name));
}
