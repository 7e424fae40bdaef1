import { describe, expect, test } from "@jest/globals";
import { parseConsumerSettings, renderConsumerSettings } from "../../contract/consumer-settings";
import { parseDeadLettersSettings } from "../../contract/dead-letters-settings";
import { SettingsError, usesTls } from "../../contract/settings";

const SMALLEST = {
  KAFKA_BROKERS: "a:9092",
  KAFKA_TOPIC: "logs",
  KAFKA_DEAD_LETTER_TOPIC: "dead",
  KAFKA_GROUP: "readers",
  ELASTICSEARCH_URLS: "http://es:9200",
  ELASTICSEARCH_DATA_STREAM: "logs-app-test",
  ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-test",
};

function wrong(...problems: string[]): SettingsError {
  return new SettingsError(`the consumer's settings are wrong:\n- ${problems.join("\n- ")}`);
}

test("defaults by value", () => {
  expect(parseConsumerSettings(SMALLEST)).toEqual({
    ...SMALLEST,
    KAFKA_BROKERS: ["a:9092"],
    ELASTICSEARCH_URLS: ["http://es:9200"],
    ELASTICSEARCH_INDEXING: "data-stream",
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_FETCH_MAX_BYTES: 512 * 1024,
    ELASTICSEARCH_REQUEST_TIMEOUT_MS: 30_000,
    ELASTICSEARCH_MAX_IN_FLIGHT: 2,
    BATCH_MAX_BYTES: 5 * 1024 * 1024,
    BATCH_MAX_DOCUMENTS: 5000,
    BATCH_MAX_AGE_MS: 500,
    RETRY_INITIAL_MS: 100,
    RETRY_MAX_MS: 15_000,
    DRAIN_DEADLINE_MS: 20_000,
    HTTP_PORT: 9464,
    LOG_LEVEL: "info",
  });
});

test("every mistake is told at once, one a line, with its value", () => {
  const { KAFKA_TOPIC, ...others } = SMALLEST;
  expect(KAFKA_TOPIC).toBe("logs");
  let message = "";
  try {
    parseConsumerSettings({ ...others, KAFKA_GROUP: "", HTTP_PORT: "70000", LOG_LEVEL: "loud", KAFKA_USERNAME: "me" });
  } catch (error) {
    message = (error as SettingsError).message;
  }
  expect(message.split("\n").map((line) => line.replace(/: .*/, ""))).toEqual([
    "the consumer's settings are wrong:",
    "- KAFKA_TOPIC is not set",
    '- KAFKA_GROUP ("")',
    '- HTTP_PORT ("70000")',
    '- LOG_LEVEL ("loud")',
    "- KAFKA_USERNAME and KAFKA_PASSWORD_FILE must be set together",
  ]);
});

test.each(Object.keys(SMALLEST))("%s must be set", (name) => {
  expect(() => parseConsumerSettings({ ...SMALLEST, [name]: undefined })).toThrow(wrong(`${name} is not set`));
});

describe.each(["KAFKA", "ELASTICSEARCH"])("%s credentials", (prefix) => {
  const user = `${prefix}_USERNAME`;
  const password = `${prefix}_PASSWORD_FILE`;

  test("are both or none", () => {
    const both = { [user]: "me", [password]: "/run/secrets/password" };
    expect(parseConsumerSettings({ ...SMALLEST, ...both })).toMatchObject(both);
    for (const one of [{ [user]: "me" }, { [password]: "/run/secrets/password" }]) {
      expect(() => parseConsumerSettings({ ...SMALLEST, ...one })).toThrow(
        wrong(`${user} and ${password} must be set together`),
      );
    }
  });

  test("are read from a file of an absolute path", () => {
    expect(() => parseConsumerSettings({ ...SMALLEST, [user]: "me", [password]: "password" })).toThrow(
      wrong(`${password} ("password"): must be an absolute path`),
    );
  });
});

describe("TLS to Kafka", () => {
  const parse = (change: Record<string, string>) => parseConsumerSettings({ ...SMALLEST, ...change });
  const user = { KAFKA_USERNAME: "me", KAFKA_PASSWORD_FILE: "/run/secrets/password" };
  const ca = { KAFKA_CA_FILE: "/ca.pem" };

  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [ca, true],
    [{ KAFKA_TLS: "true" }, true],
    [{ KAFKA_TLS: "true", ...ca }, true],
    [{ KAFKA_TLS: "false" }, false],
  ])("with %j is %s", (settings, expected) => {
    expect(usesTls(parse(settings))).toBe(expected);
  });

  test("is on or off, and an authority without it is a contradiction", () => {
    expect(() => parse({ KAFKA_TLS: "false", ...ca })).toThrow(
      wrong(
        "KAFKA_TLS (false) and KAFKA_CA_FILE (/ca.pem) contradict each other: there is nothing to verify without TLS; remove one",
      ),
    );
    expect(() => parse({ KAFKA_TLS: "maybe", ...ca })).toThrow('- KAFKA_TLS ("maybe"): ');
  });

  test.each(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const)("a user may prove itself by %s", (mechanism) => {
    expect(parse({ ...user, ...ca, KAFKA_SASL_MECHANISM: mechanism }).KAFKA_SASL_MECHANISM).toBe(mechanism);
  });

  test("a user may not by what the client does not speak", () => {
    expect(() => parse({ ...user, ...ca, KAFKA_SASL_MECHANISM: "GSSAPI" })).toThrow(
      '- KAFKA_SASL_MECHANISM ("GSSAPI"): ',
    );
  });

  test("a password is sent as it is in TLS only", () => {
    const plain = { ...user, KAFKA_SASL_MECHANISM: "PLAIN" };
    const refused = wrong(
      "KAFKA_SASL_MECHANISM (PLAIN) without TLS would send the password as it is: set KAFKA_TLS to true, or take SCRAM-SHA-512",
    );
    for (const off of [{}, { KAFKA_TLS: "false" }]) expect(() => parse({ ...plain, ...off })).toThrow(refused);
    for (const on of [ca, { KAFKA_TLS: "true" }]) expect(parse({ ...plain, ...on })).toMatchObject(plain);
    expect(parse({ ...plain, KAFKA_SASL_MECHANISM: "SCRAM-SHA-256" })).toMatchObject(user);
  });
});

test.each([
  ["KAFKA_FETCH_MAX_BYTES", 65_536, 65_535],
  ["HTTP_PORT", 65_535, 65_536],
  ["HTTP_PORT", 1, 0],
  ["BATCH_MAX_BYTES", 1, 0],
  ["BATCH_MAX_DOCUMENTS", 1, 0.5],
  ["DRAIN_DEADLINE_MS", 1, "soon"],
] as const)("%s may be %s, not %s", (name, good, bad) => {
  expect(parseConsumerSettings({ ...SMALLEST, [name]: String(good) })[name]).toBe(good);
  expect(() => parseConsumerSettings({ ...SMALLEST, [name]: String(bad) })).toThrow(`- ${name} ("${bad}"): `);
});

test("lists take blanks and a comma too many; an empty list is none", () => {
  expect(parseConsumerSettings({ ...SMALLEST, KAFKA_BROKERS: " a:1, b:2 ," }).KAFKA_BROKERS).toEqual(["a:1", "b:2"]);
  expect(() => parseConsumerSettings({ ...SMALLEST, KAFKA_BROKERS: " , " })).toThrow('- KAFKA_BROKERS (" , "): ');
});

test.each(["es:9200", "ftp://es", ""])("%j is no address of Elasticsearch", (url) => {
  expect(() => parseConsumerSettings({ ...SMALLEST, ELASTICSEARCH_URLS: url })).toThrow(
    `- ELASTICSEARCH_URLS (${JSON.stringify(url)})`,
  );
});

test("what is rendered is read again with the same values, whatever is set", () => {
  const all = {
    KAFKA_BROKERS: ["a:1", "b:2"],
    KAFKA_TLS: true,
    KAFKA_CA_FILE: "/ca.pem",
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-256",
    KAFKA_USERNAME: "me",
    KAFKA_PASSWORD_FILE: "/kafka",
    KAFKA_TOPIC: "logs",
    KAFKA_DEAD_LETTER_TOPIC: "dead",
    KAFKA_GROUP: "readers",
    KAFKA_FETCH_MAX_BYTES: 9_000_000,
    ELASTICSEARCH_URLS: ["https://a:1", "http://b:2"],
    ELASTICSEARCH_USERNAME: "them",
    ELASTICSEARCH_PASSWORD_FILE: "/elasticsearch",
    ELASTICSEARCH_CA_FILE: "/ca2.pem",
    ELASTICSEARCH_REQUEST_TIMEOUT_MS: 1,
    ELASTICSEARCH_INDEXING: "monthly",
    ELASTICSEARCH_DATA_STREAM: "logs-app-test",
    ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-test",
    ELASTICSEARCH_MAX_IN_FLIGHT: 3,
    BATCH_MAX_BYTES: 4,
    BATCH_MAX_DOCUMENTS: 5,
    BATCH_MAX_AGE_MS: 6,
    RETRY_INITIAL_MS: 7,
    RETRY_MAX_MS: 8,
    DRAIN_DEADLINE_MS: 9,
    HTTP_PORT: 10,
    LOG_LEVEL: "debug",
  } as const;
  const rendered = renderConsumerSettings(all);
  expect(parseConsumerSettings(rendered)).toEqual(all);
  expect(Object.keys(rendered)).toEqual(Object.keys(all).sort());
});

test("what the program would refuse is not rendered", () => {
  const { KAFKA_GROUP, ...others } = SMALLEST;
  expect(KAFKA_GROUP).toBe("readers");
  expect(() =>
    renderConsumerSettings({
      ...others,
      KAFKA_BROKERS: ["a:9092"],
      ELASTICSEARCH_URLS: ["http://es:9200"],
      HTTP_PORT: -1,
    }),
  ).toThrow('the consumer\'s settings are wrong:\n- KAFKA_GROUP is not set\n- HTTP_PORT ("-1"): ');
});

test("the reader of dead letters takes the consumer's own environment", () => {
  expect(parseDeadLettersSettings(SMALLEST)).toEqual({
    KAFKA_BROKERS: ["a:9092"],
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_DEAD_LETTER_TOPIC: "dead",
    LOG_LEVEL: "info",
  });
});
