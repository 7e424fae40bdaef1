import { Cpu } from "../constructs/core/cpu";
import { Duration } from "../constructs/core/duration";
import { SecretRef } from "../constructs/core/secret-ref";
import { Size } from "../constructs/core/size";
import type { EnvironmentConfig } from "./environment";

/**
 * Three availability zones, of which one may be lost. Sizes are those of `npm run capacity -- production`; the cluster, the
 * addresses and the buckets are examples to replace with your own.
 */
export const production = {
  name: "production",
  platform: {
    kind: "kubernetes",
    cluster: { kubeconfig: "~/.kube/config", context: "production" },
    namespace: { name: "log-pipeline", create: true },
    imageRegistry: "registry.example.com/log-pipeline",
    operators: { namespace: { name: "log-pipeline-operators", create: true } },
    zones: 3,
    kafka: {
      kind: "strimzi",
      controllers: { nodes: 3, memory: Size.gibibytes(5), storage: Size.gibibytes(10) },
      cruiseControl: { memory: Size.gibibytes(2) },
    },
    elasticsearch: {
      kind: "eck",
      masters: { nodes: 3, memory: Size.gibibytes(4), storage: Size.gibibytes(10), cpu: Cpu.cores(1) },
      warm: { nodes: 6, memory: Size.gibibytes(64), storage: Size.gibibytes(8960), cpu: Cpu.cores(4) },
      snapshots: {
        repository: { kind: "s3", bucket: "log-pipeline-snapshots", region: "eu-central-1", basePath: "production" },
        credentialsSecret: "snapshot-credentials",
        schedule: "0 30 1 * * ?",
        expireAfter: Duration.days(90),
        minCount: 7,
        maxCount: 100,
      },
    },
    claims: { kafka: Size.gibibytes(1500), elasticsearch: Size.gibibytes(1664), whenDestroyed: "keep" },
    nodeDirectories: { logs: "/var/log/myapp", filebeat: "/var/lib/log-pipeline/production/filebeat" },
    ingress: {
      className: "public",
      controllerNamespace: "ingress-controller",
      tlsSecret: "kibana-tls",
      authentication: {
        kind: "oidc",
        issuerUrl: "https://accounts.example.com",
        clientId: "log-pipeline",
        clientSecret: SecretRef.of("kibana-oidc-client", "client-secret"),
        emailDomains: ["example.com"],
      },
    },
    monitoringNamespace: "monitoring",
  },
  state: { kind: "s3", bucket: "log-pipeline-terraform-state", region: "eu-central-1", key: "production" },
  workload: {
    eventsPerSecond: 20_000,
    peakFactor: 3,
    bytesPerEvent: Size.bytes(500),
    growth: 0.5,
    sourceNodes: 40,
  },
  objectives: {
    // A night, and the morning in which somebody finds it.
    kafkaBridgesOutageOf: Duration.hours(12),
    hot: Duration.days(3),
    warm: Duration.days(11),
    delete: Duration.days(15),
    replicas: 1,
    searchConcurrency: 4,
    headroom: 0.2,
  },
  kafka: {
    brokers: 3,
    memory: Size.gibibytes(16),
    heap: Size.gibibytes(6),
    cpu: Cpu.cores(4),
    logs: {
      partitions: 12,
      replicationFactor: 3,
      minInSyncReplicas: 2,
      retention: Duration.hours(24),
      retentionBytes: Size.gibibytes(103),
    },
    deadLetters: { retention: Duration.days(30) },
  },
  elasticsearch: {
    nodes: 9,
    memory: Size.gibibytes(64),
    cpu: Cpu.cores(14),
    shards: 4,
    replicas: 1,
    refreshInterval: Duration.seconds(5),
    lifecycle: {
      rolloverSize: Size.gibibytes(50),
      rolloverAge: Duration.hours(24),
      warmAfter: Duration.days(3),
      deleteAfter: Duration.days(14),
    },
    healContent: "17 3 * * *",
  },
  kibana: { memory: Size.gibibytes(2), replicas: 2, publicUrl: "https://logs.example.com" },
  filebeat: { memory: Size.mebibytes(512), priorityClass: "system-node-critical" },
  consumer: {
    replicas: 4,
    autoscaling: { minReplicas: 4, maxReplicas: 6 },
    memory: Size.mebibytes(512),
    cpu: Cpu.cores(1),
    drainDeadline: Duration.seconds(20),
    batchSize: Size.mebibytes(5),
  },
  tracing: { memory: Size.gibibytes(1), fromNamespaces: ["shop"] },
} satisfies EnvironmentConfig;
