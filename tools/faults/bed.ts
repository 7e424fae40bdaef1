import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { renderTopics, TOPIC_MESSAGE_BYTES } from "../../contract/topics";
import { dataStreamName, deadLetterStreamName, TOPIC } from "../../contract/names";
import { local } from "../../environments/local";
import { ELASTICSEARCH_LACKS, imageReferences, type ImageSource } from "../../images/catalog";
import { recipeTag } from "../../images/recipes";
import { elasticsearchContent } from "../../stacks/content";
import { createBed, removeBed, startElasticsearch, startKafka } from "../bed/containers";
import { exec } from "../lib/exec";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { Consumers } from "./consumers";
import { freePort } from "./free-port";
import { Load, PARTITIONS } from "./load";
import { Observer } from "./observer";
import { ElasticsearchProxy } from "./proxy/elasticsearch-proxy";
import { FAULTS_BED } from "./schedule";
import { KafkaProxy } from "./proxy/kafka-proxy";

const NAME = FAULTS_BED;
const GROUP = "faults";
const STREAM = dataStreamName("local");
export const DIRECTORY = join(LOCAL_DIR, "faults");
const PROGRAM = join(ROOT, "consumer/dist/main.js");

/** Kafka, Elasticsearch, what is between them and the consumers, and the consumers. */
export class FaultsBed {
  readonly stream = STREAM;

  private constructor(
    readonly kafka: string,
    readonly elasticsearch: string,
    readonly observer: Observer,
    readonly toElasticsearch: ElasticsearchProxy,
    readonly toKafka: KafkaProxy,
    readonly consumers: Consumers,
    readonly load: Load,
    readonly clockFile: string,
    readonly passwordFile: string,
  ) {}

  static async start(source: ImageSource): Promise<FaultsBed> {
    const images = imageReferences(source, ROOT);
    await removeBed(NAME);
    rmSync(DIRECTORY, { recursive: true, force: true });
    mkdirSync(DIRECTORY, { recursive: true });
    const [direct, behindProxy, elasticsearchPort] = [await freePort(), await freePort(), await freePort()];
    const [toKafka, toElasticsearch] = [new KafkaProxy(behindProxy), new ElasticsearchProxy(elasticsearchPort)];
    const [proxy, elasticsearchProxy] = [await toKafka.listen(), await toElasticsearch.listen()];
    await createBed(NAME);
    const [kafka, elasticsearch, node] = await Promise.all([
      startKafka({ name: NAME, image: images.kafka! }, { direct, behindProxy, proxy }),
      startElasticsearch({ name: NAME, image: images.elasticsearch! }, elasticsearchPort),
      nodeOf(source),
      exec(process.execPath, [join(ROOT, "consumer/build.mjs")]),
    ]);
    const url = `http://127.0.0.1:${elasticsearchPort}`;
    const broker = `127.0.0.1:${direct}`;
    await prepare(node, broker, url, source);
    const [clockFile, passwordFile] = [join(DIRECTORY, "clock"), join(DIRECTORY, "password")];
    writeFileSync(clockFile, "0");
    writeFileSync(passwordFile, "first");
    const consumers = new Consumers(
      node,
      ["--require", join(ROOT, "tools/faults/preload.cjs"), PROGRAM, "run"],
      {
        CLOCK_FILE: clockFile,
        KAFKA_BROKERS: `127.0.0.1:${proxy}`,
        KAFKA_TOPIC: TOPIC.logs,
        KAFKA_DEAD_LETTER_TOPIC: TOPIC.deadLetters,
        KAFKA_GROUP: GROUP,
        ELASTICSEARCH_URLS: `http://127.0.0.1:${elasticsearchProxy}`,
        ELASTICSEARCH_USERNAME: "consumer",
        ELASTICSEARCH_PASSWORD_FILE: passwordFile,
        ELASTICSEARCH_REQUEST_TIMEOUT_MS: "3000",
        ELASTICSEARCH_DATA_STREAM: STREAM,
        ELASTICSEARCH_DEAD_LETTER_STREAM: deadLetterStreamName("local"),
        // Small, so that reading waits for Elasticsearch within seconds.
        BATCH_MAX_DOCUMENTS: "100",
        BATCH_MAX_AGE_MS: "250",
        RETRY_INITIAL_MS: "100",
        RETRY_MAX_MS: "1000",
        DRAIN_DEADLINE_MS: "5000",
      },
      join(DIRECTORY, "consumers.log"),
    );
    const load = new Load(broker, TOPIC.logs);
    return new FaultsBed(
      kafka,
      elasticsearch,
      new Observer(broker, url, GROUP, STREAM),
      toElasticsearch,
      toKafka,
      consumers,
      load,
      clockFile,
      passwordFile,
    );
  }

  async stop(): Promise<void> {
    await this.load.stop();
    await this.consumers.stop();
    this.toKafka.close();
    this.toElasticsearch.close();
    await removeBed(NAME);
  }
}

/** Topics and content, by the program's own commands. */
async function prepare(node: string, broker: string, url: string, source: ImageSource): Promise<void> {
  const topic = (name: string, bytes: string) => ({
    name,
    partitions: PARTITIONS,
    replicationFactor: 1,
    config: { "max.message.bytes": bytes },
  });
  const topics = renderTopics([
    topic(TOPIC.logs, TOPIC_MESSAGE_BYTES.logs),
    topic(TOPIC.deadLetters, TOPIC_MESSAGE_BYTES.deadLetters),
  ]);
  const content = join(DIRECTORY, "content.json");
  const stack = new TerraformStack(new App(), "faults");
  const bundle = elasticsearchContent(stack, local, { elasticsearchLacks: ELASTICSEARCH_LACKS[source] });
  writeFileSync(content, bundle.render());
  await Promise.all([
    exec(node, [PROGRAM, "topics", "apply"], { env: { KAFKA_BROKERS: broker, TOPICS: topics } }),
    exec(node, [PROGRAM, "content", "apply"], { env: { ELASTICSEARCH_URLS: url, CONTENT_FILE: content } }),
  ]);
}

/** The Node.js of the consumer's image, on the machine: the machine's own may be older than the consumer needs. */
async function nodeOf(source: ImageSource): Promise<string> {
  const program = join(DIRECTORY, "node");
  const container = (await exec("docker", ["create", recipeTag("node", source, ROOT)])).stdout.trim();
  try {
    await exec("docker", ["cp", "--follow-link", `${container}:/usr/local/bin/node`, program]);
  } finally {
    await exec("docker", ["rm", container]);
  }
  return program;
}
