import type { Duration } from "../constructs/core/duration";
import type { Size } from "../constructs/core/size";

/**
 * The facts of one environment. Data only: what follows from a fact is decided by constructs, which refuse what cannot
 * work. Nothing outside of this folder names or compares an environment.
 */
export interface EnvironmentConfig {
  /** A DNS label. Names the stack, and the last part of the data stream `logs-app-<name>`. */
  readonly name: string;
  readonly platform: Platform;
  readonly state: StateBackend;
  readonly kafka: {
    readonly brokers: number;
    /** Of one broker. */
    readonly memory: Size;
    readonly logs: {
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly minInSyncReplicas: number;
      /** The longest outage behind Kafka that loses nothing. */
      readonly retention: Duration;
      /** Per partition. @default unlimited: only `retention` counts */
      readonly retentionBytes?: Size;
    };
    readonly deadLetters: { readonly retention: Duration };
  };
  readonly elasticsearch: {
    readonly nodes: number;
    /** Of one node. */
    readonly memory: Size;
    readonly shards: number;
    readonly replicas: number;
    /** The longest a line stays invisible to searches after it was indexed. */
    readonly refreshInterval: Duration;
  };
  readonly kibana: { readonly memory: Size };
  readonly filebeat: { readonly memory: Size };
  readonly consumer: {
    readonly replicas: number;
    readonly memory: Size;
    readonly drainDeadline: Duration;
    /** Documents sent in one bulk request. */
    readonly batchSize: Size;
  };
  readonly tracing: { readonly memory: Size };
  /** Absent where real services write the logs. */
  readonly sampleServices?: { readonly memory: Size };
}

export type Platform = DockerPlatform | KubernetesPlatform;

/** One machine with a Docker Engine. */
export interface DockerPlatform {
  readonly kind: "docker";
  /** What all memory limits together may take. */
  readonly memoryBudget: Size;
  /** Ports on the machine's loopback address. */
  readonly ports: {
    readonly gateway: number;
    readonly kafka: number;
    readonly elasticsearch: number;
    readonly kibana: number;
    readonly jaeger: number;
    readonly consumer: number;
  };
}

/** A Kubernetes cluster, named so exactly that a deploy cannot hit another. */
export interface KubernetesPlatform {
  readonly kind: "kubernetes";
  readonly cluster: { readonly kubeconfig: string; readonly context: string } | "in-cluster";
  readonly namespace: string;
}

/** Where Terraform keeps what it knows. */
export type StateBackend =
  | { readonly kind: "local" }
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly key: string }
  | { readonly kind: "kubernetes"; readonly namespace: string; readonly secretSuffix: string };
