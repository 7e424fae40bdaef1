/** What JSON and YAML can say. */
export type Data = string | number | boolean | null | readonly Data[] | DataObject;

export interface DataObject {
  readonly [key: string]: Data;
}

export function isObject(data: Data | undefined): data is DataObject {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

export function isList(data: Data | undefined): data is readonly Data[] {
  return Array.isArray(data);
}

/** What is found at a path of keys and indices; undefined where there is nothing. */
export function at(data: Data | undefined, ...path: readonly (string | number)[]): Data | undefined {
  return path.reduce<Data | undefined>((found, key) => {
    if (isList(found)) return found[Number(key)];
    return isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }, data);
}

/** The text there, or that of a number or a switch; undefined where there is nothing of the kind. */
export function textAt(data: Data | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(data, ...path);
  return found === undefined || found === null || typeof found === "object" ? undefined : String(found);
}

/** The entries of an object; none of anything else. */
export function entriesOf(data: Data | undefined): readonly (readonly [string, Data])[] {
  return isObject(data) ? Object.entries(data) : [];
}

/** The same bytes for the same meaning: keys sorted. */
export function canonical(data: Data): string {
  return JSON.stringify(sorted(data));
}

/** With the keys of every object in order. Plain comparison: the reader's language must not decide. */
export function sorted(data: Data): Data {
  if (isList(data)) return data.map(sorted);
  if (!isObject(data)) return data;
  return Object.fromEntries(
    Object.keys(data)
      .sort()
      .map((key) => [key, sorted(data[key] ?? null)]),
  );
}

/** Every text, number and switch at the ends, with the path that leads there. */
export function leavesOf(data: Data, path: readonly string[] = []): (readonly [readonly string[], Data])[] {
  if (isList(data)) return data.flatMap((one, index) => leavesOf(one, [...path, `#${index}`]));
  if (isObject(data)) return Object.entries(data).flatMap(([key, value]) => leavesOf(value, [...path, key]));
  return [[path, data]];
}
