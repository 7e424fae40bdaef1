import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Testing, TerraformStack } from "cdktf";
import { build } from "esbuild";
import { request } from "undici";
import { renderContentSettings } from "../../../contract/content-settings";
import { MAX_DEAD_LETTER_BYTES } from "../../../contract/size-limits";
import { singleNodeBrokerEnvironment } from "../../../constructs/kafka/broker-environment";
import * as kafkaImage from "../../../constructs/kafka/image";
import { ELASTICSEARCH_USER } from "../../../constructs/elasticsearch/image";
import { singleNodeEnvironment } from "../../../constructs/elasticsearch/node-environment";
import { Size } from "../../../constructs/core/size";
import { environmentsNamed } from "../../../environments";
import { ELASTICSEARCH_LACKS } from "../../../images/catalog";
import { elasticsearchContent } from "../../../stacks/content";
import { sleep } from "../../../consumer/src/backoff";
import { ROOT } from "../../lib/paths";
import { UserError } from "../../lib/user-error";
import type { Engine } from "./engine";
import type { SinkOrder, SinkState } from "./sink/state";

export interface BedImages {
  readonly kafka: string;
  readonly elasticsearch: string;
  /** Carries Node.js, which the sink runs on, and `content apply`. */
  readonly consumer: string;
}

const READY_MS = 120_000;
const SINK_URL = "http://sink:9200";
const ELASTICSEARCH_URL = "http://elasticsearch:9200";

/** What contenders meet: Kafka, the counting sink, Elasticsearch. All of it on a network of its own, and gone afterwards. */
export class Bed {
  /** For programs on this machine. */
  readonly kafka: readonly string[];
  /** For containers. */
  readonly brokers = [`kafka:${kafkaImage.CLIENT_PORT}`];
  readonly sinkUrl = SINK_URL;
  readonly elasticsearchUrl = ELASTICSEARCH_URL;

  private constructor(
    private readonly engine: Engine,
    private readonly images: BedImages,
    private readonly work: string,
    private readonly ports: { readonly kafka: number; readonly sink: number; readonly elasticsearch: number },
  ) {
    this.kafka = [`127.0.0.1:${ports.kafka}`];
  }

  /** @param work a folder for files that containers read */
  static async make(engine: Engine, images: BedImages, work: string): Promise<Bed> {
    await engine.clear();
    await engine.makeNetwork();
    mkdirSync(work, { recursive: true });
    const ports = { kafka: await freePort(), sink: await freePort(), elasticsearch: await freePort() };
    return new Bed(engine, images, work, ports);
  }

  /** @param cpus processors that it may use. @default all */
  async startKafka(cpus?: string): Promise<void> {
    const heap = Size.mebibytes(1024);
    await this.engine.start({
      name: "kafka",
      image: this.images.kafka,
      ...(cpus === undefined ? {} : { cpus }),
      env: singleNodeBrokerEnvironment({
        clusterId: kafkaImage.CLUSTER_ID,
        hostname: "kafka",
        clientPort: kafkaImage.CLIENT_PORT,
        controllerPort: kafkaImage.CONTROLLER_PORT,
        machine: { port: 9094, advertisedPort: this.ports.kafka },
        dataDirectory: kafkaImage.DATA_DIRECTORY,
        heap,
        maxMessageBytes: MAX_DEAD_LETTER_BYTES,
      }),
      ports: { [this.ports.kafka]: 9094 },
    });
    await this.until("kafka", async () => {
      await this.engine.run("kafka", ...kafkaImage.METADATA_COMMAND);
      return true;
    });
  }

  async startSink(): Promise<void> {
    const program = join(this.work, "sink.js");
    await build({
      entryPoints: [join(ROOT, "tools/bench/consumer/sink/main.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      target: "node24",
    });
    const capture = join(this.work, "capture");
    mkdirSync(capture, { recursive: true, mode: 0o777 });
    await this.engine.start({
      name: "sink",
      image: this.images.consumer,
      user: "0",
      entrypoint: "node",
      command: ["/sink/sink.js"],
      mounts: { [program]: "/sink/sink.js:ro", [capture]: "/capture" },
      ports: { [this.ports.sink]: 9200 },
    });
    await this.until("sink", async () => (await this.sink()).documents === 0);
  }

  /** Starts the sink anew. */
  async order(order: Partial<SinkOrder>): Promise<void> {
    const body = JSON.stringify({ ages: false, capture: 0, sample: 0, ...order } satisfies SinkOrder);
    await (await request(`http://127.0.0.1:${this.ports.sink}/_sink`, { method: "POST", body })).body.dump();
  }

  async sink(): Promise<SinkState> {
    return (await (await request(`http://127.0.0.1:${this.ports.sink}/_sink`)).body.json()) as SinkState;
  }

  /** Where the sink keeps bodies, seen from this machine. */
  get captured(): string {
    return join(this.work, "capture/bodies");
  }

  /** @param cpus processors that it may use */
  async startElasticsearch(cpus: string): Promise<void> {
    await this.engine.start({
      name: "elasticsearch",
      image: this.images.elasticsearch,
      user: `${ELASTICSEARCH_USER.uid}:${ELASTICSEARCH_USER.gid}`,
      cpus,
      env: singleNodeEnvironment({
        heap: Size.gibibytes(2),
        watermarks: { low: Size.gibibytes(3), high: Size.gibibytes(2), floodStage: Size.gibibytes(1) },
        security: false,
      }),
      ports: { [this.ports.elasticsearch]: 9200 },
    });
    await this.until(
      "elasticsearch",
      async () => (await this.elasticsearch("GET", "_cluster/health")).status === "green",
    );
    await this.applyContent();
  }

  async elasticsearch(method: "GET" | "POST" | "DELETE", path: string): Promise<Record<string, unknown>> {
    const answer = await request(`http://127.0.0.1:${this.ports.elasticsearch}/${path}`, { method });
    return (await answer.body.json()) as Record<string, unknown>;
  }

  /** For a program on this machine. */
  get elasticsearchOrigin(): string {
    return `http://127.0.0.1:${this.ports.elasticsearch}`;
  }

  /** The templates of the environment `local`, put as a deploy puts them. */
  private async applyContent(): Promise<void> {
    const [environment] = environmentsNamed(["local"], undefined);
    if (!environment) throw new Error("there is no environment 'local'");
    const stack = new TerraformStack(Testing.app(), "bench");
    const bundle = elasticsearchContent(stack, environment, { elasticsearchLacks: ELASTICSEARCH_LACKS.packages });
    const file = join(this.work, "content.json");
    writeFileSync(file, bundle.render(), { mode: 0o644 });
    await this.engine.start({
      name: "content",
      image: this.images.consumer,
      command: ["content", "apply"],
      env: renderContentSettings({ CONTENT_FILE: "/tmp/content.json", ELASTICSEARCH_URLS: [ELASTICSEARCH_URL] }),
      mounts: { [file]: "/tmp/content.json:ro" },
    });
    await this.until("content", async () => !(await this.engine.isRunning("content")));
    const { stdout } = await this.engine.inspect("content", "{{.State.ExitCode}}");
    if (stdout.trim() !== "0") throw new UserError(`content was not applied:\n${await this.engine.logs("content")}`);
    await this.engine.remove("content");
  }

  private async until(name: string, ready: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      if (await ready().catch(() => false)) return;
      if (Date.now() > deadline) {
        throw new UserError(`'${name}' is not ready after ${READY_MS / 1000} s:\n${await this.engine.logs(name)}`);
      }
      await sleep(500);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
