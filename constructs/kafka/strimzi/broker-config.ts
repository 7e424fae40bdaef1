import { MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { Duration } from "../../core/duration";
import { SEGMENT } from "../broker-environment";
import type { TopicProps } from "../cluster";

/** Copies of what the cluster keeps about itself, and how many must be written. */
export interface Copies {
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
}

/**
 * Three copies of which two must be written; where zones are told from one another as many as leave two when a zone is lost.
 * With too few brokers for that, as many copies as there are brokers.
 */
export function ownCopies(brokers: number, zones: number): Copies {
  const left = (copies: number) => copies - (zones > 1 ? Math.ceil(copies / zones) : 1);
  let replicationFactor = Math.min(3, brokers);
  while (left(replicationFactor) < 2 && replicationFactor < brokers) replicationFactor++;
  return { replicationFactor, minInSyncReplicas: Math.min(2, Math.max(1, left(replicationFactor))) };
}

/** What brokers are told beside what Strimzi tells them. */
export function brokerConfig(topics: readonly TopicProps[], { replicationFactor, minInSyncReplicas }: Copies) {
  const maxMessageBytes = Math.max(...topics.map((topic) => topic.maxMessageBytes ?? MAX_MESSAGE_BYTES));
  return {
    // A misspelt topic must fail, not appear.
    "auto.create.topics.enable": false,
    "default.replication.factor": replicationFactor,
    "min.insync.replicas": minInSyncReplicas,
    "offsets.topic.replication.factor": replicationFactor,
    "transaction.state.log.replication.factor": replicationFactor,
    "transaction.state.log.min.isr": minInSyncReplicas,
    "share.coordinator.state.topic.replication.factor": replicationFactor,
    "share.coordinator.state.topic.min.isr": minInSyncReplicas,
    // A group that was away for as long as its topic keeps lines must find its place again.
    "offsets.retention.minutes": Math.ceil(
      Math.max(KAFKA_OFFSETS_RETENTION.toMilliseconds(), ...topics.map(({ retention }) => retention.toMilliseconds())) /
        Duration.minutes(1).toMilliseconds(),
    ),
    // The broker's limits count for replication and for fetches: those of its largest topic.
    "message.max.bytes": maxMessageBytes,
    "replica.fetch.max.bytes": maxMessageBytes,
    "log.segment.bytes": SEGMENT.toBytes(),
  };
}

/** Kafka's default. */
const KAFKA_OFFSETS_RETENTION = Duration.days(7);
