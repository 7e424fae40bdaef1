import type { Kubectl } from "./kubectl";
import { type Pod, selectorOf } from "./pods";

/** A Job, as far as the tools look at it. */
interface Job {
  readonly metadata: { readonly name: string; readonly ownerReferences?: Pod["metadata"]["ownerReferences"] };
}

/** Without those that a CronJob made: they come and go at times of their own, and nothing waits for them. */
export function withoutScheduled<T extends Job>(jobs: readonly T[]): readonly T[] {
  return jobs.filter((job) => !isScheduled(job));
}

/** The pods of an environment that a deploy makes: without those of a CronJob's Jobs, of which one may have failed long ago. */
export async function deployedPods(kubectl: Kubectl, environment: string): Promise<readonly Pod[]> {
  // Pods first: a Job that is made in between has none among them.
  const pods = await kubectl.list<Pod>("pods", selectorOf(environment));
  const jobs = await kubectl.list<Job>("jobs", selectorOf(environment));
  const scheduled = new Set(jobs.filter(isScheduled).map(({ metadata }) => metadata.name));
  return pods.filter(({ metadata: { ownerReferences = [] } }) =>
    ownerReferences.every(({ kind, name }) => kind !== "Job" || !scheduled.has(name)),
  );
}

function isScheduled({ metadata: { ownerReferences = [] } }: Job): boolean {
  return ownerReferences.some(({ kind }) => kind === "CronJob");
}
