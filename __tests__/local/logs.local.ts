import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Metric } from "../../constructs/content/query/operations";
import { deadLetterStreamName } from "../../contract/names";
import { local } from "../../environments/local";
import { DockerPipelineAccess } from "../../tools/verify/docker-access";
import { LogSearch } from "../../tools/verify/elasticsearch";
import { VerificationRun } from "../../tools/verify/run";
import { npm } from "../cluster/npm";
import { until } from "../support/until";
import { answered, answeredQuery, ASKING_PANELS } from "./panels";

const access = new DockerPipelineAccess(local, local.platform);
const deadLetters = new LogSearch(
  `http://127.0.0.1:${local.platform.ports.elasticsearch}`,
  deadLetterStreamName(local.name),
);
const FILE = "reading.log";
/** The sample services log no error by themselves, and nothing that is no JSON. */
const LINES = [
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
});

afterAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
});

/** What they ask about is not written yet by this pipeline: their searches are accepted, which is all that can be seen. */
const OF_NOTHING_YET = ["Pipeline health: Delay", "Pipeline health: Ingest delay"];

describe("every panel's search", () => {
  test.each(ASKING_PANELS)("%s", async (name, panel) => {
    const dead = panel.of === "dead letters";
    const found = await answered(dead ? deadLetters : access.search, panel, lastHour());
    if (!dead && !OF_NOTHING_YET.includes(name)) expect(found).toBeGreaterThan(0);
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
