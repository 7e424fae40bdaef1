import { Size } from "../core/size";
import { type Derived, derived, grouped, roundedUp } from "./derived";
import type { CapacityLimits } from "./limits";
import type { Load } from "./load";

/** Of the one Filebeat on each node. */
export interface FilebeatPlan {
  /** Thousandths of a core. */
  readonly cpuMillis: Derived<number>;
  readonly queueEvents: Derived<number>;
  readonly memory: Derived<Size>;
}

export function planFilebeat(load: Load, limits: CapacityLimits): FilebeatPlan {
  const rate = load.peak / load.sourceNodes;
  const wait = limits.acknowledgement.value;
  const queue = queueStep((rate * wait.toMilliseconds()) / 1000);
  const event = Math.ceil(load.messageBytes);
  return {
    cpuMillis: derived(
      Math.max(LEAST_CPU_MILLIS, Math.ceil((rate / limits.shippedPerCpuSecond.value) * 1000)),
      `peak ${grouped(rate)}/s a node / ${grouped(limits.shippedPerCpuSecond.value)}, at least ${LEAST_CPU_MILLIS}`,
      limits.shippedPerCpuSecond.source,
    ),
    queueEvents: derived(
      queue,
      `peak ${grouped(rate)}/s for ${wait}, as a power of two, at least ${grouped(DEFAULT_QUEUE)}; a longer outage waits in the files`,
      limits.acknowledgement.source,
    ),
    memory: derived(
      roundedUp(limits.shipperBase.value.toBytes() + queue * event * COPIES_OF_EVENT, Size.mebibytes(32)),
      `${limits.shipperBase.value} and ${grouped(queue)} events of ${grouped(event)} B, ${COPIES_OF_EVENT} times: read, parsed, encoded`,
      limits.shipperBase.source,
    ),
  };
}

function queueStep(needed: number): number {
  let step = DEFAULT_QUEUE;
  while (step < needed) step *= 2;
  return step;
}

/** Filebeat's request, and its `queue.mem.events`, unless they are set (constructs/filebeat). */
const LEAST_CPU_MILLIS = 50;
const DEFAULT_QUEUE = 4096;
const COPIES_OF_EVENT = 3;
