import { z } from "zod";
import { common, jsonOf, kafkaConnection, name, parseSettings, positive, type Environment } from "./settings";
import { MAX_DEAD_LETTER_BYTES, MAX_MESSAGE_BYTES } from "./size-limits";

/** A Kafka topic as it shall be. */
export const topicSchema = z.strictObject({
  name: z.string().regex(/^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/, "must be 1 to 249 letters, digits, '.', '_' or '-'"),
  partitions: positive,
  replicationFactor: positive,
  /** Kafka's own names, such as `retention.ms`. What is not named keeps what the broker has. */
  config: z.record(name, z.string()).default({}),
});

export type Topic = Readonly<z.output<typeof topicSchema>>;

const topics = z
  .array(topicSchema)
  .nonempty()
  .refine((list) => new Set(list.map((topic) => topic.name)).size === list.length, "a topic is named twice");

/** Settings of `topics apply`. */
export const topicsSettingsSchema = z.object({
  ...kafkaConnection,
  ...common,
  /** JSON array of {@link Topic}. */
  TOPICS: jsonOf(topics),
});

export type TopicsSettings = Readonly<z.output<typeof topicsSettingsSchema>>;

/**
 * `max.message.bytes` of the topic of log lines and of the topic of its dead letters. Strings, as Kafka's configuration
 * has them.
 */
export const TOPIC_MESSAGE_BYTES = {
  logs: String(MAX_MESSAGE_BYTES),
  deadLetters: String(MAX_DEAD_LETTER_BYTES),
} as const;

/**
 * Makes the broker's time of receipt the time of a message, for both topics.
 *
 * Filebeat (libbeat) gives a message the time of its event. With it, Kafka would delete a line that is older than the topic's
 * retention before it is read, such as one from a node that was away, and Kafka 4 refuses a message that is more than an hour
 * ahead of it (`message.timestamp.after.max.ms`), which Filebeat would send again for ever. One wrong clock would also keep a
 * whole segment beyond the retention.
 */
export const TOPIC_TIMESTAMP = { "message.timestamp.type": "LogAppendTime" } as const;

/** The value of `TOPICS`. @throws ZodError for topics that `topics apply` would refuse */
export function renderTopics(list: readonly z.input<typeof topicSchema>[]): string {
  return JSON.stringify(topics.parse(list));
}

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseTopicsSettings(env: Environment): TopicsSettings {
  return parseSettings("the topics'", topicsSettingsSchema, env);
}
