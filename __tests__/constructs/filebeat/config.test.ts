import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import {
  filebeatProblems,
  quotedVariable,
  renderFilebeatConfig,
  type FilebeatConfigProps,
} from "../../../constructs/filebeat/config";
import { joinedText } from "../../../constructs/filebeat/multiline";
import { minMessageBytes } from "../../../contract/size-limits";
import { differences, leaves } from "../../support/differences";

const PROPS: FilebeatConfigProps = {
  paths: ["/logs/*.log"],
  hostName: "node-1",
  kafka: { bootstrapServers: ["kafka:9092"], topic: "logs", maxMessageBytes: minMessageBytes(1000) },
  maxLineBytes: 1000,
  memory: Size.mebibytes(384),
};

interface Config {
  readonly "filebeat.inputs": readonly Record<string, unknown>[];
  readonly output: { readonly kafka: Record<string, unknown> };
  readonly processors: readonly {
    readonly drop_fields?: { readonly fields: readonly string[] };
    readonly drop_event?: object;
  }[];
}

function render(change: Partial<FilebeatConfigProps> = {}): Config {
  return parse(renderFilebeatConfig({ ...PROPS, ...change })) as Config;
}

/** Differences, with the only input put in place of the list of inputs. */
function changes(change: Partial<FilebeatConfigProps>): Record<string, unknown> {
  const flat = (config: Config) => ({ ...config, "filebeat.inputs": undefined, input: config["filebeat.inputs"][0] });
  return differences(flat(render()), flat(render(change)));
}

test("failures to find a broker are too far apart to open the client's circuit breaker, which would lose lines", () => {
  const { retry } = render().output.kafka["metadata"] as { retry: { max: number; backoff: string } };
  // One look that fails takes no less than the pause behind it, however many are allowed.
  const breakerWindowSeconds = 10;
  expect(retry.backoff).toMatch(/^\d+s$/);
  expect(Number.parseInt(retry.backoff, 10)).toBeGreaterThan(breakerWindowSeconds);
  expect(retry.max).toBeGreaterThan(0);
  // A failure that comes at once: half of the pause behind it is left to chance, and the second pause is twice the first.
  const backoff = render().output.kafka["backoff"] as { init: string; max: string };
  const [init, max] = [backoff.init, backoff.max].map((text) => Number.parseInt(text, 10)) as [number, number];
  expect([backoff.init, backoff.max]).toEqual([`${init}s`, `${max}s`]);
  expect(Math.min(2 * init, max) / 2).toBeGreaterThan(breakerWindowSeconds);
});

test("defaults by value", () => {
  const config = render();
  expect(config["filebeat.inputs"]).toHaveLength(1);
  expect(Object.fromEntries(leaves({ ...config, "filebeat.inputs": config["filebeat.inputs"][0] }))).toMatchObject({
    name: "node-1",
    "filebeat.inputs > type": "filestream",
    "filebeat.inputs > id": "app-logs",
    "filebeat.inputs > paths": ["/logs/*.log"],
    "filebeat.inputs > backoff > init": "250ms",
    "filebeat.inputs > backoff > max": "1s",
    "filebeat.inputs > buffer_size": 16_384,
    "filebeat.inputs > message_max_bytes": 1000,
    "filebeat.inputs > harvester_limit": 1200,
    "queue > mem > events": 4096,
    "queue > mem > flush > timeout": "250ms",
    "output > kafka > hosts": ["kafka:9092"],
    "output > kafka > topic": "logs",
    "logging > level": "info",
    "http > enabled": true,
    "http > host": "127.0.0.1",
    "http > port": 5066,
  });
});

test.each<[string, Partial<FilebeatConfigProps>, Record<string, unknown>]>([
  ["paths", { paths: ["/a/*.log", "/b.log"] }, { "input > paths": ["/a/*.log", "/b.log"] }],
  ["hostName", { hostName: "node-2" }, { name: "node-2" }],
  [
    "bootstrapServers",
    { kafka: { ...PROPS.kafka, bootstrapServers: ["a:1", "b:2"] } },
    { "output > kafka > hosts": ["a:1", "b:2"] },
  ],
  ["topic", { kafka: { ...PROPS.kafka, topic: "other" } }, { "output > kafka > topic": "other" }],
  [
    "maxMessageBytes",
    { kafka: { ...PROPS.kafka, maxMessageBytes: 99_999 } },
    { "output > kafka > max_message_bytes": 99_999 },
  ],
  ["maxLineBytes", { maxLineBytes: 999 }, { "input > message_max_bytes": 999, "input > parsers": [joinedText(999)] }],
  [
    "memory",
    { memory: Size.mebibytes(186) },
    { "queue > mem > events": 1720, "queue > mem > flush > min_events": 860 },
  ],
  ["flushTimeout", { flushTimeout: Duration.seconds(2) }, { "queue > mem > flush > timeout": "2s" }],
  [
    "backoff",
    { backoff: Duration.milliseconds(400) },
    { "input > backoff > init": "400ms", "input > backoff > max": "1600ms" },
  ],
  ["metricsPort", { metricsPort: 6066 }, { "http > port": 6066 }],
  ["logLevel", { logLevel: "debug" }, { "logging > level": "debug" }],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  expect(changes(change)).toEqual(expected);
});

describe("promises", () => {
  const config = render();
  const kafka = config.output.kafka;

  test("a line counts as shipped when every in-sync copy has it", () => {
    expect(kafka["required_acks"]).toBe(-1);
  });

  test("a file's lines go to one partition, in order, even while that is out of reach", () => {
    expect(kafka["key"]).toBe("%{[host.name]}:%{[log.file.path]}");
    expect(kafka["partition"]).toEqual({ hash: { reachable_only: false, random: false } });
  });

  test("what the key and the document's id are made of is never dropped", () => {
    const dropped = config.processors.flatMap((processor) => processor.drop_fields?.fields ?? []);
    expect(dropped).toEqual(["agent", "ecs", "input"]);
  });

  test("no event is dropped but one that has no message", () => {
    const drops = config.processors.flatMap((processor) => processor.drop_event ?? []);
    expect(drops).toEqual([{ when: { not: { has_fields: ["message"] } } }]);
  });

  test("files are the buffer: a rotated or removed file is read to its end, no line is dropped by the queue", () => {
    expect(config["filebeat.inputs"][0]).toMatchObject({
      "close.on_state_change": { renamed: false, removed: false, inactive: "2m" },
    });
    expect(Object.keys(config)).not.toContain("queue.disk");
    // The Kafka output retries for ever unless it is told a number.
    expect(kafka).not.toHaveProperty("max_retries");
  });

  test("a file is told from others by inode and device, and read from its first byte on", () => {
    const [input] = config["filebeat.inputs"];
    const { scanner } = input?.["prospector"] as { scanner: Record<string, unknown> };
    expect(input?.["file_identity"]).toEqual({ native: null });
    expect(scanner["fingerprint"]).toEqual({ enabled: false });
  });

  test("a link in the log directory is not followed: it could lead to Filebeat's own secrets", () => {
    const { scanner } = config["filebeat.inputs"][0]?.["prospector"] as { scanner: Record<string, unknown> };
    expect(scanner["symlinks"]).toBe(false);
  });

  test("the longest line fits into a message, whatever is in it", () => {
    const line = Number(config["filebeat.inputs"][0]?.["message_max_bytes"]);
    expect(Number(kafka["max_message_bytes"])).toBeGreaterThanOrEqual(minMessageBytes(line));
  });
});

describe("Kafka with TLS and users", () => {
  const { kafka } = PROPS;
  const credentials = { mechanism: "SCRAM-SHA-256", username: "filebeat", passwordVariable: "PASSWORD" } as const;

  test.each<[string, FilebeatConfigProps["kafka"], Record<string, unknown>]>([
    ["TLS by a public authority", { ...kafka, tls: {} }, { "output > kafka > ssl > enabled": true }],
    [
      "TLS by an authority of one's own",
      { ...kafka, tls: { caFile: "/run/ca.crt" } },
      { "output > kafka > ssl > enabled": true, "output > kafka > ssl > certificate_authorities": ["/run/ca.crt"] },
    ],
    [
      "a user, whose password is only referred to",
      { ...kafka, tls: {}, credentials },
      {
        "output > kafka > ssl > enabled": true,
        "output > kafka > sasl > mechanism": "SCRAM-SHA-256",
        "output > kafka > username": "filebeat",
        "output > kafka > password": "${PASSWORD}",
      },
    ],
  ])("%s", (_, change, expected) => {
    expect(changes({ kafka: change })).toEqual(expected);
  });

  test("a user without TLS is refused", () => {
    expect(filebeatProblems({ ...PROPS, kafka: { ...kafka, credentials } })).toEqual([
      "Filebeat: user 'filebeat' without TLS would send a password across the network that anybody on it could read: set 'kafka.tls'",
    ]);
  });

  test("what Filebeat would parse is text to it: the variable is quoted where Kubernetes expands it", () => {
    expect(quotedVariable("NODE_NAME")).toBe("'$(NODE_NAME)'");
  });
});

describe("containers' logs", () => {
  const containerLogs = { paths: ["/containers/*.log"], exceptNamespace: "logs" };
  const inputs = render({ containerLogs })["filebeat.inputs"];
  const [lines, printed] = inputs;

  test("the input for log files stays as it is; none is read by both", () => {
    expect(inputs).toHaveLength(2);
    expect(lines).toEqual(render()["filebeat.inputs"][0]);
    expect(new Set(inputs.map((input) => input["id"])).size).toBe(2);
  });

  test("it differs in what it reads, in following links, and in taking the runtime's wrapping off", () => {
    expect(differences(lines, printed)).toEqual({
      id: "container-logs",
      paths: ["/containers/*.log"],
      "prospector > scanner > symlinks": true,
      "prospector > scanner > exclude_files": ["_logs_"],
      parsers: [{ container: { stream: "all", format: "auto" } }, ...(lines?.["parsers"] as object[])],
    });
  });

  test.each([
    ["/var/log/containers/filebeat-x7_logs_filebeat-0123.log", true],
    ["/var/log/containers/shop-1_shop_logs-0123.log", false],
    ["/var/log/containers/logs-1_shop_shop-0123.log", false],
    ["/var/log/containers/shop-1_logs-2_shop-0123.log", false],
  ])("%s is left out: %s", (path, left) => {
    const { scanner } = printed?.["prospector"] as { scanner: { exclude_files: readonly string[] } };
    expect(scanner.exclude_files.some((pattern) => new RegExp(pattern).test(path))).toBe(left);
  });
});

describe("problems", () => {
  const kafka = PROPS.kafka;

  test("a message that just takes the longest line is enough", () => {
    expect(filebeatProblems(PROPS)).toEqual([]);
  });

  test.each<[Partial<FilebeatConfigProps>, string]>([
    [{ paths: [] }, "Filebeat: 'paths' is empty: name at least one glob"],
    [{ hostName: "" }, "Filebeat: 'hostName' is empty: document ids depend on it"],
    [{ kafka: { ...kafka, bootstrapServers: [] } }, "Filebeat: Kafka has no bootstrap server"],
    [
      { kafka: { ...kafka, maxMessageBytes: kafka.maxMessageBytes - 1 } },
      "Filebeat: a line of 'maxLineBytes' (1000) can need 22384 bytes as JSON, but topic 'logs' takes 'maxMessageBytes' (22383): lower the one or raise the other",
    ],
    [
      { maxLineBytes: 1001 },
      "Filebeat: a line of 'maxLineBytes' (1001) can need 22390 bytes as JSON, but topic 'logs' takes 'maxMessageBytes' (22384): lower the one or raise the other",
    ],
  ])("%j", (change, message) => {
    expect(filebeatProblems({ ...PROPS, ...change })).toEqual([message]);
  });

  test("all are thrown together, and nothing is rendered", () => {
    expect(() => renderFilebeatConfig({ ...PROPS, paths: [], hostName: "" })).toThrow(
      new ConfigurationError([
        "Filebeat: 'paths' is empty: name at least one glob",
        "Filebeat: 'hostName' is empty: document ids depend on it",
      ]),
    );
  });
});
