import type { CustomResource } from "../../kubernetes/custom-resources";

/** Strimzi's objects (`kafka.strimzi.io/v1`): the fields that are used here, named as upstream names them. */
type Strimzi<Kind extends string, Spec> = CustomResource & {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: Kind;
  readonly spec: Spec;
};

export const API_VERSION = "kafka.strimzi.io/v1";

export type Kafka = Strimzi<
  "Kafka",
  {
    readonly kafka: {
      readonly version: string;
      readonly metadataVersion: string;
      readonly listeners: readonly Listener[];
      readonly authorization: { readonly type: "simple" };
      readonly config: Readonly<Record<string, string | number | boolean>>;
      readonly rack?: { readonly type: "topology-label"; readonly topologyKey: string };
      readonly metricsConfig?: { readonly type: "strimziMetricsReporter" };
      readonly template: { readonly podDisruptionBudget: { readonly maxUnavailable: number } };
    };
    readonly entityOperator: {
      readonly topicOperator: Sized;
      readonly userOperator: Sized & { readonly secretPrefix: string };
      readonly template: { readonly topicOperatorContainer: { readonly env: readonly Variable[] } };
    };
    readonly cruiseControl?: Sized & {
      readonly autoRebalance: readonly { readonly mode: "add-brokers" | "remove-brokers" }[];
    };
  }
>;

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly type: "internal";
  readonly tls: true;
  readonly authentication: { readonly type: "scram-sha-512" };
  readonly networkPolicyPeers: readonly NetworkPolicyPeer[];
}

/** As a NetworkPolicy of Kubernetes has it. */
export type NetworkPolicyPeer = { readonly podSelector: LabelSelector } | { readonly namespaceSelector: LabelSelector };

interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

export interface Sized {
  readonly jvmOptions: { readonly "-Xms": string; readonly "-Xmx": string };
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
  };
}

export type KafkaNodePool = Strimzi<
  "KafkaNodePool",
  Sized & {
    readonly replicas: number;
    readonly roles: readonly ("broker" | "controller")[];
    readonly storage: {
      readonly type: "jbod";
      readonly volumes: readonly {
        readonly id: number;
        readonly type: "persistent-claim";
        readonly size: string;
        readonly class?: string;
        readonly deleteClaim: boolean;
        readonly kraftMetadata?: "shared";
      }[];
    };
    readonly template: {
      readonly pod: {
        readonly terminationGracePeriodSeconds: number;
        readonly topologySpreadConstraints: readonly {
          readonly maxSkew: number;
          readonly minDomains?: number;
          readonly topologyKey: string;
          readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
          readonly labelSelector: LabelSelector;
        }[];
      };
    };
  }
>;

export type KafkaTopic = Strimzi<
  "KafkaTopic",
  {
    readonly topicName: string;
    readonly partitions: number;
    readonly replicas: number;
    readonly config: Readonly<Record<string, string>>;
  }
>;

export type KafkaUser = Strimzi<
  "KafkaUser",
  {
    readonly authentication: { readonly type: "scram-sha-512" };
    readonly authorization: { readonly type: "simple"; readonly acls: readonly AclRule[] };
  }
>;

/** What is allowed, from every host. */
export interface AclRule {
  readonly resource: { readonly type: "topic" | "group"; readonly name: string; readonly patternType: "literal" };
  readonly operations: readonly ("Read" | "Write")[];
}
