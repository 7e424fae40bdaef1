import { MAX_LINE_BYTES } from "../../contract/size-limits";
import { Size } from "../core/size";
import { memoryFor, MIN_QUEUE_EVENTS, OPEN_FILES } from "../filebeat/memory";
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
  const queue = Math.max(MIN_QUEUE_EVENTS, Math.ceil((rate * wait.toMilliseconds()) / 1000));
  return {
    cpuMillis: derived(
      Math.max(LEAST_CPU_MILLIS, Math.ceil((rate / limits.shippedPerCpuSecond.value) * 1000)),
      `peak ${grouped(rate)}/s a node / ${grouped(limits.shippedPerCpuSecond.value)}, at least ${LEAST_CPU_MILLIS}`,
      limits.shippedPerCpuSecond.source,
    ),
    queueEvents: derived(
      queue,
      `peak ${grouped(rate)}/s for ${wait}, at least ${MIN_QUEUE_EVENTS}; a longer outage waits in the files`,
      limits.acknowledgement.source,
    ),
    memory: derived(
      roundedUp(memoryFor(queue, MAX_LINE_BYTES).toBytes(), Size.mebibytes(32)),
      `${grouped(queue)} lines of ${Size.bytes(MAX_LINE_BYTES)} twice, as read and as JSON, Filebeat itself and ${grouped(OPEN_FILES)} open files`,
      MEASURED_MEMORY,
    ),
  };
}

/** Filebeat's request unless it is set (constructs/filebeat). */
const LEAST_CPU_MILLIS = 50;
const MEASURED_MEMORY = "measured: Filebeat 9.3 (constructs/filebeat/memory.ts)";
