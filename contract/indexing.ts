import { dataStreamName, MONTHLY_INDEX_PATTERN } from "./names";

/**
 * Where lines are kept: in a data stream, which Elasticsearch cuts into indices by size and age; or in an index for each calendar
 * month (`logs-2026-01`, UTC), as many pipelines have them.
 */
export const INDEXINGS = ["data-stream", "monthly"] as const;

export type Indexing = (typeof INDEXINGS)[number];

/** The longest time that a monthly index takes lines, in days. */
export const LONGEST_MONTH_DAYS = 31;

/** What a search for an environment's lines must name. Monthly indices do not tell environments apart. */
export function searchTarget(indexing: Indexing, namespace: string): string {
  return indexing === "monthly" ? MONTHLY_INDEX_PATTERN : dataStreamName(namespace);
}

/** The index of the month that a time is in. */
export function monthlyIndexName(time: Date): string {
  return `logs-${time.toISOString().slice(0, 7)}`;
}
