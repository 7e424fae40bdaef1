import { expect, test } from "@jest/globals";
import type { Control, Panel } from "../../../../constructs/content/dashboards/panel";
import type { Filter } from "../../../../constructs/content/query/filter";
import type { Metric, TermsBucket } from "../../../../constructs/content/query/operations";

/*
 * What does not compile. `npm run types` looks at it: an expectation that is not met is an error there, as is a line that
 * compiles after all. Nothing of it is about what runs.
 */

// @ts-expect-error a field that does not exist
export const unknown: Metric = { of: "average", field: "event.length" };
// @ts-expect-error the average of words
export const ofWords: Metric = { of: "average", field: "service.name" };
// @ts-expect-error the sum of times
export const ofTimes: Metric = { of: "sum", field: "@timestamp" };
// @ts-expect-error a percentile of no number
export const ofAddresses: Metric = { of: "percentile", field: "client.ip", percentile: 95 };
// @ts-expect-error how many different texts there are: they have no values to count
export const ofText: Metric = { of: "unique", field: "message" };
// @ts-expect-error the values of a text
export const byText: TermsBucket = { by: "terms", field: "error.message", limit: 5 };
// @ts-expect-error the values of what is stored only
export const byStored: TermsBucket = { by: "terms", field: "error.stack_trace", limit: 5 };
// @ts-expect-error lines where a time is a number
export const filterOfTime: Filter = { field: "@timestamp", from: 0 };
// @ts-expect-error lines by what is not searched
export const filterOfStored: Filter = { field: "event.original", exists: true };
// @ts-expect-error a control of a text
export const controlOfText: Control = { field: "message", label: "Message" };
// @ts-expect-error a column that no line has
export const column: Panel = { kind: "lines", title: "T", fields: ["@timestamp", "servcie.name"] };
export const inPanel: Panel = {
  kind: "table",
  title: "T",
  rows: [],
  // @ts-expect-error the same, deep in a panel
  metrics: [{ of: "median", field: "log.level" }],
};

// These compile: it is the fields that are refused above, not everything.
export const accepted: readonly Metric[] = [
  { of: "average", field: "event.duration" },
  { of: "max", field: "@timestamp" },
  { of: "unique", field: "attributes.cart.id" },
];

test("is for the compiler", () => expect(accepted).toHaveLength(3));
