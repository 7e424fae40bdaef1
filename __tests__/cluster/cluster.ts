import { type Kubectl, wordsOf } from "../../tools/kubernetes/kubectl";
import { ailmentOf, podAilments } from "../../tools/kubernetes/ailments";
import { isDone, isReady, type Pod, selectorOf } from "../../tools/kubernetes/pods";
import { deployedPods, withoutScheduled } from "../../tools/kubernetes/scheduled";
import { until } from "../support/until";

/** An object as the API server answers it; a test names the fields that it looks at. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly generation?: number;
    readonly resourceVersion?: string;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly status?: any;
  readonly data?: Readonly<Record<string, string>>;
  /** Of a PodTemplate. */
  readonly template?: object;
}

/** What the pods of a workload are made from. */
export interface PodTemplate {
  /** Of the workload. */
  readonly name: string;
  readonly template: KubernetesObject["spec"];
}

/** The template of a StatefulSet, Deployment, DaemonSet, Job or CronJob, with the claims that a StatefulSet adds. */
export function podTemplateOf({ metadata, spec }: KubernetesObject): PodTemplate {
  const { template, volumeClaimTemplates = [] } = spec.jobTemplate?.spec ?? spec;
  const claims = volumeClaimTemplates.map(({ metadata: { name } }: KubernetesObject) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  const claimed = claims.map(({ name }: { name: string }) => name);
  const others = (template.spec.volumes ?? []).filter(({ name }: { name: string }) => !claimed.includes(name));
  const volumes = [...others, ...claims];
  return { name: metadata.name, template: { ...template, spec: { ...template.spec, volumes } } };
}

const WORKLOADS = ["statefulsets", "deployments", "daemonsets", "jobs"] as const;

/** An environment in the cluster that a test runs. */
export class EnvironmentInCluster {
  constructor(
    readonly kubectl: Kubectl,
    readonly name: string,
    /** Everything that it is made of, as YAML. */
    readonly manifests: string,
  ) {}

  /** Applies it as a person would, strictly: a field that Kubernetes does not know is an error. */
  apply(...flags: string[]) {
    const args = ["apply", "--server-side", `--field-manager=${FIELD_MANAGER}`, "--validate=strict", ...flags];
    return this.kubectl.run([...args, "--filename=-"], { input: this.manifests });
  }

  /** What another `apply` would change; empty if nothing. */
  async differences(): Promise<string> {
    const args = ["diff", "--server-side", `--field-manager=${FIELD_MANAGER}`, "--filename=-"];
    const { stdout, stderr, exitCode } = await this.kubectl.run(args, { input: this.manifests, allowFailure: true });
    // 1 is for differences, more for errors.
    if (exitCode > 1) throw new Error(`kubectl diff: ${stderr}`);
    return stdout;
  }

  /** Its objects as they are in the cluster now. */
  async objects(): Promise<readonly KubernetesObject[]> {
    const { stdout } = await this.kubectl.run(["get", "--filename=-", "--output=json"], { input: this.manifests });
    return (JSON.parse(stdout) as { items: readonly KubernetesObject[] }).items;
  }

  pods(component?: string): Promise<readonly Pod[]> {
    return this.kubectl.list<Pod>("pods", selectorOf(this.name, component));
  }

  /** What its pods are made from, with the claims that a StatefulSet adds. */
  async podTemplates(): Promise<readonly PodTemplate[]> {
    return (await this.workloads()).map(podTemplateOf);
  }

  /**
   * Waits until all of it runs: every pod that there should be is ready, and every Job of a deploy has succeeded.
   *
   * @throws Error telling what is wrong with each pod that is not
   */
  async ready(patienceMs: number): Promise<void> {
    let missing: string[] = ["everything"];
    await until(
      `environment ${this.name} is ready`,
      async () => {
        missing = await this.missing().catch((error: unknown) => [wordsOf(error)]);
        return missing.length === 0;
      },
      patienceMs,
    ).catch(async (error: unknown) => {
      const reasons = await podAilments(this.kubectl, this.name).catch((failure: unknown) => [wordsOf(failure)]);
      throw new Error([(error as Error).message, ...missing, ...reasons].join("\n"));
    });
  }

  /** Deletes the pods of a component, each of which must be replaced by one that becomes ready. */
  async replacePods(component: string): Promise<void> {
    const before = (await this.pods(component)).filter(isReady);
    if (before.length === 0) throw new Error(`there is no pod of ${component} to delete`);
    const gone = new Set(before.map(({ metadata }) => metadata.uid));
    await this.kubectl.run(["delete", "pods", "--selector", selectorOf(this.name, component)]);
    await until(`the pods of ${component} are replaced`, async () => {
      const now = (await this.pods(component)).filter((pod) => isReady(pod) && !gone.has(pod.metadata.uid));
      return now.length === before.length;
    });
  }

  private async workloads(): Promise<readonly KubernetesObject[]> {
    return (
      await Promise.all(
        WORKLOADS.map(async (kind) =>
          withoutScheduled(await this.kubectl.list<KubernetesObject>(kind, selectorOf(this.name))).map((one) => ({
            ...one,
            kind,
          })),
        ),
      )
    ).flat();
  }

  private async missing(): Promise<string[]> {
    const workloads = await this.workloads();
    const pods = await deployedPods(this.kubectl, this.name);
    return [
      ...workloads
        .filter((one) => !isComplete(one))
        .map(({ kind, metadata }) => `${kind}/${metadata.name} is not there`),
      ...pods
        .filter((pod) => !isReady(pod) && !isDone(pod))
        .map((pod) => `${pod.metadata.name} ${ailmentOf(pod)?.condition ?? ""}`),
      ...(workloads.length === 0 ? ["no workload"] : []),
    ];
  }
}

const FIELD_MANAGER = "log-pipeline";

/** Whether its controller has seen it, and has all of its pods. */
function isComplete({ kind, metadata, spec, status = {} }: KubernetesObject): boolean {
  if (kind === "jobs") return (status.succeeded ?? 0) >= 1;
  if (status.observedGeneration !== metadata.generation) return false;
  if (kind === "daemonsets") {
    return status.desiredNumberScheduled > 0 && status.numberReady === status.desiredNumberScheduled;
  }
  return status.readyReplicas === spec.replicas && status.updatedReplicas === spec.replicas;
}
