/** Names that the infrastructure and the programs must agree on. */

/** Where services write their log files; the same path on a node, in a container and in a pod. */
export const LOG_DIRECTORY = "/var/log/myapp";

/** Ending of the files that are shipped. */
export const LOG_SUFFIX = ".log";

/** The files in {@link LOG_DIRECTORY} that are shipped. Rotated files must keep this ending, or an outage loses them. */
export const LOG_FILES = `${LOG_DIRECTORY}/*${LOG_SUFFIX}`;

/** Kafka topics. */
export const TOPIC = {
  /** One message a log line, as the shipper wrapped it. */
  logs: "app-logs",
  /** What could not be indexed, as it was read from {@link TOPIC.logs}, with headers that say why. */
  deadLetters: "app-logs-dead-letter",
} as const;

/** The index template of data streams, and the first part of the name of every stream of lines. */
export const INDEX_TEMPLATE = "logs-app";

/** The streams of lines of all environments. */
export const STREAM_PATTERN = `${INDEX_TEMPLATE}-*`;

/** The streams that say of each dead letter what it was and why it is one. */
export const DEAD_LETTER_STREAM_PATTERN = `${INDEX_TEMPLATE}.dead_letter-*`;

/** The index template of monthly indices. */
export const MONTHLY_INDEX_TEMPLATE = "logs-monthly";

/** All monthly indices; no stream is among them. */
export const MONTHLY_INDEX_PATTERN = "logs-20*-*";

/** The component template that carries the mapping of a log event. */
export const MAPPING_COMPONENT_TEMPLATE = "logs-app@mappings";

/** The component template that carries the index settings. */
export const SETTINGS_COMPONENT_TEMPLATE = "logs-app@settings";

/** The lifecycle policy of the streams' indices. */
export const LIFECYCLE_POLICY = "logs-app";

/** The lifecycle policy of monthly indices. */
export const MONTHLY_LIFECYCLE_POLICY = "logs-monthly";

/** The repository that snapshots are kept in. */
export const SNAPSHOT_REPOSITORY = "log-pipeline";

/** The snapshot lifecycle policy: what takes the snapshots and removes old ones. */
export const SNAPSHOT_POLICY = "log-pipeline";

/** The data stream of an environment's lines, by Elastic's naming scheme: type, dataset, namespace. */
export function dataStreamName(namespace: string): string {
  return `${INDEX_TEMPLATE}-${namespace}`;
}

/** The data stream of an environment's dead letters. */
export function deadLetterStreamName(namespace: string): string {
  return `${INDEX_TEMPLATE}.dead_letter-${namespace}`;
}
