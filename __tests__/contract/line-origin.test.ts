import { describe, expect, test } from "@jest/globals";
import { fileFamily } from "../../contract/line-origin";

const ROTATION = "2026-01-31T10-00-00";

describe("a rotated file is of the family of the file that it was", () => {
  test.each([
    ["lumberjack", `/logs/orders-${ROTATION}.000.log`, "/logs/orders.log"],
    ["timberjack, by size", `/logs/orders-${ROTATION}.000-size.log`, "/logs/orders.log"],
    ["timberjack, by time", `/logs/orders-${ROTATION}.123-time.log`, "/logs/orders.log"],
    ["timberjack, twice within a millisecond", `/logs/orders-${ROTATION}.000-size_1.log`, "/logs/orders.log"],
    ["timberjack, many times within a millisecond", `/logs/orders-${ROTATION}.000-size_12.log`, "/logs/orders.log"],
    ["whole seconds", `/logs/orders-${ROTATION}.log`, "/logs/orders.log"],
    ["nanoseconds", `/logs/orders-${ROTATION}.123456789.log`, "/logs/orders.log"],
    ["only a date", "/logs/orders-2026-01-31.log", "/logs/orders.log"],
    ["logrotate's date", "/logs/orders-20260131.log", "/logs/orders.log"],
    ["logrotate's date and hour", "/logs/orders-2026013110.log", "/logs/orders.log"],
    ["a date, a hyphen and a time", "/logs/orders-20260131-100000.log", "/logs/orders.log"],
    ["a date behind a dot", "/logs/orders.20260131.log", "/logs/orders.log"],
    ["another ending", `/logs/orders-${ROTATION}.000.txt`, "/logs/orders.txt"],
    ["a name with T in it", `/logs/Test-T-${ROTATION}.000.log`, "/logs/Test-T.log"],
    ["a name with dots and dashes in it", `/logs/a.b-c-${ROTATION}.000.log`, "/logs/a.b-c.log"],
    [
      "in a directory that is called so too",
      `/logs/x-${ROTATION}.000.log/a-${ROTATION}.000.log`,
      `/logs/x-${ROTATION}.000.log/a.log`,
    ],
    ["without a directory", `orders-${ROTATION}.000.log`, "orders.log"],
  ])("%s", (_, path, family) => {
    expect(fileFamily(path)).toBe(family);
  });
});

describe("any other file is its own family", () => {
  test.each([
    ["not rotated", "/logs/orders.log"],
    ["a name with T in it", "/logs/Test-T.log"],
    ["a number, which may be a worker's", "/logs/worker-1.log"],
    ["a number as long as a date, which is none", "/logs/build-30260131.log"],
    ["a version", "/logs/api-v20.log"],
    ["its directory looks rotated", `/logs/x-${ROTATION}.000.log/orders.log`],
    ["its directory looks rotated, and its name has a T", `/logs/x-${ROTATION}.000.log/Test.log`],
    ["colons in the time", "/logs/orders-2026-01-31T10:00:00.log"],
    ["text behind the time", `/logs/orders-${ROTATION}.000-Size9.log`],
    ["no ending", `/logs/orders-${ROTATION}`],
    ["ten digits of a second", `/logs/orders-${ROTATION}.1234567890.log`],
    ["empty", ""],
  ])("%s", (_, path) => {
    expect(fileFamily(path)).toBe(path);
  });
});
