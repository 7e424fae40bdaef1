import { describe, expect, test } from "@jest/globals";
import { inert, inertText } from "../../../tools/lib/inert";
import { jsonText } from "../../../tools/lib/json-text";

describe("inert", () => {
  test.each([
    ["colours and cursors", "\u001b[31mred\u001b[2J", "\\u001b[31mred\\u001b[2J"],
    ["the same in one character", "\u009b31m", "\\u009b31m"],
    ["another line", "one\r\ntwo\tthree", "one\\r\\ntwo\\tthree"],
    ["a line separator", "one\u2028two", "one\\u2028two"],
    ["a bell and a backspace", "\u0007\b\u007f", "\\u0007\\u0008\\u007f"],
    ["an override of direction", "\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"],
  ])("writes out %s", (_, text, shown) => expect(inert(text)).toBe(shown));

  test("leaves what is read alone", () => {
    expect(inert("größer, 日本語 😀 \\n")).toBe("größer, 日本語 😀 \\n");
  });
});

describe("inertText", () => {
  test("keeps lines and tabs, and writes out what steers a terminal", () => {
    expect(inertText("one\r\n\ttwo\u001b]0;x\u0007\rthree\u009b2J\u202e")).toBe(
      "one\n\ttwo\\u001b]0;x\\u0007\\u000dthree\\u009b2J\\u202e",
    );
  });

  test("leaves colours out", () => {
    expect(inertText("\u001b[1;31mError\u001b[0m: none")).toBe("Error: none");
  });

  test("keeps colours, and nothing else, of a program of ours", () => {
    expect(inertText("\u001b[32m+\u001b[0m \u001b[2J", "kept")).toBe("\u001b[32m+\u001b[0m \\u001b[2J");
  });
});

describe("jsonText", () => {
  const value = { message: "a\u001b]0;x\u0007\u009b31m\u2028\u202e\u007f\nb", "k\u0085": ["größer 😀"] };

  test.each([0, 2])("has no character that a terminal would obey, indented by %d", (indent) => {
    expect(jsonText(value, indent).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  });

  test.each([0, 2])("means what it was made of, indented by %d", (indent) => {
    expect(JSON.parse(jsonText(value, indent))).toEqual(value);
  });
});
