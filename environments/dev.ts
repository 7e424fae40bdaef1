import { Duration } from "../constructs/core/duration";
import { Size } from "../constructs/core/size";
import type { EnvironmentConfig } from "./environment";

/**
 * One namespace of any Kubernetes cluster: small, and made to be thrown away. A preview of it (`preview.ts`) has its own
 * name, namespace, directories and state. The cluster is the one that `npm run cluster:up` makes; name your own here.
 */
export const dev = {
  name: "dev",
  platform: {
    kind: "kubernetes",
    cluster: { kubeconfig: ".local/cluster/kubeconfig", context: "log-pipeline" },
    namespace: { name: "log-pipeline-dev", create: true },
    claims: { kafka: Size.gibibytes(5), elasticsearch: Size.gibibytes(5), whenDestroyed: "delete" },
    nodeDirectories: { logs: "/var/log/myapp", filebeat: "/var/lib/log-pipeline/dev/filebeat" },
  },
  state: { kind: "local" },
  // The peak is the proof's: 200 requests a second write about 2,000 lines. Nothing deletes indices here: `hot` and `delete`
  // say what Elasticsearch's disk would have to hold.
  workload: { eventsPerSecond: 20, peakFactor: 100, bytesPerEvent: Size.bytes(450) },
  objectives: {
    // Over night: who deploys in the evening may find it in the morning.
    kafkaBridgesOutageOf: Duration.hours(12),
    hot: Duration.days(3),
    warm: Duration.days(0),
    delete: Duration.days(4),
    replicas: 0,
    headroom: 0.2,
  },
  kafka: {
    brokers: 1,
    memory: Size.mebibytes(768),
    logs: {
      partitions: 4,
      replicationFactor: 1,
      minInSyncReplicas: 1,
      retention: Duration.hours(24),
      retentionBytes: Size.gibibytes(1),
    },
    deadLetters: { retention: Duration.days(14) },
  },
  elasticsearch: {
    nodes: 1,
    memory: Size.mebibytes(1536),
    shards: 1,
    replicas: 0,
    refreshInterval: Duration.seconds(1),
  },
  kibana: { memory: Size.mebibytes(960) },
  filebeat: { memory: Size.mebibytes(384) },
  consumer: {
    replicas: 2,
    memory: Size.mebibytes(320),
    drainDeadline: Duration.seconds(20),
    batchSize: Size.mebibytes(5),
  },
  tracing: { memory: Size.mebibytes(256) },
  sampleServices: { memory: Size.mebibytes(64) },
} satisfies EnvironmentConfig;
