import { stringify } from "yaml";
import { RENAMINGS } from "./fields";
import type { Target } from "./target";

/**
 * The OpenTelemetry Collector as an indexer: Kafka receiver, transform processor, Elasticsearch exporter, each with the
 * settings of its own README for throughput, without compression, as everything is on one machine. It makes no ids.
 */
export function renderCollector({ brokers, topic, group, url, stream }: Target): string {
  return stringify(
    {
      receivers: {
        kafka: {
          brokers,
          topic,
          group_id: group,
          initial_offset: "earliest",
          encoding: "json",
          // At least once, as all are; a commit a second, as our consumer makes.
          autocommit: { enable: true, interval: "1s" },
          message_marking: { after: true },
        },
      },
      processors: {
        transform: { error_mode: "silent", log_statements: [{ context: "log", statements: statements() }] },
      },
      exporters: {
        elasticsearch: {
          endpoints: [url],
          logs_index: stream,
          mapping: { mode: "bodymap" },
          compression: "none",
          num_workers: 4,
          flush: { bytes: 5_000_000, interval: "1s" },
        },
      },
      service: {
        pipelines: { logs: { receivers: ["kafka"], processors: ["transform"], exporters: ["elasticsearch"] } },
        telemetry: { metrics: { level: "none" }, logs: { level: "warn" } },
      },
    },
    { lineWidth: 0 },
  );
}

/** Without a line that is JSON, none but the first and the last does anything. */
function statements(): string[] {
  const line = (name: string): string => `cache["line"]["${name}"]`;
  const field = (path: string): string =>
    `body${path
      .split(".")
      .map((part) => `["${part}"]`)
      .join("")}`;
  const moved = RENAMINGS.flatMap(({ name, field: path }) => [
    `set(${field(path)}, ${line(name)}) where ${line(name)} != nil`,
    `delete_key(cache["line"], "${name}")`,
  ]);
  return [
    `set(cache["line"], ParseJSON(body["message"]))`,
    `set(body["@timestamp"], ${line("timestamp")}) where ${line("timestamp")} != nil`,
    `set(body["@timestamp"], ${line("@timestamp")}) where ${line("@timestamp")} != nil`,
    `set(body["message"], ${line("message")}) where ${line("message")} != nil`,
    ...moved,
    ...["timestamp", "@timestamp", "message", "ecs.version"].map((name) => `delete_key(cache["line"], "${name}")`),
    `set(body["attributes"], cache["line"]) where cache["line"] != nil`,
    `delete_key(body, "@metadata")`,
  ];
}
