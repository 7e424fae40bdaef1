import { Duration } from "../../core/duration";
import type { IlmPhases } from "./ilm-phases";

/** How often Elasticsearch looks whether an index is to go on: `indices.lifecycle.poll_interval`. */
const POLL_INTERVAL = Duration.minutes(10);

/** How long a line is kept: for so long at least, and no longer than that. */
export interface Retention {
  readonly atLeast: Duration;
  readonly atMost: Duration;
}

/**
 * How long lines are kept. The first line of an index waits for its rollover before its age begins to count, the last one does
 * not (elastic/elasticsearch#85651).
 *
 * @param takesLinesFor how long an index takes lines that nothing rolls over. @default `rollover.maxAge`
 * @returns undefined if nothing deletes them
 */
export function retentionOf({ hot, delete: last }: IlmPhases, takesLinesFor?: Duration): Retention | undefined {
  if (!last) return undefined;
  // The age of what is rolled over begins with its last line, that of all else with its first.
  const [first, most] = hot.rollover
    ? [last.after.toMilliseconds(), last.after.toMilliseconds() + hot.rollover.maxAge.toMilliseconds()]
    : [last.after.toMilliseconds() - (takesLinesFor?.toMilliseconds() ?? 0), last.after.toMilliseconds()];
  return {
    atLeast: Duration.milliseconds(Math.max(0, first)),
    atMost: Duration.milliseconds(most + POLL_INTERVAL.toMilliseconds()),
  };
}

/** As in "14 to 15.01 days". */
export function retentionText({ atLeast, atMost }: Retention): string {
  return `${days(atLeast)} to ${days(atMost)} days`;
}

function days(duration: Duration): number {
  return Number((duration.toMilliseconds() / Duration.days(1).toMilliseconds()).toFixed(2));
}
