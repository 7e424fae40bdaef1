import { describe, expect, test } from "@jest/globals";
import { durationText, sizeText } from "../../contract/elasticsearch-units";

describe("in the largest unit that is exact", () => {
  test.each([
    [0, "0ms"],
    [999, "999ms"],
    [1000, "1s"],
    [59_000, "59s"],
    [60_000, "1m"],
    [3_600_000, "1h"],
    [86_400_000, "1d"],
    [30 * 86_400_000, "30d"],
    [36 * 3_600_000, "36h"],
    [90_001, "90001ms"],
  ])("%d milliseconds are %s", (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  test.each([
    [1, "1b"],
    [1023, "1023b"],
    [1024, "1kb"],
    [1024 ** 2, "1mb"],
    [1024 ** 3, "1gb"],
    [50 * 1024 ** 3, "50gb"],
    [1536 * 1024 ** 2, "1536mb"],
    [1024 ** 3 + 1, "1073741825b"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
