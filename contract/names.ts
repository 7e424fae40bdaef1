/** Names that the infrastructure and the programs must agree on. */

/** Where services write their log files; the same path on a node, in a container and in a pod. */
export const LOG_DIRECTORY = "/var/log/myapp";

/** The files in {@link LOG_DIRECTORY} that are shipped. Rotated files must keep this ending, or an outage loses them. */
export const LOG_FILES = `${LOG_DIRECTORY}/*.log`;

/** Kafka topics. */
export const TOPIC = {
  /** One message a log line, as the shipper wrapped it. */
  logs: "app-logs",
  /** What could not be indexed, as it was read from {@link TOPIC.logs}, with headers that say why. */
  deadLetters: "app-logs-dead-letter",
} as const;

/** The index template, and the first part of every data stream's name that it covers. */
export const INDEX_TEMPLATE = "logs-app";

/** All data streams that {@link INDEX_TEMPLATE} covers. */
export const STREAM_PATTERN = `${INDEX_TEMPLATE}-*`;

/** The component template that carries the mapping of a log event. */
export const MAPPING_COMPONENT_TEMPLATE = "logs-app@mappings";

/** The component template that carries the index settings. */
export const SETTINGS_COMPONENT_TEMPLATE = "logs-app@settings";

/** The lifecycle policy of the backing indices. */
export const LIFECYCLE_POLICY = "logs-app";

/** The repository that snapshots are kept in. */
export const SNAPSHOT_REPOSITORY = "log-pipeline";

/** The snapshot lifecycle policy: what takes the snapshots and removes old ones. */
export const SNAPSHOT_POLICY = "log-pipeline";

/** The data stream of an environment, by Elastic's naming scheme: type, dataset, namespace. */
export function dataStreamName(namespace: string): string {
  return `${INDEX_TEMPLATE}-${namespace}`;
}
