import { stringify } from "yaml";
import { RENAMINGS } from "./fields";
import type { Target } from "./target";

/**
 * Filebeat as an indexer: its Kafka input, processors for what our consumer does to a line, and the figures of Elastic's preset
 * "throughput" (Elastic, "Configure the Elasticsearch output"), without compression, as everything is on one machine. It makes no
 * ids and multiplies no durations, which it could do in JavaScript only.
 */
export function renderFilebeatIndexer({ brokers, topic, group, url, stream }: Target): string {
  return stringify({
    "filebeat.inputs": [
      {
        type: "kafka",
        hosts: brokers,
        topics: [topic],
        group_id: group,
        initial_offset: "oldest",
        version: "2.6.0",
      },
    ],
    queue: { mem: { events: 12_800, flush: { min_events: 1_600, timeout: "5s" } } },
    processors: [
      // The envelope, ...
      { decode_json_fields: { fields: ["message"], target: "", overwrite_keys: true } },
      // ... and the line in it.
      { decode_json_fields: { fields: ["message"], target: "line" } },
      {
        timestamp: {
          field: "line.timestamp",
          layouts: ["2006-01-02T15:04:05.999999999Z07:00"],
          ignore_missing: true,
          ignore_failure: true,
        },
      },
      {
        timestamp: {
          field: "line.@timestamp",
          layouts: ["2006-01-02T15:04:05.999999999Z07:00"],
          ignore_missing: true,
          ignore_failure: true,
        },
      },
      {
        drop_fields: {
          fields: ["agent", "ecs", "input", "kafka", "line.timestamp", "line.@timestamp", "line.ecs.version"],
          ignore_missing: true,
        },
      },
      { if: { has_fields: ["line.message"] }, then: [{ drop_fields: { fields: ["message"] } }] },
      {
        rename: {
          fields: [
            { from: "line.message", to: "message" },
            ...RENAMINGS.map(({ name, field }) => ({ from: `line.${name}`, to: field })),
            { from: "line", to: "attributes" },
          ],
          ignore_missing: true,
          fail_on_error: false,
        },
      },
    ],
    setup: { template: { enabled: false }, ilm: { enabled: false } },
    output: {
      elasticsearch: {
        hosts: [url],
        index: stream,
        bulk_max_size: 1_600,
        worker: 4,
        compression_level: 0,
        // A stream takes nothing else.
        parameters: { op_type: "create" },
      },
    },
    logging: { level: "warning", to_stderr: true, to_files: false, metrics: { enabled: false } },
  });
}
