import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderFilebeatConfig } from "../../constructs/filebeat/config";
import { LOG_FILES, TOPIC } from "../../contract/names";
import { MAX_LINE_BYTES, MAX_MESSAGE_BYTES } from "../../contract/size-limits";
import { TOPIC_MESSAGE_BYTES } from "../../contract/topics";
import { local } from "../../environments/local";
import { imageReferences } from "../../images/catalog";
import { createBed, removeBed, startFilebeat, startKafka } from "../bed/containers";
import { eventually } from "../faults/eventually";
import { freePort } from "../faults/free-port";
import { bedName } from "../faults/schedule";
import { exec } from "../lib/exec";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { Shipped } from "./shipped";

const USER = { uid: 1000, gid: 0 } as const;
const PARTITIONS = 4;

/** The real Filebeat, with the configuration and the memory of environment `local`, before a real Kafka of its own. */
export class ShipperBed {
  private constructor(
    private readonly name: string,
    /** Directory of the log files, on this machine. */
    readonly logs: string,
    private readonly registry: string,
    private readonly kafka: string,
    private readonly filebeat: string,
    /** Lines as the consumer would index them. */
    readonly shipped: Shipped,
  ) {}

  static async start(bed: string): Promise<ShipperBed> {
    const name = bedName(bed);
    const directory = join(LOCAL_DIR, bed);
    const [logs, registry, config] = ["logs", "registry", "filebeat.yml"].map((entry) => join(directory, entry)) as [
      string,
      string,
      string,
    ];
    const images = imageReferences("packages", ROOT);
    await removeBed(name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(logs, { recursive: true });
    mkdirSync(registry);
    chownSync(registry, USER.uid, USER.gid);
    const [direct, unused, metricsPort] = [await freePort(), await freePort(), await freePort()];
    const broker = `127.0.0.1:${direct}`;
    const hostName = "node-1";
    writeFileSync(
      config,
      renderFilebeatConfig({
        paths: [LOG_FILES],
        hostName,
        metricsPort,
        kafka: { bootstrapServers: [broker], topic: TOPIC.logs, maxMessageBytes: MAX_MESSAGE_BYTES },
        maxLineBytes: MAX_LINE_BYTES,
        memory: local.filebeat.memory,
      }),
    );
    // Filebeat refuses a configuration that others may write to, or that is neither its own nor root's.
    chmodSync(config, 0o644);
    await createBed(name);
    const kafka = await startKafka({ name, image: images.kafka! }, { direct, behindProxy: unused, proxy: unused });
    await makeTopic(kafka, broker);
    const filebeat = await startFilebeat({ name, image: images.filebeat! }, local.filebeat.memory, {
      logs,
      registry,
      config,
    });
    return new ShipperBed(name, logs, registry, kafka, filebeat, new Shipped(broker, TOPIC.logs));
  }

  stop(): Promise<void> {
    return removeBed(this.name);
  }

  /** Ends Filebeat as a crash does, and starts it again. @param meanwhile what is done while it is away */
  async crash(meanwhile: () => void = () => undefined): Promise<void> {
    await exec("docker", ["kill", "--signal", "KILL", this.filebeat]);
    meanwhile();
    await exec("docker", ["start", this.filebeat]);
  }

  /** As {@link crash}, and Filebeat has forgotten what it has shipped. */
  loseRegistry(): Promise<void> {
    return this.crash(() => rmSync(join(this.registry, "registry"), { recursive: true, force: true }));
  }

  /** Kafka keeps its connections and does not answer, until this is called once more with `false`. */
  async pauseKafka(paused: boolean): Promise<void> {
    // A signal: the Engine's own pause can fail to freeze a busy container.
    await exec("docker", ["kill", "--signal", paused ? "STOP" : "CONT", this.kafka]);
  }

  /** Kafka is stopped, so that connections are refused, and started again. @param meanwhile what is done while it is away */
  async stopKafka(meanwhile: () => Promise<void>): Promise<void> {
    await exec("docker", ["stop", this.kafka]);
    await meanwhile();
    await exec("docker", ["start", this.kafka]);
  }

  /** How often Filebeat has ended by itself, be it for want of memory. */
  async restarts(): Promise<number> {
    return Number((await exec("docker", ["inspect", "--format", "{{.RestartCount}}", this.filebeat])).stdout.trim());
  }
}

async function makeTopic(kafka: string, broker: string): Promise<void> {
  const command = ["exec", "--env", "KAFKA_HEAP_OPTS=-Xmx64m", kafka, "/opt/kafka/bin/kafka-topics.sh"];
  await eventually("Kafka takes a topic", 120_000, async () => {
    const { exitCode } = await exec(
      "docker",
      [
        ...[...command, "--bootstrap-server", broker, "--create", "--if-not-exists", "--topic", TOPIC.logs],
        ...["--partitions", String(PARTITIONS), "--config", `max.message.bytes=${TOPIC_MESSAGE_BYTES.logs}`],
      ],
      { allowFailure: true },
    );
    return exitCode === 0;
  });
}
