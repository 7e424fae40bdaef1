import { z } from "zod";
import { MAX_MESSAGE_BYTES } from "./size-limits";

/**
 * The consumer's settings, as its container gets them: environment variables. The constructs render them with
 * {@link renderConsumerSettings}, the program parses them with {@link parseConsumerSettings}.
 */
const positive = z.coerce.number().int().positive();
const list = z
  .string()
  .transform((value) => value.split(",").map((item) => item.trim()).filter(Boolean))
  .pipe(z.array(z.string()).nonempty());
const name = z.string().min(1);
const file = z.string().startsWith("/", "must be an absolute path");

export const consumerSettingsSchema = z.object({
  /** host:port of one broker or more, comma separated. */
  KAFKA_BROKERS: list,
  KAFKA_TOPIC: name,
  KAFKA_DEAD_LETTER_TOPIC: name,
  KAFKA_GROUP: name,
  /** PEM file; turns TLS on. @default plain text */
  KAFKA_CA_FILE: file.optional(),
  /** SASL SCRAM-SHA-512 user. @default no authentication */
  KAFKA_USERNAME: name.optional(),
  KAFKA_PASSWORD_FILE: file.optional(),
  /** The most that one fetch brings, in bytes; at least the topic's `max.message.bytes`. */
  KAFKA_FETCH_MAX_BYTES: positive.min(MAX_MESSAGE_BYTES).default(16 * 1024 * 1024),

  /** One URL or more, comma separated. */
  ELASTICSEARCH_URLS: list.pipe(z.array(z.url({ protocol: /^https?$/ })).nonempty()),
  ELASTICSEARCH_DATA_STREAM: name,
  /** @default no authentication */
  ELASTICSEARCH_USERNAME: name.optional(),
  ELASTICSEARCH_PASSWORD_FILE: file.optional(),
  /** PEM file. @default the system's certificate authorities */
  ELASTICSEARCH_CA_FILE: file.optional(),
  /** Of one bulk request, in milliseconds. */
  ELASTICSEARCH_REQUEST_TIMEOUT_MS: positive.default(30_000),
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
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
});

export type ConsumerSettings = Readonly<z.output<typeof consumerSettingsSchema>>;

/** What a construct states; everything with a default may be left out. Durations in ms, sizes in bytes. */
export type ConsumerSettingsInput = {
  readonly [K in keyof z.input<typeof consumerSettingsSchema>]: ConsumerSettings[K] extends readonly string[] | undefined
    ? readonly string[]
    : ConsumerSettings[K];
};

/**
 * Environment variables for the consumer, sorted by name.
 *
 * @throws Error naming every setting that the consumer would refuse
 */
export function renderConsumerSettings(settings: Partial<ConsumerSettingsInput>): Record<string, string> {
  const rendered: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value !== undefined) rendered[key] = Array.isArray(value) ? value.join(",") : String(value);
  }
  parseConsumerSettings(rendered);
  return rendered;
}

/**
 * The settings in an environment; variables that are none of its settings are ignored.
 *
 * @throws Error with one line for each setting that is missing or wrong
 */
export function parseConsumerSettings(env: Readonly<Record<string, string | undefined>>): ConsumerSettings {
  const parsed = consumerSettingsSchema.safeParse(env);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const key = String(issue.path[0]);
        const value = env[key];
        return value === undefined ? `${key} is not set` : `${key} (${JSON.stringify(value)}): ${issue.message}`;
      });
  for (const user of ["KAFKA", "ELASTICSEARCH"] as const) {
    const [username, password] = [`${user}_USERNAME`, `${user}_PASSWORD_FILE`];
    if (!env[username] !== !env[password]) problems.push(`${username} and ${password} must be set together`);
  }
  if (problems.length > 0) throw new Error(`the consumer's settings are wrong:\n- ${problems.join("\n- ")}`);
  return parsed.data as ConsumerSettings;
}
