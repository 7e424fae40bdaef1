import { Cpu } from "../constructs/core/cpu";
import { Duration } from "../constructs/core/duration";
import { SecretRef } from "../constructs/core/secret-ref";
import { Size } from "../constructs/core/size";
import type { EnvironmentConfig } from "./environment";

/**
 * Production's shape at another size: what is deployed there was deployed here first, by the same stacks. The sample services
 * write what `npm run verify -- --environment staging` looks for.
 */
export const staging = {
  name: "staging",
  platform: {
    kind: "kubernetes",
    cluster: { kubeconfig: "~/.kube/config", context: "staging" },
    namespace: { name: "log-pipeline", create: true },
    imageRegistry: "registry.example.com/log-pipeline",
    operators: { namespace: { name: "log-pipeline-operators", create: true } },
    zones: 3,
    kafka: {
      kind: "strimzi",
      controllers: { nodes: 3, memory: Size.gibibytes(1), storage: Size.gibibytes(10) },
      cruiseControl: { memory: Size.gibibytes(1) },
    },
    elasticsearch: {
      kind: "eck",
      masters: { nodes: 3, memory: Size.gibibytes(4), storage: Size.gibibytes(5) },
      warm: { nodes: 3, memory: Size.gibibytes(4), storage: Size.gibibytes(450) },
      snapshots: {
        repository: { kind: "s3", bucket: "log-pipeline-snapshots", region: "eu-central-1", basePath: "staging" },
        credentialsSecret: "snapshot-credentials",
        schedule: "0 30 1 * * ?",
        expireAfter: Duration.days(14),
        minCount: 3,
        maxCount: 20,
      },
    },
    claims: { kafka: Size.gibibytes(80), elasticsearch: Size.gibibytes(220), whenDestroyed: "keep" },
    nodeDirectories: { logs: "/var/log/myapp", filebeat: "/var/lib/log-pipeline/staging/filebeat" },
    ingress: {
      className: "public",
      controllerNamespace: "ingress-controller",
      tlsSecret: "kibana-tls",
      authentication: {
        kind: "oidc",
        issuerUrl: "https://accounts.example.com",
        clientId: "log-pipeline-staging",
        clientSecret: SecretRef.of("kibana-oidc-client", "client-secret"),
        emailDomains: ["example.com"],
      },
    },
    monitoringNamespace: "monitoring",
  },
  state: { kind: "s3", bucket: "log-pipeline-terraform-state", region: "eu-central-1", key: "staging" },
  workload: { eventsPerSecond: 1_000, peakFactor: 3, bytesPerEvent: Size.bytes(500), growth: 0.25, sourceNodes: 3 },
  objectives: {
    kafkaBridgesOutageOf: Duration.hours(6),
    hot: Duration.days(2),
    warm: Duration.days(5),
    delete: Duration.days(8),
    replicas: 1,
    headroom: 0.2,
  },
  kafka: {
    brokers: 3,
    memory: Size.gibibytes(4),
    cpu: Cpu.cores(1),
    logs: {
      partitions: 12,
      replicationFactor: 3,
      minInSyncReplicas: 2,
      retention: Duration.hours(12),
      retentionBytes: Size.gibibytes(5),
    },
    deadLetters: { retention: Duration.days(14) },
  },
  elasticsearch: {
    nodes: 3,
    memory: Size.gibibytes(16),
    cpu: Cpu.cores(2),
    shards: 1,
    replicas: 1,
    refreshInterval: Duration.seconds(5),
    lifecycle: {
      rolloverSize: Size.gibibytes(50),
      rolloverAge: Duration.hours(24),
      warmAfter: Duration.days(2),
      deleteAfter: Duration.days(7),
    },
    healContent: "17 3 * * *",
  },
  kibana: { memory: Size.gibibytes(2), replicas: 2, publicUrl: "https://logs.staging.example.com" },
  filebeat: { memory: Size.mebibytes(512), priorityClass: "system-node-critical" },
  consumer: {
    replicas: 2,
    autoscaling: { minReplicas: 2, maxReplicas: 4 },
    memory: Size.mebibytes(512),
    cpu: Cpu.millis(500),
    drainDeadline: Duration.seconds(20),
    batchSize: Size.mebibytes(5),
  },
  tracing: { memory: Size.mebibytes(512), fromNamespaces: ["shop"] },
  sampleServices: { memory: Size.mebibytes(64) },
} satisfies EnvironmentConfig;
