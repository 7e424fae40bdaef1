import type { EnvironmentConfig } from "../../environments/environment";
import { stackNames } from "../../stacks/stack-names";
import { userErrorOf } from "./user-error";

/**
 * The stacks of an environment that were asked for, in the order of a deploy.
 *
 * @param names @default all of them
 * @throws UserError naming each that is none of its stacks
 */
export function chosenStacks(environment: EnvironmentConfig, names?: readonly string[]): readonly string[] {
  const known = stackNames(environment);
  if (names === undefined) return known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw userErrorOf(
      unknown.map(
        (name) => `environment '${environment.name}' has no stack '${name}': choose from ${known.join(", ")}`,
      ),
    );
  }
  return known.filter((name) => names.includes(name));
}
