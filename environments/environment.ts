import type { Objectives, Workload } from "../constructs/capacity/workload";
import type { Connector } from "../constructs/content/kibana/alerts/connector";
import type { AlertParameters } from "../constructs/content/kibana/alerts/rule";
import type { Cpu } from "../constructs/core/cpu";
import type { Duration } from "../constructs/core/duration";
import type { Size } from "../constructs/core/size";
import type { ContentChange } from "../contract/content";
import type { Indexing } from "../contract/indexing";
import type { KubernetesPlatform } from "./kubernetes-platform";

export type * from "./kubernetes-platform";

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
    /** Set aside for one broker. On Kubernetes only. @default little: it takes what others leave */
    readonly cpu?: Cpu;
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
    /** Those that take lines: the hot ones, where there are other tiers. */
    readonly nodes: number;
    /** Of one of them. */
    readonly memory: Size;
    /** @default half of `memory`, the most that is allowed */
    readonly heap?: Size;
    /** Set aside for one of them. On Kubernetes only. @default little: it takes what others leave */
    readonly cpu?: Cpu;
    readonly shards: number;
    readonly replicas: number;
    /** The longest a line stays invisible to searches after it was indexed. */
    readonly refreshInterval: Duration;
    /** Where lines are kept: in a data stream, or in an index for each calendar month (UTC). @default data-stream */
    readonly indexing?: Indexing;
    /** How an index goes through its life. @default it takes lines for ever, and nothing deletes it */
    readonly lifecycle?: IndexLifecycle;
    /**
     * What takes something away from people and is to be done all the same: lines are kept shorter than before, or a field gets
     * another type. Remove it again after the deploy.
     * @default nothing: the deploy refuses it and says what would go
     */
    readonly allow?: readonly ContentChange[];
    /**
     * When policies, templates and dashboards that somebody changed or deleted by hand are put again, Kibana's too: a
     * CronJob's schedule in UTC, as in `17 3 * * *`. Nothing is taken away from people then, whatever `allow` says. On Kubernetes
     * only. @default never
     */
    readonly healContent?: string;
  };
  readonly kibana: {
    readonly memory: Size;
    /** On Kubernetes only. @default 1 */
    readonly replicas?: number;
    /** Where people open it, as in `https://logs.example.com`. On Kubernetes only. @default unknown: links in alerts are left out */
    readonly publicUrl?: string;
    /** When Kibana alerts. @default see each of them */
    readonly alerts?: AlertParameters;
    /** Who is told of alerts: connectors that are in Kibana. @default nobody: they are seen in Kibana only */
    readonly connectors?: readonly Connector[];
  };
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
    /** Set aside for one; `autoscaling` compares with it what one takes. On Kubernetes only. @default 250m */
    readonly cpu?: Cpu;
    /** Instead of `replicas`. On Kubernetes only. @default none */
    readonly autoscaling?: { readonly minReplicas: number; readonly maxReplicas: number };
    readonly drainDeadline: Duration;
    /** From SIGTERM to SIGKILL; longer than `drainDeadline`. @default a few seconds longer */
    readonly gracePeriod?: Duration;
    /** Documents sent in one bulk request. */
    readonly batchSize: Size;
  };
  readonly tracing: {
    readonly memory: Size;
    /** Namespaces whose services may send spans. On Kubernetes only. @default none but that of the sample services */
    readonly fromNamespaces?: readonly string[];
    /** Where people open Jaeger, as in `https://jaeger.example.com`. On Kubernetes only. @default unknown: a trace's id links to nothing */
    readonly publicUrl?: string;
  };
  /** Absent where real services write the logs. */
  readonly sampleServices?: { readonly memory: Size };
}

/** Ages count from an index's rollover, not from its first line (elastic/elasticsearch#85651). */
export interface IndexLifecycle {
  /** Of a primary shard: it takes no more lines then. */
  readonly rolloverSize: Size;
  /** It takes no more lines then, however small it is. */
  readonly rolloverAge: Duration;
  /** It moves to warm nodes then. @default never: there are none */
  readonly warmAfter?: Duration;
  readonly deleteAfter: Duration;
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
    readonly "filebeat-metrics": number;
  };
}

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
