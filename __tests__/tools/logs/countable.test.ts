import { describe, expect, test } from "@jest/globals";
import { type Field, LOG_EVENT_FIELDS } from "../../../contract/log-event";
import { isCountable, whyNotCountable } from "../../../tools/logs/countable";

/** By the mapping that contract/index-template.ts renders: what has values in columns. */
const IS_COUNTABLE = { keyword: true, ip: true, long: true } as Readonly<Record<string, boolean>>;

test.each(Object.entries<Field>(LOG_EVENT_FIELDS))("%s can be counted if its type can", (name, { type }) => {
  expect(isCountable(name)).toBe(IS_COUNTABLE[type] ?? false);
});

test.each([
  ["attributes.item", true],
  ["attributes.cart.items", true],
  ["attributes.", false],
  ["attributes", false],
  ["toString", false],
])("%s: %p", (name, countable) => expect(isCountable(name)).toBe(countable));

describe("a field that cannot be counted is refused with the nearest that can", () => {
  test.each([
    ["eror.type", "'eror.type' is no field of a log event: did you mean 'error.type'?"],
    ["error_type", "'error_type' is no field of a log event: did you mean 'error.type'?"],
    ["status", "'status' is no field of a log event: did you mean 'http.response.status_code'?"],
    ["status_code", "'status_code' is no field of a log event: did you mean 'http.response.status_code'?"],
    ["event.durations", "'event.durations' is no field of a log event: did you mean 'event.duration'?"],
    ["service", "'service' is no field of a log event: did you mean 'service.name'?"],
    [
      "error.message",
      "'error.message' is of type text, whose values cannot be counted: the nearest field whose values can is 'error.type'",
    ],
    [
      "error.stack_trace",
      "'error.stack_trace' is of type stored, whose values cannot be counted: the nearest field whose values can is 'error.type'",
    ],
    [
      "event.created",
      "'event.created' is of type date, whose values cannot be counted: the nearest field whose values can is 'event.duration'",
    ],
    [
      "@timestamp",
      "'@timestamp' is of type date_nanos, whose values cannot be counted: the nearest field whose values can is",
    ],
    [
      "attributes",
      "'attributes' holds everything that the schema does not know: name a key of it, as in attributes.item",
    ],
  ])("%s", (name, why) => expect(whyNotCountable(name)).toContain(why));
});
