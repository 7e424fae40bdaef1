import type { JobV1Spec, JobV1SpecPodFailurePolicy } from "@cdktf/provider-kubernetes/lib/job-v1";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Size } from "../core/size";
import { type EnvValue, type Mount, podTemplate } from "../kubernetes/pod";
import type { KubernetesSite } from "../kubernetes/site";
import { CONSUMER_USER } from "./program";

/** One command of the consumer's image that runs to its end. */
export interface ProgramProps {
  /** The component of its pods. */
  readonly name: string;
  /** The consumer's: it carries the commands. */
  readonly image: ContainerImage;
  /** Such as `content apply`. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, EnvValue>>;
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
}

/** What a Job of it is, whoever makes the Job: a deploy, or a CronJob. */
export function jobSpec(site: KubernetesSite, props: ProgramProps): JobV1Spec {
  const { name, finalExitCodes } = props;
  return {
    backoffLimit: 10,
    ...(finalExitCodes ? { podFailurePolicy: endAt(name, finalExitCodes) } : {}),
    template: podTemplate(site, name, {
      user: CONSUMER_USER,
      containers: [
        {
          name,
          image: props.image,
          command: props.command,
          env: props.env,
          resources: { cpu: Cpu.millis(50), memory: props.memory ?? Size.mebibytes(128) },
          mounts: props.mounts ?? [],
        },
      ],
      // Each try is a pod of its own, whose log stays: a policy about exit codes asks for that (Kubernetes, "Pod failure policy").
      restart: finalExitCodes ? "Never" : "OnFailure",
      ...(props.annotations ? { annotations: props.annotations } : {}),
      ...(props.serviceAccount ? { serviceAccount: props.serviceAccount } : {}),
    }),
  };
}

function endAt(containerName: string, exitCodes: readonly number[]): JobV1SpecPodFailurePolicy {
  return { rule: [{ action: "FailJob", onExitCodes: { containerName, operator: "In", values: [...exitCodes] } }] };
}
