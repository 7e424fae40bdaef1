import { type Derived, derived, grouped, steps } from "./derived";
import type { CapacityLimits } from "./limits";
import type { Load } from "./load";
import { SOURCE } from "./sources";
import type { Objectives } from "./workload";

export interface ConsumerPlan {
  readonly eventsPerReplica: Derived<number>;
  /** For the busiest minute. */
  readonly replicas: Derived<number>;
  /** For catching up: where autoscaling may go. */
  readonly maxReplicas: Derived<number>;
}

export function planConsumer(load: Load, objectives: Objectives, limits: CapacityLimits): ConsumerPlan {
  const rate = eventsPerReplica(load, limits);
  const least = objectives.replicas > 0 ? 2 : 1;
  const replicas = Math.max(least, steps(load.peak, rate));
  return {
    eventsPerReplica: derived(
      rate,
      `${grouped(limits.consumedPerCpuSecond.value)} a CPU second x ${limits.consumerShare.value} because real Elasticsearch is slower, and less for events above ${limits.consumedEvent.value}; one replica is one thread`,
      `${SOURCE.consumerBench}; ${limits.consumerShare.source}`,
    ),
    replicas: derived(
      replicas,
      `peak ${grouped(load.peak)}/s / ${grouped(rate)}/s${least > 1 ? ", at least 2: one may be lost" : ""}`,
      SOURCE.arithmetic,
    ),
    maxReplicas: derived(
      Math.max(replicas, steps(load.catchUp, rate)),
      `peak and backlog ${grouped(load.catchUp)}/s / ${grouped(rate)}/s: caught up ${load.caughtUpWithin} after the outage`,
      SOURCE.objective,
    ),
  };
}

/** What one replica takes from Kafka to Elasticsearch in a second. Beyond the measured size, bytes count. */
export function eventsPerReplica(load: Pick<Load, "rawBytes">, limits: CapacityLimits): number {
  const larger = Math.max(1, load.rawBytes / limits.consumedEvent.value.toBytes());
  return Math.floor((limits.consumedPerCpuSecond.value * limits.consumerShare.value) / larger);
}
