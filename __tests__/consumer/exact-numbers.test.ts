import { describe, expect, test } from "@jest/globals";
import { quoteInexactNumbers } from "../../consumer/src/document/exact-numbers";

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
  ])("%s", (json, expected) => {
    expect(quoteInexactNumbers(json)).toBe(expected);
  });
});
