import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { ClusterConnection, KubernetesPlatform } from "../../environments/environment";
import { KUBECONFIG as OWN_CLUSTER, NETWORK } from "../cluster/layout";
import { ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";

/**
 * Variables by which kubectl, Terraform's provider and its Kubernetes backend would reach another cluster, or this one
 * as someone else: to be removed from what a child inherits. What an environment's facts say must be all that counts.
 */
const NOTHING_AMBIENT: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...["KUBECONFIG", "KUBERC", "KUBERNETES_MASTER", "KUBE_HOST", "KUBE_USER", "KUBE_PASSWORD", "KUBE_TOKEN"],
    ...["KUBE_INSECURE", "KUBE_TLS_SERVER_NAME", "KUBE_CLIENT_CERT_DATA", "KUBE_CLIENT_KEY_DATA", "KUBE_PROXY_URL"],
    ...["KUBE_CLUSTER_CA_CERT_DATA", "KUBE_CONFIG_PATH", "KUBE_CONFIG_PATHS", "KUBE_CTX", "KUBE_CTX_AUTH_INFO"],
    ...["KUBE_CTX_CLUSTER", "KUBE_NAMESPACE", "KUBE_IN_CLUSTER_CONFIG", "KUBE_LOAD_CONFIG_FILE"],
  ].map((name) => [name, undefined]),
);

/**
 * What a program that speaks with the cluster must not inherit, and must know instead.
 *
 * @param userEnv what it does inherit. @default it speaks with the cluster alone, so that no proxy is left to it
 */
export function connectionEnvironment(
  cluster: ClusterConnection,
  userEnv?: NodeJS.ProcessEnv,
): Record<string, string | undefined> {
  return { ...NOTHING_AMBIENT, ...(isOwnCluster(cluster) ? { ...withoutProxy(userEnv), ...OWN_CACHE } : {}) };
}

/** What kubectl remembers of a cluster that is thrown away goes with it. */
const OWN_CACHE = { KUBECACHEDIR: join(dirname(OWN_CLUSTER), "cache") };

/** A proxy of the user's knows no way to an address that is this machine's own. */
function withoutProxy(userEnv: NodeJS.ProcessEnv | undefined): Record<string, string | undefined> {
  if (!userEnv)
    return Object.fromEntries(PROXIES.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, undefined]));
  const exceptions = [userEnv["NO_PROXY"] ?? userEnv["no_proxy"], NETWORK.address].filter(Boolean).join(",");
  return { NO_PROXY: exceptions, no_proxy: exceptions };
}

const PROXIES = ["http_proxy", "https_proxy", "all_proxy"];

function isOwnCluster(cluster: ClusterConnection): boolean {
  return cluster !== "in-cluster" && kubeconfigFile(cluster.kubeconfig) === OWN_CLUSTER;
}

/** What tells kubectl the cluster of an environment; in a pod it finds its own by itself. */
export function connectionFlags(cluster: ClusterConnection): string[] {
  if (cluster === "in-cluster") return [];
  return ["--kubeconfig", kubeconfigFile(cluster.kubeconfig), "--context", cluster.context];
}

/** The absolute path of a kubeconfig as an environment names it. */
export function kubeconfigFile(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(ROOT, path);
}

/**
 * Before anything is started that would fail on it without saying why.
 *
 * @throws UserError if an environment's cluster is not where its facts say
 */
export function requireConnection(environment: string, { cluster }: KubernetesPlatform): void {
  if (cluster === "in-cluster") return;
  const file = kubeconfigFile(cluster.kubeconfig);
  const mend = isOwnCluster(cluster)
    ? "'npm run cluster:up' starts a cluster and writes it; or name your own in 'platform.cluster' (environments/)"
    : "mend the file, or 'platform.cluster' (environments/)";
  if (!existsSync(file)) {
    throw new UserError(
      `environment '${environment}' is reached by kubeconfig '${cluster.kubeconfig}', which is not there: ${mend}`,
    );
  }
  const contexts = contextsOf(file);
  if (!contexts.includes(cluster.context)) {
    throw new UserError(
      `environment '${environment}' is reached by context '${cluster.context}' of kubeconfig '${cluster.kubeconfig}', which has ${contexts.join(", ") || "none"}: ${mend}`,
    );
  }
}

function contextsOf(file: string): string[] {
  try {
    const { contexts } = parse(readFileSync(file, "utf8")) as { contexts?: readonly { name?: string }[] };
    return (contexts ?? []).flatMap(({ name }) => name ?? []);
  } catch (error) {
    throw new UserError(`kubeconfig '${file}' cannot be read: ${(error as Error).message}`);
  }
}
