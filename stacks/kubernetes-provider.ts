import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { TerraformStack } from "cdktf";
import { REPOSITORY_ROOT } from "../constructs/core/repository-root";
import type { ClusterConnection } from "../environments/environment";

/** What a pod finds its own cluster's API server and its account's token by. */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The cluster of an environment, and no other. */
export function addKubernetesProvider(stack: TerraformStack, cluster: ClusterConnection): void {
  new KubernetesProvider(stack, "kubernetes", connectionSettings(cluster));
}

/** How a provider of Terraform reaches a cluster. Those of Kubernetes and of Helm name these settings alike. */
export function connectionSettings(cluster: ClusterConnection) {
  return { ...NOTHING_AMBIENT, ...connection(cluster) };
}

function connection(cluster: ClusterConnection) {
  if (cluster === "in-cluster") {
    return {
      host: "https://kubernetes.default.svc",
      clusterCaCertificate: `\${file("${ACCOUNT}/ca.crt")}`,
      token: `\${file("${ACCOUNT}/token")}`,
    };
  }
  return { configPath: kubeconfigPath(cluster.kubeconfig), configContext: cluster.context };
}

/** As Terraform finds it: the provider itself knows `~`. */
export function kubeconfigPath(path: string): string {
  return /^[/~]/.test(path) ? path : `${REPOSITORY_ROOT}/${path}`;
}

/** What is not set the provider takes from variables such as KUBE_HOST; what is set, even to nothing, it does not. */
const NOTHING_AMBIENT = {
  host: "",
  username: "",
  password: "",
  token: "",
  clientCertificate: "",
  clientKey: "",
  clusterCaCertificate: "",
  configPath: "",
  configContext: "",
  configContextAuthInfo: "",
  configContextCluster: "",
  tlsServerName: "",
  proxyUrl: "",
  insecure: false,
};
