import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { App } from "cdktf";
import { parse } from "yaml";
import { buildApp } from "../../app";
import { Size } from "../../constructs/core/size";
import { ConfigurationError } from "../../constructs/core/validation";
import { PROJECT_LABEL } from "../../constructs/docker/site";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { parseContentSettings } from "../../contract/content-settings";
import { dataStreamName, LOG_DIRECTORY, LOG_FILES, TOPIC } from "../../contract/names";
import { parseShipperMetricsSettings } from "../../contract/shipper-metrics-settings";
import { MAX_DEAD_LETTER_BYTES, MAX_LINE_BYTES, MAX_MESSAGE_BYTES } from "../../contract/size-limits";
import { parseTopicsSettings } from "../../contract/topics";
import { memoryLimits } from "../../environments/environment-validation";
import type { EnvironmentConfig } from "../../environments/environment";
import { local } from "../../environments/local";
import type { ImageSet } from "../../images/image-set";
import { contentOf, parseContentFile } from "../support/content";
import { DockerJson } from "../support/docker-json";
import { IMAGES, localWith } from "../support/environments";

const directory = mkdtempSync(join(tmpdir(), "local-stack-"));
afterAll(() => rmSync(directory, { recursive: true }));

let builds = 0;
/** As `main.ts` does it, validation included. */
function synth(environment: EnvironmentConfig = local, images: ImageSet = IMAGES): DockerJson {
  const outdir = join(directory, String(builds++));
  const app = new App({ outdir });
  buildApp(app, [environment], { images, stateDirectory: "/state" });
  app.synth();
  return new DockerJson(readFileSync(join(outdir, "stacks", environment.name, "cdk.tf.json"), "utf8"));
}

const NAMES = [
  "consumer",
  "content",
  "elasticsearch",
  "filebeat",
  "filebeat-metrics",
  "gateway",
  "jaeger",
  "kafka",
  "kafka-topics",
  "kibana",
  "kibana-content",
];
const ALL = [...NAMES, "orders", "payments"];
const ONE_SHOTS = ["content", "kafka-topics", "kibana-content"];
const SERVICES = ["gateway", "orders", "payments"];

function filebeatFile(json: DockerJson): string {
  const files = Object.values(json.files("filebeat"));
  expect(files).toHaveLength(1);
  return files[0] ?? "";
}

let stack: DockerJson;
beforeAll(() => {
  stack = synth();
});

test("these containers, and no other", () => {
  expect([...stack.containers.keys()].sort()).toEqual(ALL);
});

describe.each(ALL)("%s", (name) => {
  const oneShot = ONE_SHOTS.includes(name);

  test("is no user with privileges: a number, or the consumer's image's own for what runs once", () => {
    const { user } = stack.container(name);
    if (oneShot) {
      expect(user).toBeUndefined();
      expect(stack.nameOf(stack.container(name).image)).toBe(IMAGES.consumer);
    } else {
      expect(user).toMatch(/^[1-9]\d*:\d+$/);
    }
  });

  test("can gain nothing", () => {
    const { capabilities, security_opts } = stack.container(name);
    expect(capabilities).toEqual({ drop: ["ALL"] });
    expect(security_opts).toEqual(["no-new-privileges:true"]);
  });

  test("has a read-only root, but for Kibana, which writes beside its own programs", () => {
    expect(stack.container(name).read_only).toBe(name !== "kibana");
  });

  test("is bounded in memory, without swap, and in logs", () => {
    const { memory, memory_swap, log_driver, log_opts } = stack.container(name);
    expect(memory).toBeGreaterThan(0);
    expect(memory_swap).toBe(memory);
    expect(log_driver).toBe("json-file");
    expect(log_opts).toEqual({ "max-size": "10m", "max-file": "2" });
  });

  test("is found by its label, and by its name on the environment's network", () => {
    const { labels, networks_advanced, name: fullName } = stack.container(name);
    expect(labels).toEqual([
      { label: PROJECT_LABEL, value: "local" },
      { label: "log-pipeline.component", value: name },
    ]);
    expect(fullName).toBe(`log-pipeline-local-${name}`);
    expect(networks_advanced.map((network) => [stack.nameOf(network.name), network.aliases])).toEqual([
      ["log-pipeline-local", [name]],
    ]);
  });

  test("publishes on loopback only", () => {
    for (const port of stack.container(name).ports ?? []) expect(port.ip).toBe("127.0.0.1");
  });

  test("mounts volumes that exist", () => {
    for (const volume of stack.container(name).volumes ?? []) {
      // What has no name is the container's own.
      if (volume.volume_name !== undefined) expect(stack.nameOf(volume.volume_name)).toMatch(/^log-pipeline-local-/);
    }
  });

  test("carries no secret", () => {
    for (const variable of Object.keys(stack.env(name))) {
      expect(variable).not.toMatch(/password|secret|token|credential|api_?key/i);
    }
  });

  test(oneShot ? "runs once" : "is restarted, and ready means healthy", () => {
    const container = stack.container(name);
    expect(container.restart).toBe(oneShot ? "no" : "unless-stopped");
    expect(container.healthcheck === undefined).toBe(oneShot);
    // Docker's own default is 10 s; nothing that shuts down in order is given less.
    if (!oneShot) expect(container.stop_timeout).toBeGreaterThanOrEqual(10);
  });
});

test("what runs for long fits into the budget, and the budget's sum knows all of it", () => {
  const running = [...stack.containers.values()].filter((container) => container.restart !== "no");
  const total = running.reduce((sum, container) => sum + container.memory, 0);
  expect(total).toBe(Size.sum(Object.values(memoryLimits(local))).toMebibytes());
  expect(total).toBeLessThanOrEqual(local.platform.memoryBudget.toMebibytes());
});

test("each container has the memory of the environment's facts", () => {
  const memory = Object.fromEntries(ALL.map((name) => [name, stack.container(name).memory]));
  expect(memory).toMatchObject({
    kafka: local.kafka.memory.toMebibytes(),
    elasticsearch: local.elasticsearch.memory.toMebibytes(),
    kibana: local.kibana.memory.toMebibytes(),
    filebeat: local.filebeat.memory.toMebibytes(),
    consumer: local.consumer.memory.toMebibytes(),
    jaeger: local.tracing.memory.toMebibytes(),
    ...Object.fromEntries(SERVICES.map((service) => [service, local.sampleServices.memory.toMebibytes()])),
  });
});

test("each container runs exactly the image of its component", () => {
  expect(Object.fromEntries(ALL.map((name) => [name, stack.nameOf(stack.container(name).image)]))).toEqual({
    kafka: IMAGES.kafka,
    "kafka-topics": IMAGES.consumer,
    "kibana-content": IMAGES.consumer,
    elasticsearch: IMAGES.elasticsearch,
    content: IMAGES.consumer,
    kibana: IMAGES.kibana,
    filebeat: IMAGES.filebeat,
    "filebeat-metrics": IMAGES.consumer,
    jaeger: IMAGES.jaeger,
    consumer: IMAGES.consumer,
    gateway: IMAGES.sampleServices,
    orders: IMAGES.sampleServices,
    payments: IMAGES.sampleServices,
  });
});

test.each(["kafka", "elasticsearch", "kibana", "filebeat", "jaeger", "consumer", "sampleServices"] as const)(
  "an image for '%s' that is no exact version is refused",
  (component) => {
    expect(() => synth(local, { ...IMAGES, [component]: "some/image:latest" })).toThrow(
      new ConfigurationError([
        "image 'some/image:latest' names no exact version: give a tag other than 'latest', or a digest",
      ]),
    );
  },
);

test("the ports on the machine are those of the facts, each once", () => {
  const ports = ALL.flatMap((name) => (stack.container(name).ports ?? []).map((port) => [name, port.external]));
  expect(Object.fromEntries(ports)).toEqual(local.platform.ports);
  expect(ports).toHaveLength(Object.keys(local.platform.ports).length);
});

test("what must be there first is waited for", () => {
  expect(Object.fromEntries(ALL.map((name) => [name, stack.dependencies(name)]))).toEqual({
    kafka: [],
    "kafka-topics": ["kafka"],
    elasticsearch: [],
    content: ["elasticsearch"],
    kibana: ["elasticsearch"],
    "kibana-content": ["kibana"],
    filebeat: ["gateway", "kafka-topics", "orders", "payments"],
    "filebeat-metrics": ["filebeat"],
    jaeger: [],
    consumer: ["content", "elasticsearch", "kafka-topics"],
    gateway: expect.any(Array),
    orders: expect.any(Array),
    payments: [],
  });
});

describe("the pipeline's parts meet", () => {
  const consumer = () => parseConsumerSettings(stack.env("consumer"));
  const topics = () => parseTopicsSettings(stack.env("kafka-topics"));
  const filebeat = () =>
    parse(filebeatFile(stack)) as {
      name: string;
      http: { host: string; port: number };
      "filebeat.inputs": [{ id: string; paths: string[]; message_max_bytes: number }];
      output: { kafka: { topic: string; hosts: string[]; max_message_bytes: number } };
    };

  test("services write where Filebeat reads: one volume, one path, for Filebeat read-only", () => {
    const mounts = (name: string) =>
      (stack.container(name).volumes ?? [])
        .filter((volume) => stack.nameOf(volume.volume_name ?? "") === "log-pipeline-local-logs")
        .map((volume) => ({ path: volume.container_path, readOnly: volume.read_only }));
    expect(mounts("filebeat")).toEqual([{ path: LOG_DIRECTORY, readOnly: true }]);
    for (const service of SERVICES) {
      expect(mounts(service)).toEqual([{ path: LOG_DIRECTORY, readOnly: false }]);
      expect(stack.env(service)["LOG_DIRECTORY"]).toBe(LOG_DIRECTORY);
    }
    expect(filebeat()["filebeat.inputs"][0].paths).toEqual([LOG_FILES]);
  });

  test("Filebeat reads the configuration that was written for it, in memory", () => {
    const { command = [], entrypoint = [], tmpfs } = stack.container("filebeat");
    const [path = ""] = Object.keys(stack.files("filebeat"));
    expect(entrypoint.at(-1)).toBe("filebeat");
    expect(command[command.indexOf("-c") + 1]).toBe(path);
    expect(Object.keys(tmpfs).some((directory) => path.startsWith(`${directory}/`))).toBe(true);
  });

  test("Filebeat's registry outlives it", () => {
    const registry = stack
      .container("filebeat")
      .volumes?.find((one) => one.container_path === "/usr/share/filebeat/data");
    expect(registry).toMatchObject({ read_only: false });
  });

  test("Filebeat produces to the topic that the consumer reads, within the topic's limit", () => {
    const { kafka } = filebeat().output;
    const topic = topics().TOPICS.find((one) => one.name === kafka.topic);
    expect(kafka.topic).toBe(TOPIC.logs);
    expect(consumer().KAFKA_TOPIC).toBe(kafka.topic);
    expect(kafka.hosts).toEqual(consumer().KAFKA_BROKERS);
    expect(topic?.config["max.message.bytes"]).toBe(String(kafka.max_message_bytes));
    expect(filebeat()["filebeat.inputs"][0].message_max_bytes).toBe(MAX_LINE_BYTES);
  });

  test("document ids do not depend on the container: the host's name is the environment's", () => {
    expect(filebeat().name).toBe("local");
  });

  test("topics are those of the facts", () => {
    const { logs, deadLetters } = local.kafka;
    expect(topics().TOPICS).toEqual([
      {
        name: TOPIC.logs,
        partitions: logs.partitions,
        replicationFactor: logs.replicationFactor,
        config: {
          "cleanup.policy": "delete",
          "max.message.bytes": String(MAX_MESSAGE_BYTES),
          "message.timestamp.type": "LogAppendTime",
          "min.insync.replicas": String(logs.minInSyncReplicas),
          "retention.bytes": String(logs.retentionBytes.toBytes()),
          "retention.ms": String(logs.retention.toMilliseconds()),
        },
      },
      {
        name: TOPIC.deadLetters,
        partitions: 1,
        replicationFactor: logs.replicationFactor,
        config: {
          "cleanup.policy": "delete",
          "max.message.bytes": String(MAX_DEAD_LETTER_BYTES),
          "message.timestamp.type": "LogAppendTime",
          "min.insync.replicas": String(logs.minInSyncReplicas),
          "retention.bytes": "-1",
          "retention.ms": String(deadLetters.retention.toMilliseconds()),
        },
      },
    ]);
    expect(consumer().KAFKA_DEAD_LETTER_TOPIC).toBe(TOPIC.deadLetters);
  });

  test("the consumer indexes where the template applies", () => {
    expect(consumer().ELASTICSEARCH_DATA_STREAM).toBe(dataStreamName("local"));
    expect(consumer().ELASTICSEARCH_URLS).toEqual(parseContentSettings(stack.env("content")).ELASTICSEARCH_URLS);
  });

  test("indices are those of the facts", () => {
    expect(parseContentFile(stack.env("content")["FILE_0"] ?? "")).toEqual(contentOf(local));
  });

  test("metrics are asked of the Filebeat of this network, its input, its registry and its files", () => {
    const { http, "filebeat.inputs": inputs } = filebeat();
    const settings = parseShipperMetricsSettings(stack.env("filebeat-metrics"));
    // Reached from another container, so not on the loopback address.
    expect(http.host).toBe("0.0.0.0");
    expect(settings).toMatchObject({
      FILEBEAT_URL: `http://filebeat:${http.port}`,
      FILEBEAT_INPUT: inputs[0].id,
      LOG_DIRECTORY,
    });
    const volumes = (name: string) =>
      (stack.container(name).volumes ?? []).map(({ volume_name: volume, container_path: path }) => [volume, path]);
    expect(volumes("filebeat-metrics")).toEqual(volumes("filebeat"));
    expect((stack.container("filebeat-metrics").volumes ?? []).map((volume) => volume.read_only)).toEqual([true, true]);
  });

  test("every address of another container is that of one that there is, at a port that it serves", () => {
    const served: Record<string, number[]> = {
      kafka: [9092],
      elasticsearch: [9200],
      jaeger: [4318],
      filebeat: [filebeat().http.port],
      kibana: [5601],
      orders: [Number(stack.env("orders")["PORT"])],
      payments: [Number(stack.env("payments")["PORT"])],
    };
    const addresses = ALL.filter((name) => name !== "kafka").flatMap((name) =>
      [
        ...Object.values(stack.env(name))
          .join(" ")
          .matchAll(/\b([a-z][a-z-]*):(\d{4,5})\b/g),
      ].map(([, host = "", port]) => [host, Number(port)] as const),
    );
    expect(new Set(addresses.map(([host]) => host))).toEqual(new Set(Object.keys(served)));
    for (const [host, port] of addresses) expect(served[host]).toContain(port);
  });
});

describe("what a set of images lacks", () => {
  test("without Kibana's image there is no Kibana, and everything else is as it was", () => {
    const { kibana, ...others } = IMAGES;
    const without = synth(local, others);
    expect(kibana).toBeDefined();
    expect([...without.containers.keys()].sort()).toEqual(ALL.filter((name) => !name.startsWith("kibana")));
    for (const name of without.containers.keys()) expect(without.container(name)).toEqual(stack.container(name));
  });
});

test("without sample services Filebeat waits for the topics alone", () => {
  const { sampleServices, ...others } = local;
  const without = synth(others);
  expect(sampleServices).toBeDefined();
  expect(without.dependencies("filebeat")).toEqual(["kafka-topics"]);
  expect([...without.containers.keys()].filter((name) => SERVICES.includes(name))).toEqual([]);
});

test("a second environment shares no name with the first", () => {
  const names = (json: DockerJson) =>
    Object.values((JSON.parse(json.json) as { resource: Record<string, Record<string, { name: string }>> }).resource)
      .flatMap((resources) => Object.values(resources).map((resource) => resource.name))
      .filter((name) => !name.includes("registry.test"));
  const others = new Set(names(synth(localWith({ name: "other" }))));
  expect(names(stack).filter((name) => others.has(name))).toEqual([]);
  expect(others.size).toBe(names(stack).length);
});

test("Terraform: state in the file that was named, the provider in a range that has both 3.6 and 4", () => {
  expect((JSON.parse(stack.json) as { terraform: unknown }).terraform).toEqual({
    backend: { local: { path: "/state/local.tfstate" } },
    required_providers: { docker: { source: "kreuzwerker/docker", version: ">= 3.6, < 5" } },
  });
});

test("two builds are the same to the byte", () => {
  expect(synth().json).toBe(stack.json);
});
