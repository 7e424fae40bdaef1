import { isDeepStrictEqual } from "node:util";
import type { Content, ContentApi } from "../../../contract/content";

/** Whether what Elasticsearch answers to `GET` is what we would put. It adds defaults and dates of its own. */
export function isApplied({ api, name, body }: Content, answered: unknown): boolean {
  const stored = STORED[api](answered, name);
  // A repository's body has no version in it, but also nothing that Elasticsearch adds to its type and settings.
  return api === "_snapshot" ? isDeepStrictEqual(stored, body) : contains(stored, body);
}

type Answer = Readonly<Record<string, unknown>>;

/** What of each API's answer has the shape of what is put. */
const STORED: Readonly<Record<ContentApi, (answered: unknown, name: string) => unknown>> = {
  _snapshot: (answered, name) => {
    const { type, settings } = at(answered, name);
    return { type, settings };
  },
  "_slm/policy": (answered, name) => at(answered, name)["policy"],
  "_ilm/policy": (answered, name) => at(answered, name),
  _component_template: (answered) => first(answered, "component_templates")["component_template"],
  _index_template: (answered) => first(answered, "index_templates")["index_template"],
};

function at(answered: unknown, name: string): Answer {
  return (answered as Readonly<Record<string, Answer | undefined>>)[name] ?? {};
}

function first(answered: unknown, list: string): Answer {
  return (answered as Readonly<Record<string, readonly Answer[] | undefined>>)[list]?.[0] ?? {};
}

/**
 * The version in our mark is of all that we put, so what we took out shows there; here it is enough to find that nobody has
 * changed what we put.
 */
function contains(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return isDeepStrictEqual(actual, wanted);
  if (typeof actual !== "object" || actual === null) return false;
  return Object.entries(wanted).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value));
}
