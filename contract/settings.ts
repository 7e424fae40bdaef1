import { z } from "zod";

/**
 * What the settings of all commands of the consumer's program have in common: how to write a value in an environment
 * variable, how to reach Kafka and Elasticsearch, and how mistakes are reported.
 */
export const positive = z.coerce.number().int().positive();
export const name = z.string().min(1);
const list = z
  .string()
  .transform((value) =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string()).nonempty());

/** JSON in a variable, as a schema wants it. */
export function jsonOf<S extends z.ZodType>(schema: S) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const file = z.string().startsWith("/", "must be an absolute path");

/** How a user proves to Kafka who it is. */
export const KAFKA_SASL_MECHANISMS = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const;
export type KafkaSaslMechanism = (typeof KAFKA_SASL_MECHANISMS)[number];

/** How to reach Kafka; every command that talks to it takes these. */
export const kafkaConnection = {
  /** host:port of one broker or more, comma separated. */
  KAFKA_BROKERS: list,
  /** Whether to speak TLS. @default what KAFKA_CA_FILE says: it turns TLS on */
  KAFKA_TLS: z.stringbool().optional(),
  /** PEM file of authorities. @default the public ones that Node.js trusts */
  KAFKA_CA_FILE: file.optional(),
  /** SASL user. @default no authentication */
  KAFKA_USERNAME: name.optional(),
  KAFKA_SASL_MECHANISM: z.enum(KAFKA_SASL_MECHANISMS).default("SCRAM-SHA-512"),
  KAFKA_PASSWORD_FILE: file.optional(),
};

export type KafkaConnectionSettings = Readonly<z.output<z.ZodObject<typeof kafkaConnection>>>;

/** Whether Kafka is spoken to in TLS: as it is said, or because there is an authority to trust. */
export function usesTls(settings: Pick<KafkaConnectionSettings, "KAFKA_TLS" | "KAFKA_CA_FILE">): boolean {
  return settings.KAFKA_TLS ?? settings.KAFKA_CA_FILE !== undefined;
}

/** How to reach Elasticsearch; every command that talks to it takes these. */
export const elasticsearchConnection = {
  /** One URL or more, comma separated. */
  ELASTICSEARCH_URLS: list.pipe(z.array(z.url({ protocol: /^https?$/ })).nonempty()),
  /** @default no authentication */
  ELASTICSEARCH_USERNAME: name.optional(),
  ELASTICSEARCH_PASSWORD_FILE: file.optional(),
  /** PEM file. @default the system's certificate authorities */
  ELASTICSEARCH_CA_FILE: file.optional(),
  /** Of one request, in milliseconds. */
  ELASTICSEARCH_REQUEST_TIMEOUT_MS: positive.default(30_000),
};

export type ElasticsearchConnectionSettings = Readonly<z.output<z.ZodObject<typeof elasticsearchConnection>>>;

/** What every command takes. */
export const common = {
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
  /** How long a one-shot command waits for what it needs to answer, in milliseconds. */
  WAIT_DEADLINE_MS: positive.default(300_000),
};

/** A broker sends a message that is larger than what was asked for all the same, so this need not be as large as the largest (KIP-74). */
export const fetchMaxBytes = positive.min(64 * 1024);

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a construct states for the settings `T`; everything with a default may be left out. */
export type SettingsInput<T> = {
  readonly [K in keyof T]?: (T[K] extends readonly string[] | undefined ? readonly string[] : T[K]) | undefined;
};

/** The settings in an environment are wrong; the message has one line for each that is. */
export class SettingsError extends Error {}

/**
 * The settings in an environment; variables that are none of the schema's are ignored.
 *
 * @throws SettingsError with one line for each setting that is missing or wrong
 */
export function parseSettings<S extends z.ZodObject>(
  whose: string,
  schema: S,
  env: Environment,
): Readonly<z.output<S>> {
  const parsed = schema.safeParse(env);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const key = String(issue.path[0]);
        const value = env[key];
        if (value === undefined) return `${key} is not set`;
        const where = issue.path.length > 1 ? ` at ${issue.path.slice(1).join(".")}` : "";
        return `${key} (${JSON.stringify(value)})${where}: ${issue.message}`;
      });
  for (const user of ["KAFKA", "ELASTICSEARCH", "KIBANA"]) {
    const [username, password] = [`${user}_USERNAME`, `${user}_PASSWORD_FILE`];
    if (!(username in schema.shape)) continue;
    if (!env[username] !== !env[password]) problems.push(`${username} and ${password} must be set together`);
  }
  if ("KAFKA_TLS" in schema.shape) problems.push(...tlsProblems(env));
  if (problems.length > 0) throw new SettingsError(`${whose} settings are wrong:\n- ${problems.join("\n- ")}`);
  return parsed.data as Readonly<z.output<S>>;
}

/** What each of the settings allows and the two together do not. */
function tlsProblems(env: Environment): string[] {
  const { KAFKA_CA_FILE: caFile, KAFKA_USERNAME: username, KAFKA_SASL_MECHANISM: mechanism } = env;
  const stated = kafkaConnection.KAFKA_TLS.safeParse(env["KAFKA_TLS"]);
  if (!stated.success) return [];
  const problems: string[] = [];
  if (stated.data === false && caFile !== undefined) {
    problems.push(
      `KAFKA_TLS (${env["KAFKA_TLS"]}) and KAFKA_CA_FILE (${caFile}) contradict each other: there is nothing to verify without TLS; remove one`,
    );
  } else if (mechanism === "PLAIN" && username && !usesTls({ KAFKA_TLS: stated.data, KAFKA_CA_FILE: caFile })) {
    problems.push(
      "KAFKA_SASL_MECHANISM (PLAIN) without TLS would send the password as it is: set KAFKA_TLS to true, or take SCRAM-SHA-512",
    );
  }
  return problems;
}

/**
 * Environment variables for settings, sorted by name.
 *
 * @throws SettingsError naming every setting that the program would refuse
 */
export function renderSettings<S extends z.ZodObject>(
  whose: string,
  schema: S,
  settings: object,
): Record<string, string> {
  const rendered: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value !== undefined) rendered[key] = Array.isArray(value) ? value.join(",") : String(value);
  }
  parseSettings(whose, schema, rendered);
  return rendered;
}
