/** A pod, as far as the tools look at it. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    /** Being deleted. */
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly volumes?: readonly { readonly name: string; readonly hostPath?: { readonly path: string } }[];
    readonly containers: readonly Container[];
  };
  readonly status: {
    readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
    readonly podIP?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly PodCondition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}

/** Whether it may be sent work; one that is being deleted drains. */
export function isReady(pod: Pod): boolean {
  return (
    !pod.metadata.deletionTimestamp && pod.status.conditions?.find(({ type }) => type === "Ready")?.status === "True"
  );
}

/** Whether it has ended as it should: a Job's. */
export function isDone(pod: Pod): boolean {
  return pod.status.phase === "Succeeded";
}

/** What tells the pods of a component of an environment, or of all its components, from all others. */
export function selectorOf(environment: string, component?: string): string {
  const labels = { ...(component ? { name: component } : {}), instance: environment };
  return Object.entries(labels)
    .map(([label, value]) => `app.kubernetes.io/${label}=${value}`)
    .join(",");
}
