import { DEFAULT_LIMITS } from "../../../constructs/capacity/limits";
import type { Objectives, Workload } from "../../../constructs/capacity/workload";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";

export const WORKLOAD = { eventsPerSecond: 10_000, peakFactor: 2, bytesPerEvent: Size.bytes(500) } satisfies Workload;

export const OBJECTIVES = {
  kafkaBridgesOutageOf: Duration.hours(6),
  hot: Duration.days(7),
  warm: Duration.days(23),
  delete: Duration.days(31),
  replicas: 1,
  headroom: 0.2,
} satisfies Objectives;

export const LIMITS = DEFAULT_LIMITS;

/** From a laptop to a very large cluster, four for each decade and some beside the round numbers. */
export const RATES = Array.from({ length: 33 }, (_, nth) => Math.round(10 ** (2 + nth / 8)));
