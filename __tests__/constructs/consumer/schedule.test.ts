import { describe, expect, test } from "@jest/globals";
import { scheduleProblems } from "../../../constructs/consumer/schedule";

// Each was given to the parser that Kubernetes has, robfig/cron 3.0.1, and these came to a time with it.
test.each([
  "17 3 * * *",
  "0 0 1 1 0",
  "59 23 31 12 6",
  "*/5 * * * *",
  "5/10 1-5/2 * * ?",
  "0 3 1,15 jan-mar,DEC MON-fri",
  "0 3 29 2 *",
  "0 3 31 2,4,5 *",
  // On the Sundays of February.
  "0 3 31 2 sun",
  "0 3 31 2 */2",
])("a schedule may be '%s'", (schedule) => {
  expect(scheduleProblems(schedule)).toEqual([]);
});

const FIVE = "a CronJob's has five: state minute, hour, day of month, month and day of week in UTC, as in '17 3 * * *'";

// It refused each of these but for two, which are more likely a slip than meant.
test.each([
  ["", `has 1 field, and ${FIVE}`],
  ["daily", `has 1 field, and ${FIVE}`],
  ["17 3 * *", `has 4 fields, and ${FIVE}`],
  ["0 30 1 * * ?", `has 6 fields, and ${FIVE}`],
  ["17  3 * * *", `has 6 fields, and ${FIVE}`],
])("but not '%s': %s", (schedule, problem) => {
  expect(scheduleProblems(schedule)).toEqual([`'schedule' ('${schedule}') ${problem}`]);
});

test.each([
  ["60 3 * * *", "minute '60'", "0 to 59"],
  ["-1 3 * * *", "minute '-1'", "0 to 59"],
  ["5- 3 * * *", "minute '5-'", "0 to 59"],
  ["1,,2 3 * * *", "minute '1,,2'", "0 to 59"],
  ["*/0 3 * * *", "minute '*/0'", "0 to 59"],
  ["0 24 * * *", "hour '24'", "0 to 23"],
  ["0 5-1 * * *", "hour '5-1'", "0 to 23"],
  ["0 1-2-3 * * *", "hour '1-2-3'", "0 to 23"],
  ["0 1/2/3 * * *", "hour '1/2/3'", "0 to 23"],
  ["0 3 0 * *", "day of month '0'", "1 to 31"],
  ["0 3 L * *", "day of month 'L'", "1 to 31"],
  ["0 3 * february *", "month 'february'", "1 to 12"],
  ["0 3 * mon *", "month 'mon'", "1 to 12"],
  ["0 3 * * 7", "day of week '7'", "0 to 6"],
  ["0 3 * * fri-mon", "day of week 'fri-mon'", "0 to 6"],
])("nor '%s'", (schedule, field, bounds) => {
  expect(scheduleProblems(schedule)).toEqual([
    `'schedule' ('${schedule}') has the ${field}, which must be of ${bounds}: correct it, as in '17 3 * * *'`,
  ]);
});

test("every field that is wrong is named", () => {
  expect(scheduleProblems("x 24 * * *")).toHaveLength(2);
});

describe("one that never comes", () => {
  test.each([
    ["0 3 30 2 *", "2", "30"],
    ["0 3 31 2,4 ?", "2,4", "31"],
    ["0 3 31 feb */1", "feb", "31"],
  ])("is refused: '%s'", (schedule, month, day) => {
    expect(scheduleProblems(schedule)).toEqual([
      `'schedule' ('${schedule}') never comes: no month '${month}' has a day '${day}'; name another, as in '17 3 * * *'`,
    ]);
  });
});
