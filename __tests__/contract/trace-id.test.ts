import { describe, expect, test } from "@jest/globals";
import { readTraceId, traceSpellings } from "../../contract/trace-id";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const SHORT = "a3ce929d0e0e4736";

describe("the id of a document", () => {
  test.each([
    ["as W3C has it", ID, ID],
    ["in upper case", ID.toUpperCase(), ID],
    ["in both cases", "4bF92f3577b34da6a3ce929d0e0e4736", ID],
    ["of 64 bits", SHORT.toUpperCase(), SHORT],
    ["of digits", "1234567890123456", "1234567890123456"],
    ["of another tracer, whose case may matter", "Root=1-67891233-AB", "Root=1-67891233-AB"],
    ["with a zero at each end", "0a0", "0a0"],
  ])("%s", (_, text, id) => {
    expect(readTraceId(text)).toBe(id);
  });

  test.each(["0".repeat(32), "0".repeat(16), "0", ""])("%j is none", (text) => {
    expect(readTraceId(text)).toBeUndefined();
  });
});

describe("the ids of a trace that is asked for", () => {
  test.each([
    ["in any case", ID.toUpperCase(), [ID]],
    ["with blanks around it", ` ${ID}\n`, [ID]],
    ["of 64 bits, which other services pad", SHORT, [SHORT, `${"0".repeat(16)}${SHORT}`]],
    ["padded, as it may not be elsewhere", `${"0".repeat(16)}${SHORT}`, [`${"0".repeat(16)}${SHORT}`, SHORT]],
  ])("%s", (_, text, ids) => {
    expect(traceSpellings(text)).toEqual(ids);
  });

  test.each(["", "abc", ID.slice(1), `${ID}0`, "0".repeat(32), "0".repeat(16), `${ID.slice(1)}g`])(
    "%j is none",
    (text) => {
      expect(traceSpellings(text)).toBeUndefined();
    },
  );
});
