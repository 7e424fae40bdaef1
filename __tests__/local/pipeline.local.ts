import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { setTimeout as pause } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { deadLetterStreamName, LOG_DIRECTORY } from "../../contract/names";
import { local } from "../../environments/local";
import { exec } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";
import { account, positionKey } from "../../tools/verify/ledger";
import { DockerPipelineAccess } from "../../tools/verify/docker-access";
import { VerificationRun } from "../../tools/verify/run";
import { splitLines } from "../../tools/verify/written-lines";
import type { VerifyReport } from "../../tools/verify/verify";
import { expectNothingMissing, surviving } from "../support/under-traffic";
import { until } from "../support/until";
import { healthy, inspect, killMainProcess, labelled } from "./docker";
import { testServices } from "./go-tests";
import { HOSTILE_LINES, hostileFile, NEVER_SHIPPED } from "./hostile-lines";

const access = new DockerPipelineAccess(local, local.platform);
const npm = (
  script: string,
  args: readonly string[] = [],
  options: { readonly inherit?: boolean; readonly allowFailure?: boolean } = {},
) => exec(process.execPath, ["tools/bootstrap.mjs", script, ...args], { cwd: ROOT, ...options });

const LONG_RUNNING = [
  ...["kafka", "elasticsearch", "filebeat", "filebeat-metrics", "consumer", "jaeger"],
  ...["gateway", "orders", "payments"],
];

beforeAll(async () => {
  // As a user would, on a machine where anything may be missing. What an earlier run left is no part of this one.
  await npm("down", ["--volumes"], { inherit: true });
  await npm("up", ["--no-verify"], { inherit: true });
});

// Jest tells of a file when it is through; minutes of silence look like a hang.
beforeEach(() => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${expect.getState().currentTestName}\n`);
});

afterAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
});

test("the services' own tests pass", async () => {
  const output = await testServices(process.env);
  expect(output).toMatch(/^ok\s+log-pipeline\/services\/internal\/service\s/m);
  expect(output).not.toMatch(/^(FAIL|---\sFAIL)/m);
});

describe("what runs", () => {
  test.each(LONG_RUNNING)("%s is healthy and confined", async (component) => {
    const { State, HostConfig, Config, Image } = await inspect(access.container(component));
    expect(State.Health?.Status).toBe("healthy");
    expect(Config.User).toMatch(/^[1-9]\d*:\d+$/);
    expect(HostConfig.CapDrop).toEqual(["ALL"]);
    expect(HostConfig.SecurityOpt).toEqual(["no-new-privileges:true"]);
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.RestartPolicy.Name).toBe("unless-stopped");
    const addresses = Object.values(HostConfig.PortBindings ?? {}).flatMap((ports) => ports.map((port) => port.HostIp));
    expect(addresses.filter((address) => address !== "127.0.0.1")).toEqual([]);
    expect(Image).toMatch(/^sha256:/);
  });

  test("services write to their files only", async () => {
    for (const service of ["gateway", "orders", "payments"]) {
      const { stdout, stderr } = await exec("docker", ["logs", access.container(service)]);
      expect(stdout + stderr).toBe("");
    }
  });

  test("Kafka makes no topic by itself", async () => {
    const topics = await exec("docker", [
      ...["exec", "-e", "KAFKA_HEAP_OPTS=-Xmx64m", access.container("kafka")],
      ...["/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "127.0.0.1:9092", "--list"],
    ]);
    const own = topics.stdout.split("\n").filter((name) => name && !name.startsWith("__"));
    expect(own.sort()).toEqual(["app-logs", "app-logs-dead-letter"]);
  });
});

describe("the proof", () => {
  test("verify: nothing lost, nothing doubled, the chain whole", async () => {
    const { stdout } = await npm("verify", ["--requests", "500", "--json"]);
    const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as VerifyReport;
    expect(report).toMatchObject({ lost: 0, doubled: 0, trace: { services: ["gateway", "orders", "payments"] } });
    expect(report.written).toBeGreaterThan(500 * 3);
    expect(report.indexed + report.deadLettered).toBe(report.written);

    const trace = await npm("verify", ["--trace", report.trace.id, "--json"]);
    const lines = JSON.parse(trace.stdout.trim().split("\n").at(-1) ?? "") as { traceId: string; service: string }[];
    expect(new Set(lines.map((line) => line.service))).toEqual(new Set(["gateway", "orders", "payments"]));
    expect(new Set(lines.map((line) => line.traceId))).toEqual(new Set([report.trace.id]));
  });

  test("an unknown trace is told in a sentence", async () => {
    const unknown = await npm("verify", ["--trace", "0".repeat(31) + "1"], { allowFailure: true });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("no line has trace id");
    expect(unknown.stderr).not.toContain("    at ");
  });
});

describe("metrics of the shipper", () => {
  const metric = async (name: string): Promise<number | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${local.platform.ports["filebeat-metrics"]}/metrics`);
    const line = (await answer.text()).split("\n").find((each) => each.startsWith(`log_shipper_${name} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };

  test("Filebeat answers, its registry is understood, and all that was written is shipped", async () => {
    await until("no byte is unshipped", async () => (await metric("unshipped_bytes")) === 0);
    expect([await metric("up"), await metric("registry_readable"), await metric("directory_readable")]).toEqual([
      1, 1, 1,
    ]);
    expect(await metric("events_acked_total")).toBeGreaterThan(0);
    expect([await metric("events_dropped_total"), await metric("events_unwritten_total")]).toEqual([0, 0]);
  });

  test("a link in the log volume is counted as a file that is not read", async () => {
    const link = `${LOG_DIRECTORY}/linked.log`;
    const inGateway = (...command: string[]) => exec("docker", ["exec", access.container("gateway"), ...command]);
    await inGateway("ln", "-s", "gateway.log", link);
    try {
      await until("the link is counted", async () => (await metric('files_skipped{reason="symlink"}')) === 1);
    } finally {
      await inGateway("rm", link);
    }
    await until("nothing is skipped", async () => (await metric('files_skipped{reason="symlink"}')) === 0);
  });
});

/** Where in the topic of lines the dead letters were, of which there are records in Elasticsearch. */
async function recordedPlaces(): Promise<string[]> {
  const stream = deadLetterStreamName(local.name);
  const { elasticsearch } = local.platform.ports;
  const answer = await fetch(`http://127.0.0.1:${elasticsearch}/${stream}/_search?ignore_unavailable=true&size=1000`);
  const { hits } = (await answer.json()) as {
    hits: { hits: { _source: { log_pipeline: { kafka: { partition: number; offset: number } } } }[] };
  };
  return hits.hits
    .map(({ _source: { log_pipeline: pipeline } }) => `${pipeline.kafka.partition}:${pipeline.kafka.offset}`)
    .sort();
}

test("hostile lines: every one is indexed or dead-lettered with a reason", async () => {
  const started = new Date();
  const path = `${LOG_DIRECTORY}/hostile.log`;
  await access.appendLog("hostile.log", hostileFile());
  const written = splitLines({ host: local.name, path }, 0, hostileFile());
  expect(written).toHaveLength(HOSTILE_LINES.length);

  const arrived = async () => {
    const dead = (await access.deadLettersSince(started)).filter((letter) => letter.line?.file === path);
    return { found: await access.search.file(path), dead };
  };
  await until("every hostile line arrived", async () => {
    const { found, dead } = await arrived();
    return found.length + dead.length >= HOSTILE_LINES.length - 1;
  }).catch(() => undefined); // What is missing is told below, by name.

  const { found, dead } = await arrived();
  const result = account(
    written,
    found.map(({ host, file, offset }) => ({ host, file, offset })),
    dead.flatMap((letter) => letter.line ?? []),
  );
  const nameAt = new Map(written.map((line, n) => [positionKey(line), HOSTILE_LINES[n]?.name]));
  expect(result.lost.map((line) => nameAt.get(positionKey(line)))).toEqual([NEVER_SHIPPED]);
  expect(result.doubled.map((line) => nameAt.get(positionKey(line)))).toEqual([]);
  expect(dead.filter((letter) => !letter.reason || !letter.value)).toEqual([]);
  await until("every dead letter is recorded", async () => {
    const places = (await access.deadLettersSince(new Date(0))).map(
      ({ source }) => `${source.partition}:${source.offset}`,
    );
    return (await recordedPlaces()).join() === [...new Set(places)].sort().join();
  });
  console.log(`hostile lines: ${result.indexed} indexed, ${result.deadLettered} dead-lettered`);
});

describe("under traffic", () => {
  const helperImage = async () => (await inspect(access.container("consumer"))).Image;

  test.each(["kafka", "elasticsearch", "filebeat", "consumer"])(
    "kill -9 of %s loses and doubles nothing",
    async (component) => {
      const result = await surviving(access, async () => {
        await killMainProcess(access.container(component), await helperImage());
        await healthy(access.container(component));
      });
      expectNothingMissing(result);
    },
  );

  test("Kafka away for 60 s loses and doubles nothing: the files are the buffer", async () => {
    const result = await surviving(access, async () => {
      await exec("docker", ["stop", access.container("kafka")]);
      await pause(60_000);
      await exec("docker", ["start", access.container("kafka")]);
      await healthy(access.container("kafka"));
    });
    expectNothingMissing(result);
  });

  test("Elasticsearch away for 60 s loses and doubles nothing, and the consumer stays", async () => {
    const before = await inspect(access.container("consumer"));
    const result = await surviving(access, async () => {
      await exec("docker", ["stop", access.container("elasticsearch")]);
      await pause(60_000);
      await exec("docker", ["start", access.container("elasticsearch")]);
      await healthy(access.container("elasticsearch"));
    });
    expectNothingMissing(result);
    expect((await inspect(access.container("consumer"))).State.StartedAt).toBe(before.State.StartedAt);
  });

  test("Filebeat without its registry ships everything again, and nothing is doubled", async () => {
    const result = await surviving(access, async () => {
      await exec("docker", ["stop", access.container("filebeat")]);
      const volume = `${access.container("filebeat")}-registry`;
      const image = await helperImage();
      const mount = ["--volume", `${volume}:/registry`];
      await exec("docker", [
        "run",
        "--rm",
        "--user=0",
        "--network=none",
        ...mount,
        "--entrypoint=/bin/sh",
        image,
        "-c",
        "rm -rf /registry/registry",
      ]);
      await exec("docker", ["start", access.container("filebeat")]);
      await healthy(access.container("filebeat"));
    });
    expectNothingMissing(result);
  });

  test("without Jaeger the services answer as before", async () => {
    const result = await surviving(access, async () => {
      await exec("docker", ["stop", access.container("jaeger")]);
      await pause(3000);
      await exec("docker", ["start", access.container("jaeger")]);
      await healthy(access.container("jaeger"));
    });
    expectNothingMissing(result);
  });
});

describe("living with it", () => {
  test("a second diff is empty", async () => {
    const { stdout } = await npm("diff", ["local"]);
    expect(stripVTControlCharacters(stdout)).toContain("No changes. Your infrastructure matches the configuration.");
  });

  test("up again, over a container that Terraform does not know, changes nothing else", async () => {
    const before = await inspect(access.container("kafka"));
    const stray = [
      "run",
      "--detach",
      "--label",
      "log-pipeline.environment=local",
      "--name",
      "log-pipeline-local-stray",
      "--entrypoint",
      "sleep",
    ];
    await exec("docker", [...stray, (await inspect(access.container("gateway"))).Image, "600"]);
    await npm("up", ["--no-verify"], { inherit: true });
    expect((await inspect(access.container("kafka"))).State.StartedAt).toBe(before.State.StartedAt);
    const strays = await exec("docker", ["ps", "--all", "--quiet", "--filter", "name=log-pipeline-local-stray"]);
    expect(strays.stdout).toBe("");
  });

  test("down keeps the data, and up finds it again", async () => {
    const trace = await VerificationRun.begin(access, { patienceMs: 120_000, say: () => undefined });
    await trace.traffic.send(5, 50);
    const { lines } = await trace.settle();
    await npm("down");
    expect(await labelled("container", "local")).toEqual([]);
    expect((await labelled("volume", "local")).length).toBeGreaterThan(0);

    await npm("up", ["--no-verify"], { inherit: true });
    expect((await access.search.traces(trace.traffic.prefix)).map((line) => line.id).sort()).toEqual(
      lines.map((line) => line.id).sort(),
    );
  });

  test("down --volumes leaves nothing", async () => {
    await npm("down", ["--volumes"]);
    expect(await labelled("container", "local")).toEqual([]);
    expect(await labelled("network", "local")).toEqual([]);
    expect(await labelled("volume", "local")).toEqual([]);
  });
});
