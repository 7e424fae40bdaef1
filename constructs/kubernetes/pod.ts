import type {
  DeploymentV1SpecTemplate,
  DeploymentV1SpecTemplateSpecContainer,
  DeploymentV1SpecTemplateSpecContainerEnv,
  DeploymentV1SpecTemplateSpecVolume,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Token } from "cdktf";
import type { ContainerImage } from "../core/container-image";
import type { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { literal } from "../core/literal";
import { SecretRef } from "../core/secret-ref";
import type { Size } from "../core/size";
import type { PodVolume } from "./pod-volume";
import type { KubernetesSite } from "./site";

/** Who a container's program is. Root is only for {@link PodVolume.nodeDirectory}, which says so. */
export interface PosixUser {
  readonly uid: number;
  readonly gid: number;
}

/** What a variable holds: a value, a key of a Secret, or a field of the pod such as `spec.nodeName`. */
export type EnvValue = string | SecretRef | { readonly field: string };

export interface Mount {
  readonly volume: PodVolume;
  readonly path: string;
  /** One file or folder of the volume. @default all of it */
  readonly subPath?: string;
  /** @default false */
  readonly readOnly?: boolean;
}

/** One way to ask a container how it is. */
export type Question =
  { readonly http: string; readonly port: number } | { readonly tcp: number } | { readonly command: readonly string[] };

export interface Probe {
  readonly ask: Question;
  /** @default 5 s */
  readonly period?: Duration;
  /** @default 5 s */
  readonly timeout?: Duration;
  /** How many failures in a row count. @default 3 */
  readonly failures?: number;
}

export interface Resources {
  /** What is set aside. There is no CPU limit: idle cores are better used than throttled away. */
  readonly cpu: Cpu;
  /** Set aside, and the limit: what a node promised it can keep. */
  readonly memory: Size;
}

export interface ContainerProps {
  readonly name: string;
  readonly image: ContainerImage;
  /** The program. @default the image's own */
  readonly entrypoint?: readonly string[];
  /** The program's arguments. @default the image's own */
  readonly command?: readonly string[];
  /** @default none */
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly resources: Resources;
  /** By name. @default none */
  readonly ports?: Readonly<Record<string, number>>;
  /** @default none */
  readonly mounts?: readonly Mount[];
  /** Until it is answered, the others are not asked. @default none */
  readonly startup?: Probe;
  /** Whether it may be sent work. @default none: running is enough */
  readonly readiness?: Probe;
  /** Whether it is worth keeping. @default none */
  readonly liveness?: Probe;
}

export interface PodProps {
  /** Of its containers. */
  readonly user: PosixUser;
  readonly containers: readonly [ContainerProps, ...ContainerProps[]];
  /** Run to their end, one after another, before the containers start. @default none */
  readonly initContainers?: readonly ContainerProps[];
  /** Group that owns its claims. @default the user's own */
  readonly fsGroup?: number;
  /** From SIGTERM to SIGKILL. @default 30 s */
  readonly gracePeriod?: Duration;
  /** Rolls the pods when it changes: hashes of configuration. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Account whose token the pod gets. @default none, and no token */
  readonly serviceAccount?: string;
  /** @default none */
  readonly priorityClass?: string;
  /** @default none: nodes with a taint are left alone */
  readonly tolerations?: readonly Toleration[];
  /** Prefer to run the pods of this component on different nodes. @default false */
  readonly spread?: boolean;
  /** @default always restarted */
  readonly restart?: "OnFailure" | "Never";
}

/** A taint that a pod puts up with; every effect if none is named. */
export interface Toleration {
  readonly key?: string;
  readonly operator: "Exists";
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/**
 * A pod template with the project's defaults, which satisfy the restricted Pod Security Standard: no root, no capability, no
 * privilege to gain, the runtime's seccomp profile, a read-only root filesystem, and no API token unless asked for.
 */
export function podTemplate(site: KubernetesSite, component: string, props: PodProps): DeploymentV1SpecTemplate {
  const mounts = [...props.containers, ...(props.initContainers ?? [])].flatMap((one) => one.mounts ?? []);
  const volumes = new Map(mounts.map(({ volume }) => [volume.name, volume]));
  const inits = [...volumes.values()].flatMap((volume) => volume.initContainer(props.containers[0].image) ?? []);
  return {
    metadata: {
      labels: site.labels(component),
      ...(props.annotations ? { annotations: { ...props.annotations } } : {}),
    },
    spec: {
      automountServiceAccountToken: props.serviceAccount !== undefined,
      // Variables for each Service of the namespace would be one more way to find things.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: (props.gracePeriod ?? Duration.seconds(30)).toSeconds(),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: String(props.user.uid),
        runAsGroup: String(props.user.gid),
        fsGroup: String(props.fsGroup ?? props.user.gid),
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      container: props.containers.map(container),
      ...(props.serviceAccount ? { serviceAccountName: props.serviceAccount } : {}),
      ...(props.priorityClass ? { priorityClassName: props.priorityClass } : {}),
      ...(props.restart ? { restartPolicy: props.restart } : {}),
      ...(inits.length + (props.initContainers?.length ?? 0) > 0
        ? { initContainer: [...inits, ...(props.initContainers ?? []).map(container)] }
        : {}),
      ...(props.tolerations ? { toleration: props.tolerations.map((one) => ({ ...one })) } : {}),
      ...(props.spread ? { topologySpreadConstraint: [spreadOver(site.labels(component))] } : {}),
      ...podVolumes([...volumes.values()]),
    },
  };
}

function podVolumes(volumes: readonly PodVolume[]): { volume?: DeploymentV1SpecTemplateSpecVolume[] } {
  const rendered = volumes.flatMap((volume) => volume.render() ?? []);
  return rendered.length > 0 ? { volume: rendered } : {};
}

function container(props: ContainerProps): DeploymentV1SpecTemplateSpecContainer {
  const memory = `${props.resources.memory.toMebibytes()}Mi`;
  return {
    name: props.name,
    image: props.image.reference,
    imagePullPolicy: "IfNotPresent",
    resources: { requests: { cpu: props.resources.cpu.toString(), memory }, limits: { memory } },
    securityContext: {
      // Left out, the provider would write false, which overrides the pod's.
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    ...(props.entrypoint ? { command: [...props.entrypoint] } : {}),
    ...(props.command ? { args: [...props.command] } : {}),
    ...(props.env ? { env: Object.entries(props.env).map(variable) } : {}),
    ...(props.ports
      ? { port: Object.entries(props.ports).map(([name, port]) => ({ name, containerPort: port, protocol: "TCP" })) }
      : {}),
    ...(props.mounts
      ? {
          volumeMount: props.mounts.map(({ volume, path, subPath, readOnly = false }) => ({
            name: volume.name,
            mountPath: path,
            readOnly,
            ...(subPath ? { subPath } : {}),
          })),
        }
      : {}),
    ...(props.startup ? { startupProbe: probe(props.startup) } : {}),
    ...(props.readiness ? { readinessProbe: probe(props.readiness) } : {}),
    ...(props.liveness ? { livenessProbe: probe(props.liveness) } : {}),
  };
}

function variable([name, value]: readonly [string, EnvValue]): DeploymentV1SpecTemplateSpecContainerEnv {
  if (typeof value === "string") return { name, value: Token.isUnresolved(value) ? value : literal(value) };
  if (value instanceof SecretRef) return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
  return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
}

function probe({ ask, period, timeout, failures }: Probe) {
  return {
    ...question(ask),
    periodSeconds: (period ?? Duration.seconds(5)).toSeconds(),
    timeoutSeconds: (timeout ?? Duration.seconds(5)).toSeconds(),
    failureThreshold: failures ?? 3,
  };
}

function question(ask: Question) {
  if ("http" in ask) return { httpGet: { path: ask.http, port: String(ask.port) } };
  if ("tcp" in ask) return { tcpSocket: [{ port: String(ask.tcp) }] };
  return { exec: { command: [...ask.command] } };
}

function spreadOver(labels: Record<string, string>) {
  return {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    // Better two on one node than one that waits for a node that may never come.
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: [{ matchLabels: labels }],
  };
}
