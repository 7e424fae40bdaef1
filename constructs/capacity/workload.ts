import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { Problems } from "../core/validation";

/** What services write. Facts to measure, not to wish. */
export interface Workload {
  /** Lines of all services in a second, on average over a day. */
  readonly eventsPerSecond: number;
  /** The busiest minute of the day, as a multiple of the average. At least 1. */
  readonly peakFactor: number;
  /** An average line, as the service writes it. */
  readonly bytesPerEvent: Size;
  /** Bytes of a message by the bytes that Kafka keeps of it. @default the limits' `compressionRatio` */
  readonly compressionRatio?: number;
  /** By what share the load grows until the next time that sizes are chosen: 0.5 is half as much again. @default 0 */
  readonly growth?: number;
  /** Nodes on which services write: each has a Filebeat. @default 1 */
  readonly sourceNodes?: number;
}

/** What the pipeline shall hold and survive. */
export interface Objectives {
  /** The longest outage of whatever is behind Kafka that loses nothing. */
  readonly kafkaBridgesOutageOf: Duration;
  /** How long after the outage the last line of it may become searchable. @default as long as the outage */
  readonly caughtUpWithin?: Duration;
  /** A line stays on hot nodes for at least this long. */
  readonly hot: Duration;
  /** And for at least this long after that on warm ones. Zero: there are none. */
  readonly warm: Duration;
  /**
   * No line is older than this. Longer than `hot` and `warm` together: an index is deleted as a whole, and its age counts from
   * its rollover (elastic/elasticsearch#85651), so the difference is how long an index may take lines.
   */
  readonly delete: Duration;
  /** Copies of each shard beside the first. Zero: what a lost node held is lost, and one of each is enough. */
  readonly replicas: number;
  /** Searches at the same time. @default 1 */
  readonly searchConcurrency?: number;
  /** Share that is kept free beyond the growth: 0.2 is a fifth. */
  readonly headroom: number;
}

/** Objectives, and where nodes stand. */
export interface SpreadObjectives extends Objectives {
  /** Availability zones that nodes are spread over, any of which may be lost. @default 1: one node may be lost */
  readonly zones?: number;
}

/** The shortest time that an index may take lines: it is looked at every ten minutes only (`indices.lifecycle.poll_interval`). */
export const MIN_ROLLOVER_AGE = Duration.hours(1);

/** What makes no sense in a workload and its objectives; empty if nothing. */
export function workloadProblems(workload: Workload, objectives: Objectives): string[] {
  const { eventsPerSecond, peakFactor, bytesPerEvent, compressionRatio, growth = 0, sourceNodes = 1 } = workload;
  const { kafkaBridgesOutageOf, caughtUpWithin, hot, warm, replicas, searchConcurrency = 1, headroom } = objectives;
  const least = Duration.milliseconds(hot.toMilliseconds() + warm.toMilliseconds() + MIN_ROLLOVER_AGE.toMilliseconds());
  return new Problems()
    .require(eventsPerSecond > 0, `'workload.eventsPerSecond' (${eventsPerSecond}) must be above 0`)
    .require(peakFactor >= 1, `'workload.peakFactor' (${peakFactor}) must be at least 1: no peak is below the average`)
    .require(bytesPerEvent.toBytes() > 0, `'workload.bytesPerEvent' (${bytesPerEvent}) must be above 0`)
    .require(
      compressionRatio === undefined || compressionRatio >= 1,
      `'workload.compressionRatio' (${compressionRatio}) must be at least 1: it is how many bytes become one`,
    )
    .require(
      growth >= 0,
      `'workload.growth' (${growth}) must be at least 0: sizes for less load than today's are too small`,
    )
    .require(
      Number.isInteger(sourceNodes) && sourceNodes >= 1,
      `'workload.sourceNodes' (${sourceNodes}) must be a whole number of at least 1`,
    )
    .require(
      kafkaBridgesOutageOf.toMilliseconds() > 0,
      `'objectives.kafkaBridgesOutageOf' (${kafkaBridgesOutageOf}) must be above 0: every deploy is an outage`,
    )
    .require(
      caughtUpWithin === undefined || caughtUpWithin.toMilliseconds() > 0,
      `'objectives.caughtUpWithin' (${caughtUpWithin}) must be above 0`,
    )
    .require(hot.toMilliseconds() > 0, `'objectives.hot' (${hot}) must be above 0: new lines are on hot nodes`)
    .require(
      objectives.delete.toMilliseconds() >= least.toMilliseconds(),
      `'objectives.delete' (${objectives.delete}) must be at least ${least}: 'hot' (${hot}), 'warm' (${warm}) and ${MIN_ROLLOVER_AGE} in which an index takes lines, because its age counts from its rollover; raise it or lower one of them`,
    )
    .require(
      Number.isInteger(replicas) && replicas >= 0,
      `'objectives.replicas' (${replicas}) must be a whole number of at least 0`,
    )
    .require(searchConcurrency >= 1, `'objectives.searchConcurrency' (${searchConcurrency}) must be at least 1`)
    .require(headroom >= 0, `'objectives.headroom' (${headroom}) must be at least 0`)
    .list();
}
