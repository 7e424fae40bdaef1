import { describe, expect, test } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { HardenedContainer } from "../../../constructs/docker/hardened-container";
import type { DockerSite } from "../../../constructs/docker/site";
import type { TopicProps } from "../../../constructs/kafka/cluster";
import { KafkaContainer, type KafkaContainerProps } from "../../../constructs/kafka/container";
import { MAX_DEAD_LETTER_BYTES } from "../../../contract/size-limits";
import { synthOnSite } from "../../support/docker-json";

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

test("a heap that leaves too little beside it is refused", () => {
  const memory = (mebibytes: number) =>
    synthOnSite((stack, site) => kafkaOn(stack, site, { memory: Size.mebibytes(mebibytes) }).addTopic(LOGS));
  expect(memory(512).container("kafka").memory).toBe(512);
  expect(() => memory(510)).toThrow(
    new ConfigurationError([
      "Kafka: 'memory' (510 MiB) must be at least 511 MiB: 'heap' (255 MiB) and 256 MiB beside it; give more memory or lower the heap",
    ]),
  );
});
