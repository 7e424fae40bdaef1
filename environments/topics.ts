import type { TopicProps } from "../constructs/kafka/cluster";
import { TOPIC } from "../contract/names";
import { MAX_DEAD_LETTER_BYTES } from "../contract/size-limits";
import type { EnvironmentConfig } from "./environment";

/** The topics that follow from an environment's facts. */
export function topicsOf({
  kafka: { logs, deadLetters },
}: EnvironmentConfig): readonly [logs: TopicProps, deadLetters: TopicProps] {
  const { maxMessage, ...facts } = logs;
  return [
    { name: TOPIC.logs, ...facts, ...(maxMessage ? { maxMessageBytes: maxMessage.toBytes() } : {}) },
    {
      name: TOPIC.deadLetters,
      // Rare, and read by people: one partition keeps them in order.
      partitions: 1,
      replicationFactor: logs.replicationFactor,
      minInSyncReplicas: logs.minInSyncReplicas,
      retention: deadLetters.retention,
      // A message that was refused for its size must fit here, with its headers.
      maxMessageBytes: MAX_DEAD_LETTER_BYTES,
    },
  ];
}
