import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import type { TerraformStack } from "cdktf";
import type { ClusterConnection } from "../environments/environment";
import { connectionSettings } from "./kubernetes-provider";

/**
 * Helm in the cluster of an environment, and in no other.
 *
 * One variable cannot be switched off here: with KUBE_CONFIG_PATHS the provider reads the files that it names instead of the one
 * that is set, and takes releases that it does not find there for gone. The tools take it away from what they start; who runs
 * cdktf or Terraform by hand must not have it set.
 */
export function addHelmProvider(stack: TerraformStack, cluster: ClusterConnection): void {
  new HelmProvider(stack, "helm", {
    // Where releases are kept: HELM_DRIVER could name another place, in which none of them would be found.
    helmDriver: "secret",
    kubernetes: connectionSettings(cluster),
  });
}
