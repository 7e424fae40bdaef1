import { Duration } from "../../constructs/core/duration";

/** What Elasticsearch's `date_nanos` can hold, in ms since the epoch: nanoseconds in 63 bits end in 2262. */
export const EARLIEST = 0;
export const LATEST = Date.UTC(2262, 0);

/** How a time can be written, for whoever wrote something else. */
export const MOMENT_FORMS = "90s, 15m, 2h or 7d before now, or a time such as 2026-01-31T10:00:00Z";

/**
 * A time on the command line: so long before `now`, or ISO 8601, which is UTC where it names no zone.
 *
 * @returns ms since the epoch, as far as Elasticsearch can be asked about; undefined if it is none
 */
export function parseMoment(text: string, now: number): number | undefined {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount && unit) return clamp(now - UNITS[unit as keyof typeof UNITS](Number(amount)).toMilliseconds());
  if (!ISO.test(text)) return undefined;
  const moment = Date.parse(
    /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}${text.includes("T") ? "" : "T00:00"}Z`,
  );
  return Number.isNaN(moment) ? undefined : clamp(moment);
}

const UNITS = {
  s: (amount: number) => Duration.seconds(amount),
  m: (amount: number) => Duration.minutes(amount),
  h: (amount: number) => Duration.hours(amount),
  d: (amount: number) => Duration.days(amount),
};
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

function clamp(moment: number): number {
  return Math.min(Math.max(moment, EARLIEST), LATEST);
}
