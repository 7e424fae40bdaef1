import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { type TerraformStack, Testing } from "cdktf";
import { ConfigurationError } from "../../constructs/core/validation";
import type { KubernetesSite, KubernetesSiteProps } from "../../constructs/kubernetes/site";
import { stackWithSite } from "./kubernetes-json";

/** What is said, at synthesis, about what `build` puts on a site; empty if nothing. */
export function refusals(
  build: (stack: TerraformStack, site: KubernetesSite) => void,
  props: Partial<KubernetesSiteProps> = {},
): readonly string[] {
  const { stack, site } = stackWithSite(props);
  new HelmProvider(stack, "helm");
  build(stack, site);
  try {
    Testing.synth(stack, true);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
}
