import { Duration } from "../constructs/core/duration";
import { Size } from "../constructs/core/size";
import type { EnvironmentConfig } from "./environment";

/** One machine with Docker: the whole pipeline on a laptop. */
export const local = {
  name: "local",
  platform: {
    kind: "docker",
    memoryBudget: Size.mebibytes(4352),
    ports: {
      gateway: 8080,
      kafka: 9094,
      elasticsearch: 9200,
      kibana: 5601,
      jaeger: 16686,
      consumer: 9464,
      "filebeat-metrics": 9465,
    },
  },
  state: { kind: "local" },
  // The peak is the proof's: 200 requests a second write about 2,000 lines. Nothing deletes indices here: `hot` and `delete`
  // say what Elasticsearch's disk would have to hold.
  workload: { eventsPerSecond: 20, peakFactor: 100, bytesPerEvent: Size.bytes(450) },
  objectives: {
    kafkaBridgesOutageOf: Duration.hours(4),
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
    memory: Size.mebibytes(1280),
    shards: 1,
    replicas: 0,
    refreshInterval: Duration.seconds(1),
  },
  kibana: { memory: Size.mebibytes(960) },
  filebeat: { memory: Size.mebibytes(384) },
  consumer: {
    replicas: 1,
    memory: Size.mebibytes(320),
    drainDeadline: Duration.seconds(20),
    batchSize: Size.mebibytes(5),
  },
  tracing: { memory: Size.mebibytes(256) },
  sampleServices: { memory: Size.mebibytes(64) },
} satisfies EnvironmentConfig;
