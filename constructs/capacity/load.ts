import { Duration } from "../core/duration";
import type { CapacityLimits } from "./limits";
import type { Objectives, Workload } from "./workload";

/** What arrives, with growth and headroom in it. All sizes follow from here. */
export interface Load {
  /** Events a second, over a day. */
  readonly average: number;
  /** In the busiest minute. */
  readonly peak: number;
  /** While what an outage left behind is worked off, and new lines keep coming at the peak. */
  readonly catchUp: number;
  /** Kafka keeps lines at least this long: the outage, and the time to catch up, so that a stumble then loses nothing. */
  readonly bridged: Duration;
  readonly caughtUpWithin: Duration;
  /** Of an event, as the service wrote it. */
  readonly rawBytes: number;
  /** Of an event in a message, as Filebeat sends it before compression. */
  readonly messageBytes: number;
  /** Of an event on one broker's disk. */
  readonly storedBytes: number;
  /** Of an event in one copy of a shard. */
  readonly indexedBytes: number;
  readonly sourceNodes: number;
}

export function loadOf(workload: Workload, objectives: Objectives, limits: CapacityLimits): Load {
  const { eventsPerSecond, peakFactor, growth = 0, sourceNodes = 1 } = workload;
  const outage = objectives.kafkaBridgesOutageOf;
  const caughtUpWithin = objectives.caughtUpWithin ?? outage;
  const average = eventsPerSecond * (1 + growth) * (1 + objectives.headroom);
  const peak = average * peakFactor;
  const rawBytes = workload.bytesPerEvent.toBytes();
  const messageBytes = rawBytes + limits.envelope.value.toBytes();
  const backlog = eventsWithin({ average, peak }, outage);
  return {
    average,
    peak,
    catchUp: peak + backlog / (caughtUpWithin.toMilliseconds() / 1000),
    bridged: Duration.milliseconds(outage.toMilliseconds() + caughtUpWithin.toMilliseconds()),
    caughtUpWithin,
    rawBytes,
    messageBytes,
    storedBytes: messageBytes / (workload.compressionRatio ?? limits.compressionRatio.value),
    indexedBytes: rawBytes * limits.indexedPerRawByte.value,
    sourceNodes,
  };
}

/** The load with its growth alone: what is carried while a zone is lost, for which headroom is used up. */
export function withoutHeadroom(load: Load, { headroom }: Pick<Objectives, "headroom">): Load {
  const { average, peak, catchUp } = load;
  const share = 1 + headroom;
  return { ...load, average: average / share, peak: peak / share, catchUp: catchUp / share };
}

/**
 * The most events that can arrive within a time: at the peak, but in a whole day no more than the average says. An outage of
 * an hour can be the busiest hour; one of a week cannot.
 */
export function eventsWithin({ average, peak }: Pick<Load, "average" | "peak">, time: Duration): number {
  const day = Duration.days(1).toMilliseconds() / 1000;
  const seconds = time.toMilliseconds() / 1000;
  const wholeDays = Math.floor(seconds / day);
  return wholeDays * average * day + Math.min(peak * (seconds - wholeDays * day), average * day);
}
