import { join } from "node:path";
import { type CertificateName, keyPair, type KeyPairName, SERVICE_ACCOUNT_KEYS } from "./certificates";
import {
  CNI_CONFIGURATION,
  listen,
  nameServers,
  renderCni,
  renderContainerd,
  renderKubeconfig,
  renderKubelet,
  renderProxy,
  renderResolvConf,
} from "./configuration";
import { LISTEN, NETWORK, NODE, PATHS, configurationFile } from "./layout";

/** In the order that they are started; they are stopped in the opposite one. */
export const COMPONENT_NAMES = [
  "containerd",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** A process of the cluster, wholly described: the same description need not be started again. */
export interface Component {
  readonly name: ComponentName;
  readonly program: string;
  readonly args: readonly string[];
  /** Files that it reads, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** What is known of this machine and of what was built. */
export interface Machine {
  /** The folder of the Kubernetes programs. */
  readonly programs: string;
  readonly pauseImage: string;
  readonly openFiles: number;
  /** The host's own /etc/resolv.conf, or what stands for it. */
  readonly resolvConf: string;
  readonly read: (file: string) => Buffer;
}

/** The addresses at which each component listens, for the check that they are free. */
export const LISTENS: Readonly<Record<ComponentName, readonly { address: string; port: number }[]>> = {
  containerd: [],
  etcd: [LISTEN.etcd, LISTEN.etcdPeer],
  "kube-apiserver": [LISTEN.apiServer],
  "kube-controller-manager": [LISTEN.controllerManager],
  "kube-scheduler": [LISTEN.scheduler],
  "kube-proxy": [LISTEN.proxyHealth, LISTEN.proxyMetrics],
  kubelet: [LISTEN.kubelet],
};

export function components(machine: Machine): readonly Component[] {
  const program = (name: string) => join(machine.programs, name);
  const kubeconfig = (name: CertificateName) => ({
    path: configurationFile(`${name}.kubeconfig`),
    content: renderKubeconfig(name, machine.read),
  });
  const manager = kubeconfig("controller-manager");
  const scheduler = kubeconfig("scheduler");
  const proxy = kubeconfig("proxy");
  const kubelet = kubeconfig("kubelet");
  const containerdFile = configurationFile("containerd.toml");
  const proxyFile = configurationFile("proxy.yaml");
  const kubeletFile = configurationFile("kubelet.yaml");
  return [
    {
      name: "containerd",
      program: "containerd",
      args: ["--config", containerdFile],
      files: {
        [containerdFile]: renderContainerd(machine.pauseImage),
        [join(CNI_CONFIGURATION, "10-bridge.conflist")]: renderCni(),
      },
    },
    { name: "etcd", program: program("etcd"), args: etcdFlags(), files: {} },
    { name: "kube-apiserver", program: program("kube-apiserver"), args: apiServerFlags(), files: {} },
    {
      name: "kube-controller-manager",
      program: program("kube-controller-manager"),
      args: [
        ...delegating(manager.path, LISTEN.controllerManager, "controller-manager-server"),
        ...flags({
          "root-ca-file": certificate("ca"),
          "service-account-private-key-file": SERVICE_ACCOUNT_KEYS.private,
          "use-service-account-credentials": "true",
          "cluster-signing-cert-file": certificate("ca"),
          "cluster-signing-key-file": key("ca"),
          "flex-volume-plugin-dir": join(PATHS.kubelet, "volume-plugins"),
        }),
      ],
      files: { [manager.path]: manager.content },
    },
    {
      name: "kube-scheduler",
      program: program("kube-scheduler"),
      args: delegating(scheduler.path, LISTEN.scheduler, "scheduler-server"),
      files: { [scheduler.path]: scheduler.content },
    },
    {
      name: "kube-proxy",
      program: program("kube-proxy"),
      args: flags({ config: proxyFile }),
      files: { [proxy.path]: proxy.content, [proxyFile]: renderProxy() },
    },
    {
      name: "kubelet",
      program: program("kubelet"),
      args: flags({
        config: kubeletFile,
        kubeconfig: kubelet.path,
        "hostname-override": NODE,
        "node-ip": NETWORK.address,
        "root-dir": PATHS.kubelet,
        "cert-dir": join(PATHS.kubelet, "pki"),
      }),
      files: {
        [kubelet.path]: kubelet.content,
        [kubeletFile]: renderKubelet(machine.openFiles),
        [configurationFile("resolv.conf")]: renderResolvConf(nameServers(machine.resolvConf)),
      },
    },
  ];
}

function etcdFlags(): string[] {
  const peer = `https://${listen(LISTEN.etcdPeer)}`;
  const client = `https://${listen(LISTEN.etcd)}`;
  return flags({
    name: NODE,
    "data-dir": PATHS.etcd,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `${NODE}=${peer}`,
    "client-cert-auth": "true",
    "trusted-ca-file": certificate("etcd-ca"),
    "cert-file": certificate("etcd-server"),
    "key-file": key("etcd-server"),
    "peer-client-cert-auth": "true",
    "peer-trusted-ca-file": certificate("etcd-ca"),
    "peer-cert-file": certificate("etcd-server"),
    "peer-key-file": key("etcd-server"),
  });
}

function apiServerFlags(): string[] {
  return flags({
    "bind-address": LISTEN.apiServer.address,
    "advertise-address": LISTEN.apiServer.address,
    "secure-port": String(LISTEN.apiServer.port),
    "tls-cert-file": certificate("api-server"),
    "tls-private-key-file": key("api-server"),
    // Nobody, not even who asks for the health, is answered without a certificate or a token.
    "anonymous-auth": "false",
    "client-ca-file": certificate("ca"),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "allow-privileged": "true",
    "etcd-servers": `https://${listen(LISTEN.etcd)}`,
    "etcd-cafile": certificate("etcd-ca"),
    "etcd-certfile": certificate("etcd-client"),
    "etcd-keyfile": key("etcd-client"),
    "kubelet-certificate-authority": certificate("ca"),
    "kubelet-client-certificate": certificate("api-server-kubelet-client"),
    "kubelet-client-key": key("api-server-kubelet-client"),
    "requestheader-client-ca-file": certificate("front-proxy-ca"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": certificate("front-proxy-client"),
    "proxy-client-key-file": key("front-proxy-client"),
    "kubelet-preferred-address-types": "InternalIP",
    "service-cluster-ip-range": NETWORK.services,
    "service-account-issuer": `https://kubernetes.default.svc.${NETWORK.domain}`,
    "service-account-key-file": SERVICE_ACCOUNT_KEYS.public,
    "service-account-signing-key-file": SERVICE_ACCOUNT_KEYS.private,
    profiling: "false",
  });
}

/** A component that has the API server decide who may ask it. */
function delegating(
  kubeconfig: string,
  { address, port }: { address: string; port: number },
  pair: KeyPairName,
): string[] {
  return flags({
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "bind-address": address,
    "secure-port": String(port),
    "tls-cert-file": certificate(pair),
    "tls-private-key-file": key(pair),
    // There is only one, and a lease that it cannot renew in time would end it.
    "leader-elect": "false",
    profiling: "false",
  });
}

const certificate = (name: KeyPairName) => keyPair(name).certificate;
const key = (name: KeyPairName) => keyPair(name).key;

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
