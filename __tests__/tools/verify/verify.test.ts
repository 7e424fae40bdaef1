import { afterEach, describe, expect, jest, test } from "@jest/globals";
import type { DeadLetter } from "../../../contract/dead-letter";
import { UserError } from "../../../tools/lib/user-error";
import type { FoundContent, FoundLine, LogSearch } from "../../../tools/verify/elasticsearch";
import type { PipelineAccess } from "../../../tools/verify/pipeline-access";
import { renderReport, renderTrace } from "../../../tools/verify/report";
import { traceLines, verify, type VerifyResult } from "../../../tools/verify/verify";
import { splitLines } from "../../../tools/verify/written-lines";
import { foundLine } from "../../support/found-lines";
import { serve, type TestServer } from "../../support/http";

const SERVICES = ["gateway", "orders", "payments"];

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Pipeline {
  readonly status?: number;
  /** What becomes of the lines that the services wrote. @default each is indexed */
  readonly index?: (lines: FoundContent[]) => FoundContent[];
  readonly deadLetters?: (lines: FoundLine[]) => FoundLine[];
  readonly spans?: readonly string[];
  /** What a service writes of a request. @default its trace */
  readonly line?: (service: string, trace: string) => object;
  readonly unready?: readonly string[];
  readonly quietMs?: number;
}

/** A pipeline in memory, behind a real gateway and a real Jaeger. */
async function pipeline({
  status = 201,
  index = (all) => all,
  deadLetters = () => [],
  spans = SERVICES,
  line: lineOf = (_, trace) => ({ trace_id: trace }),
  unready = [],
  quietMs = 0,
}: Pipeline) {
  const gateway = await serve(() => ({ status }));
  const jaeger = await serve(() => ({
    body: {
      data: [
        {
          spans: spans.map((name) => ({ processID: name })),
          processes: Object.fromEntries(spans.map((name) => [name, { serviceName: name }])),
        },
      ],
    },
  }));
  servers.push(gateway, jaeger);
  const traces = () => gateway.received.map((request) => String(request.headers["traceparent"]).split("-")[1] ?? "");
  const written = () =>
    SERVICES.flatMap((service, nth) => {
      const text = traces().map(
        (trace) => `${JSON.stringify({ service_name: service, status: 200, ...lineOf(service, trace) })}\n`,
      );
      return splitLines({ host: "h", path: `/logs/${service}.log` }, 0, Buffer.from(text.join(""))).map((line) => ({
        ...line,
        nth,
        service,
      }));
    });
  const documents = () =>
    written().flatMap(({ bytes, nth, ...line }): FoundContent[] => {
      const { trace_id = "", message = "done" } = JSON.parse(bytes.toString()) as {
        trace_id?: string;
        message?: string;
      };
      if (trace_id === "") return [];
      const found = foundLine({
        ...line,
        message,
        id: `${line.file}:${line.offset}`,
        traceId: trace_id,
        timestamp: new Date(Date.now() - 1000 + nth).toISOString(),
        ingested: Date.now(),
      });
      const fields = {
        "trace.id": [trace_id],
        "service.name": [line.service],
        "http.response.status_code": [200],
        message: [message],
      };
      return [{ ...found, fields }];
    });
  const access = {
    gatewayUrl: gateway.url,
    jaegerUrl: jaeger.url,
    search: {
      traces: () => Promise.resolve(index(documents())),
      arrivals: () => Promise.resolve(index(documents())),
    } as unknown as LogSearch,
    logFiles: () => Promise.resolve([]),
    linesSince: () => Promise.resolve(written()),
    appendLog: () => Promise.resolve(),
    unready: () => Promise.resolve([...unready]),
    deadLettersSince: () =>
      Promise.resolve(
        deadLetters(documents()).map(({ file, offset }): DeadLetter => ({
          reason: "document-rejected",
          detail: "",
          time: "",
          source: { topic: "logs", partition: 0, offset: "0" },
          line: { host: "h", file, offset },
          value: "",
        })),
      ),
    deadLetters: async function* () {},
    close: () => Promise.resolve(),
  } satisfies PipelineAccess;
  return verify(access, { requests: 5, rate: 1000, patienceMs: 0, quietMs, say: () => undefined });
}

describe("verify", () => {
  test("passes where every line arrived once, and tells the call chain", async () => {
    const { report, problems, chain, jaeger, requests } = await pipeline({});
    expect(problems).toEqual([]);
    expect(report).toMatchObject({ written: 15, indexed: 15, deadLettered: 0, lost: 0, doubled: 0 });
    expect(report.trace).toEqual({ id: requests[0]?.traceId, services: SERVICES });
    expect(chain.map((line) => line.service)).toEqual(SERVICES);
    expect(jaeger).toEqual(SERVICES);
    expect(requests.map((request) => request.status)).toEqual([201, 201, 201, 201, 201]);
  });

  test("a dead letter is not a loss", async () => {
    const { report, problems } = await pipeline({
      index: (all) => all.filter((line) => line.offset > 0 || line.service !== "payments"),
      deadLetters: (all) => all.filter((line) => line.offset === 0 && line.service === "payments"),
    });
    expect(report).toMatchObject({ written: 15, indexed: 14, deadLettered: 1, lost: 0, doubled: 0 });
    expect(problems.filter((problem) => !problem.startsWith("trace "))).toEqual([]);
  });

  test("fails where lines are lost or doubled, and says where", async () => {
    const { report, problems } = await pipeline({
      index: (all) => [
        ...all.filter((line) => line.file !== "/logs/orders.log"),
        ...all.filter((line) => line.file === "/logs/gateway.log" && line.offset > 0),
      ],
    });
    expect(report).toMatchObject({ written: 15, indexed: 10, lost: 5, doubled: 4 });
    expect(
      problems.map((problem) => problem.replaceAll(/\b[0-9a-f]{32}\b/g, "<id>").replace(/:[1-9]\d*$/, ":<n>")),
    ).toEqual([
      "5 lines are lost, the first at /logs/orders.log:0",
      "4 lines are doubled, the first at /logs/gateway.log:<n>",
      "trace <id> joins gateway, payments, not gateway, orders, payments",
    ]);
  });

  test("fails where lines of its requests have not its trace", async () => {
    const { report, problems } = await pipeline({
      line: (service, trace) => ({
        request_id: `of-${trace}`,
        ...(service === "payments" ? {} : { trace_id: trace }),
      }),
    });
    expect(report).toMatchObject({ written: 10, lost: 0, withoutTrace: 5 });
    expect(problems[0]).toBe("5 lines of these requests have not their trace id, the first at /logs/payments.log:0");
  });

  test("lets lines of other requests have other traces, or none", async () => {
    const { report } = await pipeline({
      line: (service, trace) =>
        service === "payments" ? { request_id: "of-another" } : { request_id: `of-${trace}`, trace_id: trace },
    });
    expect(report).toMatchObject({ written: 10, withoutTrace: 0 });
  });

  test("fails where a second document of a line comes after the first look", async () => {
    let looks = 0;
    const { report, problems } = await pipeline({
      quietMs: 200,
      // The first looks are at what has just arrived: more of them than the lines took to come.
      index: (all) => (all.length === 15 && ++looks > 3 ? [...all, ...all.slice(-1)] : all),
    });
    expect(report).toMatchObject({ written: 15, indexed: 15, doubled: 1 });
    expect(problems).toEqual([expect.stringMatching(/^1 lines are doubled, the first at \/logs\/payments\.log:\d+$/)]);
  });

  test("fails where a document does not say what its line says", async () => {
    const { report, problems } = await pipeline({
      line: (_, trace) => ({ trace_id: trace, message: "größer" }),
      index: (all) =>
        all.map((one) =>
          one.service === "orders" && one.offset === 0
            ? { ...one, fields: { ...one.fields, message: ["grÃ¶ÃŸer"], "http.response.status_code": [0] } }
            : one,
        ),
    });
    expect(report).toMatchObject({ indexed: 15, lost: 0, doubled: 0, mangled: 1 });
    expect(problems).toEqual([
      "1 documents do not say what their lines say, in http.response.status_code, message, the first at /logs/orders.log:0",
    ]);
  });

  test("fails where what ships lines is not ready", async () => {
    expect((await pipeline({ unready: ["pod filebeat-x is not ready"] })).problems).toEqual([
      "pod filebeat-x is not ready",
    ]);
  });

  test("fails where Jaeger has not the whole chain", async () => {
    const { problems, report } = await pipeline({ spans: ["orders"] });
    expect(problems).toEqual([`Jaeger holds orders of trace ${report.trace.id}`]);
  });

  test("fails where no request succeeds: there is no chain to look at", async () => {
    const { problems, report } = await pipeline({ status: 500 });
    expect(problems).toEqual(["no request succeeded, so there is no whole call chain to look at"]);
    expect(report.trace).toEqual({ id: "", services: [] });
  });
});

describe("traceLines", () => {
  const withLines = (lines: FoundLine[]) =>
    ({ search: { trace: () => Promise.resolve(lines) } }) as unknown as PipelineAccess;
  const id = "0123456789abcdef".repeat(2);

  test("answers the lines in order", async () => {
    const lines = [foundLine({ offset: 2 }), foundLine({ offset: 1 })];
    expect((await traceLines(withLines(lines), id)).map((line) => line.offset)).toEqual([1, 2]);
  });

  test.each([
    ["upper case", id.toUpperCase(), [id]],
    ["64 bits", id.slice(16), [id.slice(16), `${"0".repeat(16)}${id.slice(16)}`]],
  ])("asks for what documents hold of an id in %s", async (_, asked, ids) => {
    const trace = jest.fn((one: string) => Promise.resolve([foundLine({ traceId: one })]));
    const lines = await traceLines({ search: { trace } } as unknown as PipelineAccess, asked);
    expect(lines.map((line) => line.traceId)).toEqual(ids);
  });

  test.each([id.slice(1), `${id}0`, "0".repeat(32), ""])("%j is no trace id", async (wrong) => {
    await expect(traceLines(withLines([foundLine()]), wrong)).rejects.toThrow(
      new UserError(
        `'${wrong}' is no trace id: it has 32 or 16 hexadecimal digits, not all of them zero, as in a line's trace_id`,
      ),
    );
  });

  test("a trace without lines is told", async () => {
    await expect(traceLines(withLines([]), id)).rejects.toThrow(
      new UserError(`no line has trace id ${id}: it may not be indexed yet, or be deleted`),
    );
  });
});

describe("the report", () => {
  const RESULT: VerifyResult = {
    report: {
      written: 15,
      indexed: 14,
      deadLettered: 1,
      lost: 2,
      doubled: 3,
      withoutTrace: 0,
      mangled: 0,
      latencyMs: { p50: 10, p95: 20, p99: 30 },
      trace: { id: "abc", services: ["gateway", "orders"] },
    },
    chain: [foundLine({ message: "x".repeat(81) })],
    jaeger: ["gateway"],
    requests: [
      { traceId: "a", status: 500 },
      { traceId: "b", status: 201 },
      { traceId: "c", status: 0 },
      { traceId: "d", status: 201 },
    ],
    problems: [],
  };
  const lines = (result: VerifyResult) => renderReport(result).split("\n");

  test("says PASS where nothing is wrong", () => {
    expect(lines(RESULT).at(-1)).toBe("PASS: nothing lost, nothing doubled, the call chain is whole.");
  });

  test("says FAIL with each problem", () => {
    expect(lines({ ...RESULT, problems: ["one", "two"] }).slice(-3)).toEqual(["FAIL:", "- one", "- two"]);
  });

  test("has every number in the order of its heading, and statuses by number", () => {
    const all = lines(RESULT);
    const cells = (line: string | undefined) =>
      line
        ?.split("│")
        .map((cell) => cell.trim())
        .filter(Boolean);
    const heading = all.findIndex((line) => line.includes("dead-lettered"));
    const head = ["written", "indexed", "dead-lettered", "lost", "doubled", "p50", "p95", "p99", "call chain"];
    expect(cells(all[heading])).toEqual(head);
    expect(cells(all[heading + 2])).toEqual(["15", "14", "1", "2", "3", "10 ms", "20 ms", "30 ms", "gateway, orders"]);
    expect(all.join("\n")).toContain("Lines of 4 requests (HTTP no answer x 1, 201 x 2, 500 x 1)");
    expect(all).toContain("Jaeger holds spans of: gateway.");
  });

  test("has no trace where there is none", () => {
    const all = lines({
      ...RESULT,
      chain: [],
      jaeger: [],
      report: { ...RESULT.report, trace: { id: "", services: [] } },
    });
    expect(all).toContain("Jaeger holds spans of: nothing.");
    expect(all.some((line) => line.startsWith("Trace "))).toBe(false);
  });

  test.each([
    [80, "x".repeat(80)],
    [81, `${"x".repeat(79)}…`],
  ])("a message of %d characters is shown in 80", (length, shown) => {
    const [, row] = renderTrace([foundLine({ message: "x".repeat(length) })])
      .split("\n")
      .filter((line) => /info|level/.test(line));
    expect(
      row
        ?.split("│")
        .map((cell) => cell.trim())
        .filter(Boolean),
    ).toEqual(["10:00:00.000Z", "gateway", "info", shown]);
  });

  test("writes out what would steer the terminal, wherever it is from", () => {
    const hostile = "a\u001b]0;x\u0007\u009b2J\u202e\r\nb";
    const line = foundLine({ message: hostile, service: hostile, level: hostile, timestamp: `2026-01-31T${hostile}` });
    const problems = [`2 lines are lost, the first at ${hostile}:0`];
    const trace = { id: "abc", services: [hostile] };
    const text = renderReport({
      ...RESULT,
      chain: [line],
      jaeger: [hostile],
      problems,
      report: { ...RESULT.report, trace },
    });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text).toContain("a\\u001b]0;x\\u0007\\u009b2J\\u202e\\r\\nb");
  });

  test("carries no colours: it ends in logs of CI", () => {
    expect(JSON.stringify(renderReport({ ...RESULT, problems: ["one"] }))).not.toContain("\\u001b");
  });
});
