import { describe, expect, test } from "@jest/globals";
import { type TerraformStack, Testing } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { HardenedContainer } from "../../../constructs/docker/hardened-container";
import type { DockerSite } from "../../../constructs/docker/site";
import type { TopicProps } from "../../../constructs/kafka/cluster";
import { KafkaContainer, type KafkaContainerProps } from "../../../constructs/kafka/container";
import { MAX_DEAD_LETTER_BYTES, MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { parseTopicsSettings } from "../../../contract/topics";
import { stackWithSite, synthOnSite } from "../../support/docker-json";

const PROPS: KafkaContainerProps = {
  image: ContainerImage.of("kafka:1"),
  topicsImage: ContainerImage.of("consumer:2"),
  memory: Size.mebibytes(800),
  machinePort: 19094,
};
const LOGS: TopicProps = { name: "logs", partitions: 4, retention: Duration.hours(24) };

function kafkaOn(stack: TerraformStack, site: DockerSite, change: Partial<KafkaContainerProps> = {}): KafkaContainer {
  return new KafkaContainer(stack, "Kafka", site, { ...PROPS, ...change });
}

function unsynthesized(): { stack: TerraformStack; kafka: KafkaContainer } {
  const { stack, site } = stackWithSite();
  return { stack, kafka: kafkaOn(stack, site) };
}

describe("declaring and granting topics", () => {
  test("a topic that was never added is not granted", () => {
    const { kafka } = unsynthesized();
    const message = (known: string) => `topic 'logz' is not declared (declared: ${known}): call addTopic() first`;
    expect(() => kafka.grantProduce("logz")).toThrow(new ConfigurationError([message("none")]));
    kafka.addTopic(LOGS);
    kafka.addTopic({ ...LOGS, name: "more" });
    expect(() => kafka.grantConsume("logz", "group")).toThrow(new ConfigurationError([message("logs, more")]));
  });

  test("a topic is added once", () => {
    const { kafka } = unsynthesized();
    kafka.addTopic(LOGS);
    expect(() => kafka.addTopic({ ...LOGS, partitions: 0 })).toThrow(
      new ConfigurationError([
        "topic 'logs': 'partitions' (0) must be a whole number of at least 1",
        "topic 'logs' is added twice: remove one",
      ]),
    );
  });

  test("one node takes no second copy", () => {
    expect(() => unsynthesized().kafka.addTopic({ ...LOGS, replicationFactor: 2 })).toThrow(
      new ConfigurationError([
        "topic 'logs': 'replicationFactor' (2) must be at most 'brokers' (1): lower it or add a broker",
      ]),
    );
  });

  test("a cluster without any topic fails at synth", () => {
    const { stack } = unsynthesized();
    expect(() => Testing.synth(stack, true)).toThrow(
      "[stack/Kafka] Kafka has no topic: call addTopic(), auto-creation is off",
    );
  });

  test("a grant tells how to reach the topic and how large its messages may be", () => {
    const { kafka } = unsynthesized();
    kafka.addTopic(LOGS);
    kafka.addTopic({ ...LOGS, name: "large", maxMessageBytes: 9_000_000 });
    expect(kafka.grantProduce("logs")).toMatchObject({
      bootstrapServers: ["kafka:9092"],
      topic: "logs",
      maxMessageBytes: MAX_MESSAGE_BYTES,
    });
    expect(kafka.grantConsume("large", "readers")).toMatchObject({
      topic: "large",
      group: "readers",
      maxMessageBytes: 9_000_000,
    });
  });
});

test("the topic program reads what was declared, defaults included, although it was declared later", () => {
  const json = synthOnSite((stack, site) => {
    const kafka = kafkaOn(stack, site);
    kafka.addTopic(LOGS);
    kafka.addTopic({
      name: "full",
      partitions: 2,
      replicationFactor: 1,
      minInSyncReplicas: 1,
      retention: Duration.days(2),
      retentionBytes: Size.gibibytes(1),
      maxMessageBytes: 7_000_000,
    });
  });
  const settings = parseTopicsSettings(json.env("kafka-topics"));
  expect(settings.KAFKA_BROKERS).toEqual(["kafka:9092"]);
  expect(settings.TOPICS).toEqual([
    {
      name: "logs",
      partitions: 4,
      replicationFactor: 1,
      config: {
        "cleanup.policy": "delete",
        "max.message.bytes": String(MAX_MESSAGE_BYTES),
        "min.insync.replicas": "1",
        "retention.bytes": "-1",
        "retention.ms": "86400000",
      },
    },
    {
      name: "full",
      partitions: 2,
      replicationFactor: 1,
      config: {
        "cleanup.policy": "delete",
        "max.message.bytes": "7000000",
        "min.insync.replicas": "1",
        "retention.bytes": "1073741824",
        "retention.ms": "172800000",
      },
    },
  ]);
});

describe("containers", () => {
  const json = synthOnSite((stack, site) => {
    const kafka = kafkaOn(stack, site);
    kafka.addTopic(LOGS);
    new HardenedContainer(stack, "Client", site, {
      name: "client",
      image: ContainerImage.of("client:1"),
      memory: Size.mebibytes(64),
      dependsOn: kafka.grantProduce("logs").ready,
    });
  });

  test("clients wait for the topics, the topics for the broker", () => {
    expect(json.dependencies("client")).toEqual(["kafka-topics"]);
    expect(json.dependencies("kafka-topics")).toEqual(["kafka"]);
    expect(json.container("kafka-topics")).toMatchObject({ command: ["topics", "apply"], restart: "no", memory: 200 });
  });

  test("the port on the machine is the one that is advertised there", () => {
    const [port] = json.container("kafka").ports ?? [];
    const env = json.env("kafka");
    expect(port).toMatchObject({ external: 19094, ip: "127.0.0.1" });
    expect(env["KAFKA_ADVERTISED_LISTENERS"]?.split(",")).toContain("MACHINE://127.0.0.1:19094");
    expect(env["KAFKA_LISTENERS"]?.split(",")).toContain(`MACHINE://:${port?.internal}`);
  });

  test("data is on a volume, and the broker takes the largest message of any topic", () => {
    const [volume] = json.container("kafka").volumes ?? [];
    expect(volume?.container_path).toBe(json.env("kafka")["KAFKA_LOG_DIRS"]);
    expect(json.nameOf(volume?.volume_name ?? "")).toBe("site-kafka-data");
    expect(json.env("kafka")["KAFKA_MESSAGE_MAX_BYTES"]).toBe(String(MAX_DEAD_LETTER_BYTES));
  });

  test("the heap is half of the memory unless it is stated", () => {
    const stated = synthOnSite((stack, site) => kafkaOn(stack, site, { heap: Size.mebibytes(123) }).addTopic(LOGS));
    expect(json.env("kafka")["KAFKA_HEAP_OPTS"]).toBe("-Xms400m -Xmx400m");
    expect(stated.env("kafka")["KAFKA_HEAP_OPTS"]).toBe("-Xms123m -Xmx123m");
  });

  test("every path below the root that the broker writes to can be written by its user", () => {
    const broker = json.container("kafka");
    const [uid, gid] = (broker.user ?? "").split(":");
    expect(broker.read_only).toBe(true);
    for (const options of Object.values(broker.tmpfs)) {
      expect(options.split(",")).toEqual(expect.arrayContaining([`uid=${uid}`, `gid=${gid}`, "nosuid", "nodev"]));
    }
  });
});
