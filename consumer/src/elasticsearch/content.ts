import { isDeepStrictEqual } from "node:util";
import type { Content } from "../../../contract/index-template";

/** Whether what Elasticsearch answers to `GET` of a template is what we would put. It adds defaults and dates of its own. */
export function isApplied(content: Content, answered: unknown): boolean {
  return contains(templateOf(answered), content.body);
}

function templateOf(answered: unknown): unknown {
  const body = answered as {
    readonly component_templates?: readonly { readonly component_template?: unknown }[];
    readonly index_templates?: readonly { readonly index_template?: unknown }[];
  };
  return body.component_templates?.[0]?.component_template ?? body.index_templates?.[0]?.index_template;
}

/**
 * The version in `_meta` is of all that we put, so what we took out shows there; here it is enough to find that nobody has
 * changed what we put.
 */
function contains(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return isDeepStrictEqual(actual, wanted);
  if (typeof actual !== "object" || actual === null) return false;
  return Object.entries(wanted).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value));
}
