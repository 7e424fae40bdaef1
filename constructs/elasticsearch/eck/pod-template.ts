import type { Cpu } from "../../core/cpu";
import type { Size } from "../../core/size";
import type { Container, PodSecurityContext, PodTemplate } from "./custom-resources";

export interface PodTemplateProps extends Partial<Pick<PodTemplate["spec"], "affinity" | "topologySpreadConstraints">> {
  readonly labels: Readonly<Record<string, string>>;
  readonly container: {
    readonly name: string;
    readonly env: Container["env"];
    readonly cpu: Cpu;
    readonly memory: Size;
  };
  /** @default the image's own */
  readonly user?: Required<Pick<PodSecurityContext, "runAsUser" | "runAsGroup">>;
  /** Whether it has secure settings, which a step of ECK's writes before it starts. */
  readonly keystore: boolean;
}

/**
 * What pods of ECK need beside what it gives them to keep the restricted Pod Security Standard. Its own containers have their
 * rights and a read-only root filesystem from itself: it alone knows which directories must be written then.
 */
export function eckPodTemplate(props: PodTemplateProps): PodTemplate {
  const { name, env, cpu, memory } = props.container;
  const amount = mebibytes(memory);
  return {
    metadata: { labels: props.labels },
    spec: {
      // Variables for each Service of the namespace would be one more way to find things.
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        ...props.user,
        fsGroup: FS_GROUP,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...(props.affinity ? { affinity: props.affinity } : {}),
      ...(props.topologySpreadConstraints ? { topologySpreadConstraints: props.topologySpreadConstraints } : {}),
      ...(props.keystore ? { initContainers: [RESTRICTED_KEYSTORE_STEP] } : {}),
      // No CPU limit: idle cores are better used than throttled away.
      containers: [
        { name, env, resources: { requests: { cpu: cpu.toString(), memory: amount }, limits: { memory: amount } } },
      ],
    },
  };
}

/** As Kubernetes has it: `1024Mi`. */
export function mebibytes(size: Size): string {
  return `${size.toMebibytes()}Mi`;
}

/** ECK's own, which is not set where the pod says anything about its security. */
const FS_GROUP = 1000;

/**
 * The one container that ECK leaves with rights which the restricted standard forbids (ECK 3.5,
 * pkg/controller/common/keystore/initcontainer.go). What else it is, ECK adds.
 */
const RESTRICTED_KEYSTORE_STEP = {
  name: "elastic-internal-init-keystore",
  // Without its Secret ECK adds nothing, and the image would run its server here: it runs this instead and goes on. To
  // ECK's own command it is an argument that nobody reads.
  args: ["true"],
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    runAsNonRoot: true,
  },
} as const;
