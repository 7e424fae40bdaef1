import { describe, expect, test } from "@jest/globals";
import { readLevel } from "../../contract/log-level";

describe("the level of a spelling", () => {
  test.each<[string, readonly (string | number)[]]>([
    ["trace", ["TRC", "T", "trac", 10, "10", 19, "DEBUG-4", "DEBUG-1", "TRACE-20", "verbose"]],
    ["debug", ["DBG", "D", "DEBU", 20, "INFO-2", "INFO-4", "DEBUG+2", "DEBUG+0"]],
    ["info", ["INF", "I", "information", 30, "INFO+1", "INFO+3", "WARN-1"]],
    ["warn", ["WRN", "W", 40, "49", "WARN+2", "INFO+4", "warning+1"]],
    ["error", ["ERR", "E", "erro", 50, "ERROR+4", "ERROR+100", "SEVERE"]],
    ["fatal", ["FTL", "F", "FATA", "crit", "CRITICAL", "alert", "EMERG", 60]],
    ["panic", ["PNC", "PANI"]],
  ])("%s, with more in it than that: %j", (level, spellings) => {
    expect(spellings.map(readLevel)).toEqual(spellings.map(() => ({ level, exact: false })));
  });

  test.each([
    "[ERROR]",
    "<error>",
    "(err)",
    "{E}",
    "ERROR:",
    "|ERROR|",
    "[ ERROR ]",
    "\u001b[31mERROR\u001b[0m",
    "\u001b[1;38;5;196mERR\u001b[m",
    "\u009b31mERROR",
    "[\u001b[31mERR\u001b[0m]",
  ])("%j is an error, dressed up", (spelling) => {
    expect(readLevel(spelling)).toEqual({ level: "error", exact: false });
  });

  test.each([
    ["error", "error"],
    ["ERROR", "error"],
    [" Error ", "error"],
    ["warning", "warn"],
    ["WARNING", "warn"],
    ["DPANIC", "dpanic"],
    ["PANIC", "panic"],
    ["Fatal", "fatal"],
    ["NOTICE", "notice"],
    ["audit", "audit"],
    ["constructor", "constructor"],
  ])("%j is %s, and nothing more", (spelling, level) => {
    expect(readLevel(spelling)).toEqual({ level, exact: true });
  });

  test.each([0, 3, 7, -4, 9, 70, 100, 1.5, "5"])("%j, which loggers disagree about, stays a number", (spelling) => {
    expect(readLevel(spelling)).toEqual({ level: String(spelling), exact: true });
  });

  test.each(["", " ", "[]", "\u001b[0m", "-", "+4", "ERROR+", "ERROR+1e3", "CUSTOM+4"])(
    "%j is no level, and stays",
    (text) => {
      expect(readLevel(text)).toEqual({ level: text.trim().toLowerCase() || text, exact: true });
    },
  );

  test("a text that is too long for a level stays", () => {
    const long = "[".repeat(100_000);
    expect(readLevel(long)).toEqual({ level: long, exact: true });
  });

  test("a level that a document holds is found by itself", () => {
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal", "panic", "dpanic"]) {
      expect(readLevel(level)).toEqual({ level, exact: true });
    }
  });
});
