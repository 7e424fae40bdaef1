import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { Synthesized } from "./synthesized";

/** A rule for resources. */
export interface ResourceRule {
  /** What of a resource breaks the rule, and the mend. */
  check(resource: Synthesized): string[];
}

/** Holds every resource to rules. What breaks one is told at synthesis, with whatever else is wrong by then. */
export class ResourceRules implements IAspect {
  constructor(private readonly rules: readonly ResourceRule[]) {}

  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node)) return;
    node.node.addValidation({
      // Late, and from what is synthesized: no override escapes.
      validate: () => {
        const resource = synthesized(node);
        return resource ? this.rules.flatMap((rule) => rule.check(resource)) : [];
      },
    });
  }
}

/** Undefined for what cannot be synthesized: whoever knows why tells it, or synthesis itself will. */
function synthesized(resource: TerraformResource): Synthesized | undefined {
  try {
    return new Synthesized(resource);
  } catch {
    return undefined;
  }
}
