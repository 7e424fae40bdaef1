import { describe, expect, test } from "@jest/globals";
import { parseConsumerSettings, renderConsumerSettings } from "../../contract/consumer-settings";
import { parseContentSettings, renderContentSettings } from "../../contract/content-settings";
import { parseDeadLettersSettings } from "../../contract/dead-letters-settings";

const required = {
  KAFKA_BROKERS: ["a:9092", "b:9092"],
  KAFKA_TOPIC: "app-logs",
  KAFKA_DEAD_LETTER_TOPIC: "app-logs-dead-letter",
  KAFKA_GROUP: "indexer",
  ELASTICSEARCH_URLS: ["http://es-1:9200", "https://es-2:9200/prefix"],
  ELASTICSEARCH_DATA_STREAM: "logs-app-test",
  ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-test",
};

describe("the consumer's settings", () => {
  test("round trip, with defaults for the rest", () => {
    expect(parseConsumerSettings(renderConsumerSettings(required))).toEqual({
      ...required,
      ELASTICSEARCH_INDEXING: "data-stream",
      KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
      KAFKA_FETCH_MAX_BYTES: 512 * 1024,
      ELASTICSEARCH_REQUEST_TIMEOUT_MS: 30_000,
      ELASTICSEARCH_MAX_IN_FLIGHT: 2,
      BATCH_MAX_BYTES: 5 * 1024 * 1024,
      BATCH_MAX_DOCUMENTS: 5_000,
      BATCH_MAX_AGE_MS: 500,
      RETRY_INITIAL_MS: 100,
      RETRY_MAX_MS: 15_000,
      DRAIN_DEADLINE_MS: 20_000,
      HTTP_PORT: 9464,
      LOG_LEVEL: "info",
    });
  });

  test("all that are wrong are named at once", () => {
    const env = {
      ...renderConsumerSettings(required),
      KAFKA_GROUP: "",
      HTTP_PORT: "65536",
      BATCH_MAX_BYTES: "0",
      LOG_LEVEL: "loud",
    };
    let message = "";
    try {
      parseConsumerSettings({ ...env, KAFKA_TOPIC: undefined, ELASTICSEARCH_USERNAME: "u", KAFKA_PASSWORD_FILE: "/p" });
    } catch (error) {
      message = (error as Error).message;
    }
    for (const name of ["KAFKA_TOPIC is not set", "KAFKA_GROUP", "HTTP_PORT", "BATCH_MAX_BYTES", "LOG_LEVEL"])
      expect(message).toContain(name);
    expect(message).toContain("ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD_FILE must be set together");
    expect(message).toContain("KAFKA_USERNAME and KAFKA_PASSWORD_FILE must be set together");
    expect(message.split("\n- ")).toHaveLength(8);
  });

  test.each([
    ["a fetch too small to be worth a request", { KAFKA_FETCH_MAX_BYTES: 65_535 }, /KAFKA_FETCH_MAX_BYTES/],
    ["a relative file", { KAFKA_CA_FILE: "ca.pem" }, /KAFKA_CA_FILE .*absolute/],
    ["another protocol", { ELASTICSEARCH_URLS: ["ftp://es"] }, /ELASTICSEARCH_URLS/],
    ["an indexing that there is not", { ELASTICSEARCH_INDEXING: "daily" as "monthly" }, /ELASTICSEARCH_INDEXING/],
    ["no broker", { KAFKA_BROKERS: [] }, /KAFKA_BROKERS/],
  ])("a construct cannot render %s", (_, wrong, message) => {
    expect(() => renderConsumerSettings({ ...required, ...wrong })).toThrow(message);
  });
});

describe("the content's settings", () => {
  const file = { CONTENT_FILE: "/c.json" };
  const urls = { ...file, ELASTICSEARCH_URLS: ["http://es:9200"] };

  test("round trip", () => {
    const asked = {
      ...urls,
      KIBANA_URL: "https://kibana:5601",
      KIBANA_USERNAME: "u",
      KIBANA_PASSWORD_FILE: "/p",
      CONTENT_ALLOW: ["shorter-retention" as const, "incompatible-mapping" as const],
    };
    expect(parseContentSettings(renderContentSettings(asked))).toMatchObject(asked);
    expect(parseContentSettings(renderContentSettings(urls)).CONTENT_ALLOW).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ["nowhere to put it", { ELASTICSEARCH_URLS: undefined }, /neither ELASTICSEARCH_URLS nor KIBANA_URL is set/],
    ["a relative file", { CONTENT_FILE: "c.json" }, /CONTENT_FILE \("c.json"\): must be an absolute path/],
    ["to allow what there is not", { CONTENT_ALLOW: ["everything"] }, /CONTENT_ALLOW \("everything"\) at 0: /],
    ["a user without a password", { KIBANA_USERNAME: "u" }, /KIBANA_USERNAME and KIBANA_PASSWORD_FILE must be set/],
    ["another protocol", { KIBANA_URL: "ftp://kibana" }, /KIBANA_URL \("ftp:/],
  ])("refuse %s", (_, wrong, message) => {
    expect(() => renderContentSettings({ ...urls, ...wrong })).toThrow(message);
  });
});

test("the dead-letter reader needs no more than the topic and how to reach it", () => {
  const env = { KAFKA_BROKERS: "a:1", KAFKA_DEAD_LETTER_TOPIC: "d" };
  expect(parseDeadLettersSettings(env)).toEqual({
    KAFKA_BROKERS: ["a:1"],
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_DEAD_LETTER_TOPIC: "d",
    LOG_LEVEL: "info",
  });
  expect(() => parseDeadLettersSettings({})).toThrow(/KAFKA_BROKERS is not set\n- KAFKA_DEAD_LETTER_TOPIC is not set/);
});
