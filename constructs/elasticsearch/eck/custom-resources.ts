import type { CustomResource } from "../../kubernetes/custom-resources";

/** ECK's objects and what they refer to: the fields that are used here, named as upstream names them. */
type Eck<ApiVersion extends string, Kind extends string, Spec> = CustomResource & {
  readonly apiVersion: ApiVersion;
  readonly kind: Kind;
  readonly spec: Spec;
};

export type ElasticsearchResource = Eck<
  "elasticsearch.k8s.elastic.co/v1",
  "Elasticsearch",
  {
    readonly version: string;
    readonly image: string;
    readonly auth: { readonly fileRealm: readonly SecretName[]; readonly roles: readonly SecretName[] };
    readonly http: { readonly service: { readonly spec: { readonly selector: Labels } } };
    readonly secureSettings?: readonly SecureSettings[];
    readonly volumeClaimDeletePolicy: "DeleteOnScaledownOnly" | "DeleteOnScaledownAndClusterDeletion";
    readonly updateStrategy: { readonly changeBudget: { readonly maxUnavailable: number } };
    readonly nodeSets: readonly NodeSet[];
  }
>;

export interface NodeSet {
  readonly name: string;
  readonly count: number;
  /** Elasticsearch's settings. */
  readonly config: Readonly<Record<string, string | boolean | readonly string[]>>;
  readonly zoneAwareness?: { readonly topologyKey: string };
  readonly podTemplate: PodTemplate;
  readonly volumeClaimTemplates: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly accessModes: readonly "ReadWriteOnce"[];
      readonly resources: { readonly requests: { readonly storage: string } };
      readonly storageClassName?: string;
    };
  }[];
}

export type KibanaResource = Eck<
  "kibana.k8s.elastic.co/v1",
  "Kibana",
  {
    readonly version: string;
    readonly image: string;
    readonly count: number;
    readonly elasticsearchRef: { readonly name: string };
    readonly config: Readonly<Record<string, string | boolean | readonly string[]>>;
    readonly secureSettings: readonly SecureSettings[];
    readonly podTemplate: PodTemplate;
  }
>;

/** A Secret whose content is no secret. */
export type PublicSecret = CustomResource & {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly type: "Opaque";
  readonly stringData: Readonly<Record<string, string>>;
};

interface SecretName {
  readonly secretName: string;
}

/** Settings in a Secret, by its keys, or by `path` for those that are listed. */
export interface SecureSettings extends SecretName {
  readonly entries?: readonly { readonly key: string; readonly path: string }[];
}

type Labels = Readonly<Record<string, string>>;

/** What ECK completes: its own values stand where this says nothing. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly enableServiceLinks: false;
    readonly securityContext: PodSecurityContext;
    readonly affinity?: { readonly podAntiAffinity: PodAntiAffinity };
    readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
    readonly containers: readonly [Container];
    readonly initContainers?: readonly InitContainer[];
  };
}

export interface PodSecurityContext {
  readonly runAsNonRoot: true;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup: number;
  readonly fsGroupChangePolicy: "OnRootMismatch";
  readonly seccompProfile: { readonly type: "RuntimeDefault" };
}

interface PodAntiAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution: readonly {
    readonly weight: number;
    readonly podAffinityTerm: PodAffinityTerm;
  }[];
}

interface PodAffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector: { readonly matchLabels: Labels };
}

export interface TopologySpreadConstraint extends PodAffinityTerm {
  readonly maxSkew: number;
  readonly minDomains?: number;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
}

export interface Container {
  /** ECK knows its own by its name: any other would be a second container (elastic/cloud-on-k8s#7721). */
  readonly name: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
  };
}

interface InitContainer {
  readonly name: string;
  readonly args: readonly string[];
  readonly securityContext: {
    readonly allowPrivilegeEscalation: false;
    readonly capabilities: { readonly drop: readonly ["ALL"] };
    readonly privileged: false;
    readonly runAsNonRoot: true;
  };
}
