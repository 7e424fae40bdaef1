import { expect, test } from "@jest/globals";
import type { Format, Metric } from "../../../constructs/content/query/operations";
import { formatOf, formatValue } from "../../../tools/logs/format";

test.each<[number | null, Format, string]>([
  [null, "number", "-"],
  [Number.NaN, "percent", "-"],
  [0, "number", "0"],
  [1234567, "number", "1,234,567"],
  [0.5, "number", "0.5"],
  [0, "percent", "0 %"],
  [0.0004, "percent", "0.04 %"],
  [0.4268, "percent", "42.7 %"],
  [1, "percent", "100 %"],
  [512, "bytes", "512 B"],
  [1536, "bytes", "1.5 KiB"],
  [3 * 2 ** 30, "bytes", "3 GiB"],
  [0, "nanoseconds", "0 ns"],
  [999, "nanoseconds", "999 ns"],
  [1500, "nanoseconds", "1.5 µs"],
  [97_652_299.99, "nanoseconds", "97.7 ms"],
  [90e9, "nanoseconds", "1.5 min"],
  [1076, "milliseconds", "1.1 s"],
  [-20, "milliseconds", "-20 ms"],
  [0, "time", "1970-01-01T00:00:00.000Z"],
])("%p as %s is %s", (value, format, text) => expect(formatValue(value, format)).toBe(text));

test.each<[Metric, Format]>([
  [{ of: "count" }, "number"],
  [{ of: "share", that: { field: "tags", exists: true } }, "percent"],
  [{ of: "max", field: "@timestamp" }, "time"],
  [{ of: "median", field: "event.duration" }, "nanoseconds"],
  [{ of: "sum", field: "http.response.body.bytes" }, "bytes"],
  [{ of: "max", field: "log.offset" }, "number"],
  [{ of: "max", field: "log.offset", format: "bytes" }, "bytes"],
])("%j is written as %s", (metric, format) => expect(formatOf(metric)).toBe(format));
