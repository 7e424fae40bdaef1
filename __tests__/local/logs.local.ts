import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import type { Metric } from "../../constructs/content/query/operations";
import { deadLetterStreamName } from "../../contract/names";
import { local } from "../../environments/local";
import { DockerPipelineAccess } from "../../tools/verify/docker-access";
import { LogSearch } from "../../tools/verify/elasticsearch";
import { exec } from "../../tools/lib/exec";
import { VerificationRun } from "../../tools/verify/run";
import { npm } from "../cluster/npm";
import { until } from "../support/until";
import { open, openBrowser } from "./chromium";
import { answered, answeredQuery, ASKING_PANELS } from "./panels";

const access = new DockerPipelineAccess(local, local.platform);
const deadLetters = new LogSearch(
  `http://127.0.0.1:${local.platform.ports.elasticsearch}`,
  deadLetterStreamName(local.name),
  // A stream that was just made may not answer yet.
  { patienceMs: 60_000 },
);
const FILE = "reading.log";
const EVIL = `</script><script>window.pwned = true</script><img src="http://example.com/" onerror="window.pwned = true"><b>`;
/** The sample services log no error by themselves, nothing that is no JSON, and nothing hostile. */
const LINES = [
  JSON.stringify({ service_name: EVIL, level: "error", message: EVIL, error_type: EVIL, path: EVIL }),
  JSON.stringify({ service_name: "reading", level: "error", message: "it broke", error_type: "test_failure" }),
  "no JSON at all",
];
const lastHour = () => ({ from: Date.now() - 3_600_000, to: Date.now() + 60_000 });

beforeAll(async () => {
  await npm("up", ["--no-verify"], { inherit: true });
  const run = await VerificationRun.begin(access, { patienceMs: 120_000, say: () => undefined });
  await run.traffic.send(40, 50);
  await run.settle();
  await access.appendLog(FILE, Buffer.from(LINES.map((line) => `${line}\n`).join("")));
  const lines = async () => (await access.search.file(`/var/log/myapp/${FILE}`)).length;
  await until("the test's own lines are found", async () => (await lines()) >= LINES.length);
  await produce("this is no envelope of Filebeat's");
  const letters = { kind: "lines", fields: ["message"], limit: 1 } as const;
  await until("a dead letter is recorded", async () => (await answeredQuery(deadLetters, letters, lastHour())) > 0);
});

/** Sends a message to the topic of lines, which Filebeat would not. */
async function produce(message: string): Promise<void> {
  const script =
    "printf '%s\\n' \"$0\" | /opt/kafka/bin/kafka-console-producer.sh --bootstrap-server 127.0.0.1:9092 --topic app-logs";
  const heap = ["--env", "KAFKA_HEAP_OPTS=-Xmx64m"];
  await exec("docker", ["exec", ...heap, access.container("kafka"), "sh", "-c", script, message]);
}

afterAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
});

describe("every panel's search", () => {
  test.each(ASKING_PANELS)("%s", async (_, panel) => {
    const search = panel.of === "dead letters" ? deadLetters : access.search;
    expect(await answered(search, panel, lastHour())).toBeGreaterThan(0);
  });

  const failed = { filter: { field: "http.response.status_code", from: 400, below: 500 } } as const;
  const duration = { field: "event.duration" } as const;
  const metrics: readonly Metric[] = [
    { of: "count" },
    { of: "percentile", percentile: 95, ...duration },
    { of: "percentile", percentile: 99.9, ...duration },
    { of: "median", ...duration },
    { of: "min", field: "@timestamp" },
    { of: "max", field: "event.ingested" },
    { of: "unique", field: "trace.id" },
    { of: "unique", field: "client.ip" },
    { of: "average", ...duration },
    { of: "share", that: failed.filter },
  ];
  test.each(metrics.flatMap((metric) => [metric, { ...metric, ...failed }]).map((one) => [JSON.stringify(one), one]))(
    "values ranked by %s",
    async (_, metric) => {
      const bucket = { by: "terms", field: "service.name", limit: 3 } as const;
      const inner = { by: "terms", field: "url.path", limit: 3 } as const;
      for (const buckets of [[bucket], [bucket, inner]]) {
        const query = { kind: "aggregate", buckets, metrics: [metric as Metric] } as const;
        expect(await answeredQuery(access.search, query, lastHour())).toBeGreaterThan(0);
      }
    },
  );
});

describe("npm run logs", () => {
  const logs = (...args: string[]) => npm("logs", args, { allowFailure: true });
  const objects = <T>(stdout: string) =>
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  type Line = Readonly<Record<string, string>>;

  test("prints the newest lines of a service, the newest last", async () => {
    const { exitCode, stdout } = await logs("--service", "orders", "--since", "15m", "--limit", "20", "--json");
    const lines = objects<Line>(stdout);
    expect(exitCode).toBe(0);
    expect(lines).toHaveLength(20);
    expect(new Set(lines.map((line) => line["service.name"]))).toEqual(new Set(["orders"]));
    const times = lines.map((line) => line["@timestamp"]?.slice(0, 23) ?? "");
    expect(times).toEqual(times.toSorted());
  });

  test("prints lines of a level for people, without colours where nobody sees them", async () => {
    const { stdout } = await logs("--level", "error", "--service", "reading");
    expect(stdout).toMatch(/^\S+Z error reading it broke error\.type=test_failure$/m);
  });

  test("prints a trace across services, with where Jaeger has it", async () => {
    const payment = await logs("--service", "payments", "--limit", "1", "--json");
    const [{ "trace.id": trace = "" } = {}] = objects<Line>(payment.stdout);
    const chain = objects<Line & { readonly offset_ns: number }>((await logs("--trace", trace, "--json")).stdout);
    expect(new Set(chain.map((line) => line["service.name"]))).toEqual(new Set(["gateway", "orders", "payments"]));
    expect(chain[0]).toMatchObject({ "service.name": "gateway", offset_ns: 0 });
    const offsets = chain.map((line) => line.offset_ns);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));

    const { stdout } = await logs("--trace", trace);
    const address = /^Jaeger {2}(http\S+)$/m.exec(stdout)?.at(1) ?? "";
    expect(address).toContain(trace);
    await until("Jaeger has the trace at that address", async () => (await fetch(address)).status === 200);

    const byRequest = await logs("--request", chain[0]?.["http.request.id"] ?? "", "--json");
    expect(objects<Line>(byRequest.stdout)).toHaveLength(chain.length);
  });

  test("counts the values of a field", async () => {
    const { stdout } = await logs("--top", "error.type", "--service", "payments", "--json");
    const [first, ...others] = objects<{ value: string; count: number; share: number }>(stdout);
    expect(first).toMatchObject({ value: "card_declined", share: 1 });
    expect(others).toEqual([]);
    const table = await logs("--top", "attributes.item", "--limit", "3");
    expect(table.stdout).toMatch(/│ book\s+│\s+\d+ │\s+[\d.]+ % │/);
  });

  test("tells every mistake at once, in sentences", async () => {
    const { exitCode, stdout, stderr } = await logs("--since", "15x", "--top", "eror.type", "--environment", "lokal");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.trim().split("\n")).toHaveLength(3);
    expect(stderr).toContain("did you mean 'error.type'");
    expect(stderr).not.toContain("    at ");
  });

  test("nothing found is an answer", async () => {
    const { exitCode, stdout, stderr } = await logs("--service", "nobody");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain("no line is found of service nobody in environment 'local' from ");
  });

  describe("writes a page", () => {
    const folder = mkdtempSync(join(tmpdir(), "logs-page-"));
    const file = join(folder, "report.html");
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await openBrowser();
      expect((await logs("--html", file, "--since", "30m")).exitCode).toBe(0);
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true });
    });

    test.each(["light", "dark"] as const)(
      "that a browser draws, asking nobody and running nothing else: %s",
      async (scheme) => {
        if (!browser) throw new Error("there is no browser");
        const seen = await open(browser, file, scheme);
        expect(seen).toMatchObject({ charts: 4, complaints: [], pwned: false, scripts: 2, foreign: 0 });
        expect(seen.requests).toEqual([pathToFileURL(file).href]);
        expect(seen.background).toBe(scheme === "light" ? "rgb(244, 245, 247)" : "rgb(20, 23, 28)");
        // As text it is there: nothing was left out for being hostile.
        expect(seen.text).toContain(EVIL);
        expect(seen.text).toContain("gateway");
      },
    );
  });

  test("an environment that does not run is told", async () => {
    await npm("down");
    const { exitCode, stderr } = await logs();
    expect(exitCode).toBe(1);
    expect(stderr.trim()).toBe("environment 'local' does not run: start it with 'npm run up'");
  });
});
