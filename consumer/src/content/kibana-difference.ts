import { isDeepStrictEqual } from "node:util";

/**
 * Keys that a panel, a metric or a bucket of ours may have and may lack. Kibana adds keys of its own to what it reads, so a key that
 * we do not state says nothing; one of these says that an earlier version stated it, or that a person added it. Kibana has no
 * default for any of them (kbn-lens-embeddable-utils/config_builder/schema of its sources).
 */
const OPTIONAL: ReadonlySet<string> = new Set([
  "breakdown_by",
  "description",
  "filter",
  "filters",
  "format",
  "other_bucket",
  "query",
  "sample_size",
]);

/** Where a dashboard is other than we state it, as in `panels[0].config.title`; undefined if nowhere. */
export function dashboardDifference(stored: unknown, stated: unknown): string | undefined {
  return difference(stored, stated, OPTIONAL, "");
}

/** Where an alert rule is other than we state it. None of its keys is optional. */
export function alertRuleDifference(stored: unknown, stated: unknown): string | undefined {
  return difference(stored, stated, new Set(), "");
}

function difference(stored: unknown, stated: unknown, optional: ReadonlySet<string>, path: string): string | undefined {
  // Kibana drops some of what is empty, and adds some: an empty query of a panel, an empty list of filters.
  if (isEmpty(stored) && isEmpty(stated)) return undefined;
  if (Array.isArray(stated)) {
    if (!Array.isArray(stored) || stored.length !== stated.length) return path;
    return first(stated.keys(), (index) => difference(stored[index], stated[index], optional, `${path}[${index}]`));
  }
  if (!isObject(stated)) return isDeepStrictEqual(stored, stated) ? undefined : path;
  if (!isObject(stored)) return path;
  const unstated = Object.keys(stored).filter((key) => optional.has(key) && !(key in stated));
  return first([...Object.keys(stated), ...unstated], (key) =>
    difference(stored[key], stated[key], optional, path ? `${path}.${key}` : key),
  );
}

function first<T>(places: Iterable<T>, check: (place: T) => string | undefined): string | undefined {
  for (const place of places) {
    const found = check(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return false;
  // A query that lets everything through.
  return value["expression"] === "" || Object.keys(value).length === 0;
}
