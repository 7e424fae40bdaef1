import type { Cpu } from "../constructs/core/cpu";
import type { Duration } from "../constructs/core/duration";
import type { Size } from "../constructs/core/size";
import type { ElasticsearchAttributes } from "../constructs/elasticsearch/imported";
import type { KafkaClusterAttributes } from "../constructs/kafka/imported";
import type { KibanaAuthentication } from "../constructs/kibana/authentication";

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
