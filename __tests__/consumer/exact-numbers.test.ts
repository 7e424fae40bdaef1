import { describe, expect, test } from "@jest/globals";
import { hasLongNumber, quoteInexactNumbers } from "../../consumer/src/document/exact-numbers";

describe("numbers that JavaScript cannot hold", () => {
  test.each([
    ['{"a":1234567890123456789}', '{"a":"1234567890123456789"}'],
    ['{"a":-9007199254740993,"b":9007199254740991}', '{"a":"-9007199254740993","b":9007199254740991}'],
    ["[1e400, -1E+400, 1e5, 0.1]", '["1e400", "-1E+400", 1e5, 0.1]'],
    ['{"9007199254740993":"9007199254740993"}', '{"9007199254740993":"9007199254740993"}'],
    [
      String.raw`{"a":"\"9007199254740993\\","b":9007199254740993}`,
      String.raw`{"a":"\"9007199254740993\\","b":"9007199254740993"}`,
    ],
    ['{"a":"unfinished 9007199254740993', '{"a":"unfinished 9007199254740993'],
    ["9007199254740993", '"9007199254740993"'],
    ["", ""],
    ["[0.12345678901234567890,1e-400,1.10,0]", '["0.12345678901234567890","1e-400",1.10,0]'],
    ["[12.857142857142858,-0.0,2.50000000000000000000]", "[12.857142857142858,-0.0,2.50000000000000000000]"],
  ])("%s", (json, expected) => {
    expect(quoteInexactNumbers(json)).toBe(expected);
  });
});

describe("a line with a number of more digits than a double has", () => {
  const LONG = "0.12345678901234567890";

  test("is seen wherever the number stands", () => {
    for (let before = 0; before < 40; before++) {
      for (const number of [LONG, "12345678901234567", "1234567890123456.7", "100.0000000000001"]) {
        const isLong = number !== "100.0000000000001";
        expect([before, number, hasLongNumber(`{"${"k".repeat(before)}":${number}}`)]).toEqual([
          before,
          number,
          isLong,
        ]);
      }
    }
  });

  test.each(["0.1428571428571428", "12.857142857142858", "1".repeat(15)])(
    "is seen behind a number that is held: %s",
    (held) => {
      for (let blanks = 0; blanks < 20; blanks++)
        expect(hasLongNumber(`[${held},${" ".repeat(blanks)}${LONG}]`)).toBe(true);
    },
  );

  test.each([
    ["a string of digits", '{"id":"12345678901234567890"}'],
    ["a number of which a double holds every digit", "[0.14285714285714285]"],
    ["a duration, which is rounded anyway", '{"duration_ms":0.12345678901234567890}'],
    ["a time", '{"timestamp":"2026-11-30T23:40:00.123456789Z"}'],
  ])("is none with %s", (_, line) => {
    expect(hasLongNumber(line)).toBe(false);
  });
});
