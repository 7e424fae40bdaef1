import { ClusterRoleBindingV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-binding-v1";
import { ClusterRoleV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-v1";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { CronJobV1 } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { Daemonset } from "@cdktf/provider-kubernetes/lib/daemonset";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { PriorityClassV1 } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { expect, test } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import { render } from "./rendering";

// Each kind as the bindings write it, beside the object that `kubectl` would be given.

const metadata = { name: "web", namespace: "shop", labels: { "app.kubernetes.io/name": "web" } };
const labels = { "app.kubernetes.io/name": "web" };
const selector = { matchLabels: labels };

async function only(build: (stack: TerraformStack) => void): Promise<unknown> {
  const objects = await render(build);
  expect(objects).toHaveLength(1);
  return objects[0];
}

/** As the bindings have it, with one of almost everything. */
const POD_SPEC = {
  activeDeadlineSeconds: 600,
  automountServiceAccountToken: false,
  dnsConfig: { nameservers: ["10.0.0.10"], option: [{ name: "ndots", value: "2" }], searches: ["svc.cluster.local"] },
  dnsPolicy: "ClusterFirst",
  enableServiceLinks: false,
  hostAliases: [{ ip: "10.0.0.1", hostnames: ["db.internal"] }],
  hostIpc: false,
  hostNetwork: false,
  hostPid: false,
  imagePullSecrets: [{ name: "registry" }],
  nodeSelector: { "kubernetes.io/os": "linux", some_key: "kept_as_it_is" },
  os: { name: "linux" },
  priorityClassName: "high",
  readinessGate: [{ conditionType: "ready.example.com" }],
  restartPolicy: "Always",
  serviceAccountName: "web",
  shareProcessNamespace: false,
  terminationGracePeriodSeconds: 45,
  securityContext: {
    fsGroup: "10001",
    fsGroupChangePolicy: "OnRootMismatch",
    runAsGroup: "10001",
    runAsNonRoot: true,
    runAsUser: "10001",
    seccompProfile: { type: "RuntimeDefault" },
    seLinuxOptions: { level: "s0:c123,c456" },
    supplementalGroups: [2000, 3000],
    sysctl: [{ name: "net.core.somaxconn", value: "1024" }],
  },
  toleration: [
    { key: "dedicated", operator: "Equal", value: "logs", effect: "NoSchedule" },
    { operator: "Exists", effect: "NoExecute", tolerationSeconds: "300" },
  ],
  topologySpreadConstraint: [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: [selector],
      matchLabelKeys: ["pod-template-hash"],
    },
  ],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerm: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 5, preference: { matchExpressions: [{ key: "zone", operator: "Exists" }] } },
      ],
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: [selector], topologyKey: "kubernetes.io/hostname", namespaces: ["shop"] },
      ],
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, podAffinityTerm: { labelSelector: [selector], topologyKey: "zone" } },
      ],
    },
  },
  initContainer: [{ name: "init", image: "busybox:1.37", command: ["true"] }],
  container: [
    {
      name: "web",
      image: "nginx:1.29",
      imagePullPolicy: "IfNotPresent",
      command: ["nginx"],
      args: ["-g", "daemon off;"],
      workingDir: "/srv",
      stdin: false,
      tty: false,
      terminationMessagePolicy: "FallbackToLogsOnError",
      port: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
      env: [
        { name: "PLAIN", value: "1" },
        { name: "EMPTY", value: "" },
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        { name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "key", optional: true } } },
        { name: "SETTING", valueFrom: { configMapKeyRef: { name: "settings", key: "setting" } } },
        { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
      ],
      envFrom: [{ prefix: "P_", configMapRef: { name: "settings" } }, { secretRef: { name: "keys", optional: false } }],
      resources: {
        requests: { cpu: "100m", memory: "64Mi" },
        limits: { memory: "128Mi", "example.com/gpu": "1" },
      },
      volumeMount: [
        { name: "config", mountPath: "/etc/web", readOnly: true, subPath: "web" },
        { name: "host", mountPath: "/host", mountPropagation: "HostToContainer" },
      ],
      volumeDevice: [{ name: "raw", devicePath: "/dev/xvda" }],
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: "10001",
      },
      lifecycle: {
        preStop: [{ exec: { command: ["sleep", "5"] } }],
        postStart: [{ httpGet: { path: "/started", port: "http", httpHeader: [{ name: "X", value: "y" }] } }],
      },
      startupProbe: { tcpSocket: [{ port: "8080" }], failureThreshold: 30, periodSeconds: 2 },
      readinessProbe: { httpGet: { path: "/ready", port: "8080", scheme: "HTTP" }, initialDelaySeconds: 1 },
      livenessProbe: { grpc: [{ port: 9000, service: "live" }], timeoutSeconds: 3, successThreshold: 1 },
    },
  ],
  volume: [
    {
      name: "config",
      configMap: { name: "settings", defaultMode: "0644", items: [{ key: "a", path: "a", mode: "0400" }] },
    },
    { name: "keys", secret: { secretName: "keys", defaultMode: "0440", optional: false } },
    { name: "empty", emptyDir: {} },
    { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
    { name: "host", hostPath: { path: "/var/log", type: "Directory" } },
    { name: "claim", persistentVolumeClaim: { claimName: "data", readOnly: true } },
    { name: "down", downwardApi: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
    { name: "nfs", nfs: { server: "nfs.internal", path: "/data" } },
    { name: "csi", csi: { driver: "csi.example.com", volumeAttributes: { some_key: "v" } } },
    {
      name: "projected",
      projected: [
        {
          defaultMode: "0444",
          sources: [
            { serviceAccountToken: { path: "token", audience: "api", expirationSeconds: 3600 } },
            { configMap: [{ name: "settings" }] },
            {
              downwardApi: {
                items: [{ path: "cpu", resourceFieldRef: { resource: "limits.cpu", containerName: "web" } }],
              },
            },
          ],
        },
      ],
    },
    {
      name: "own",
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
      },
    },
  ],
};

const EXPECTED_POD_SPEC = {
  activeDeadlineSeconds: 600,
  automountServiceAccountToken: false,
  dnsConfig: { nameservers: ["10.0.0.10"], options: [{ name: "ndots", value: "2" }], searches: ["svc.cluster.local"] },
  dnsPolicy: "ClusterFirst",
  enableServiceLinks: false,
  hostAliases: [{ ip: "10.0.0.1", hostnames: ["db.internal"] }],
  hostIPC: false,
  hostNetwork: false,
  hostPID: false,
  imagePullSecrets: [{ name: "registry" }],
  nodeSelector: { "kubernetes.io/os": "linux", some_key: "kept_as_it_is" },
  os: { name: "linux" },
  priorityClassName: "high",
  readinessGates: [{ conditionType: "ready.example.com" }],
  restartPolicy: "Always",
  serviceAccountName: "web",
  shareProcessNamespace: false,
  terminationGracePeriodSeconds: 45,
  securityContext: {
    fsGroup: 10001,
    fsGroupChangePolicy: "OnRootMismatch",
    runAsGroup: 10001,
    runAsNonRoot: true,
    runAsUser: 10001,
    seccompProfile: { type: "RuntimeDefault" },
    seLinuxOptions: { level: "s0:c123,c456" },
    supplementalGroups: [2000, 3000],
    sysctls: [{ name: "net.core.somaxconn", value: "1024" }],
  },
  tolerations: [
    { key: "dedicated", operator: "Equal", value: "logs", effect: "NoSchedule" },
    { operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
  ],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: selector,
      matchLabelKeys: ["pod-template-hash"],
    },
  ],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 5, preference: { matchExpressions: [{ key: "zone", operator: "Exists" }] } },
      ],
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: selector, topologyKey: "kubernetes.io/hostname", namespaces: ["shop"] },
      ],
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, podAffinityTerm: { labelSelector: selector, topologyKey: "zone" } },
      ],
    },
  },
  initContainers: [{ name: "init", image: "busybox:1.37", command: ["true"] }],
  containers: [
    {
      name: "web",
      image: "nginx:1.29",
      imagePullPolicy: "IfNotPresent",
      command: ["nginx"],
      args: ["-g", "daemon off;"],
      workingDir: "/srv",
      stdin: false,
      tty: false,
      terminationMessagePolicy: "FallbackToLogsOnError",
      ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
      env: [
        { name: "PLAIN", value: "1" },
        { name: "EMPTY", value: "" },
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        { name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "key", optional: true } } },
        { name: "SETTING", valueFrom: { configMapKeyRef: { name: "settings", key: "setting" } } },
        { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
      ],
      envFrom: [{ prefix: "P_", configMapRef: { name: "settings" } }, { secretRef: { name: "keys", optional: false } }],
      resources: {
        requests: { cpu: "100m", memory: "64Mi" },
        limits: { memory: "128Mi", "example.com/gpu": "1" },
      },
      volumeMounts: [
        { name: "config", mountPath: "/etc/web", readOnly: true, subPath: "web" },
        { name: "host", mountPath: "/host", mountPropagation: "HostToContainer" },
      ],
      volumeDevices: [{ name: "raw", devicePath: "/dev/xvda" }],
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: 10001,
      },
      lifecycle: {
        preStop: { exec: { command: ["sleep", "5"] } },
        postStart: { httpGet: { path: "/started", port: "http", httpHeaders: [{ name: "X", value: "y" }] } },
      },
      startupProbe: { tcpSocket: { port: 8080 }, failureThreshold: 30, periodSeconds: 2 },
      readinessProbe: { httpGet: { path: "/ready", port: 8080, scheme: "HTTP" }, initialDelaySeconds: 1 },
      livenessProbe: { grpc: { port: 9000, service: "live" }, timeoutSeconds: 3, successThreshold: 1 },
    },
  ],
  volumes: [
    {
      name: "config",
      configMap: { name: "settings", defaultMode: 0o644, items: [{ key: "a", path: "a", mode: 0o400 }] },
    },
    { name: "keys", secret: { secretName: "keys", defaultMode: 0o440, optional: false } },
    { name: "empty", emptyDir: {} },
    { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
    { name: "host", hostPath: { path: "/var/log", type: "Directory" } },
    { name: "claim", persistentVolumeClaim: { claimName: "data", readOnly: true } },
    { name: "down", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
    { name: "nfs", nfs: { server: "nfs.internal", path: "/data" } },
    { name: "csi", csi: { driver: "csi.example.com", volumeAttributes: { some_key: "v" } } },
    {
      name: "projected",
      projected: {
        defaultMode: 0o444,
        sources: [
          { serviceAccountToken: { path: "token", audience: "api", expirationSeconds: 3600 } },
          { configMap: { name: "settings" } },
          {
            downwardAPI: {
              items: [{ path: "cpu", resourceFieldRef: { resource: "limits.cpu", containerName: "web" } }],
            },
          },
        ],
      },
    },
    {
      name: "own",
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
      },
    },
  ],
};

const template = { metadata: { labels, annotations: { "example.com/hash": "abc" } }, spec: POD_SPEC };
const expectedTemplate = { ...template, spec: EXPECTED_POD_SPEC };

test("Deployment", async () => {
  const object = await only((stack) => {
    new DeploymentV1(stack, "web", {
      metadata: { ...metadata, annotations: { "example.com/note_with_underscore": "kept" } },
      waitForRollout: false,
      timeouts: { create: "5m" },
      lifecycle: { ignoreChanges: ["spec"], preventDestroy: true },
      spec: {
        replicas: "3",
        minReadySeconds: 5,
        paused: false,
        progressDeadlineSeconds: 300,
        revisionHistoryLimit: 2,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "1", maxUnavailable: "25%" } },
        selector,
        template,
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...metadata, annotations: { "example.com/note_with_underscore": "kept" } },
    spec: {
      replicas: 3,
      minReadySeconds: 5,
      paused: false,
      progressDeadlineSeconds: 300,
      revisionHistoryLimit: 2,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "25%" } },
      selector,
      template: expectedTemplate,
    },
  });
});

test("StatefulSet", async () => {
  const object = await only((stack) => {
    new StatefulSetV1(stack, "web", {
      metadata,
      waitForRollout: true,
      spec: {
        replicas: "3",
        podManagementPolicy: "Parallel",
        serviceName: "web",
        selector,
        template,
        updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
        persistentVolumeClaimRetentionPolicy: [{ whenDeleted: "Delete", whenScaled: "Retain" }],
        volumeClaimTemplate: [
          {
            metadata: { name: "data", labels },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: "fast",
              volumeMode: "Filesystem",
              resources: { requests: { storage: "10Gi" } },
            },
          },
        ],
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata,
    spec: {
      replicas: 3,
      podManagementPolicy: "Parallel",
      serviceName: "web",
      selector,
      template: expectedTemplate,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
      volumeClaimTemplates: [
        {
          metadata: { name: "data", labels },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "fast",
            volumeMode: "Filesystem",
            resources: { requests: { storage: "10Gi" } },
          },
        },
      ],
    },
  });
});

// The provider has both names for it.
test.each([
  ["kubernetes_daemon_set_v1", DaemonSetV1],
  ["kubernetes_daemonset", Daemonset],
])("DaemonSet, as %s", async (type, Binding) => {
  expect(Binding.tfResourceType).toBe(type);
  const object = await only((stack) => {
    new Binding(stack, "web", {
      metadata,
      waitForRollout: false,
      spec: { selector, template, strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } } },
    });
  });
  expect(object).toEqual({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata,
    spec: {
      selector,
      template: expectedTemplate,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
    },
  });
});

test("Job", async () => {
  const object = await only((stack) => {
    new JobV1(stack, "web", {
      metadata,
      waitForCompletion: true,
      timeouts: { create: "10m" },
      spec: {
        activeDeadlineSeconds: 300,
        backoffLimit: 6,
        completions: 1,
        completionMode: "NonIndexed",
        parallelism: 1,
        ttlSecondsAfterFinished: "3600",
        podFailurePolicy: {
          rule: [
            { action: "FailJob", onExitCodes: { containerName: "web", operator: "In", values: [42] } },
            { action: "Ignore", onPodCondition: [{ type: "DisruptionTarget", status: "True" }] },
          ],
        },
        template,
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: {
      activeDeadlineSeconds: 300,
      backoffLimit: 6,
      completions: 1,
      completionMode: "NonIndexed",
      parallelism: 1,
      ttlSecondsAfterFinished: 3600,
      podFailurePolicy: {
        rules: [
          { action: "FailJob", onExitCodes: { containerName: "web", operator: "In", values: [42] } },
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        ],
      },
      template: expectedTemplate,
    },
  });
});

test("CronJob", async () => {
  const object = await only((stack) => {
    new CronJobV1(stack, "web", {
      metadata,
      spec: {
        schedule: "*/5 * * * *",
        timezone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        suspend: false,
        successfulJobsHistoryLimit: 1,
        jobTemplate: { metadata: { labels }, spec: { backoffLimit: 0, template } },
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata,
    spec: {
      schedule: "*/5 * * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      suspend: false,
      successfulJobsHistoryLimit: 1,
      jobTemplate: { metadata: { labels }, spec: { backoffLimit: 0, template: expectedTemplate } },
    },
  });
});

test("Service", async () => {
  const object = await only((stack) => {
    new ServiceV1(stack, "web", {
      metadata,
      waitForLoadBalancer: false,
      spec: {
        type: "ClusterIP",
        clusterIp: "None",
        externalIps: ["192.0.2.1"],
        internalTrafficPolicy: "Local",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        loadBalancerSourceRanges: ["198.51.100.0/24"],
        publishNotReadyAddresses: true,
        selector: labels,
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIp: { timeoutSeconds: 60 } },
        port: [
          { name: "http", port: 80, targetPort: "8080", protocol: "TCP", appProtocol: "http" },
          { name: "named", port: 81, targetPort: "http", nodePort: 30081 },
        ],
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {
      type: "ClusterIP",
      clusterIP: "None",
      externalIPs: ["192.0.2.1"],
      internalTrafficPolicy: "Local",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      loadBalancerSourceRanges: ["198.51.100.0/24"],
      publishNotReadyAddresses: true,
      selector: labels,
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      ports: [
        { name: "http", port: 80, targetPort: 8080, protocol: "TCP", appProtocol: "http" },
        { name: "named", port: 81, targetPort: "http", nodePort: 30081 },
      ],
    },
  });
});

test("Ingress", async () => {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const object = await only((stack) => {
    new IngressV1(stack, "web", {
      metadata,
      waitForLoadBalancer: true,
      spec: {
        ingressClassName: "nginx",
        defaultBackend: { service: { name: "web", port: { name: "http" } } },
        rule: [{ host: "shop.example.com", http: { path: [{ path: "/", pathType: "Prefix", backend }] } }],
        tls: [{ hosts: ["shop.example.com"], secretName: "tls" }],
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata,
    spec: {
      ingressClassName: "nginx",
      defaultBackend: { service: { name: "web", port: { name: "http" } } },
      rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      tls: [{ hosts: ["shop.example.com"], secretName: "tls" }],
    },
  });
});

test("NetworkPolicy: empty selectors and rules stay, as they mean everything", async () => {
  const object = await only((stack) => {
    new NetworkPolicyV1(stack, "web", {
      metadata,
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{}, { from: [{ podSelector: selector }], ports: [{ port: "http", protocol: "TCP" }] }],
        egress: [
          {
            to: [
              { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } },
              { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
            ],
            ports: [{ port: "9092", endPort: 9094 }],
          },
        ],
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}, { from: [{ podSelector: selector }], ports: [{ port: "http", protocol: "TCP" }] }],
      egress: [
        {
          to: [
            { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } },
            { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
          ],
          ports: [{ port: 9092, endPort: 9094 }],
        },
      ],
    },
  });
});

test("HorizontalPodAutoscaler", async () => {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const object = await only((stack) => {
    new HorizontalPodAutoscalerV2(stack, "web", {
      metadata,
      spec: {
        minReplicas: 1,
        maxReplicas: 5,
        scaleTargetRef,
        metric: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
          {
            type: "External",
            external: {
              metric: { name: "lag", selector: [selector] },
              target: { type: "AverageValue", averageValue: "100" },
            },
          },
          { type: "Pods", pods: { metric: { name: "rps" }, target: { type: "AverageValue", averageValue: "1k" } } },
        ],
        behavior: {
          scaleDown: [
            {
              stabilizationWindowSeconds: 300,
              selectPolicy: "Min",
              policy: [{ type: "Pods", value: 1, periodSeconds: 60 }],
            },
          ],
        },
      },
    });
  });
  expect(object).toEqual({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata,
    spec: {
      minReplicas: 1,
      maxReplicas: 5,
      scaleTargetRef,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
        {
          type: "External",
          external: { metric: { name: "lag", selector }, target: { type: "AverageValue", averageValue: "100" } },
        },
        { type: "Pods", pods: { metric: { name: "rps" }, target: { type: "AverageValue", averageValue: "1k" } } },
      ],
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: "Min",
          policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
        },
      },
    },
  });
});

test("PodDisruptionBudget: a share stays a share, and a number becomes one", async () => {
  const objects = await render((stack) => {
    new PodDisruptionBudgetV1(stack, "number", { metadata, spec: { maxUnavailable: "1", selector } });
    new PodDisruptionBudgetV1(stack, "share", {
      metadata: { ...metadata, name: "web-share" },
      spec: { minAvailable: "50%", selector },
    });
  });
  expect(objects.map(({ apiVersion, kind, spec }) => ({ apiVersion, kind, spec }))).toEqual([
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", spec: { maxUnavailable: 1, selector } },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", spec: { minAvailable: "50%", selector } },
  ]);
});

test("ServiceAccount", async () => {
  const object = await only((stack) => {
    new ServiceAccountV1(stack, "web", {
      metadata,
      automountServiceAccountToken: false,
      imagePullSecret: [{ name: "registry" }],
      secret: [{ name: "token" }],
    });
  });
  expect(object).toEqual({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: "registry" }],
    secrets: [{ name: "token" }],
  });
});

test("RBAC: a rule's groups and a reference's group are told apart", async () => {
  const group = "rbac.authorization.k8s.io";
  const objects = await render((stack) => {
    new RoleV1(stack, "role", {
      metadata,
      rule: [{ apiGroups: ["", "apps"], resources: ["pods"], resourceNames: ["web-0"], verbs: ["get", "list"] }],
    });
    new ClusterRoleV1(stack, "cluster-role", {
      metadata: { name: "web" },
      rule: [{ nonResourceUrls: ["/metrics"], verbs: ["get"] }],
      aggregationRule: { clusterRoleSelectors: [selector] },
    });
    new RoleBindingV1(stack, "binding", {
      metadata,
      roleRef: { apiGroup: group, kind: "Role", name: "web" },
      subject: [{ kind: "ServiceAccount", name: "web", namespace: "shop" }],
    });
    new ClusterRoleBindingV1(stack, "cluster-binding", {
      metadata: { name: "web" },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: "web" },
      subject: [{ apiGroup: group, kind: "Group", name: "readers" }],
    });
  });
  expect(objects).toEqual([
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRole",
      metadata: { name: "web" },
      rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
      aggregationRule: { clusterRoleSelectors: [selector] },
    },
    {
      apiVersion: `${group}/v1`,
      kind: "Role",
      metadata,
      rules: [{ apiGroups: ["", "apps"], resources: ["pods"], resourceNames: ["web-0"], verbs: ["get", "list"] }],
    },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "web" },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: "web" },
      subjects: [{ apiGroup: group, kind: "Group", name: "readers" }],
    },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: group, kind: "Role", name: "web" },
      subjects: [{ kind: "ServiceAccount", name: "web", namespace: "shop" }],
    },
  ]);
});

test("ConfigMap: keys and text as they are, binary data in base64 already", async () => {
  const data = { "a.yml": "x: 1\ny: on\n", snake_case: "kept", number: "0644" };
  const object = await only((stack) => {
    new ConfigMapV1(stack, "web", { metadata, data, binaryData: { "b.bin": "AAEC" }, immutable: true });
  });
  expect(object).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data,
    binaryData: { "b.bin": "AAEC" },
    immutable: true,
  });
});

test("Secret: Terraform's text becomes base64, beside its binary data", async () => {
  const object = await only((stack) => {
    new SecretV1(stack, "web", {
      metadata,
      type: "Opaque",
      data: { password: "pass wörd" },
      binaryData: { key: "AAEC" },
      waitForServiceAccountToken: false,
    });
  });
  expect(object).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "Opaque",
    data: { password: Buffer.from("pass wörd").toString("base64"), key: "AAEC" },
  });
});

test("PersistentVolumeClaim, StorageClass, PriorityClass, Namespace", async () => {
  const objects = await render((stack) => {
    new PersistentVolumeClaimV1(stack, "claim", {
      metadata,
      waitUntilBound: false,
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "5Gi" } },
        selector,
        volumeName: "disk",
      },
    });
    new StorageClassV1(stack, "class", {
      metadata: { name: "fast" },
      storageProvisioner: "disk.example.com",
      allowVolumeExpansion: false,
      parameters: { some_key: "v" },
      allowedTopologies: { matchLabelExpressions: [{ key: "zone", values: ["a"] }] },
    });
    new PriorityClassV1(stack, "priority", {
      metadata: { name: "high" },
      value: 1000,
      globalDefault: false,
      description: "first",
      preemptionPolicy: "Never",
    });
    new NamespaceV1(stack, "namespace", { metadata: { name: "shop", labels }, waitForDefaultServiceAccount: true });
  });
  expect(objects).toEqual([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } },
    {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "high" },
      value: 1000,
      globalDefault: false,
      description: "first",
      preemptionPolicy: "Never",
    },
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "fast" },
      provisioner: "disk.example.com",
      allowVolumeExpansion: false,
      parameters: { some_key: "v" },
      allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a"] }] }],
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata,
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "5Gi" } },
        selector,
        volumeName: "disk",
      },
    },
  ]);
});

test("a manifest is an object of the API already: only what is null is left out", async () => {
  const manifest = {
    apiVersion: "example.com/v1",
    kind: "Gadget",
    metadata: { name: "gadget", namespace: "shop" },
    spec: { snake_case: 1, mode: "0644", list: [{}, { nothing: null }], nothing: null },
  };
  const object = await only((stack) => {
    new Manifest(stack, "gadget", { manifest, fieldManager: { forceConflicts: true }, computedFields: ["spec.a"] });
  });
  expect(object).toEqual({ ...manifest, spec: { snake_case: 1, mode: "0644", list: [{}, {}] } });
});
