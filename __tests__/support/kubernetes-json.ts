import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { KubernetesSite, type KubernetesSiteProps } from "../../constructs/kubernetes/site";
import { required, unescaped } from "./synthesized";

/** Name and label of every site here; distinct, so that a test sees which of the two was used. */
export const SITE = { environment: "test", namespace: "test-namespace" } as const satisfies KubernetesSiteProps;

/** An object of Kubernetes as it stands in the synthesized JSON: the provider's spelling, in snake_case. */
export interface ObjectJson {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // Each kind has another; a test names the fields that it looks at.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[];
  readonly wait_for_rollout?: boolean;
  readonly wait_for_completion?: boolean;
}

/** A pod template: of a StatefulSet, a Deployment, a DaemonSet, a Job or a CronJob. */
export interface PodJson {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly automount_service_account_token: boolean;
    readonly enable_service_links: boolean;
    readonly service_account_name?: string;
    readonly termination_grace_period_seconds: number;
    readonly priority_class_name?: string;
    readonly restart_policy?: string;
    readonly security_context: Readonly<Record<string, unknown>>;
    readonly container: readonly ContainerJson[];
    readonly init_container?: readonly ContainerJson[];
    readonly volume?: readonly VolumeJson[];
    readonly toleration?: readonly Readonly<Record<string, string>>[];
    readonly topology_spread_constraint?: readonly Readonly<Record<string, unknown>>[];
  };
}

export interface VolumeJson {
  readonly name: string;
  readonly empty_dir?: { readonly size_limit?: string; readonly medium?: string };
  readonly host_path?: { readonly path: string; readonly type: string };
  readonly config_map?: { readonly name: string };
  readonly secret?: {
    readonly secret_name: string;
    readonly default_mode?: string;
    /** All keys, if there are none. */
    readonly items?: readonly { readonly key: string; readonly path: string }[];
  };
}

export interface ContainerJson {
  readonly name: string;
  readonly image: string;
  readonly image_pull_policy: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly value_from?: {
      readonly secret_key_ref?: { readonly name: string; readonly key: string };
      readonly field_ref?: { readonly field_path: string };
    };
  }[];
  readonly port?: readonly { readonly name: string; readonly container_port: number; readonly protocol: string }[];
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly security_context: Readonly<Record<string, unknown>>;
  readonly volume_mount?: readonly {
    readonly name: string;
    readonly mount_path: string;
    readonly sub_path?: string;
    readonly read_only: boolean;
  }[];
  readonly startup_probe?: ProbeJson;
  readonly readiness_probe?: ProbeJson;
  readonly liveness_probe?: ProbeJson;
}

export interface ProbeJson {
  readonly exec?: { readonly command: readonly string[] };
  readonly http_get?: { readonly path: string; readonly port: string };
  readonly tcp_socket?: readonly { readonly port: string }[];
  readonly period_seconds: number;
  readonly timeout_seconds: number;
  readonly failure_threshold: number;
}

export interface PolicyJson extends ObjectJson {
  readonly spec: {
    readonly pod_selector: { readonly match_labels?: Readonly<Record<string, string>> };
    readonly policy_types: readonly ("Ingress" | "Egress")[];
    readonly ingress?: readonly { readonly from: readonly PeerJson[]; readonly ports: readonly PortJson[] }[];
    readonly egress?: readonly { readonly to?: readonly PeerJson[]; readonly ports: readonly PortJson[] }[];
  };
}

export interface PeerJson {
  readonly pod_selector?: { readonly match_labels: Readonly<Record<string, string>> };
  readonly namespace_selector?: { readonly match_labels: Readonly<Record<string, string>> };
  readonly ip_block?: { readonly cidr: string };
}

interface PortJson {
  readonly port: string;
  readonly protocol: string;
}

/** Such as `stateful_set_v1`: a resource's type without `kubernetes_`. */
export type Kind = string;

type Objects = Readonly<Record<string, Readonly<Record<string, ObjectJson>> | undefined>>;

/** What runs pods, as `kind/name`. */
export interface WorkloadJson {
  readonly name: string;
  readonly object: ObjectJson;
  readonly pod: PodJson;
}

/** A release of a chart. */
export interface HelmReleaseJson {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version?: string;
  readonly values: readonly string[];
  readonly depends_on?: readonly string[];
  readonly lifecycle?: { readonly prevent_destroy?: boolean };
}

/** Reads a synthesized stack, with references between its resources followed. */
export class KubernetesJson {
  private readonly byType: Objects;

  constructor(readonly json: string) {
    this.byType = (JSON.parse(json) as { resource?: Objects }).resource ?? {};
  }

  /** All objects of a kind. */
  resources(kind: Kind): ObjectJson[] {
    return Object.values(this.byType[`kubernetes_${kind}`] ?? {});
  }

  /** Every release of a chart. */
  releases(): HelmReleaseJson[] {
    return Object.values(this.byType["helm_release"] ?? {}).map((one) => one as unknown as HelmReleaseJson);
  }

  release(name: string): HelmReleaseJson {
    const found = this.releases().find((one) => one.name === name);
    return required(found, `release ${name}`);
  }

  /** Everything that runs pods, by its kind and name. */
  workloads(): WorkloadJson[] {
    return ["stateful_set_v1", "deployment_v1", "daemon_set_v1", "job_v1", "cron_job_v1"].flatMap((kind) =>
      this.resources(kind).map((object) => ({
        name: `${kind}/${object.metadata.name}`,
        object,
        pod: templateOf(object),
      })),
    );
  }

  /** Every object, by `kind/name`. */
  names(): string[] {
    return Object.entries(this.byType)
      .filter(([type]) => type.startsWith("kubernetes_"))
      .flatMap(([type, objects]) =>
        Object.values(objects ?? {}).map(({ metadata }) => `${type.replace("kubernetes_", "")}/${metadata.name}`),
      )
      .sort();
  }

  named(kind: Kind, name: string): ObjectJson {
    const found = this.resources(kind).filter(({ metadata }) => metadata.name === name);
    if (found.length > 1) throw new Error(`there are ${found.length} ${kind} of the name ${name}`);
    return required(found[0], `${kind} ${name} (there are: ${this.names().join(", ") || "none"})`);
  }

  /** The only Job whose name begins so: it ends with a hash. */
  job(name: string): ObjectJson {
    const found = this.resources("job_v1").filter(({ metadata }) =>
      new RegExp(`^${name}-[0-9a-f]{8}$`).test(metadata.name),
    );
    if (found.length > 1) throw new Error(`there are ${found.length} jobs ${name}`);
    return required(found[0], `job ${name}-<hash> (there are: ${this.names().join(", ") || "none"})`);
  }

  /** The template of what runs pods. */
  pod(kind: Kind, name: string): PodJson {
    const owner = kind === "job_v1" ? this.job(name) : this.named(kind, name);
    return templateOf(owner);
  }

  /** A pod's container. @param name @default its first */
  container(kind: Kind, name: string, container?: string): ContainerJson {
    const { spec } = this.pod(kind, name);
    const all = [...spec.container, ...(spec.init_container ?? [])];
    const found = container === undefined ? all[0] : all.find((one) => one.name === container);
    return required(found, `container ${container} in ${kind} ${name}`);
  }

  /**
   * A container's variables as the program gets them: values; `secret/key` for those from a Secret; the path of those
   * from a field of the pod.
   */
  env(kind: Kind, name: string, container?: string): Record<string, string> {
    return Object.fromEntries(
      (this.container(kind, name, container).env ?? []).map(({ name: variable, value, value_from: from }) => [
        variable,
        from?.secret_key_ref
          ? `${from.secret_key_ref.name}/${from.secret_key_ref.key}`
          : (from?.field_ref?.field_path ?? unescaped(value ?? "")),
      ]),
    );
  }

  /** Which Secret's which key a container finds at a path, as `secret/key`. */
  secretFile(kind: Kind, name: string, path: string, container?: string): string {
    const mounts = this.container(kind, name, container).volume_mount ?? [];
    const mount = required(
      mounts.find(({ mount_path }) => path.startsWith(`${mount_path}/`)),
      `mount for ${path} (there are: ${mounts.map(({ mount_path }) => mount_path).join(", ") || "none"})`,
    );
    const volume = (this.pod(kind, name).spec.volume ?? []).find((one) => one.name === mount.name);
    const secret = required(volume?.secret, `Secret in ${mount.name}`);
    const file = path.slice(mount.mount_path.length + 1);
    const item = required(
      (secret.items ?? [{ key: file, path: file }]).find((one) => one.path === file),
      `file ${file} in ${mount.name}`,
    );
    return `${secret.secret_name}/${item.key}`;
  }

  /** One file of a ConfigMap, as a program reads it. */
  file(configMap: string, name: string): string {
    return unescaped(required(this.named("config_map_v1", configMap).data?.[name], `file ${name} in ${configMap}`));
  }

  /** The policies beside those of the site itself, by name. */
  policies(): Record<string, PolicyJson> {
    return Object.fromEntries(
      this.resources("network_policy_v1")
        .filter(({ metadata }) => metadata.name !== "deny-all" && metadata.name !== "allow-dns")
        .map((policy) => [policy.metadata.name, policy as PolicyJson]),
    );
  }

  /** What an object or a release waits for, as `kind/name`. */
  dependencies(object: Pick<ObjectJson, "depends_on">): string[] {
    const found = (object.depends_on ?? []).map((reference) => {
      const [type = "", id = ""] = reference.split(".");
      const found = required(this.byType[type]?.[id], reference);
      // A release has no metadata.
      const { name } = type === "helm_release" ? (found as unknown as HelmReleaseJson) : found.metadata;
      return `${type.replace("kubernetes_", "")}/${name}`;
    });
    return [...new Set(found)].sort();
  }
}

/** Of what runs pods; a CronJob's is that of its Jobs. */
function templateOf({ spec }: ObjectJson): PodJson {
  const { template, job_template: job } = spec as {
    readonly template: PodJson;
    readonly job_template?: { readonly spec: { readonly template: PodJson } };
  };
  return job?.spec.template ?? template;
}

/** A stack, and a site on it. */
export interface Site {
  readonly stack: TerraformStack;
  readonly site: KubernetesSite;
}

export function stackWithSite(props: Partial<KubernetesSiteProps> = {}): Site {
  // One directory for all: an app makes its own and never removes it.
  const stack = new TerraformStack(Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") }), "stack");
  new KubernetesProvider(stack, "kubernetes");
  return { stack, site: new KubernetesSite(stack, "Site", { ...SITE, ...props }) };
}

/** Synthesizes, with validation, what `build` puts on a site. */
export function synthOnSite(
  build: (stack: TerraformStack, site: KubernetesSite) => void,
  props: Partial<KubernetesSiteProps> = {},
): KubernetesJson {
  const { stack, site } = stackWithSite(props);
  build(stack, site);
  return new KubernetesJson(Testing.synth(stack, true));
}
