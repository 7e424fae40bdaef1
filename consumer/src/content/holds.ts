import { isDeepStrictEqual } from "node:util";

/**
 * Whether what a server answers has all that we would put. It adds defaults and dates of its own. The version in our mark is of
 * all that we put, so what we took out shows there; here it is enough to find that nobody has changed what we put.
 */
export function holds(stored: unknown, wanted: unknown): boolean {
  return firstDifference(stored, wanted) === undefined;
}

/** Where what a server answers is other than what we would put, as in `policy.phases.hot`; undefined if nowhere. */
export function firstDifference(stored: unknown, wanted: unknown, path = ""): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(stored) || stored.length !== wanted.length) return path;
    return firstOf(wanted.map((one, index) => () => firstDifference(stored[index], one, `${path}[${index}]`)));
  }
  if (typeof wanted !== "object" || wanted === null) return isDeepStrictEqual(stored, wanted) ? undefined : path;
  if (typeof stored !== "object" || stored === null) return path;
  return firstOf(
    Object.entries(wanted).map(
      ([key, value]) =>
        () =>
          firstDifference((stored as Record<string, unknown>)[key], value, path ? `${path}.${key}` : key),
    ),
  );
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}
