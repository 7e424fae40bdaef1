import { distance } from "fastest-levenshtein";
import type { ExactField } from "../../constructs/content/query/fields";
import {
  type Field,
  type FieldType,
  isLogEventField,
  LOG_EVENT_FIELDS,
  UNKNOWN_FIELDS,
} from "../../contract/log-event";

const FIELDS = Object.entries<Field>(LOG_EVENT_FIELDS);

/** Of which types values are told apart; {@link ExactField} is the same for the compiler. */
const COUNTABLE: readonly FieldType[] = ["keyword", "ip", "long"];

const COUNTABLE_FIELDS = FIELDS.filter(([, { type }]) => COUNTABLE.includes(type)).map(([name]) => name);

export function isCountable(name: string): name is ExactField {
  return COUNTABLE_FIELDS.includes(name) || (name.startsWith(KEY) && name.length > KEY.length);
}

/** Why the values of a field cannot be counted, and the nearest name of one whose values can. */
export function whyNotCountable(name: string): string {
  if (name === UNKNOWN_FIELDS || name === KEY) {
    return `'${name}' holds everything that the schema does not know: name a key of it, as in ${KEY}item`;
  }
  if (!isLogEventField(name)) {
    return `'${name}' is no field of a log event: did you mean '${nearest(name)}'? (contract/log-event.ts has them all; what it has not is under ${KEY}<name>)`;
  }
  const { type } = LOG_EVENT_FIELDS[name];
  return `'${name}' is of type ${type}, whose values cannot be counted: the nearest field whose values can is '${nearest(name)}'`;
}

/** By the name that services log it under, else by how few letters differ, first among those that share a part of it. */
function nearest(name: string): string {
  const logged = FIELDS.find(([field, { from }]) => from?.includes(name) && isCountable(field));
  if (logged) return logged[0];
  const object = name.slice(0, name.lastIndexOf(".") + 1);
  const likely = [
    (field: string) => field.startsWith(`${name}.`) || field.endsWith(`.${name}`),
    (field: string) => object !== "" && field.startsWith(object),
    () => true,
  ].map((is) => COUNTABLE_FIELDS.filter(is));
  const candidates = likely.find((some) => some.length > 0) ?? [];
  return candidates.toSorted((a, b) => distance(name, a) - distance(name, b))[0] ?? "";
}

const KEY = `${UNKNOWN_FIELDS}.`;
