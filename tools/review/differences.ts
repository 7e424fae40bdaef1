import { canonical, type Data, isList, isObject } from "./data";

/** One place where two things differ. */
export interface Difference {
  readonly path: readonly string[];
  /** Absent where there was nothing. */
  readonly before?: Data;
  /** Absent where there is nothing any more. */
  readonly after?: Data;
}

/** Everything that differs, in the order of the paths. */
export function differencesOf(before: Data, after: Data, path: readonly string[] = []): Difference[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => {
      const [old, current] = [before[key], after[key]];
      if (old === undefined) return [{ path: [...path, key], after: current ?? null }];
      if (current === undefined) return [{ path: [...path, key], before: old }];
      return differencesOf(old, current, [...path, key]);
    });
  }
  if (isList(before) && isList(after)) return listDifferences(before, after, path);
  return canonical(before) === canonical(after) ? [] : [{ path, before, after }];
}

/** Entries without names: those that are on both sides are the same, wherever they stand; the others are paired. */
function listDifferences(before: readonly Data[], after: readonly Data[], path: readonly string[]): Difference[] {
  const gone = without(before, after);
  const come = without(after, before);
  if (gone.length === 0 && come.length === 0) {
    return canonical(before) === canonical(after) ? [] : [{ path, before, after }];
  }
  const paired = gone.length === come.length && [...gone, ...come].every((one) => isObject(one));
  if (paired) {
    return gone.flatMap((one, index) =>
      differencesOf(one, come[index] ?? null, before.length === 1 ? path : [...path, `#${before.indexOf(one)}`]),
    );
  }
  if (before.length === 1 && after.length === 1) return [{ path, before: before[0] ?? null, after: after[0] ?? null }];
  return [
    ...gone.map((one) => ({ path: [...path, "[]"], before: one })),
    ...come.map((one) => ({ path: [...path, "[]"], after: one })),
  ];
}

function without(all: readonly Data[], taken: readonly Data[]): Data[] {
  const left = taken.map(canonical);
  return all.filter((one) => {
    const found = left.indexOf(canonical(one));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

/**
 * Whether it is one that only follows from another: a hash of what is in it, or the tag of an image that follows from its
 * sources.
 */
export function isGenerated({ path, before, after }: Difference): boolean {
  if (isChecksum(path, before ?? after)) return true;
  if (typeof before !== "string" || typeof after !== "string") return false;
  return GENERATED.some(
    ([where, hash]) => where.test(path.join("/")) && before.replace(hash, "") === after.replace(hash, ""),
  );
}

/** One that comes or goes, with the annotations around it where there are no others. */
function isChecksum(path: readonly string[], data: Data | undefined): boolean {
  const last = path.at(-1) ?? "";
  if (last.startsWith("checksum/")) return true;
  return last === "annotations" && isObject(data) && Object.keys(data).every((key) => key.startsWith("checksum/"));
}

/** The hash in the tag of an image that is built here. */
export const CONTENT_TAG = /-[0-9a-f]{12}$/;

/** Where they stand, and what in them follows from something else. */
const GENERATED: readonly (readonly [RegExp, RegExp])[] = [
  // constructs/kubernetes/rolls-with.ts
  [/(^|\/)annotations\/checksum\//, /^[0-9a-f]{16}$/],
  // constructs/consumer/job.ts: Jobs are named by what they are.
  [/^metadata\/name$/, /-[0-9a-f]{8}$/],
  // images/recipes.ts: a content's hash after the version.
  [/(^|\/)(image|name|app\.kubernetes\.io\/version)$/, CONTENT_TAG],
  [/(^|\/)(_meta|metadata)\/version$/, /^[0-9a-f]{12}$/],
];
