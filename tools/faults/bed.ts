import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { renderTopics, TOPIC_MESSAGE_BYTES, TOPIC_TIMESTAMP } from "../../contract/topics";
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
import { bedName } from "./schedule";
import { KafkaProxy } from "./proxy/kafka-proxy";

const GROUP = "faults";
const STREAM = dataStreamName("local");

/** Kafka, Elasticsearch, what is between them and the consumers, and the consumers. */
export class FaultsBed {
  readonly stream = STREAM;

  private constructor(
    private readonly name: string,
    readonly directory: string,
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

  /** @param bed its name; what it writes is in the directory of that name under .local */
  static async start(bed: string, source: ImageSource): Promise<FaultsBed> {
    const name = bedName(bed);
    const directory = join(LOCAL_DIR, bed);
    const images = imageReferences(source, ROOT);
    await removeBed(name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const [direct, behindProxy, elasticsearchPort] = [await freePort(), await freePort(), await freePort()];
    const [toKafka, toElasticsearch] = [new KafkaProxy(behindProxy), new ElasticsearchProxy(elasticsearchPort)];
    const [proxy, elasticsearchProxy] = [await toKafka.listen(), await toElasticsearch.listen()];
    await createBed(name);
    const [kafka, elasticsearch, node] = await Promise.all([
      startKafka({ name, image: images.kafka! }, { direct, behindProxy, proxy }),
      startElasticsearch({ name, image: images.elasticsearch! }, elasticsearchPort),
      nodeOf(source, directory),
      exec(process.execPath, [join(ROOT, "consumer/build.mjs")]),
    ]);
    // A copy, as whoever goes on working builds the program again.
    const program = join(directory, "main.js");
    copyFileSync(join(ROOT, "consumer/dist/main.js"), program);
    const url = `http://127.0.0.1:${elasticsearchPort}`;
    const broker = `127.0.0.1:${direct}`;
    await prepare({ node, program, broker, url, directory }, source);
    const [clockFile, passwordFile] = [join(directory, "clock"), join(directory, "password")];
    writeFileSync(clockFile, "0");
    writeFileSync(passwordFile, "first");
    const consumers = new Consumers(
      node,
      ["--require", join(ROOT, "tools/faults/preload.cjs"), program, "run"],
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
      join(directory, "consumers.log"),
    );
    const load = new Load(broker, TOPIC.logs);
    return new FaultsBed(
      name,
      directory,
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
    await removeBed(this.name);
  }
}

interface Prepared {
  readonly node: string;
  readonly program: string;
  readonly broker: string;
  readonly url: string;
  readonly directory: string;
}

/** Topics and content, by the program's own commands. */
async function prepare({ node, program, broker, url, directory }: Prepared, source: ImageSource): Promise<void> {
  const topic = (name: string, bytes: string) => ({
    name,
    partitions: PARTITIONS,
    replicationFactor: 1,
    config: { "max.message.bytes": bytes, ...TOPIC_TIMESTAMP },
  });
  const topics = renderTopics([
    topic(TOPIC.logs, TOPIC_MESSAGE_BYTES.logs),
    topic(TOPIC.deadLetters, TOPIC_MESSAGE_BYTES.deadLetters),
  ]);
  const content = join(directory, "content.json");
  const stack = new TerraformStack(new App(), "faults");
  const bundle = elasticsearchContent(stack, local, { elasticsearchLacks: ELASTICSEARCH_LACKS[source] });
  writeFileSync(content, bundle.render());
  await Promise.all([
    exec(node, [program, "topics", "apply"], { env: { KAFKA_BROKERS: broker, TOPICS: topics } }),
    exec(node, [program, "content", "apply"], { env: { ELASTICSEARCH_URLS: url, CONTENT_FILE: content } }),
  ]);
}

/** The Node.js of the consumer's image, on the machine: the machine's own may be older than the consumer needs. */
async function nodeOf(source: ImageSource, directory: string): Promise<string> {
  const program = join(directory, "node");
  const container = (await exec("docker", ["create", recipeTag("node", source, ROOT)])).stdout.trim();
  try {
    await exec("docker", ["cp", "--follow-link", `${container}:/usr/local/bin/node`, program]);
  } finally {
    await exec("docker", ["rm", container]);
  }
  return program;
}
