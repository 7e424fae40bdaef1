import { isDeepStrictEqual } from "node:util";

/** Every value at the ends of a tree, by its path; arrays count as values. */
export function leaves(tree: unknown, path = ""): Map<string, unknown> {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return new Map([[path, tree]]);
  return new Map(
    Object.entries(tree).flatMap(([key, value]) => [...leaves(value, path === "" ? key : `${path} > ${key}`)]),
  );
}

/** What differs between two trees, by path: the value in `after`, or undefined where it is gone. */
export function differences(before: unknown, after: unknown): Record<string, unknown> {
  const [old, current] = [leaves(before), leaves(after)];
  const paths = [...new Set([...old.keys(), ...current.keys()])];
  return Object.fromEntries(
    paths
      .filter((path) => !isDeepStrictEqual(old.get(path), current.get(path)))
      .map((path) => [path, current.get(path)]),
  );
}
