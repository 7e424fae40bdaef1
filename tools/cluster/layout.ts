import { join } from "node:path";
import { LOCAL_DIR } from "../lib/paths";

/** What the kubeconfig calls the cluster, its user and its context. */
export const CONTEXT = "log-pipeline";
export const NODE = "log-pipeline";

/** One cluster a machine, whichever checkout made it. Everything that a reboot must keep is in here. */
export const STATE = "/var/lib/log-pipeline-cluster";
/** Everything that a reboot may take: containerd's sockets, and what it knows of running containers. */
export const RUN = "/run/log-pipeline-cluster";
/** Below the root of every hierarchy. */
export const CGROUP = "log-pipeline-cluster";

/** The kubeconfig of this checkout, as `environments/dev.ts` names it. */
export const KUBECONFIG = join(LOCAL_DIR, "cluster", "kubeconfig");

/**
 * The cluster's own network, a bridge that nothing outside of this machine reaches. Its address is the node's: the API
 * server and the kubelet listen on it, and pods reach them there. Uncommon, so that it collides with no one's.
 */
export const NETWORK = {
  name: "log-pipeline-cluster",
  bridge: "log-pipeline0",
  address: "10.231.0.1",
  prefix: 24,
  pods: "10.231.0.0/24",
  services: "10.231.1.0/24",
  /** The first address of the services is the API server's, by Kubernetes' own rule. */
  apiService: "10.231.1.1",
  dns: "10.231.1.10",
  domain: "cluster.local",
} as const;

const LOOPBACK = "127.0.0.1";

/** Where each component listens. etcd has uncommon ports, because a developer may run one of their own. */
export const LISTEN = {
  etcd: { address: LOOPBACK, port: 12379 },
  etcdPeer: { address: LOOPBACK, port: 12380 },
  apiServer: { address: NETWORK.address, port: 6443 },
  controllerManager: { address: LOOPBACK, port: 10257 },
  scheduler: { address: LOOPBACK, port: 10259 },
  kubelet: { address: NETWORK.address, port: 10250 },
  proxyHealth: { address: LOOPBACK, port: 10256 },
  proxyMetrics: { address: LOOPBACK, port: 10249 },
} as const;

export const API_SERVER = `https://${LISTEN.apiServer.address}:${LISTEN.apiServer.port}`;
export const CONTAINERD_SOCKET = join(RUN, "containerd", "containerd.sock");

export const PATHS = {
  certificates: join(STATE, "pki"),
  configuration: join(STATE, "configuration"),
  logs: join(STATE, "logs"),
  processes: join(STATE, "processes"),
  etcd: join(STATE, "etcd"),
  containerd: join(STATE, "containerd"),
  kubelet: join(STATE, "kubelet"),
  podLogs: join(STATE, "pod-logs"),
  /** Claims become folders in here. */
  volumes: join(STATE, "volumes"),
  before: join(STATE, "before.json"),
} as const;

export function configurationFile(name: string): string {
  return join(PATHS.configuration, name);
}
