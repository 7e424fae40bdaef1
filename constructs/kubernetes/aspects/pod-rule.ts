import type { ResourceRule } from "./resource-rule";
import type { Synthesized } from "./synthesized";

/** A rule that every pod must keep. */
export abstract class PodRule implements ResourceRule {
  check({ pod }: Synthesized): string[] {
    return pod ? this.problems(pod) : [];
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
