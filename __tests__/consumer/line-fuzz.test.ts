import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LOG_EVENT_FIELDS } from "../../contract/log-event";
import { Transform } from "../../consumer/src/pipeline/transform";
import type { SourceRecord } from "../../consumer/src/pipeline/log-source";
import { repeatedKeys } from "../support/repeated-keys";

/** What a failure prints is enough to have it again: `fc.assert(..., { seed, path })`. */
const RUNS = { numRuns: 500 };
const NOW = Date.UTC(2026, 0, 31, 11);
const TIME = "2026-01-31T10:59:59.123456789Z";
const transform = new Transform("app-logs", "logs-app-local");

interface Document {
  readonly [key: string]: unknown;
  readonly tags?: readonly string[];
  readonly message?: unknown;
  readonly event?: { readonly original?: string };
  readonly attributes?: Readonly<Record<string, unknown>>;
}

function record(value: Buffer | null, timestamp = NOW): SourceRecord {
  return { topicId: "t1", partition: 3, offset: 17, key: null, value, timestamp };
}

function envelope(line: string, more: object = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      "@timestamp": "2026-01-31T10:00:00.000Z",
      message: line,
      log: { offset: 7, file: { path: "/var/log/myapp/orders.log" } },
      host: { name: "node-1" },
      ...more,
    }),
  );
}

/** The document of a line, which must be one that a bulk request can carry. */
function documentOf(line: string): { readonly json: string; readonly document: Document } {
  const result = transform.apply(record(envelope(line)), NOW);
  if (!("lines" in result)) throw new Error(`a dead letter: ${result.invalid}`);
  return checked(result.lines);
}

function checked(lines: string): { readonly json: string; readonly document: Document } {
  const [action = "", json = "", ...rest] = lines.split("\n");
  expect(rest).toEqual([""]);
  expect(JSON.parse(action)).toEqual({ create: { _id: expect.stringMatching(/^[\w-]{22}$/) as unknown } });
  expect(repeatedKeys(json)).toEqual([]);
  const document = JSON.parse(json) as Document;
  expect(document).toMatchObject({ data_stream: { type: "logs" }, "@timestamp": expect.any(String) as unknown });
  expectKeysToBeTakeable(document.attributes ?? {}, 1);
  return { json, document };
}

/** A line as its document has it: without the NULs before it, or one of them if there is nothing else. */
function unpadded(line: string): string {
  const text = line.replace(/^\0+/, "");
  return text === "" && line !== "" ? "\0" : text;
}

/** What Elasticsearch refuses of a `flattened` field. */
function expectKeysToBeTakeable(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > 20) throw new Error(`${depth} levels`);
  for (const [key, item] of Object.entries(value)) {
    if (key.trim() === "" || key.includes("\0") || /\p{Surrogate}/u.test(key)) throw new Error(JSON.stringify(key));
    expectKeysToBeTakeable(item, depth + 1);
  }
}

const hostileText = fc.oneof(
  fc.string({ unit: "binary" }),
  // UTF-16 as it comes, with halves of characters.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("", " ", "\0", "\ud800", "\udfff\ud800", '"', "\\", "\\\\", "\n", "\u2028", ".", "..", "#2", "1e400"),
);

const fieldNames = Object.entries(LOG_EVENT_FIELDS).flatMap(([path, field]) => [
  path,
  ...path.split("."),
  ...(path.includes(".") ? [path.slice(path.indexOf(".") + 1)] : []),
  ...("from" in field ? field.from : []),
  ...("fromSourceLine" in field ? field.fromSourceLine : []),
]);
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...fieldNames) },
  { weight: 2, arbitrary: hostileText },
  // These become the same key once they are such that Elasticsearch takes them.
  {
    weight: 2,
    arbitrary: fc.constantFrom("a\0", "a\ud800", "a\udfff", "a\ufffd", "a\ufffd#2", "a\ufffd#3", "", " ", "_"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "toJSON", "valueOf", "length"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("k".repeat(2047), "k".repeat(2049), "k".repeat(40_000), "\u4e2d".repeat(2000)),
  },
);
/** Longer and smaller ones than a double holds among them. */
const decimal = fc
  .record({
    sign: fc.constantFrom("", "-"),
    whole: fc.bigInt({ min: 0n, max: 10n ** 18n }),
    fraction: fc.stringMatching(/^(?:\.\d{1,25})?$/),
    exponent: fc.oneof(
      { weight: 3, arbitrary: fc.constant("") },
      fc.integer({ min: -340, max: 10 }).map((n) => `e${n}`),
    ),
  })
  .map(({ sign, whole, fraction, exponent }) => `${sign}${whole}${fraction}${exponent}`);

/** The text of a number, as some of them have no exact counterpart in JavaScript. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  decimal,
  fc.constantFrom(
    "-0",
    "1e400",
    "-1e400",
    "1e-400",
    "9007199254740993",
    "18446744073709551615",
    "1".repeat(500),
    "0.1",
  ),
);

/** JSON text, written by hand so that it can say what `JSON.stringify` never would. */
function json(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const object = (value: fc.Arbitrary<string>, maxKeys: number) =>
    fc
      .uniqueArray(fc.tuple(key, value), { maxLength: maxKeys, selector: ([name]) => name })
      .map((entries) => `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`);
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 14, depthIdentifier: "json", depthSize: "medium" },
      leaf,
      object(tie("value"), 4),
      fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    ),
  }));
  return object(value, 10);
}

const scalar = fc.oneof(
  hostileText.map((text) => JSON.stringify(text)),
  number,
  fc.constantFrom("true", "false", "null"),
);

describe("every line becomes a document that Elasticsearch can take", () => {
  test("whatever bytes it has, with its text in the document", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText,
          fc.string({ maxLength: 200 }),
          json(scalar).map((text) => text.slice(0, -1)),
        ),
        (line) => {
          const { document } = documentOf(line);
          if (document.tags?.includes("not-json"))
            expect([document.message, document.event?.original]).toEqual([unpadded(line), unpadded(line)]);
          else expect(JSON.parse(unpadded(line))).toBeInstanceOf(Object);
        },
      ),
      RUNS,
    );
  });

  test("whatever JSON it is", () => {
    fc.assert(fc.property(json(scalar), (line) => {
      const { document } = documentOf(line);
      expect(document.tags ?? []).not.toContain("not-json");
    }), RUNS); // prettier-ignore
  });

  test("and has every value of its line", () => {
    /** Each can be found again in a text: it is in lower case, as levels are, and no time, which is written anew. */
    const marker = fc.constantFrom("text", "number", "inexact", "escaped");
    fc.assert(
      fc.property(json(marker), (template) => {
        // The version of ECS that a line follows is the one thing that is replaced.
        fc.pre(!template.includes('"ecs'));
        const marks: string[] = [];
        const line = template.replace(/(?<=[:[,])(?:text|number|inexact|escaped)(?=[,\]}])/g, (kind) => {
          const mark = kind === "inexact" ? `9${"0".repeat(20)}${marks.length}1` : `-${71_000_000 + marks.length}`;
          marks.push(mark);
          return kind === "escaped" ? `"\\u0000\\ud800${mark}\\\\"` : kind === "text" ? `"m${mark}"` : mark;
        });
        const { json: written } = documentOf(line);
        expect(marks.filter((mark) => !written.includes(mark))).toEqual([]);
      }),
      RUNS,
    );
  });

  test("and has every number of its line, digit for digit", () => {
    const place = fc.constantFrom(
      (text: string) => `{"n":${text}}`,
      (text: string) => `{"zero":0,"n":[${text}]}`,
      (text: string) => `{"o":{"duration_ms":0.1,"list":[1.5,${text}]},"n":"12345678901234567890"}`,
    );
    fc.assert(
      fc.property(decimal, place, (text, line) => {
        const written = /"attributes":(.*)$/.exec(documentOf(line(text)).json)?.[1] ?? "";
        expect(written.match(/-?\d[\d.]*(?:e[+-]?\d+)?/g)?.map(exactly)).toContainEqual(exactly(text));
      }),
      RUNS,
    );
  });

  test("whose fields do not depend on the order of its line", () => {
    const known = fc.constantFrom(...fieldNames);
    const line = fc.dictionary(
      known,
      fc.oneof(fc.constantFrom(TIME, "a.go:7", "WARN", "::1", "12", 12, 1.5, "x", 0), fc.jsonValue()),
      { maxKeys: 12 },
    );
    const fields = (entries: readonly (readonly [string, unknown])[]) => {
      const { attributes, tags = [], ...rest } = documentOf(JSON.stringify(Object.fromEntries(entries))).document;
      return { rest, attributes: attributes ?? {}, tags: new Set(tags) };
    };
    fc.assert(
      fc.property(line, (object) => {
        // An object may name a field again, and of one name twice the first counts.
        const entries = Object.entries(object).filter(([, value]) => typeof value !== "object");
        expect(fields(entries.toReversed())).toEqual(fields(entries));
      }),
      RUNS,
    );
  });

  test("and changes nothing about JavaScript's own objects", () => {
    const before = [Object.prototype, Array.prototype, Map.prototype].map((each) => Reflect.ownKeys(each));
    fc.assert(
      fc.property(json(scalar), (line) => void documentOf(`{"__proto__":${line},"constructor":{"prototype":${line}}}`)),
    );
    expect([Object.prototype, Array.prototype, Map.prototype].map((each) => Reflect.ownKeys(each))).toEqual(before);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("and one line leaves no trace in the next", () => {
    const plain = '{"message":"m","level":"info"}';
    const expected = documentOf(plain).json;
    fc.assert(
      fc.property(json(scalar), fc.boolean(), (line, whole) => {
        transform.apply(record(envelope(whole ? line : line.slice(0, -1))), NOW);
        expect(documentOf(plain).json).toBe(expected);
      }),
    );
  });
});

/** A decimal's value: digits and exponent, without what does not count. */
function exactly(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d*)\.?(\d*)(?:e(.*))?$/i.exec(text) ?? [];
  const digits = BigInt(whole + fraction).toString();
  const short = digits.replace(/0+$/, "");
  return short === "" ? "0" : `${sign}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}

describe("every message becomes a document or is told why it is none", () => {
  /** A shipper's, each part of which is something else. */
  const anyEnvelope = fc
    .record(
      {
        "@timestamp": fc.oneof(fc.constant("2026-01-31T10:00:00Z"), fc.jsonValue()),
        message: fc.oneof({ weight: 5, arbitrary: hostileText }, fc.jsonValue()),
        log: fc.oneof(
          fc.record(
            {
              offset: fc.oneof(fc.nat(), fc.jsonValue()),
              flags: fc.jsonValue(),
              file: fc.oneof(
                fc.record({ path: hostileText, inode: hostileText }, { requiredKeys: [] }),
                fc.jsonValue(),
              ),
            },
            { requiredKeys: [] },
          ),
          fc.jsonValue(),
        ),
        host: fc.oneof(fc.record({ name: hostileText }), fc.jsonValue()),
      },
      { requiredKeys: ["message"] },
    )
    .map((parts) => Buffer.from(JSON.stringify(parts)));
  const anyMessage = fc.oneof(
    fc.constant(null),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    json(scalar).map((text) => Buffer.from(text)),
    { weight: 4, arbitrary: anyEnvelope },
  );
  const anyTime = fc.oneof(
    fc.constantFrom(NOW, -1, 0, 8.64e15 + 1, Number(2n ** 63n - 1n), -Number(2n ** 63n)),
    fc.integer(),
  );

  test("as a line, if it names a level and no shipper", () => {
    const reserved = ["@metadata", "log", "level"];
    fc.assert(
      fc.property(json(scalar), (text) => {
        fc.pre(!reserved.some((name) => text.includes(`"${name}"`)));
        const line = text === "{}" ? '{"level":"Info"}' : `{"level":"Info",${text.slice(1)}`;
        const result = transform.apply(record(Buffer.from(line)), NOW);
        expect(result).toHaveProperty("lines");
        const { document } = checked((result as { lines: string }).lines);
        expect(document.tags ?? []).not.toContain("not-json");
        if (!text.includes("log.level")) expect(document).toMatchObject({ log: { level: "info" } });
      }),
      RUNS,
    );
  });

  test("whatever is in it, whenever it was sent", () => {
    let documents = 0;
    fc.assert(
      fc.property(anyMessage, anyTime, (value, timestamp) => {
        const result = transform.apply(record(value, timestamp), NOW);
        if ("lines" in result) {
          checked(result.lines);
          documents++;
        } else expect(result.invalid).toMatch(/^the message (is|has) /);
      }),
      RUNS,
    );
    expect(documents).toBeGreaterThan(RUNS.numRuns / 10);
    expect(documents).toBeLessThan(RUNS.numRuns);
  });
});

describe("a line of the greatest size costs what its size does, not that squared", () => {
  const SIZE = 1024 * 1024;
  /** Each of them is what some step could take a long time for: more than a minute, if it looked at all it has for each. */
  const LINES: readonly (readonly [string, string])[] = [
    ["keys that all become one", `{${colliding(60_000)}}`],
    ["keys that all become one, below another", `{"a":{${colliding(60_000)}}}`],
    ["keys that are numbered like those that become one", `{${colliding(25_000)},${numbered(25_000)}}`],
    ["distinct tags", `{"tags":[${Array.from({ length: 110_000 }, (_, n) => `"${n}"`).join(",")}]}`],
    ["backslashes, and a number that is read exactly", `{"a":"${"\\\\".repeat(SIZE / 2)}","n":1e400}`],
    ["quotes, and a number that is read exactly", `{"a":"${'\\"'.repeat(SIZE / 2)}","n":1e400}`],
    [
      "numbers that are read exactly",
      `{"a":[${Array.from({ length: SIZE / 20 }, (_, n) => `9007199254740993${n % 10}`).join(",")}]}`,
    ],
    ["one number of many digits", `{"a":${"7".repeat(SIZE)}}`],
    ["many numbers of 16 digits", `{"a":[${"1234567890.12345,".repeat(SIZE / 17)}1]}`],
    ["digits, points and signs", `{"a":"b${"1234567890123456-".repeat(SIZE / 17)}"}`],
    ["digits, points and slashes", `{"a":"b${"12/34.".repeat(SIZE / 6)}"}`],
    ["zeros, and a number that reads as one", `{"a":[${"0,".repeat(SIZE / 2)}1e-400]}`],
    ["NULs", "\0".repeat(SIZE)],
    ["a level of many brackets", `{"level":"${"[".repeat(SIZE)}"}`],
    ["a trace of many zeros", `{"trace_id":"${"0".repeat(SIZE)}"}`],
    ["a file of many digits", `{"file":"a:${"1".repeat(SIZE)}"}`],
    ["a client behind many others", `{"client_ip":"${"::1,".repeat(SIZE / 4)}"}`],
    ["a time in a layout that never ends", `{"time":"Mon, 30 Nov 2026 ${"2".repeat(SIZE)}"}`],
    ["a status of many digits", `{"status":"${"7".repeat(SIZE)}"}`],
    ["a time of many digits", `{"timestamp":"${"7".repeat(SIZE)}"}`],
    ["an address of many colons", `{"client_ip":"${"::".repeat(SIZE / 2)}"}`],
    ["a caller of many colons", `{"caller":"${":1".repeat(SIZE / 2)}"}`],
    ["arrays in arrays", `{"a":${"[".repeat(SIZE / 2)}${"]".repeat(SIZE / 2)}}`],
    ["objects in objects", `${'{"a":'.repeat(SIZE / 6)}1${"}".repeat(SIZE / 6)}`],
    ["shallow objects", `{"a":[${"{},".repeat(SIZE / 3)}1]}`],
    ["objects at the last level", `{"a":${"[".repeat(9)}${'{"b":1},'.repeat(SIZE / 8)}1${"]".repeat(9)}}`],
    ["long keys", `{${Array.from({ length: 400 }, (_, n) => `"${"k".repeat(2500)}${n}":1`).join(",")}}`],
    ["blanks", " ".repeat(SIZE)],
    ["an opening brace and blanks", `{${" ".repeat(SIZE)}`],
  ];

  test.each(LINES)("%s", (_, line) => {
    const { json: written } = documentOf(line);
    // An escaped character is six; escaped twice where the line is kept as JSON text, and twice where it is no JSON.
    expect(written.length).toBeLessThan(14 * line.length + 2000);
  }, 20_000); // prettier-ignore

  test("a path of many rotations", () => {
    const path = `/${"-2026-01-31T10-00-00.000-a".repeat(SIZE / 26)}`;
    const result = transform.apply(record(envelope("x", { log: { offset: 1, file: { path } } })), NOW);
    expect(result).toHaveProperty("lines");
  }, 20_000); // prettier-ignore

  /** Distinct as they are written, and the same once every half of a character is replaced. */
  function colliding(count: number): string {
    const half = (n: number) => `\\u${(0xd800 + n).toString(16)}`;
    return Array.from({ length: count }, (_, n) => `"${half(n % 1024)}${half(Math.floor(n / 1024))}":1`).join(",");
  }

  function numbered(count: number): string {
    return Array.from({ length: count }, (_, n) => `"\ufffd\ufffd#${2 * n}":1`).join(",");
  }
});
