import type { Construct } from "constructs";
import { Problems } from "./validation";

/**
 * Tells everything that validations below a scope find as one {@link ConfigurationError}, which is printed as it is: cdktf's own
 * error comes with a stack, in which no one finds the sentence.
 */
export function validateTogether(scope: Construct): void {
  scope.node.addValidation({
    validate: () => {
      const below = scope.node.findAll().filter(({ node }) => node !== scope.node);
      const problems = below.flatMap(({ node }) => node.validate().map((problem) => `[${node.path}] ${problem}`));
      new Problems().add(problems).throwIfAny();
      return [];
    },
  });
}
