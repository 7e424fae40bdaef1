import { inertJson } from "./inert";

/**
 * A value as the JSON that a command prints. JSON.stringify leaves the control characters from U+007F on, separators of lines
 * and overrides of a direction as they are, which a terminal would obey.
 *
 * @param indent blanks. @default 0: on one line
 */
export function jsonText(value: unknown, indent = 0): string {
  return inertJson(JSON.stringify(value, undefined, indent));
}

/** An object a line. */
export function ndjson(objects: readonly object[]): string {
  return objects.map((one) => jsonText(one)).join("\n");
}
