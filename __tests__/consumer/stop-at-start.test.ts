import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLog } from "../../consumer/src/log";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { ElasticsearchDouble } from "./elasticsearch-double";
import { broker, restartBroker } from "./kafka-double";

jest.mock("@platformatic/kafka", () => jest.requireActual("./kafka-double"));
// An import would be loaded before the line above is run.
const { run } = jest.requireActual<typeof import("../../consumer/src/commands/run")>("../../consumer/src/commands/run");

const log = createLog("silent");
/** Less than a request that is not answered takes to fail (5 s), and than the drain deadline (20 s). */
const PROMPT_MS = 3_000;

let stop: AbortController;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Runs the consumer. */
async function start(elasticsearch: string): Promise<number> {
  const settings = parseConsumerSettings({
    KAFKA_BROKERS: "kafka:9092",
    KAFKA_TOPIC: "app-logs",
    KAFKA_DEAD_LETTER_TOPIC: "app-logs-dead-letter",
    KAFKA_GROUP: "group",
    ELASTICSEARCH_URLS: elasticsearch,
    ELASTICSEARCH_DATA_STREAM: "logs-app-test",
    ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-test",
    HTTP_PORT: String(await freePort()),
  });
  return run(settings, log, stop.signal);
}

beforeEach(() => {
  stop = new AbortController();
  restartBroker();
});

describe("SIGTERM ends the consumer promptly and with 0 while it waits", () => {
  let server: Server;

  /** An Elasticsearch that answers nothing whose path begins so; the consumer is stopped while it waits for that answer. */
  async function silentAt(path: string): Promise<string> {
    server = createServer((request, response) => {
      if (request.url?.startsWith(path)) stop.abort();
      else response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(["/_index_template", "/_component_template"])(
    "for Elasticsearch's answer about %s",
    async (path) => {
      expect(await start(await silentAt(path))).toBe(0);
    },
    PROMPT_MS,
  );
});

describe("SIGTERM ends the consumer promptly and with 0", () => {
  let double: ElasticsearchDouble;

  beforeEach(() => {
    double = new ElasticsearchDouble();
  });

  afterEach(() => double.stop());

  test(
    "while the index template is missing",
    async () => {
      double.others.set("/_index_template/logs-app", () => {
        setTimeout(() => stop.abort(), 50);
        return { status: 404, body: {} };
      });
      expect(await start(await double.start())).toBe(0);
    },
    PROMPT_MS,
  );

  test(
    "while there is no topic, and none of the sessions with Kafka comes about",
    async () => {
      double.others.set("/_index_template/logs-app", { status: 200, body: {} });
      double.others.set("/_component_template/logs-app@mappings", () => {
        setTimeout(() => stop.abort(), 50);
        return { status: 200, body: {} };
      });
      expect(broker.topics.size).toBe(0);
      expect(await start(await double.start())).toBe(0);
    },
    PROMPT_MS,
  );
});
