import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** A rule that every pod must keep. What breaks it is told at synthesis, with whatever else is wrong by then. */
export abstract class PodRule implements IAspect {
  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || !node.terraformResourceType.startsWith("kubernetes_")) return;
    node.node.addValidation({
      // Late, and from what is synthesized: no override escapes.
      validate: () => {
        const pod = podOf(node);
        return pod ? this.problems(pod) : [];
      },
    });
  }

  /** What breaks the rule, and the mend. */
  protected abstract problems(pod: PodJson): string[];
}

/** A pod as Terraform gets it, in the provider's spelling. */
export interface PodJson {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpecJson;
}

export interface PodSpecJson {
  readonly host_network?: boolean;
  readonly host_pid?: boolean;
  readonly host_ipc?: boolean;
  readonly security_context?: SecurityContextJson;
  readonly container?: readonly ContainerJson[];
  readonly init_container?: readonly ContainerJson[];
  readonly volume?: readonly VolumeJson[];
}

export interface ContainerJson {
  readonly name?: string;
  readonly image?: string;
  readonly resources?: Readonly<Record<"limits" | "requests", Readonly<Record<string, string>> | undefined>>;
  readonly port?: readonly { readonly host_port?: number }[];
  readonly security_context?: SecurityContextJson;
  readonly volume_mount?: readonly { readonly name: string }[];
}

/** Of a pod and of a container; each has some of it. */
export interface SecurityContextJson {
  readonly privileged?: boolean;
  readonly allow_privilege_escalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly run_as_non_root?: boolean;
  readonly run_as_user?: string;
  readonly seccomp_profile?: { readonly type?: string };
  readonly se_linux_options?: object;
  readonly windows_options?: object;
  readonly sysctl?: readonly object[];
}

/** Its name, and one source under the name of its kind. */
export interface VolumeJson {
  readonly name: string;
  readonly [source: string]: unknown;
}

export function containersOf({ spec }: PodJson): ContainerJson[] {
  return [...(spec.init_container ?? []), ...(spec.container ?? [])];
}

interface OwnerJson {
  readonly metadata?: PodJson["metadata"];
  readonly spec?: PodSpecJson & {
    readonly template?: PodJson;
    readonly job_template?: { readonly spec: { readonly template: PodJson } };
  };
}

/** The pod of a resource that runs any. */
function podOf(resource: TerraformResource): PodJson | undefined {
  const { terraformResourceType: type, friendlyUniqueId: id } = resource;
  const synthesized = resource.toTerraform() as { readonly resource?: Record<string, Record<string, OwnerJson>> };
  const { metadata, spec } = synthesized.resource?.[type]?.[id] ?? {};
  if (!spec) return undefined;
  const template = spec.job_template?.spec.template ?? spec.template;
  if (template) return template;
  return spec.container ? { ...(metadata ? { metadata } : {}), spec } : undefined;
}
