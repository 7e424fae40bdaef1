import { type FieldOfType, LOG_EVENT_FIELDS, type LogEventField, UNKNOWN_FIELDS } from "../../../contract/log-event";

/** What a service logged and the schema does not know, by its path: `attributes.cart.items`. Its values are words. */
export type AttributeField = `${typeof UNKNOWN_FIELDS}.${string}`;

/** Fields whose values are told apart and counted. */
export type ExactField = FieldOfType<"keyword" | "ip" | "long"> | AttributeField;

/** Fields that are calculated with. */
export type NumberField = FieldOfType<"long">;

export type TimeField = FieldOfType<"date" | "date_nanos">;

/** Everything that is indexed: all but what is stored with the document only. */
export type SearchableField = Exclude<LogEventField, FieldOfType<"stored">> | AttributeField;

/** Everything that a line can show. */
export type ShownField = LogEventField | AttributeField;

/** What a field means, for people. */
export function describeField(field: ShownField): string {
  return field in LOG_EVENT_FIELDS
    ? LOG_EVENT_FIELDS[field as LogEventField].description
    : LOG_EVENT_FIELDS[UNKNOWN_FIELDS].description;
}

/** When a line was written: what every question about a time is asked of. */
export const TIME = "@timestamp" satisfies TimeField;
