import { createHash } from "node:crypto";
import { JobV1, type JobV1SpecPodFailurePolicy } from "@cdktf/provider-kubernetes/lib/job-v1";
import { type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Size } from "../core/size";
import { PodGroup } from "../kubernetes/network";
import { type EnvValue, type Mount, podTemplate } from "../kubernetes/pod";
import type { KubernetesSite } from "../kubernetes/site";
import { CONSUMER_USER } from "./program";

export interface ProgramJobProps {
  /** What the Job's name begins with, and the component of its pods. */
  readonly name: string;
  /** The consumer's: it carries the commands. */
  readonly image: ContainerImage;
  /** Such as `content apply`. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Variables that are known only once everything has been declared. @default none */
  readonly lateEnv?: Readonly<Record<string, () => string>>;
  /** @default none */
  readonly mounts?: readonly Mount[];
  /** @default 128 MiB */
  readonly memory?: Size;
  /** Exit codes after which another try would end the same. @default none: it is tried again */
  readonly finalExitCodes?: readonly number[];
  /** Makes it run again when it changes, as what is in its files. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whose token it gets. @default none */
  readonly serviceAccount?: string;
  /** @default none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Runs one command of the consumer's image to its end, which a deploy waits for. It runs again when anything about it
 * changes: its name ends with a hash of all that it is, because a Job cannot be changed.
 */
export class ProgramJob extends Construct {
  /** What waits for it depends on this. */
  readonly done: ITerraformDependable;
  readonly pods: PodGroup;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: ProgramJobProps) {
    super(scope, id);
    this.pods = new PodGroup(this, site, props.name);
    const template = (env: Readonly<Record<string, EnvValue>>) =>
      podTemplate(site, props.name, {
        user: CONSUMER_USER,
        containers: [
          {
            name: props.name,
            image: props.image,
            command: props.command,
            env,
            resources: { cpu: Cpu.millis(50), memory: props.memory ?? Size.mebibytes(128) },
            mounts: props.mounts ?? [],
          },
        ],
        // Each try is a pod of its own, whose log stays: a policy about exit codes asks for that (Kubernetes, "Pod failure policy").
        restart: props.finalExitCodes ? "Never" : "OnFailure",
        ...(props.annotations ? { annotations: props.annotations } : {}),
        ...(props.serviceAccount ? { serviceAccount: props.serviceAccount } : {}),
      });
    const late = Object.entries(props.lateEnv ?? {});
    const name = () => {
      const values = Object.fromEntries(late.map(([variable, produce]) => [variable, produce()]));
      return `${props.name}-${hash(JSON.stringify(template({ ...props.env, ...values })))}`;
    };
    const tokens = Object.fromEntries(late.map(([variable, produce]) => [variable, Lazy.stringValue({ produce })]));
    this.done = new JobV1(this, "Resource", {
      metadata: { ...site.metadata(props.name), name: Lazy.stringValue({ produce: name }) },
      spec: {
        backoffLimit: 10,
        ...(props.finalExitCodes ? { podFailurePolicy: endAt(props.name, props.finalExitCodes) } : {}),
        template: template({ ...props.env, ...tokens }),
      },
      waitForCompletion: true,
      timeouts: { create: "10m", update: "10m" },
      ...(props.dependsOn?.length ? { dependsOn: [...props.dependsOn] } : {}),
    });
  }
}

function endAt(containerName: string, exitCodes: readonly number[]): JobV1SpecPodFailurePolicy {
  return { rule: [{ action: "FailJob", onExitCodes: { containerName, operator: "In", values: [...exitCodes] } }] };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
