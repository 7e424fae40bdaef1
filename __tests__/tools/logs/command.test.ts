import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { local } from "../../../environments/local";
import { nothingFound, printLogs } from "../../../tools/commands/logs";
import { UserError } from "../../../tools/lib/user-error";
import { type LogsOptions, readAsked } from "../../../tools/logs/asked";
import { serve, type TestServer } from "../../support/http";
import { linesAnswer, logLine } from "../../support/log-lines";
import { type Programs, programs } from "../../support/programs";

const NOW = Date.UTC(2026, 0, 31, 11);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const asked = (options: Partial<LogsOptions> = {}) => readAsked({ json: false, ...options }, NOW);

let own: Programs;
let server: TestServer | undefined;
let printed: string[];
let told: string[];

beforeEach(() => {
  own = programs();
  // The environment runs, as far as Docker says.
  own.add("docker", "echo true");
  printed = [];
  told = [];
  jest.spyOn(console, "log").mockImplementation((text: string) => void printed.push(...text.split("\n")));
  jest.spyOn(console, "error").mockImplementation((text: string) => void told.push(text));
});

afterEach(async () => {
  jest.restoreAllMocks();
  process.stdout.removeAllListeners("error");
  own.remove();
  await server?.close();
  server = undefined;
});

/** The local environment with an Elasticsearch that answers so. */
async function environment(answer: (body: { readonly aggs?: Record<string, unknown> }) => object, status = 200) {
  server = await serve(({ body }) => ({ status, body: answer(JSON.parse(body) as object) }));
  const elasticsearch = Number(new URL(server.url).port);
  return { ...local, platform: { ...local.platform, ports: { ...local.platform.ports, elasticsearch } } };
}

const received = () => (server?.received ?? []).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe("the newest lines", () => {
  test("are asked for once, and printed with the newest at the end", async () => {
    const found = [logLine({ message: "newer" }), logLine({ message: "older" })];
    await printLogs(await environment(() => linesAnswer(found, 7)), asked({ service: ["orders"], limit: "2" }));
    expect(printed.map((line) => line.split(" ").at(-1))).toEqual(["older", "newer"]);
    expect(told).toEqual(["these are the newest 2 of 7 lines: --limit shows more"]);
    expect(received()).toMatchObject([
      {
        size: 2,
        sort: [{ "@timestamp": "desc" }, { "log.offset": "desc" }],
        query: { bool: { filter: [{ range: { "@timestamp": { lt: NOW } } }, { term: { "service.name": "orders" } }] } },
      },
    ]);
  });

  test("as NDJSON are one object a line", async () => {
    await printLogs(await environment(() => linesAnswer([logLine(), logLine()])), asked({ json: true }));
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([logLine(), logLine()]);
    expect(told).toEqual([]);
  });
});

describe("a chain", () => {
  const lines = [
    logLine({ "@timestamp": "2026-01-31T10:00:00.000000500Z", "trace.id": TRACE }),
    logLine({ "@timestamp": "2026-01-31T10:00:00Z", "trace.id": TRACE, "service.name": "gateway" }),
  ];

  test("is printed with where Jaeger has it", async () => {
    await printLogs(await environment(() => linesAnswer(lines)), asked({ trace: TRACE }));
    expect(printed[0]).toBe(`Trace ${TRACE}: 2 lines of gateway, orders in 500 ns, from 2026-01-31T10:00:00Z on`);
    expect(printed.at(-1)).toMatch(new RegExp(`^Jaeger {2}http://127.0.0.1:16686/(api/traces|trace)/${TRACE}$`));
    expect(received()).toMatchObject([{ size: 10_000, sort: [{ "@timestamp": "asc" }, { "log.offset": "asc" }] }]);
  });

  test("an id that is none is no address", async () => {
    const odd = [logLine({ "trace.id": "../admin", "http.request.id": "r" })];
    await printLogs(await environment(() => linesAnswer(odd)), asked({ request: "r" }));
    expect(printed.join("\n")).not.toContain("Jaeger");
  });

  test("as NDJSON has offsets", async () => {
    await printLogs(await environment(() => linesAnswer(lines)), asked({ trace: TRACE, json: true }));
    expect(printed.map((line) => (JSON.parse(line) as { offset_ns: number }).offset_ns)).toEqual([0, 500]);
  });

  test("that is longer than an answer is told to be", async () => {
    await printLogs(await environment(() => linesAnswer(lines, 10_000)), asked({ trace: TRACE, limit: "2" }));
    expect(told).toEqual(["these are the oldest 2 of more than 10,000 lines: --limit shows more"]);
  });

  test("that is as long as an answer can be is not told to ask for more", async () => {
    const many = Array.from({ length: 10_000 }, () => lines[0]!);
    await printLogs(await environment(() => linesAnswer(many, 10_000 + 1)), asked({ trace: TRACE, json: true }));
    expect(told).toEqual(["these are the oldest 10,000 of more than 10,000 lines: a shorter time shows the others"]);
  });
});

test("the most frequent values as NDJSON", async () => {
  const answer = ({ aggs = {} }) => ({
    ...linesAnswer([], 4),
    aggregations: "b0" in aggs ? { b0: { buckets: [{ key: "late", doc_count: 1 }] } } : { m1: { doc_count: 2 } },
  });
  await printLogs(await environment(answer), asked({ top: "error.type", json: true }));
  expect(printed).toEqual(['{"value":"late","count":1,"share":0.5}']);
});

describe("a page", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "logs-page-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is written where it was said, also of nothing, which is told", async () => {
    const file = join(folder, "report.html");
    await printLogs(await environment(() => linesAnswer([])), asked({ html: file, level: ["error"] }));
    expect(readFileSync(file, "utf8")).toContain("Environment local, level error, from 2026-01-31T10:00:00.000Z");
    expect(told).toEqual([
      `${file} is written: open it in a browser.`,
      "no line is found of level error in environment 'local' from 2026-01-31T10:00:00.000Z to 2026-01-31T11:00:00.000Z",
    ]);
  });

  test("that cannot be written is told in a sentence", async () => {
    const file = join(folder, "missing", "report.html");
    await expect(printLogs(await environment(() => linesAnswer([])), asked({ html: file }))).rejects.toThrow(
      new UserError(`${file} cannot be written: ENOENT: no such file or directory, open '${file}'`),
    );
  });
});

describe("nothing found", () => {
  test.each<[Partial<LogsOptions>, string]>([
    [
      { service: ["nix"], since: "2026-01-31T10:30" },
      "no line is found of service nix in environment 'local' from 2026-01-31T10:30:00.000Z to 2026-01-31T11:00:00.000Z",
    ],
    [{ trace: TRACE }, `no line is found of trace ${TRACE} in environment 'local' at any time`],
    [
      { top: "tags", since: "30m" },
      "no line that has tags is found in environment 'local' from 2026-01-31T10:30:00.000Z to 2026-01-31T11:00:00.000Z",
    ],
  ])("%j is an answer", async (options, says) => {
    const before = process.exitCode;
    await printLogs(await environment(() => linesAnswer([])), asked(options));
    expect(told).toEqual([says]);
    expect(printed).toEqual([]);
    expect(process.exitCode).toBe(before);
    expect(nothingFound(local, asked(options))).toBe(says);
  });
});

describe("what a person can mend is told in a sentence", () => {
  test("an environment that does not run", async () => {
    own.add("docker", "echo false");
    await expect(printLogs(local, asked())).rejects.toThrow(
      new UserError("environment 'local' does not run: start it with 'npm run up'"),
    );
  });

  test("a machine without Docker", async () => {
    rmSync(join(own.directory, "docker"));
    env["PATH"] = own.directory;
    await expect(printLogs(local, asked())).rejects.toThrow(
      new UserError("environment 'local' does not run: start it with 'npm run up'"),
    );
  });

  test.each([429, 503])("an Elasticsearch that answers %d", async (status) => {
    await expect(printLogs(await environment(() => ({ error: "no master" }), status), asked())).rejects.toThrow(
      new UserError(
        `Elasticsearch of environment 'local' does not answer (Elasticsearch answered the search with ${status}: {"error":"no master"}): 'docker logs log-pipeline-local-elasticsearch' tells why, and 'npm run up' starts it again`,
      ),
    );
  });

  test("an Elasticsearch that is away", async () => {
    const away = await environment(() => ({}));
    await server?.close();
    await expect(printLogs(away, asked())).rejects.toThrow(
      /^Elasticsearch of environment 'local' does not answer \(.*ECONNREFUSED.*\): 'docker logs/,
    );
  });

  test("a refusal is a defect of ours and stays one", async () => {
    const refusing = await environment(() => ({ error: "parse" }), 400);
    await expect(printLogs(refusing, asked())).rejects.toMatchObject({ name: "SearchError" });
  });
});
