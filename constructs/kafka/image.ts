import { Size } from "../core/size";

/** What every image of Kafka keeps to, whatever its source (images/README.md). */

export const KAFKA_USER = { uid: 1000, gid: 1000 } as const;

export const DATA_DIRECTORY = "/var/lib/kafka/data";

/** Below a read-only root: the start script writes the rendered server.properties and the JVM's logs here. */
export const WRITABLE_DIRECTORIES: Readonly<Record<string, Size>> = {
  "/tmp": Size.mebibytes(64),
  "/opt/kafka/config": Size.mebibytes(4),
  "/opt/kafka/logs": Size.mebibytes(64),
};

export const CLIENT_PORT = 9092;
export const CONTROLLER_PORT = 9093;

/** Any will do, but it must not change while the data lives. */
export const CLUSTER_ID = "bG9nLXBpcGVsaW5lLTAwMQ";

/**
 * An open port is not a ready broker: this asks for its metadata, which costs a JVM. The small heap is beside the broker's
 * own, in the same memory limit. The broker answers with its advertised name, so that is tried too.
 */
export const METADATA_COMMAND: readonly string[] = [
  "env",
  "KAFKA_HEAP_OPTS=-Xmx64m",
  "/opt/kafka/bin/kafka-topics.sh",
  "--bootstrap-server",
  `127.0.0.1:${CLIENT_PORT}`,
  "--list",
];
