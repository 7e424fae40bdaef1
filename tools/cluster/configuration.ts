import { isIPv4 } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import { type CertificateName, keyPair } from "./certificates";
import {
  API_SERVER,
  CGROUP,
  CONTAINERD_SOCKET,
  CONTEXT,
  LISTEN,
  NETWORK,
  NODE,
  PATHS,
  RUN,
  configurationFile,
} from "./layout";

/** Where Debian and Ubuntu put the CNI plugins. */
export const CNI_PROGRAMS = "/usr/lib/cni";
export const CNI_CONFIGURATION = configurationFile("cni");

/** containerd's settings, in the form that 1.6, 1.7 and 2.x all read. */
export function renderContainerd(pauseImage: string): string {
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `version = 2
root = "${PATHS.containerd}"
state = "${join(RUN, "containerd")}"
[grpc]
address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
path = "${join(PATHS.containerd, "opt")}"
[${cri}]
sandbox_image = "${pauseImage}"
# Lowering a score needs CAP_SYS_RESOURCE. Where root lacks it, runc fails with "can't get final child's PID from pipe".
restrict_oom_score_adj = true
# Where it is found again, and cleared away, when containerd was killed.
netns_mounts_under_state_dir = true
[${cri}.cni]
bin_dir = "${CNI_PROGRAMS}"
conf_dir = "${CNI_CONFIGURATION}"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
Root = "${join(RUN, "runc")}"
# The kubelet's driver, on machines with and without systemd.
SystemdCgroup = false
`;
}

/** Pods on the bridge. Masquerading is one rule of ours rather than a chain for each pod. */
export function renderCni(): string {
  return json({
    cniVersion: "0.4.0",
    name: NETWORK.name,
    plugins: [
      {
        type: "bridge",
        bridge: NETWORK.bridge,
        isGateway: true,
        // A pod may reach itself through its Service.
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: join(PATHS.containerd, "addresses"),
          ranges: [[{ subnet: NETWORK.pods }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  });
}

/** @param openFiles the limit of this process: the kubelet cannot have more */
export function renderKubelet(openFiles: number): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: LISTEN.kubelet.address,
    port: LISTEN.kubelet.port,
    readOnlyPort: 0,
    // It would answer anyone; the port above has the same page for those who may see it.
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: keyPair("ca").certificate },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: keyPair("kubelet-server").certificate,
    tlsPrivateKeyFile: keyPair("kubelet-server").key,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${CGROUP}`,
    // From 1.35 on the kubelet refuses cgroup v1, which is why this is 1.34.
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [NETWORK.dns],
    clusterDomain: NETWORK.domain,
    resolvConf: configurationFile("resolv.conf"),
    podLogsDir: PATHS.podLogs,
    volumePluginDir: join(PATHS.kubelet, "volume-plugins"),
    maxOpenFiles: openFiles,
    // Without CAP_SYS_RESOURCE it cannot be lowered.
    oomScoreAdj: 0,
    // Images were loaded here and can be pulled from nowhere again: none is ever collected.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // In absolute terms: a developer's disk is often nearly full, and large.
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "1Gi", "imagefs.available": "1Gi" },
  });
}

export function renderProxy(): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    bindAddress: NETWORK.address,
    hostnameOverride: NODE,
    clientConnection: { kubeconfig: configurationFile("proxy.kubeconfig") },
    mode: "iptables",
    clusterCIDR: NETWORK.pods,
    detectLocalMode: "ClusterCIDR",
    // Node ports are for this machine alone, and on the bridge's address need no change of its routing.
    nodePortAddresses: [`${NETWORK.address}/32`],
    iptables: { localhostNodePorts: false },
    healthzBindAddress: listen(LISTEN.proxyHealth),
    metricsBindAddress: listen(LISTEN.proxyMetrics),
    // The machine's own limits stay as they are.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    oomScoreAdj: 0,
  });
}

/** How a component, or a user, reaches the API server with its certificate. */
export function renderKubeconfig(name: CertificateName, read: (file: string) => Buffer): string {
  const { certificate, key } = keyPair(name);
  const data = (file: string) => read(file).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: CONTEXT,
        cluster: { server: API_SERVER, "certificate-authority-data": data(keyPair("ca").certificate) },
      },
    ],
    users: [{ name, user: { "client-certificate-data": data(certificate), "client-key-data": data(key) } }],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: name } }],
    "current-context": CONTEXT,
  });
}

/** The host's name servers that a pod can reach: not those on the loopback address, which in a pod is the pod's own. */
export function nameServers(resolvConf: string): string[] {
  const named = [...resolvConf.matchAll(/^nameserver\s+(\S+)/gm)].flatMap((match) => match[1] ?? []);
  return named.filter((address) => isIPv4(address) && !address.startsWith("127."));
}

export function renderResolvConf(servers: readonly string[]): string {
  return servers.map((server) => `nameserver ${server}\n`).join("");
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function listen({ address, port }: { address: string; port: number }): string {
  return `${address}:${port}`;
}
