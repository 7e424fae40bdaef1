import { type Field, LOG_EVENT_FIELDS } from "../../contract/log-event";

/** A document with the contract's example in every field. */
export function sampleDocument(): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const [path, { example }] of Object.entries<Field>(LOG_EVENT_FIELDS)) {
    const names = path.split(".");
    let at = document;
    for (const name of names.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
    at[names.at(-1)!] = example;
  }
  return document;
}
