import { describe, expect, test } from "@jest/globals";
import { type TerraformStack, Testing } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import type { IKafkaCluster, TopicProps } from "../../../constructs/kafka/cluster";
import { KafkaContainer } from "../../../constructs/kafka/container";
import { KafkaCluster } from "../../../constructs/kafka/stateful-set";
import { MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { parseTopicsSettings } from "../../../contract/topics";
import * as docker from "../../support/docker-json";
import * as kubernetes from "../../support/kubernetes-json";

const LOGS: TopicProps = { name: "logs", partitions: 4, retention: Duration.hours(24) };
const IMAGES = { image: ContainerImage.of("kafka:1"), topicsImage: ContainerImage.of("consumer:2") };

interface Made {
  readonly stack: TerraformStack;
  readonly kafka: IKafkaCluster;
  /** What the topic program gets, once synthesized. */
  topicsEnv(): Record<string, string>;
}

const onDocker = (): Made => {
  const { stack, site } = docker.stackWithSite();
  const kafka = new KafkaContainer(stack, "Kafka", site, {
    ...IMAGES,
    memory: Size.mebibytes(800),
    machinePort: 19094,
  });
  return { stack, kafka, topicsEnv: () => new docker.DockerJson(Testing.synth(stack, true)).env("kafka-topics") };
};

const onKubernetes = (make: (site: kubernetes.Site) => IKafkaCluster) => (): Made => {
  const { stack, site } = kubernetes.stackWithSite();
  return {
    stack,
    kafka: make({ stack, site }),
    topicsEnv: () => new kubernetes.KubernetesJson(Testing.synth(stack, true)).env("job_v1", "kafka-topics"),
  };
};

describe.each<[string, string, () => Made]>([
  ["a container", "kafka:9092", onDocker],
  [
    "a StatefulSet",
    "kafka:9092",
    onKubernetes(
      ({ stack, site }) =>
        new KafkaCluster(stack, "Kafka", site, {
          ...IMAGES,
          memory: Size.mebibytes(800),
          storage: Size.gibibytes(5),
        }),
    ),
  ],
  [
    "an imported cluster",
    "b-1.example.com:9092",
    onKubernetes(({ stack, site }) =>
      KafkaCluster.fromAttributes(stack, "Kafka", site, {
        bootstrapServers: ["b-1.example.com:9092"],
        brokers: 1,
        topicsImage: IMAGES.topicsImage,
      }),
    ),
  ],
])("%s", (_, bootstrapServer, make) => {
  test("a topic that was never added is not granted", () => {
    const { kafka } = make();
    const message = (known: string) => `topic 'logz' is not declared (declared: ${known}): call addTopic() first`;
    expect(() => kafka.grantProduce("logz")).toThrow(new ConfigurationError([message("none")]));
    kafka.addTopic(LOGS);
    kafka.addTopic({ ...LOGS, name: "more" });
    expect(() => kafka.grantConsume("logz", "group")).toThrow(new ConfigurationError([message("logs, more")]));
  });

  test("a topic is added once, and what else is wrong with it is told with that", () => {
    const { kafka } = make();
    kafka.addTopic(LOGS);
    expect(() => kafka.addTopic({ ...LOGS, partitions: 0 })).toThrow(
      new ConfigurationError([
        "topic 'logs': 'partitions' (0) must be a whole number of at least 1",
        "topic 'logs' is added twice: remove one",
      ]),
    );
  });

  test("one broker takes no second copy", () => {
    expect(() => make().kafka.addTopic({ ...LOGS, replicationFactor: 2 })).toThrow(
      new ConfigurationError([
        "topic 'logs': 'replicationFactor' (2) must be at most 'brokers' (1): lower it or add a broker",
      ]),
    );
  });

  test("a cluster without any topic fails at synth", () => {
    const { stack } = make();
    expect(() => Testing.synth(stack, true)).toThrow(
      "[stack/Kafka] Kafka has no topic: call addTopic(), none is made by being named",
    );
  });

  test("a grant tells how to reach the topic, how large its messages may be and how many may share it", () => {
    const { kafka } = make();
    kafka.addTopic(LOGS);
    kafka.addTopic({ ...LOGS, name: "large", partitions: 7, maxMessageBytes: 9_000_000 });
    const produce = kafka.grantProduce("logs");
    expect(produce).toMatchObject({
      bootstrapServers: [bootstrapServer],
      topic: "logs",
      maxMessageBytes: MAX_MESSAGE_BYTES,
    });
    expect(produce.ready).toHaveLength(1);
    expect(kafka.grantConsume("large", "readers")).toMatchObject({
      bootstrapServers: [bootstrapServer],
      topic: "large",
      group: "readers",
      partitions: 7,
      maxMessageBytes: 9_000_000,
    });
  });

  test("the topic program reads what was declared, defaults included, although it was declared later", () => {
    const { kafka, topicsEnv } = make();
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
    const settings = parseTopicsSettings(topicsEnv());
    expect(settings.KAFKA_BROKERS).toEqual([bootstrapServer]);
    expect(settings.TOPICS).toEqual([
      {
        name: "logs",
        partitions: 4,
        replicationFactor: 1,
        config: {
          "cleanup.policy": "delete",
          "max.message.bytes": String(MAX_MESSAGE_BYTES),
          "message.timestamp.type": "LogAppendTime",
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
          "message.timestamp.type": "LogAppendTime",
          "min.insync.replicas": "1",
          "retention.bytes": "1073741824",
          "retention.ms": "172800000",
        },
      },
    ]);
  });
});
