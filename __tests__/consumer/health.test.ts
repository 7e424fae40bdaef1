import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { isHealthy } from "../../consumer/src/commands/healthcheck";
import { waitFor } from "../../consumer/src/commands/wait";
import { ElasticsearchClient } from "../../consumer/src/elasticsearch/client";
import { TemplateCheck } from "../../consumer/src/elasticsearch/template-check";
import { createHealthServer } from "../../consumer/src/health-server";
import { Liveness } from "../../consumer/src/liveness";
import { createLog, describeError, RateLimit } from "../../consumer/src/log";
import { Metrics } from "../../consumer/src/metrics";
import { bodyOf, logContent } from "../support/content";
import { ElasticsearchDouble } from "./elasticsearch-double";

describe("a loop", () => {
  let now = 0;
  const liveness = new Liveness(() => now);

  test("is late after the time that it gave, not before, and no more when it is back or rests", () => {
    liveness.expect("fetch", 100);
    liveness.expect("bulk-1", 50);
    now = 50;
    expect(liveness.late()).toEqual([]);
    now = 70;
    expect(liveness.late()).toEqual([{ loop: "bulk-1", byMs: 20 }]);
    liveness.rest("bulk-1");
    now = 101;
    expect(liveness.late()).toEqual([{ loop: "fetch", byMs: 1 }]);
    liveness.expect("fetch", 100);
    expect(liveness.late()).toEqual([]);
  });
});

describe("the health server", () => {
  let server: Server;
  let port: number;
  let missing: string[];
  let isLate: boolean;

  beforeEach(async () => {
    missing = [];
    isLate = false;
    const liveness = { late: () => (isLate ? [{ loop: "fetch", byMs: 1 }] : []) } as unknown as Liveness;
    server = createHealthServer({ liveness, metrics: new Metrics(), missing: async () => missing });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test("tells ready from alive", async () => {
    expect([await isHealthy(port, "/readyz"), await isHealthy(port, "/livez")]).toEqual([true, true]);
    missing = ["Elasticsearch"];
    expect([await isHealthy(port, "/readyz"), await isHealthy(port, "/livez")]).toEqual([false, true]);
    isLate = true;
    missing = [];
    expect([await isHealthy(port, "/readyz"), await isHealthy(port, "/livez")]).toEqual([true, false]);
  });

  test("says what it waits for", async () => {
    missing = ["Kafka"];
    const answer = await fetch(`http://127.0.0.1:${port}/readyz?verbose`);
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false, waitingFor: ["Kafka"] }]);
  });

  test("has the metrics", async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const name of [
      "events_in_total",
      "events_out_total",
      "retries_total",
      "dead_letters_total",
      "lag",
      "in_flight_bytes",
      "bulk_seconds",
      "end_to_end_seconds",
      "batch_documents",
    ]) {
      expect(text).toContain(`# TYPE log_consumer_${name} `);
    }
    expect(text).toContain("process_resident_memory_bytes");
  });

  test("knows nothing else", async () => {
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });

  test("that is not there is not healthy", async () => {
    expect(await isHealthy(1, "/livez")).toBe(false);
  });
});

describe("the template check", () => {
  const double = new ElasticsearchDouble();
  let client: ElasticsearchClient;

  beforeEach(async () => {
    client = new ElasticsearchClient({ urls: [await double.start()], timeoutMs: 1_000, connections: 1 });
  });

  afterEach(async () => {
    await client.close();
    await double.stop();
  });

  test("finds the template missing, then there", async () => {
    double.others.set("/_index_template/logs-app", { status: 404, body: {} });
    expect(await new TemplateCheck(client).missing()).toMatch(/content apply/);
    double.others.set("/_index_template/logs-app", { status: 401, body: {} });
    expect(await new TemplateCheck(client).missing()).toMatch(/Elasticsearch \(status 401/);
    double.others.set("/_index_template/logs-app", { status: 200, body: {} });
    expect(await new TemplateCheck(client).missing()).toBeUndefined();
  });

  test("with monthly indices, asks for their template and for that of the dead letters' stream", async () => {
    const missing = () => new TemplateCheck(client, "monthly").missing();
    double.others.set("/_index_template/logs-app", { status: 200, body: {} });
    double.others.set("/_index_template/logs-monthly", { status: 404, body: {} });
    expect(await missing()).toBe("the index template 'logs-monthly' (run `content apply`)");
    expect(await new TemplateCheck(client).missing()).toBeUndefined();
    double.others.set("/_index_template/logs-monthly", { status: 200, body: {} });
    expect(await missing()).toBeUndefined();
    double.others.set("/_index_template/logs-app", { status: 404, body: {} });
    expect(await missing()).toBe("the index template 'logs-app' (run `content apply`)");
  });

  test("tells a mapping of another version", async () => {
    const mappings = bodyOf(logContent(), "_component_template", "logs-app@mappings");
    const put = (template: object) =>
      double.others.set("/_component_template/logs-app@mappings", {
        status: 200,
        body: { component_templates: [{ component_template: template }] },
      });
    put(mappings);
    expect(await new TemplateCheck(client).hasOurMapping()).toBe(true);
    put({ ...mappings, _meta: { version: "old" } });
    expect(await new TemplateCheck(client).hasOurMapping()).toBe(false);
    put({});
    expect(await new TemplateCheck(client).hasOurMapping()).toBeUndefined();
  });

  test("Elasticsearch that is away is what is missing", async () => {
    const away = new ElasticsearchClient({ urls: ["http://127.0.0.1:1"], timeoutMs: 1_000, connections: 1 });
    expect(await new TemplateCheck(away).missing()).toMatch(/^Elasticsearch \(.*ECONNREFUSED/);
    await away.close();
  });
});

describe("waiting", () => {
  const log = createLog("fatal");

  test("ends with the first success", async () => {
    let attempts = 0;
    const attempt = async () => {
      if (++attempts < 3) throw new Error("not yet");
      return attempts;
    };
    expect(await waitFor("it", 10_000, log, attempt)).toBe(3);
  });

  test("ends with the deadline, and says why", async () => {
    const attempt = () => Promise.reject(new Error("refused"));
    await expect(waitFor("Kafka", 1, log, attempt)).rejects.toThrow("Kafka was not ready within 1 ms: refused");
  });

  test("ends at once with what waiting does not mend", async () => {
    let attempts = 0;
    const attempt = async () => {
      attempts++;
      throw new Error("invalid");
    };
    await expect(waitFor("it", 60_000, log, attempt, () => true)).rejects.toThrow("invalid");
    expect(attempts).toBe(1);
  });
});

test("of one kind, one warning in a while, with how many were held back", () => {
  let now = 0;
  const limit = new RateLimit(100, () => now);
  const written: [string, number][] = [];
  const warn = (kind: string) => limit.allow(kind, (held) => void written.push([kind, held]));
  for (now = 0; now < 250; now += 10) warn("a");
  warn("b");
  expect(written).toEqual([["a", 0], ["a", 9], ["a", 9], ["b", 0]]); // prettier-ignore
});

test("an error is told with its causes, each once, within bounds", () => {
  const inner = new Error("refused");
  expect(
    describeError(new Error("no broker", { cause: new AggregateError([inner, new Error("reset")], "all failed") })),
  ).toBe("no broker: all failed: refused; reset");
  expect(describeError(new Error("same", { cause: new Error("same") }))).toBe("same");
  expect(describeError("text")).toBe("text");
  expect(describeError(new Error("x".repeat(10_000))).length).toBeLessThan(1_000);
});
