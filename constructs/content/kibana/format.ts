import type { Json } from "../../../contract/index-template";
import type { Format } from "../query/operations";

/**
 * How a chart writes a number, as the dashboards API has it; undefined where the field's own format in its data view counts.
 * Units are the short ones (`ns`, `ms`): the generally available API refuses `nanoseconds`.
 */
export function numberFormat(format: Format | undefined): Json | undefined {
  switch (format) {
    // The API has no format for times; a time is shown as its field is.
    case undefined:
    case "time":
      return undefined;
    case "number":
      return { type: "number", decimals: 0 };
    case "percent":
      return { type: "percent", decimals: 1 };
    case "bytes":
      return { type: "bytes", decimals: 1 };
    // `auto-approximate` would call every answer within a minute "a few seconds".
    case "nanoseconds":
      return { type: "duration", from: "ns", to: "auto" };
    case "milliseconds":
      return { type: "duration", from: "ms", to: "auto" };
  }
}
