import { z } from "zod";
import { INDEXINGS } from "./indexing";
import {
  common,
  elasticsearchConnection,
  fetchMaxBytes,
  kafkaConnection,
  name,
  parseSettings,
  positive,
  renderSettings,
  type Environment,
} from "./settings";

/**
 * The consumer's settings, as its container gets them: environment variables. The constructs render them with
 * {@link renderConsumerSettings}, the program parses them with {@link parseConsumerSettings}.
 */
export const consumerSettingsSchema = z.object({
  ...kafkaConnection,
  KAFKA_TOPIC: name,
  KAFKA_DEAD_LETTER_TOPIC: name,
  KAFKA_GROUP: name,
  /**
   * What is asked for at once, in bytes of decompressed messages. Little: each of them is some objects until it is a document, and
   * those of a large answer outlive V8's young generation, which costs four times as many full garbage collections at 2 MiB.
   */
  KAFKA_FETCH_MAX_BYTES: fetchMaxBytes.default(512 * 1024),

  ...elasticsearchConnection,
  /** Where lines are kept. */
  ELASTICSEARCH_INDEXING: z.enum(INDEXINGS).default("data-stream"),
  /** Where lines go in mode `data-stream`, and what documents say in `data_stream.*` in either mode. */
  ELASTICSEARCH_DATA_STREAM: name,
  /** Where a small document for each dead letter goes, in either mode. */
  ELASTICSEARCH_DEAD_LETTER_STREAM: name,
  /** Bulk requests under way at once. */
  ELASTICSEARCH_MAX_IN_FLIGHT: positive.default(2),

  /** A batch is sent when it reaches the first of these three: bytes of documents, ... */
  BATCH_MAX_BYTES: positive.default(5 * 1024 * 1024),
  /** ... number of documents, ... */
  BATCH_MAX_DOCUMENTS: positive.default(5_000),
  /** ... age in milliseconds. */
  BATCH_MAX_AGE_MS: positive.default(500),

  /** First wait before a retry, in milliseconds; doubles, with jitter, ... */
  RETRY_INITIAL_MS: positive.default(100),
  /** ... up to this. Retries never end: a log pipeline waits for Elasticsearch. */
  RETRY_MAX_MS: positive.default(15_000),

  /** From SIGTERM to exit, in milliseconds. The platform's grace period must be longer. */
  DRAIN_DEADLINE_MS: positive.default(20_000),
  /** Serves /livez, /readyz and /metrics. */
  HTTP_PORT: positive.max(65_535).default(9464),
  LOG_LEVEL: common.LOG_LEVEL,
});

export type ConsumerSettings = Readonly<z.output<typeof consumerSettingsSchema>>;

/** What a construct states; everything with a default may be left out. Durations in ms, sizes in bytes. */
export type ConsumerSettingsInput = {
  readonly [K in keyof z.input<typeof consumerSettingsSchema>]: ConsumerSettings[K] extends
    readonly string[] | undefined
    ? readonly string[]
    : ConsumerSettings[K];
};

/**
 * Environment variables for the consumer, sorted by name.
 *
 * @throws SettingsError naming every setting that the consumer would refuse
 */
export function renderConsumerSettings(settings: Partial<ConsumerSettingsInput>): Record<string, string> {
  return renderSettings("the consumer's", consumerSettingsSchema, settings);
}

/**
 * The settings in an environment; variables that are none of its settings are ignored.
 *
 * @throws SettingsError with one line for each setting that is missing or wrong
 */
export function parseConsumerSettings(env: Environment): ConsumerSettings {
  return parseSettings("the consumer's", consumerSettingsSchema, env);
}
