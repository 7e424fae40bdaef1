import { describe, expect, test } from "@jest/globals";
import { type LogsOptions, rangeWords, readAsked } from "../../../tools/logs/asked";
import { EARLIEST, LATEST } from "../../../tools/logs/moment";
import { UserError } from "../../../tools/lib/user-error";

const NOW = Date.UTC(2026, 0, 31, 10);
const HOUR = 3_600_000;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

const asked = (options: Partial<LogsOptions> = {}) => readAsked({ json: false, ...options }, NOW);

function problems(options: Partial<LogsOptions>, already: readonly string[] = []): readonly string[] {
  try {
    readAsked({ json: false, ...options }, NOW, already);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.split("\n");
  }
}

describe("what is asked", () => {
  test("without options: the newest lines of the last hour", () => {
    expect(asked()).toEqual({
      range: { from: NOW - HOUR, to: NOW },
      form: { kind: "lines", limit: 100, json: false },
      which: "",
    });
  });

  test.each<[string, Partial<LogsOptions>, object, string]>([
    ["a service", { service: ["orders"] }, { field: "service.name", is: ["orders"] }, "service orders"],
    [
      "several levels, as the consumer writes them",
      { level: ["ERROR", "warn"] },
      { field: "log.level", is: ["error", "warn"] },
      "level error or warn",
    ],
    ["a trace", { trace: TRACE.toUpperCase() }, { field: "trace.id", is: [TRACE] }, `trace ${TRACE}`],
    [
      "a level in the spelling of any logger",
      { level: ["[ERROR]", "err", "50", "warning", "WRN", "audit"] },
      { field: "log.level", is: ["error", "warn", "audit"] },
      "level error or warn or audit",
    ],
    [
      "a trace of 64 bits, which may be padded elsewhere",
      { trace: "A3CE929D0E0E4736" },
      { field: "trace.id", is: ["a3ce929d0e0e4736", "0000000000000000a3ce929d0e0e4736"] },
      "trace a3ce929d0e0e4736 or 0000000000000000a3ce929d0e0e4736",
    ],
    ["a request", { request: "01JK" }, { field: "http.request.id", is: ["01JK"] }, "request 01JK"],
  ])("%s is a filter of the contract's fields", (_, options, filter, which) => {
    expect(asked(options)).toMatchObject({ filter, which });
  });

  test("several of them all count", () => {
    expect(asked({ service: ["orders"], level: ["warn"] }).filter).toEqual({
      all: [
        { field: "service.name", is: ["orders"] },
        { field: "log.level", is: ["warn"] },
      ],
    });
  });

  test.each<[string, Partial<LogsOptions>, object]>([
    ["--since before now", { since: "15m" }, { from: NOW - 15 * 60_000, to: NOW }],
    ["--until, an hour before it", { until: "1d" }, { from: NOW - 25 * HOUR, to: NOW - 24 * HOUR }],
    ["a trace, whenever it was", { trace: TRACE }, { from: EARLIEST, to: LATEST }],
    ["a request, whenever it was", { request: "01JK" }, { from: EARLIEST, to: LATEST }],
    ["a trace since then", { trace: TRACE, since: "1h" }, { from: NOW - HOUR, to: LATEST }],
    ["a page of a trace: charts of all times show nothing", { trace: TRACE, html: "a" }, { from: NOW - HOUR, to: NOW }],
  ])("%s", (_, options, range) => expect(asked(options).range).toEqual(range));

  test.each<[Partial<LogsOptions>, object]>([
    [{ limit: "10000" }, { kind: "lines", limit: 10_000, json: false }],
    [{ trace: TRACE }, { kind: "chain", title: `Trace ${TRACE}`, limit: 10_000, json: false }],
    [
      { request: "01JK", json: true },
      { kind: "chain", title: "Request 01JK", limit: 10_000, json: true },
    ],
    [{ top: "error.type" }, { kind: "top", field: "error.type", limit: 10, json: false }],
    [
      { top: "error.type", trace: TRACE, limit: "3" },
      { kind: "top", field: "error.type", limit: 3, json: false },
    ],
    [{ html: "report.html" }, { kind: "page", file: "report.html" }],
  ])("%j is answered by %j", (options, form) => expect(asked(options).form).toEqual(form));
});

describe("mistakes", () => {
  test.each<[Partial<LogsOptions>, string]>([
    [
      { since: "15x" },
      "--since '15x' is no time: write 90s, 15m, 2h or 7d before now, or a time such as 2026-01-31T10:00:00Z",
    ],
    [
      { until: "soon" },
      "--until 'soon' is no time: write 90s, 15m, 2h or 7d before now, or a time such as 2026-01-31T10:00:00Z",
    ],
    [
      { since: "1h", until: "2h" },
      "--since (2026-01-31T09:00:00.000Z) must be before --until (2026-01-31T08:00:00.000Z): swap them",
    ],
    [
      { since: "1h", until: "1h" },
      "--since (2026-01-31T09:00:00.000Z) must be before --until (2026-01-31T09:00:00.000Z): swap them",
    ],
    ...["abc", "0".repeat(32)].map((trace): [Partial<LogsOptions>, string] => [
      { trace },
      `--trace '${trace}' is no trace id: it has 32 or 16 hexadecimal digits, not all of them zero, as in a line's trace_id`,
    ]),
    ...["0", "10001", "ten", "1.5", ""].map((limit): [Partial<LogsOptions>, string] => [
      { limit },
      `--limit '${limit}' must be a whole number from 1 to 10000: Elasticsearch answers no more at once`,
    ]),
    [
      { html: "a.html", top: "error.type", json: true },
      "--html writes a page, which --top and --json cannot change: choose one",
    ],
    [{ html: "" }, "--html needs the name of a file, such as report.html"],
  ])("%j: %s", (options, problem) => expect(problems(options)).toEqual([problem]));

  test("all of them are told at once, with what was wrong before", () => {
    const all = problems({ since: "x", until: "y", trace: "z", limit: "0", top: "nothing" }, ["no such environment"]);
    expect(all.map((one) => one.split(" ").slice(0, 3).join(" "))).toEqual([
      "- no such",
      "- --trace 'z'",
      "- --until 'y'",
      "- --since 'x'",
      "- --limit '0'",
      "- --top 'nothing'",
    ]);
  });
});

test("a range is told with both ends, or as none", () => {
  expect(rangeWords({ from: NOW, to: NOW + 1 })).toBe("from 2026-01-31T10:00:00.000Z to 2026-01-31T10:00:00.001Z");
  expect(rangeWords({ from: EARLIEST, to: LATEST })).toBe("at any time");
});
