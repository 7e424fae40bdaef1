import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { DeadLetter } from "../../contract/dead-letter";
import {
  dataStreamName,
  deadLetterStreamName,
  LOG_DIRECTORY,
  MAPPING_COMPONENT_TEMPLATE,
  TOPIC,
} from "../../contract/names";
import { local } from "../../environments/local";
import { exec, type ExecResult } from "../../tools/lib/exec";
import { ROOT } from "../../tools/lib/paths";
import { DockerPipelineAccess } from "../../tools/verify/docker-access";
import { until } from "../support/until";

const access = new DockerPipelineAccess(local, local.platform);
const npm = (script: string, args: readonly string[] = [], options: { readonly inherit?: boolean } = {}) =>
  exec(process.execPath, ["tools/bootstrap.mjs", script, ...args], { cwd: ROOT, allowFailure: true, ...options });
const deadLetters = (...args: string[]): Promise<ExecResult> => npm("dead-letters", args);
const waiting = async () => lettersOf(await deadLetters("list", "--json"));
const lettersOf = ({ stdout }: ExecResult) => stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line) as DeadLetter); // prettier-ignore

const STREAM = dataStreamName(local.name);
const FILE = "refused.log";
const PATH = `${LOG_DIRECTORY}/${FILE}`;
/** Three that the broken mapping refuses, and one that it takes. */
const LINES = [
  { message: "refused 1", service_name: "payments", logger: "payments.charge" },
  { message: "taken", service_name: "payments" },
  { message: "refused 2", service_name: "orders", logger: "orders.place" },
  { message: "refused 3", service_name: "payments", logger: "payments.charge" },
];

async function elasticsearch(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${local.platform.ports.elasticsearch}/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function count(stream: string, query = "*"): Promise<number> {
  await elasticsearch("POST", `${stream}/_refresh`);
  return ((await elasticsearch("GET", `${stream}/_count?q=${encodeURIComponent(query)}`)) as { count: number }).count;
}

/** Sends messages as somebody who is no Filebeat would. */
async function produce(messages: readonly string[]): Promise<void> {
  const script = `/opt/kafka/bin/kafka-console-producer.sh --bootstrap-server 127.0.0.1:9092 --topic ${TOPIC.logs}`;
  const command = ["exec", "-i", "-e", "KAFKA_HEAP_OPTS=-Xmx64m", access.container("kafka"), "sh", "-c", script];
  await exec("docker", command, { input: messages.map((message) => `${message}\n`).join("") });
}

interface Template {
  readonly version?: number;
  readonly _meta?: object;
  readonly template: {
    readonly mappings: { readonly properties: { readonly log: { readonly properties: Record<string, object> } } };
  };
}

let mapping: Template;

/** As somebody does who changes it by hand: what comes after the next rollover is refused, or taken again. */
async function putMapping(change: (fields: Record<string, object>) => void): Promise<void> {
  const changed = structuredClone(mapping);
  change(changed.template.mappings.properties.log.properties);
  await elasticsearch("PUT", `_component_template/${MAPPING_COMPONENT_TEMPLATE}`, changed);
  await elasticsearch("POST", `${STREAM}/_rollover`);
}

beforeAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
  expect((await npm("up", ["--no-verify"], { inherit: true })).exitCode).toBe(0);
  const { component_templates: found } = (await elasticsearch(
    "GET",
    `_component_template/${MAPPING_COMPONENT_TEMPLATE}`,
  )) as { component_templates: { component_template: Template }[] };
  // Elasticsearch's own notes, of when it was made, it does not take back.
  const { template, version, _meta } = found[0]!.component_template;
  mapping = { template, ...(version === undefined ? {} : { version }), ...(_meta ? { _meta } : {}) };
});

beforeEach(() => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${expect.getState().currentTestName}\n`);
});

afterAll(async () => {
  await npm("down", ["--volumes"], { inherit: true });
});

describe("lines that a mapping refuses", () => {
  test("become dead letters, as does what is no line", async () => {
    await putMapping((fields) => void (fields["logger"] = { type: "long", ignore_malformed: false }));
    await access.appendLog(FILE, Buffer.from(LINES.map((line) => `${JSON.stringify(line)}\n`).join("")));
    // One without an origin, whose id is its place in Kafka, and one that no replay can mend.
    await produce([JSON.stringify({ message: JSON.stringify({ message: "placeless", logger: "x" }) }), "no envelope"]);
    await until("each is indexed or a dead letter", async () => {
      return (await access.search.file(PATH)).length === 1 && (await waiting()).length === 5;
    });
    const letters = await waiting();
    expect(letters.map(({ reason }) => reason).sort()).toEqual([
      ...Array.from({ length: 4 }, () => "document-rejected"),
      "envelope-invalid",
    ].sort()); // prettier-ignore
    expect(letters.filter(({ service }) => service === "payments")).toHaveLength(2);
    expect(letters.every(({ source }) => Math.abs((source.timestamp ?? 0) - Date.now()) < 3_600_000)).toBe(true);
  });

  test("are told apart by what is asked for, and shown whole", async () => {
    const table = await deadLetters();
    expect([table.exitCode, table.stdout]).toEqual([0, expect.stringMatching(/document-rejected\s+│ 4\s/)]);
    const orders = lettersOf(await deadLetters("list", "--json", "--service", "orders", "--since", "1h"));
    expect(orders).toHaveLength(1);
    expect(lettersOf(await deadLetters("list", "--json", "--until", "1h"))).toEqual([]);
    const { partition, offset } = orders[0]!.source;
    const shown = await deadLetters("show", `${partition}/${offset}`);
    expect(shown.stdout).toContain(`${PATH} of local, at byte `);
    expect(shown.stdout).toContain('"message": "refused 2"');
    expect(shown.stdout).toMatch(/^what was said\s+status 400; \w+_parsing_exception: /m);
  });
});

describe("a replay", () => {
  test("says what it would do, and does nothing", async () => {
    const { stdout, exitCode } = await deadLetters("replay");
    expect(stdout).toContain("Nothing was sent. A replay would send 4 to Elasticsearch.");
    expect(stdout).toContain("To send: npm run dead-letters -- replay --yes --environment local");
    expect(exitCode).toBe(0);
    expect([(await waiting()).length, await count(STREAM, "tags:replayed")]).toEqual([5, 0]);
  });

  test("before anything is mended leaves all as it was, however often", async () => {
    for (let n = 0; n < 2; n++) {
      const { stdout, exitCode } = await deadLetters("replay", "--yes");
      expect(stdout).toContain("Indexed: 0. Still dead letters: 5.");
      expect(exitCode).toBe(1);
    }
    expect((await waiting()).length).toBe(5);
    expect(await count(deadLetterStreamName(local.name))).toBe(5);
  });

  test("after the mapping is mended ends with each line indexed once, even with two at a time", async () => {
    await putMapping(() => undefined);
    const both = await Promise.all([deadLetters("replay", "--yes"), deadLetters("replay", "--yes")]);
    for (const { stdout } of both) expect(stdout).toMatch(/^(Indexed: [0-4]\. Still dead letters: 1\.)/m);

    await elasticsearch("POST", `${STREAM}/_refresh`);
    const found = await access.search.file(PATH);
    expect(found).toHaveLength(LINES.length);
    expect(new Set(found.map(({ offset }) => offset)).size).toBe(LINES.length);
    // Those of the file that were refused, and the one without an origin.
    expect(await count(STREAM, "tags:replayed")).toBe(4);
    expect(await count(STREAM, "message:placeless")).toBe(1);
    expect((await waiting()).map(({ reason }) => reason)).toEqual(["envelope-invalid"]);
  });

  test("another changes nothing, and says that there is nothing to do", async () => {
    const again = await deadLetters("replay", "--yes", "--reason", "document-rejected");
    expect([again.exitCode, again.stdout]).toEqual([0, ""]);
    expect(again.stderr).toContain("has no dead letters that wait for a replay for --reason document-rejected");
    expect(await count(STREAM, "tags:replayed")).toBe(4);
  });

  test("what was replayed can still be read", async () => {
    const all = lettersOf(await deadLetters("list", "--json", "--all"));
    expect(all.map(({ replayed }) => replayed !== undefined).sort()).toEqual([false, true, true, true, true]);
    const { partition, offset } = all.find(({ replayed }) => replayed)!.source;
    expect((await deadLetters("show", `${partition}/${offset}`)).stdout).toMatch(/^replayed\s+20\d\d-/m);
  });
});
