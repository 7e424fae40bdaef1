import type { Objectives, Workload } from "../constructs/capacity/workload";
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
  /** What services write. With it, sizes that cannot carry it are refused. @default unknown: no size is compared with it */
  readonly workload?: Workload;
  /** What the pipeline shall hold and survive at that load. Stated together with `workload`, or not at all. */
  readonly objectives?: Objectives;
  readonly kafka: {
    readonly brokers: number;
    /** Of one broker. */
    readonly memory: Size;
    /** @default half of `memory` */
    readonly heap?: Size;
    readonly logs: {
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly minInSyncReplicas: number;
      /** The longest outage behind Kafka that loses nothing. */
      readonly retention: Duration;
      /** Per partition. @default unlimited: only `retention` counts */
      readonly retentionBytes?: Size;
      /** The largest message, as Filebeat writes it. @default contract's MAX_MESSAGE_BYTES */
      readonly maxMessage?: Size;
    };
    readonly deadLetters: { readonly retention: Duration };
  };
  readonly elasticsearch: {
    readonly nodes: number;
    /** Of one node. */
    readonly memory: Size;
    /** @default half of `memory`, the most that is allowed */
    readonly heap?: Size;
    readonly shards: number;
    readonly replicas: number;
    /** The longest a line stays invisible to searches after it was indexed. */
    readonly refreshInterval: Duration;
  };
  readonly kibana: { readonly memory: Size };
  readonly filebeat: {
    readonly memory: Size;
    /** The longest line that is shipped whole. @default contract's MAX_LINE_BYTES */
    readonly maxLine?: Size;
    /** Also ship what containers print. On Kubernetes only. @default false */
    readonly containerLogs?: boolean;
    /** On Kubernetes only. @default none */
    readonly priorityClass?: string;
  };
  readonly consumer: {
    readonly replicas: number;
    readonly memory: Size;
    /** Instead of `replicas`. On Kubernetes only. @default none */
    readonly autoscaling?: { readonly minReplicas: number; readonly maxReplicas: number };
    readonly drainDeadline: Duration;
    /** From SIGTERM to SIGKILL; longer than `drainDeadline`. @default a few seconds longer */
    readonly gracePeriod?: Duration;
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

/** A namespace of a Kubernetes cluster. */
export interface KubernetesPlatform {
  readonly kind: "kubernetes";
  readonly cluster: ClusterConnection;
  /** With `create`, the environment makes and removes it; else it is there, and no right beyond it is needed. */
  readonly namespace: { readonly name: string; readonly create: boolean };
  /**
   * Where the cluster pulls the images from that are built here (`npm run images -- --push <registry>`).
   * @default nowhere: they are on its nodes, as `npm run cluster:up` puts them
   */
  readonly imageRegistry?: string;
  readonly claims: {
    readonly kafka: Size;
    readonly elasticsearch: Size;
    /** @default the cluster's default class */
    readonly storageClass?: string;
    /** What becomes of the data when the environment is destroyed. */
    readonly whenDestroyed: "keep" | "delete";
  };
  /** Directories of every node. */
  readonly nodeDirectories: {
    /** Services write their log files here. */
    readonly logs: string;
    /** Filebeat remembers here what it has shipped. */
    readonly filebeat: string;
  };
  /** Namespace of the Prometheus that may read metrics. @default none may */
  readonly monitoringNamespace?: string;
}

/**
 * How Terraform and the tools reach a cluster, named so exactly that a deploy cannot hit another: nothing is taken from
 * KUBECONFIG, a current context or other ambient settings. A relative path begins at the repository's root.
 */
export type ClusterConnection = { readonly kubeconfig: string; readonly context: string } | "in-cluster";

/**
 * Where Terraform keeps what it knows, one state for each stack. Every kind but `local` locks it. No credential is among
 * the facts: Terraform takes them from where the service's own programs do, or from the variable that is named here.
 */
export type StateBackend =
  /** A file below .local/ of this checkout. */
  | { readonly kind: "local" }
  /** `key` is a prefix. Locked by a file beside the state. */
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly key: string }
  | { readonly kind: "gcs"; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: "azurerm";
      readonly resourceGroup: string;
      readonly storageAccount: string;
      readonly container: string;
      /** A prefix. */
      readonly key: string;
    }
  /** Secrets of the environment's own cluster. */
  | { readonly kind: "kubernetes"; readonly namespace: string }
  /** A schema for each stack; the connection string is PG_CONN_STR. */
  | { readonly kind: "pg"; readonly schemaPrefix: string }
  /** `address` is a prefix; TF_HTTP_USERNAME and TF_HTTP_PASSWORD. Locked with LOCK and UNLOCK below it. */
  | { readonly kind: "http"; readonly address: string };
