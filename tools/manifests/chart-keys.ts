import { parse } from "yaml";
import { byText, isMap, type Json } from "./json";

/** What a chart can be told: paths of values, as `image.tag`. */
export interface ChartKeys {
  /** That its own values name; what is a list, or empty, as a whole. */
  readonly values: readonly string[];
  /** That its templates look at beside them. */
  readonly templates: readonly string[];
  /** Printed by its templates as they are, so that anything may be below them. */
  readonly free: readonly string[];
}

/**
 * @param values text of its values.yaml
 * @param templates texts of its templates
 */
export function chartKeys(values: string, templates: readonly string[]): ChartKeys {
  const own = keysOf((parse(values) as Json) ?? {});
  const read = found(templates, /\$?\.Values\.(\w+(?:\.\w+)*)/g);
  const free = [
    ...found(templates, /toYaml \$?\.Values\.(\w+(?:\.\w+)*)/g),
    ...found(
      templates,
      /\{\{-? *with \$?\.Values\.(\w+(?:\.\w+)*) *\}\}(?:(?!\{\{-? *(?:with|end)\b)[\s\S])*?toYaml \./g,
    ),
  ];
  const known = (path: string) => own.some((one) => one === path || one.startsWith(`${path}.`));
  return {
    values: sorted(own),
    templates: sorted(read.filter((path) => !known(path))),
    free: sorted(free),
  };
}

/** Paths of what values set; a list is set as a whole. */
export function keysOf(values: Json, path = ""): string[] {
  if (!isMap(values) || (path && Object.keys(values).length === 0)) return path ? [path] : [];
  return Object.entries(values).flatMap(([key, value]) => keysOf(value, path ? `${path}.${key}` : key));
}

/** Those of the paths that a chart would overlook. */
export function unknownKeys(paths: readonly string[], { values, templates, free }: ChartKeys): string[] {
  return paths.filter(
    (path) =>
      !values.includes(path) &&
      !templates.includes(path) &&
      !free.some((one) => path === one || path.startsWith(`${one}.`)),
  );
}

function found(templates: readonly string[], pattern: RegExp): string[] {
  return templates.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, path]) => path ?? []));
}

function sorted(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort(byText);
}
