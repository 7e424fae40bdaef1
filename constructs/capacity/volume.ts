import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { type Derived, derived, roundedUp } from "./derived";
import type { CapacityLimits } from "./limits";
import type { Load } from "./load";
import { SOURCE } from "./sources";
import type { Objectives, Workload } from "./workload";

/** What is written in 30 days, at the average with its growth. Headroom is what is not written. */
export interface MonthlyVolume {
  readonly raw: Derived<Size>;
  readonly kafka: Derived<Size>;
  readonly elasticsearch: Derived<Size>;
}

export function monthlyVolume(
  { eventsPerSecond, growth = 0 }: Workload,
  { replicas }: Objectives,
  load: Load,
  kafkaCopies: number,
  limits: CapacityLimits,
): MonthlyVolume {
  const events = (eventsPerSecond * (1 + growth) * MONTH.toMilliseconds()) / 1000;
  const written = (bytes: number) => roundedUp(events * bytes, Size.mebibytes(1));
  const { rawBytes, storedBytes, indexedBytes } = load;
  return {
    raw: derived(written(rawBytes), `30 days of lines as they are written`, SOURCE.arithmetic),
    kafka: derived(
      written(storedBytes * kafkaCopies),
      `compressed, x ${kafkaCopies} copies`,
      limits.compressionRatio.source,
    ),
    elasticsearch: derived(
      written(indexedBytes * (1 + replicas)),
      `x ${limits.indexedPerRawByte.value} x ${1 + replicas} copies`,
      limits.indexedPerRawByte.source,
    ),
  };
}

const MONTH = Duration.days(30);
