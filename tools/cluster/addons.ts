import { nameServers } from "./configuration";
import { NETWORK, NODE, PATHS } from "./layout";

/** A Kubernetes object, as `kubectl apply` takes it. */
type Manifest = Readonly<Record<string, unknown>>;

export interface AddonOptions {
  readonly corednsImage: string;
  readonly localVolumesImage: string;
  readonly resolvConf: string;
}

const SYSTEM = "kube-system";

/** What a cluster has besides Kubernetes' own components: DNS, a default storage class, and the rights of these. */
export function addons(options: AddonOptions): readonly Manifest[] {
  return [
    // The API server asks the kubelet for logs, exec and port-forward under this name.
    clusterRoleBinding("log-pipeline:kubelet-api", "system:kubelet-api-admin", {
      kind: "User",
      apiGroup: "rbac.authorization.k8s.io",
      name: "kube-apiserver-kubelet-client",
    }),
    ...localVolumes(options.localVolumesImage),
    ...coredns(options.corednsImage, options.resolvConf),
  ];
}

/** Claims become folders of the node. */
function localVolumes(image: string): Manifest[] {
  const name = "local-volumes";
  const role = "log-pipeline:local-volumes";
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "log-pipeline/local-volumes",
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
    },
    serviceAccount(name),
    clusterRole(role, [
      rule("", ["persistentvolumeclaims"], ["get", "list", "watch"]),
      rule("", ["persistentvolumes"], ["get", "list", "watch", "create", "delete"]),
      rule("storage.k8s.io", ["storageclasses"], ["get", "list", "watch"]),
    ]),
    clusterRoleBinding(role, role, account(name)),
    deployment(name, { app: name }, name, {
      containers: [
        {
          name,
          image,
          env: [
            { name: "FOLDER", value: PATHS.volumes },
            { name: "NODE", value: NODE },
          ],
          // Files in a volume belong to whoever its pod ran as.
          securityContext: restricted(["DAC_OVERRIDE", "FOWNER"]),
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
          volumeMounts: [{ name: "volumes", mountPath: PATHS.volumes }],
        },
      ],
      volumes: [{ name: "volumes", hostPath: { path: PATHS.volumes, type: "DirectoryOrCreate" } }],
    }),
  ];
}

/** With the names and labels that NetworkPolicies of other clusters expect. */
function coredns(image: string, resolvConf: string): Manifest[] {
  const name = "coredns";
  const role = "system:coredns";
  const labels = { "k8s-app": "kube-dns" };
  const ports = [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
    { name: "metrics", port: 9153, protocol: "TCP" },
  ];
  return [
    serviceAccount(name),
    clusterRole(role, [
      rule("", ["endpoints", "services", "pods", "namespaces"], ["list", "watch"]),
      rule("discovery.k8s.io", ["endpointslices"], ["list", "watch"]),
    ]),
    clusterRoleBinding(role, role, account(name)),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: SYSTEM },
      data: { Corefile: renderCorefile(nameServers(resolvConf)) },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "kube-dns",
        namespace: SYSTEM,
        labels: { ...labels, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
        annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
      },
      spec: { selector: labels, clusterIP: NETWORK.dns, ports },
    },
    deployment(name, labels, name, {
      dnsPolicy: "Default",
      containers: [
        {
          name,
          image,
          args: ["-conf", "/etc/coredns/Corefile"],
          ports: ports.map((port) => ({ name: port.name, containerPort: port.port, protocol: port.protocol })),
          livenessProbe: { httpGet: { path: "/health", port: 8080 }, failureThreshold: 5, timeoutSeconds: 5 },
          readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 2 },
          securityContext: restricted(["NET_BIND_SERVICE"]),
          resources: { requests: { cpu: "100m", memory: "70Mi" }, limits: { memory: "170Mi" } },
          volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
        },
      ],
      volumes: [{ name: "config", configMap: { name } }],
    }),
  ];
}

/** Names of the cluster from its API; all others from the host's name servers, if a pod can reach any. */
export function renderCorefile(servers: readonly string[]): string {
  return [
    ".:53 {",
    "    errors",
    "    health",
    "    ready",
    `    kubernetes ${NETWORK.domain} in-addr.arpa ip6.arpa {`,
    "        pods insecure",
    "        fallthrough in-addr.arpa ip6.arpa",
    "        ttl 30",
    "    }",
    "    prometheus :9153",
    ...(servers.length > 0 ? [`    forward . ${servers.join(" ")}`] : []),
    "    cache 30",
    "    loop",
    "    reload",
    "    loadbalance",
    "}",
    "",
  ].join("\n");
}

function deployment(name: string, labels: Record<string, string>, account: string, pod: Manifest): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: SYSTEM, labels },
    spec: {
      replicas: 1,
      // There is one node, and the old one need not wait for the new.
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: account,
          priorityClassName: "system-cluster-critical",
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          ...pod,
        },
      },
    },
  };
}

function restricted(capabilities: readonly string[]): Manifest {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"], add: capabilities },
  };
}

function serviceAccount(name: string): Manifest {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: SYSTEM } };
}

function account(name: string): Manifest {
  return { kind: "ServiceAccount", name, namespace: SYSTEM };
}

function rule(apiGroup: string, resources: readonly string[], verbs: readonly string[]): Manifest {
  return { apiGroups: [apiGroup], resources, verbs };
}

function clusterRole(name: string, rules: readonly Manifest[]): Manifest {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules };
}

function clusterRoleBinding(name: string, role: string, subject: Manifest): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [subject],
  };
}
