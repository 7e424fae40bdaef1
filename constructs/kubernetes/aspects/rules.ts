import type { IAspect } from "cdktf";
import { DrainablePods } from "./drainable-pods";
import { NoPlainSecrets } from "./no-plain-secrets";
import { ProtectedData } from "./protected-data";
import { RequireExactImages } from "./require-exact-images";
import { RequireResources } from "./require-resources";
import { ResourceRules } from "./resource-rule";
import { RestrictedPods } from "./restricted-pods";

export interface KubernetesRulesProps {
  /** Components whose pods may mount directories of their node. @default none */
  readonly mayMountNodeDirectories?: readonly string[];
  /** Namespace whose data no destroy may take. @default none: all of it may go */
  readonly keepDataOf?: string;
}

/** What every stack on Kubernetes is held to. */
export function kubernetesRules({ mayMountNodeDirectories = [], keepDataOf }: KubernetesRulesProps = {}): IAspect {
  return new ResourceRules([
    new RequireResources(),
    new RequireExactImages(),
    new RestrictedPods(mayMountNodeDirectories),
    new NoPlainSecrets(),
    new DrainablePods(),
    ...(keepDataOf === undefined ? [] : [new ProtectedData(keepDataOf)]),
  ]);
}
