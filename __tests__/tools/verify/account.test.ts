import { describe, expect, test } from "@jest/globals";
import { account, positionKey } from "../../../tools/verify/ledger";
import { percentiles } from "../../../tools/verify/percentiles";
import { requestLine, splitLines, unfinishedTraces, type RequestLine } from "../../../tools/verify/written-lines";

const ROTATED = "/logs/a-2026-01-31T10-00-00.000-size.log";
const at = (offset: number, file = "/logs/a.log", host = "a") => ({ host, file, offset });

describe("account", () => {
  test("every line arrived once", () => {
    expect(account([at(0), at(10)], [at(10), at(0)], [])).toEqual({
      written: 2,
      indexed: 2,
      deadLettered: 0,
      lost: [],
      doubled: [],
    });
  });

  test("nothing written is nothing to account for, whatever arrived", () => {
    expect(account([], [at(0)], [at(1)])).toEqual({ written: 0, indexed: 0, deadLettered: 0, lost: [], doubled: [] });
  });

  test("a line that arrived nowhere is lost", () => {
    expect(account([at(0), at(10)], [at(0)], [])).toMatchObject({ indexed: 1, lost: [at(10)], doubled: [] });
  });

  test("the same offset of another file, and another offset of the same file, are other lines", () => {
    expect(account([at(0)], [at(0, "/logs/b.log"), at(1)], []).lost).toEqual([at(0)]);
  });

  test("the same place on another host is another line", () => {
    const elsewhere = at(0, "/logs/a.log", "b");
    expect(account([at(0), elsewhere], [elsewhere], [])).toMatchObject({ indexed: 1, lost: [at(0)], doubled: [] });
    expect(account([at(0), elsewhere], [at(0)], [elsewhere])).toMatchObject({ lost: [], doubled: [] });
  });

  test("two documents of a line are a doubled line", () => {
    expect(account([at(0)], [at(0), at(0)], [])).toMatchObject({ indexed: 1, lost: [], doubled: [at(0)] });
  });

  test("a dead letter is an arrival, once, even if it is twice in the topic", () => {
    expect(account([at(0)], [], [at(0), at(0)])).toMatchObject({ indexed: 0, deadLettered: 1, lost: [], doubled: [] });
  });

  test("a document and a dead letter of a line are a doubled line", () => {
    expect(account([at(0)], [at(0)], [at(0)])).toMatchObject({ indexed: 1, deadLettered: 1, doubled: [at(0)] });
  });

  test("a file that was rotated meanwhile is the same file", () => {
    expect(account([at(0, ROTATED)], [at(0)], [])).toMatchObject({ indexed: 1, lost: [] });
    expect(account([at(0)], [at(0, ROTATED), at(0)], [])).toMatchObject({ doubled: [at(0)] });
    expect(positionKey(at(7, ROTATED))).toBe(positionKey(at(7)));
  });
});

describe("percentiles", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test.each([
    ["of nothing", [], { p50: 0, p95: 0, p99: 0 }],
    ["of one value", [7], { p50: 7, p95: 7, p99: 7 }],
    ["of two, the lower is the median", [9, 1], { p50: 1, p95: 9, p99: 9 }],
    ["of 1 to 100, in whatever order", hundred, { p50: 50, p95: 95, p99: 99 }],
    ["of 1 to 101", [...hundred, 101], { p50: 51, p95: 96, p99: 100 }],
    ["by number, not by text", [10, 9, 100], { p50: 10, p95: 100, p99: 100 }],
  ])("%s", (_, values, expected) => {
    const before = [...values];
    expect(percentiles(values)).toEqual(expected);
    expect(values).toEqual(before);
  });
});

describe("splitLines", () => {
  const split = (start: number, text: string) =>
    splitLines({ host: "a", path: "/logs/a.log" }, start, Buffer.from(text)).map((line) => [
      line.offset,
      line.bytes.toString(),
    ]);

  test("offsets are of bytes, from where reading began", () => {
    expect(split(100, "ä€\nb\n😀\nd\n")).toEqual([
      [100, "ä€"],
      [106, "b"],
      [108, "😀"],
      [113, "d"],
    ]);
  });

  test.each<[string, string, (string | number)[][]]>([
    ["nothing", "", []],
    ["a line that is still being written", "part", []],
    ["a last line that is still being written", "a\npart", [[0, "a"]]],
    [
      "empty lines",
      "\n\na\n",
      [
        [0, ""],
        [1, ""],
        [2, "a"],
      ],
    ],
    [
      "a carriage return is of the line",
      "a\r\nb\n",
      [
        [0, "a\r"],
        [3, "b"],
      ],
    ],
  ])("%s", (_, text, expected) => {
    expect(split(0, text)).toEqual(expected);
  });

  test("bytes that are no text stay what they are", () => {
    const [line] = splitLines({ host: "a", path: "/logs/a.log" }, 0, Buffer.from([0xff, 0x00, 0x0a]));
    expect(line).toEqual({ ...at(0), bytes: Buffer.from([0xff, 0x00]) });
  });
});

describe("requestLine", () => {
  const read = (text: string) => requestLine({ ...at(5), bytes: Buffer.from(text) }, "abc");

  test.each([
    ["that ends a request", { status: 200 }, true],
    ["with a status of 0", { status: 0 }, true],
    ["within a request", {}, false],
  ])("a line %s", (_, more, access) => {
    expect(read(JSON.stringify({ trace_id: "abc1", service_name: "orders", ...more }))).toEqual({
      ...at(5),
      traceId: "abc1",
      service: "orders",
      access,
      content: { trace_id: "abc1", service_name: "orders", ...more },
    });
  });

  test.each([
    ["of another trace", '{"trace_id":"1abc","service_name":"orders"}'],
    ["without the prefix", '{"trace_id":"xyz"}'],
    ["whose prefix is elsewhere", '{"message":"abc"}'],
    ["whose trace id is no text", '{"trace_id":5,"message":"abc"}'],
    ["that is no JSON", "abc: panic"],
    ["that was cut off", '{"trace_id":"abc1","service_'],
    ["that is no object", '"abc"'],
  ])("no line of a request: one %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe("unfinishedTraces", () => {
  const line = (traceId: string, service: string, access: boolean): RequestLine => ({
    ...at(0),
    traceId,
    service,
    access,
    content: {},
  });

  test.each<[string, RequestLine[], string[]]>([
    ["nothing was written yet", [], ["t"]],
    ["a service has begun", [line("t", "gateway", false)], ["t"]],
    ["every service has ended", [line("t", "gateway", false), line("t", "gateway", true)], []],
    ["the end was read before the beginning", [line("t", "gateway", true), line("t", "gateway", false)], []],
    ["one has ended, the next has not", [line("t", "gateway", true), line("t", "orders", false)], ["t"]],
    ["another trace has ended", [line("other", "gateway", true)], ["t"]],
  ])("%s", (_, lines, expected) => {
    expect(unfinishedTraces(lines, ["t"])).toEqual(expected);
  });

  test("no trace is asked for", () => {
    expect(unfinishedTraces([line("t", "gateway", false)], [])).toEqual([]);
  });
});
