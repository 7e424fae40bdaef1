import type { Objectives, Workload } from "../constructs/capacity/workload";
import type { Cpu } from "../constructs/core/cpu";
import type { Duration } from "../constructs/core/duration";
import type { Size } from "../constructs/core/size";
import type { ElasticsearchAttributes } from "../constructs/elasticsearch/imported";
import type { KafkaClusterAttributes } from "../constructs/kafka/imported";
import type { KibanaAuthentication } from "../constructs/kibana/authentication";

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
    /** How an index goes through its life. @default it takes lines for ever, and nothing deletes it */
    readonly lifecycle?: IndexLifecycle;
  };
  readonly kibana: {
    readonly memory: Size;
    /** On Kubernetes only. @default 1 */
    readonly replicas?: number;
    /** Where people open it, as in `https://logs.example.com`. On Kubernetes only. @default unknown: links in alerts are left out */
    readonly publicUrl?: string;
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
  readonly tracing: { readonly memory: Size };
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
  /** The operators that `kafka` and `elasticsearch` ask for. @default none: there is one node of each, without an operator */
  readonly operators?: Operators;
  /** Who runs Kafka. @default we do, as one node */
  readonly kafka?:
    StrimziKafka | ({ readonly kind: "imported" } & Omit<KafkaClusterAttributes, "topicsImage" | "brokers">);
  /** Who runs Elasticsearch. @default we do, as one node */
  readonly elasticsearch?: EckElasticsearch | ({ readonly kind: "imported" } & ElasticsearchAttributes);
  /** Availability zones that the cluster's nodes are in, by their label `topology.kubernetes.io/zone`. @default 1: none is told from another */
  readonly zones?: number;
  /** How people reach Kibana from outside. @default not at all: `kubectl port-forward` */
  readonly ingress?: KibanaIngress;
  readonly claims: {
    /** Of a broker. */
    readonly kafka: Size;
    /** Of a node that takes lines. */
    readonly elasticsearch: Size;
    /** @default the cluster's default class */
    readonly storageClass?: string;
    /**
     * What becomes of the data when the environment is destroyed. What is to be kept is protected: no deploy and no destroy
     * takes it.
     */
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

/** Strimzi's and Elastic's operators, in a namespace of their own. */
export interface Operators {
  /** With `create`, the environment installs them there and makes it; else they are there, and watch the environment's namespace. */
  readonly namespace: { readonly name: string; readonly create: boolean };
  /** Namespaces beside the environment's that those installed here watch. @default none */
  readonly alsoWatch?: readonly string[];
}

/** Kafka that Strimzi runs: `kafka.brokers`, with TLS, a user for each client, and ACLs. */
export interface StrimziKafka {
  readonly kind: "strimzi";
  /** Nodes that only keep the cluster's metadata. @default none: brokers keep it as well */
  readonly controllers?: { readonly nodes: number; readonly memory: Size; readonly storage: Size };
  /** Spreads partitions again when brokers come and go. @default nobody does */
  readonly cruiseControl?: { readonly memory: Size };
}

/** Elasticsearch and Kibana that ECK runs, with TLS. `elasticsearch.nodes` are the hot ones. */
export interface EckElasticsearch {
  readonly kind: "eck";
  /** Nodes that only keep the cluster together. @default none: hot nodes do */
  readonly masters?: ElasticsearchNodes;
  /** @default none */
  readonly warm?: ElasticsearchNodes;
  /**
   * Whether indices are mapped into memory, which is faster. Every machine's `vm.max_map_count` must then be 1048576, which no
   * pod here has the privilege to set.
   * @default false
   */
  readonly mmap?: boolean;
  /** @default none are taken */
  readonly snapshots?: Snapshots;
}

/** Nodes of Elasticsearch of one kind. */
export interface ElasticsearchNodes {
  readonly nodes: number;
  /** Of one of them, as all that follows. */
  readonly memory: Size;
  readonly storage: Size;
  /** Set aside. @default little: it takes what others leave */
  readonly cpu?: Cpu;
}

/** Copies of what is indexed, in an object storage. */
export interface Snapshots {
  readonly repository: SnapshotRepository;
  /**
   * Secret in the namespace whose keys are Elasticsearch's secure settings, such as `s3.client.default.access_key`.
   * @default none: the nodes' own identity counts
   */
  readonly credentialsSecret?: string;
  /** When: Elasticsearch's cron, in UTC, as in `0 30 1 * * ?`. */
  readonly schedule: string;
  readonly expireAfter: Duration;
  /** Kept whatever their age. */
  readonly minCount: number;
  readonly maxCount: number;
}

export type SnapshotRepository =
  | {
      readonly kind: "s3";
      readonly bucket: string;
      /** @default the one of the nodes */
      readonly region?: string;
      /** Of what speaks S3 and is not AWS. @default AWS */
      readonly endpoint?: string;
      /** @default the bucket's root */
      readonly basePath?: string;
    }
  | { readonly kind: "gcs"; readonly bucket: string; readonly basePath?: string }
  | { readonly kind: "azure"; readonly container: string; readonly basePath?: string };

/** Kibana at its `kibana.publicUrl`, with TLS. Nothing else is reached from outside. */
export interface KibanaIngress {
  /** IngressClass of the controller. */
  readonly className: string;
  /** Namespace of the controller's pods: these, and no others, may reach Kibana. */
  readonly controllerNamespace: string;
  /** Secret in the environment's namespace with the certificate of `kibana.publicUrl` (`kubernetes.io/tls`). */
  readonly tlsSecret: string;
  /** What the controller must be told, such as that it shall speak HTTPS with what is behind it. @default nothing */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly authentication: KibanaAuthentication;
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
