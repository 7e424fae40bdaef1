import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderConsumerSettings } from "../../../contract/consumer-settings";
import { TOPIC } from "../../../contract/names";
import type { ContainerSpec } from "./engine";
import { renderFilebeatIndexer } from "./filebeat";
import { renderCollector } from "./otel-collector";
import type { Target } from "./target";

export interface Contender {
  /** For people. */
  readonly name: string;
  readonly id: ContenderId;
  /** Its containers, all of one consumer group. */
  containers(target: Target): readonly ContainerSpec[];
}

export const CONTENDER_IDS = ["ours", "ours-2", "filebeat", "otel-collector"] as const;
export type ContenderId = (typeof CONTENDER_IDS)[number];

export interface ContenderImages {
  readonly consumer: string;
  readonly filebeat: string;
  readonly collector: string;
}

/** @param work a folder for configuration files */
export function contenders(images: ContenderImages, work: string): readonly Contender[] {
  const configured = (name: string, text: string): string => {
    mkdirSync(work, { recursive: true });
    const file = join(work, name);
    writeFileSync(file, text, { mode: 0o644 });
    return file;
  };
  const ours = (processes: number) => (target: Target) =>
    Array.from({ length: processes }, (_, at) => consumer(images.consumer, `consumer-${at}`, target));
  return [
    { id: "ours", name: "our consumer", containers: ours(1) },
    { id: "ours-2", name: "our consumer, 2 processes", containers: ours(2) },
    {
      id: "filebeat",
      name: "Filebeat 9.3.0",
      containers: (target) => [
        {
          name: "filebeat",
          image: images.filebeat,
          mounts: {
            [configured("filebeat.yml", renderFilebeatIndexer(target))]: "/usr/share/filebeat/filebeat.yml:ro",
          },
          command: ["-e", "--strict.perms=false"],
        },
      ],
    },
    {
      id: "otel-collector",
      name: "OpenTelemetry Collector 0.122.0",
      containers: (target) => [
        {
          name: "otelcol",
          image: images.collector,
          mounts: { [configured("otelcol.yaml", renderCollector(target))]: "/etc/otelcol/config.yaml:ro" },
        },
      ],
    },
  ];
}

/** With the settings that a deploy gives it. */
export function consumer(image: string, name: string, { brokers, topic, group, url, stream }: Target): ContainerSpec {
  return {
    name,
    image,
    env: renderConsumerSettings({
      KAFKA_BROKERS: brokers,
      KAFKA_TOPIC: topic,
      KAFKA_DEAD_LETTER_TOPIC: TOPIC.deadLetters,
      KAFKA_GROUP: group,
      ELASTICSEARCH_URLS: [url],
      ELASTICSEARCH_DATA_STREAM: stream,
      ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-local",
    }),
  };
}
