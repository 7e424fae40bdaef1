import { describe, expect, test } from "@jest/globals";
import { LogConsumerContainer, type LogConsumerContainerProps } from "../../../constructs/consumer/container";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { parseConsumerSettings, renderConsumerSettings } from "../../../contract/consumer-settings";
import { MAX_DEAD_LETTER_BYTES, MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { differences } from "../../support/differences";
import { type DockerJson, synthOnSite } from "../../support/docker-json";

const KAFKA = { bootstrapServers: ["a:9092", "b:9092"], ready: [] };
const PROPS: LogConsumerContainerProps = {
  image: ContainerImage.of("consumer:1"),
  memory: Size.mebibytes(256),
  source: { ...KAFKA, topic: "logs", group: "readers", partitions: 4, maxMessageBytes: MAX_MESSAGE_BYTES },
  deadLetters: { ...KAFKA, topic: "dead", maxMessageBytes: MAX_DEAD_LETTER_BYTES },
  elasticsearch: {
    urls: ["http://one:9200", "http://two:9200"],
    indexing: "data-stream",
    dataStream: "logs-app-test",
    deadLetterStream: "logs-app.dead_letter-test",
    ready: [],
  },
  after: [],
  machinePort: 19464,
};

function synth(change: Partial<LogConsumerContainerProps> = {}): DockerJson {
  return synthOnSite((stack, site) => void new LogConsumerContainer(stack, "Consumer", site, { ...PROPS, ...change }));
}

describe("the consumer's settings", () => {
  const smallest = synth();

  test("the program reads what the construct was told, and its own defaults agree with the construct's", () => {
    const stated = {
      KAFKA_BROKERS: ["a:9092", "b:9092"],
      KAFKA_TOPIC: "logs",
      KAFKA_DEAD_LETTER_TOPIC: "dead",
      KAFKA_GROUP: "readers",
      ELASTICSEARCH_URLS: ["http://one:9200", "http://two:9200"],
      ELASTICSEARCH_DATA_STREAM: "logs-app-test",
      ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-test",
    } as const;
    const settings = parseConsumerSettings(smallest.env("consumer"));
    expect(settings).toMatchObject({
      ...stated,
      BATCH_MAX_AGE_MS: 500,
      BATCH_MAX_BYTES: 5 * 1024 * 1024,
      DRAIN_DEADLINE_MS: 20_000,
      HTTP_PORT: 9464,
    });
    expect(settings).toEqual(parseConsumerSettings(renderConsumerSettings(stated)));
  });

  test.each<[Partial<LogConsumerContainerProps>, Record<string, unknown>]>([
    [{ batchAge: Duration.seconds(2) }, { BATCH_MAX_AGE_MS: 2000 }],
    [{ batchSize: Size.mebibytes(1) }, { BATCH_MAX_BYTES: 1_048_576 }],
    [{ drainDeadline: Duration.seconds(7) }, { DRAIN_DEADLINE_MS: 7000 }],
    [{ source: { ...PROPS.source, topic: "other" } }, { KAFKA_TOPIC: "other" }],
    [{ source: { ...PROPS.source, group: "others" } }, { KAFKA_GROUP: "others" }],
    [{ deadLetters: { ...PROPS.deadLetters, topic: "grave" } }, { KAFKA_DEAD_LETTER_TOPIC: "grave" }],
    [
      { elasticsearch: { ...PROPS.elasticsearch, dataStream: "logs-app-x" } },
      { ELASTICSEARCH_DATA_STREAM: "logs-app-x" },
    ],
    [
      { elasticsearch: { ...PROPS.elasticsearch, deadLetterStream: "logs-app.dead_letter-x" } },
      { ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-x" },
    ],
    [{ elasticsearch: { ...PROPS.elasticsearch, indexing: "monthly" } }, { ELASTICSEARCH_INDEXING: "monthly" }],
  ])("%j changes nothing else", (change, expected) => {
    const [before, after] = [smallest, synth(change)].map((json) => parseConsumerSettings(json.env("consumer")));
    expect(differences(before, after)).toEqual(expected);
  });

  test("settings that the program would refuse are refused at synth", () => {
    expect(() => synth({ elasticsearch: { ...PROPS.elasticsearch, urls: ["elasticsearch:9200"] } })).toThrow(
      'ELASTICSEARCH_URLS ("elasticsearch:9200") at 0: ',
    );
  });
});

test.each([Duration.milliseconds(1), Duration.seconds(20), Duration.milliseconds(59_500)])(
  "with %s to drain, the platform waits longer before it kills",
  (drainDeadline) => {
    const json = synth({ drainDeadline });
    const { stop_timeout: stop = 0, destroy_grace_seconds: destroy = 0 } = json.container("consumer");
    const drain = parseConsumerSettings(json.env("consumer")).DRAIN_DEADLINE_MS;
    expect(stop * 1000).toBeGreaterThanOrEqual(drain + 5000);
    expect(destroy).toBe(stop);
  },
);

test("its probes are served where they are published, and its own program asks for its health", () => {
  const json = synth();
  expect(json.container("consumer").ports).toEqual([
    {
      internal: parseConsumerSettings(json.env("consumer")).HTTP_PORT,
      external: 19464,
      ip: "127.0.0.1",
      protocol: "tcp",
    },
  ]);
  expect(json.container("consumer").healthcheck).toMatchObject({
    test: ["CMD", "node", "/app/main.js", "healthcheck"],
    interval: "10s",
  });
});
