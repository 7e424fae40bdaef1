import { describe, expect, test } from "@jest/globals";
import { chainOf, renderChain, tracesOf } from "../../../tools/logs/chain";
import { linesOf } from "../../../tools/logs/line";
import { type Paint, plain } from "../../../tools/logs/paint";
import { renderLines } from "../../../tools/logs/render-lines";
import { linesAnswer, logLine } from "../../support/log-lines";

const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;

describe("lines of an answer", () => {
  test("have their fields in the contract's order, and a list where there may be several values", () => {
    const [line] = linesOf(linesAnswer([{ "trace.id": "abc", tags: ["not-json"], message: "one" }]));
    expect(JSON.stringify(line)).toBe('{"message":"one","tags":["not-json"],"trace.id":"abc"}');
  });

  test("keep several values of any field", () => {
    const [line] = linesOf(linesAnswer([{ "service.name": ["a", "b"] }]));
    expect(line).toEqual({ "service.name": ["a", "b"] });
  });

  test("may have none", () => {
    expect(linesOf({ hits: { hits: [{}] } })).toEqual([{}]);
  });
});

describe("renderLines", () => {
  test("stands in columns, with all digits of the time and what is worth reading", () => {
    const lines = [
      logLine({ "service.name": "gateway", "http.response.status_code": 201, "event.duration": 1_500_000 }),
      logLine({
        "log.level": "error",
        "error.message": 'said "no"',
        attributes: { item: "book", cart: { items: 3 } },
        tags: ["a", "b"],
      }),
    ];
    expect(renderLines(lines, plain).split("\n")).toEqual([
      '2026-01-31T10:00:00.500000000Z info  gateway done http.response.status_code=201 event.duration="1.5 ms"',
      '2026-01-31T10:00:00.500000000Z error orders  done error.message="said \\"no\\"" tags="a, b" attributes.item=book attributes.cart="{\\"items\\":3}"',
    ]);
  });

  test("colours a level by how loud it is", () => {
    const levels = ["error", "fatal", "warn", "info"].map((level) =>
      /<(\w+)>(?:error|fatal|warn|info)/.exec(renderLines([logLine({ "log.level": level })], marked))?.at(1),
    );
    expect(levels).toEqual(["red", "red", "yellow", "reset"]);
  });

  test("no field of a line can write to the terminal", () => {
    const evil = "\u001b]0;title\u0007\nforged";
    const fields = [
      "message",
      "log.level",
      "service.name",
      "error.type",
      "error.message",
      "@timestamp",
      "url.path",
    ] as const;
    const line = logLine({ ...Object.fromEntries(fields.map((field) => [field, evil])), attributes: { [evil]: evil } });
    const shown = renderLines([line], plain);
    expect(shown.split("\n")).toHaveLength(1);
    expect(shown).not.toMatch(/\p{Cc}/u);
    expect(renderChain("Trace", chainOf([{ ...line, "@timestamp": "2026-01-31T10:00:00Z" }]), plain)).not.toMatch(
      /[^\P{Cc}\n]/u,
    );
  });
});

describe("a chain", () => {
  const at = (fraction: string, change = {}) => logLine({ "@timestamp": `2026-01-31T10:00:00${fraction}Z`, ...change });

  test("is in the order of nanoseconds, with offsets from its first line", () => {
    const chain = chainOf([at(".123456790"), at(".1234567"), at(""), at(".5")]);
    expect(chain.map(({ offset }) => offset)).toEqual([0, 123_456_700, 123_456_790, 500_000_000]);
  });

  test("keeps lines of one moment in the order of their file", () => {
    const of = (path: string, offset: number) => at(".5", { "log.file.path": path, "log.offset": offset });
    const chain = chainOf([of("b", 0), of("a", 10), of("a", 9)]);
    expect(chain.map(({ line }) => [line["log.file.path"], line["log.offset"]])).toEqual([
      ["a", 9],
      ["a", 10],
      ["b", 0],
    ]);
  });

  test("is told with its services and what it took", () => {
    const chain = chainOf([at(".001", { "service.name": "payments" }), at("", { "service.name": "gateway" })]);
    const [title, ...table] = renderChain("Trace abc", chain, plain).split("\n");
    expect(title).toBe("Trace abc: 2 lines of gateway, payments in 1 ms, from 2026-01-31T10:00:00Z on");
    expect(
      table
        .filter((row) => row.includes("done"))
        .map((row) =>
          row
            .split("│")
            .slice(1, 4)
            .map((one) => one.trim()),
        ),
    ).toEqual([
      ["+0.000 ms", "gateway", "info"],
      ["+1.000 ms", "payments", "info"],
    ]);
  });

  test("knows its traces, each once", () => {
    expect(tracesOf(chainOf([at("", { "trace.id": "a" }), at("", { "trace.id": "a" }), at("")]))).toEqual(["a"]);
  });
});
