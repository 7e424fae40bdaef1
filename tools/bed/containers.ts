import { singleNodeBrokerEnvironment } from "../../constructs/kafka/broker-environment";
import * as kafka from "../../constructs/kafka/image";
import * as elasticsearch from "../../constructs/elasticsearch/image";
import { singleNodeEnvironment } from "../../constructs/elasticsearch/node-environment";
import { Size } from "../../constructs/core/size";
import { goMemoryLimit } from "../../constructs/filebeat/memory";
import { LOG_DIRECTORY } from "../../contract/names";
import { MAX_DEAD_LETTER_BYTES } from "../../contract/size-limits";
import { exec } from "../lib/exec";
import { UserError } from "../lib/user-error";

/** Where containers of a bed are: a Docker network of its own, whose name is also the start of their names. */
export interface Bed {
  readonly name: string;
  readonly image: string;
}

export interface KafkaPorts {
  /** On the machine's loopback address, for whoever shall not be disturbed. */
  readonly direct: number;
  /** On the machine's loopback address: where a proxy passes on to. */
  readonly behindProxy: number;
  /** Where the proxy listens, which the broker tells its clients. */
  readonly proxy: number;
}

const KAFKA_PROXIED_PORT = 9094;

/** A broker with its data in an anonymous volume. @returns the container's name */
export function startKafka({ name, image }: Bed, ports: KafkaPorts): Promise<string> {
  const { uid, gid } = kafka.KAFKA_USER;
  const env = singleNodeBrokerEnvironment({
    clusterId: kafka.CLUSTER_ID,
    // The same address inside the container and on the machine.
    hostname: "127.0.0.1",
    clientPort: ports.direct,
    controllerPort: kafka.CONTROLLER_PORT,
    machine: { port: KAFKA_PROXIED_PORT, advertisedPort: ports.proxy },
    dataDirectory: kafka.DATA_DIRECTORY,
    heap: Size.mebibytes(384),
    maxMessageBytes: MAX_DEAD_LETTER_BYTES,
  });
  const tmpfs = Object.entries(kafka.WRITABLE_DIRECTORIES).flatMap(([path, size]) => [
    "--tmpfs",
    `${path}:rw,nosuid,nodev,size=${size.toMebibytes()}m,uid=${uid},gid=${gid}`,
  ]);
  return start(name, "kafka", image, env, [
    ...["--user", `${uid}:${gid}`, "--memory", "768m", "--volume", kafka.DATA_DIRECTORY, ...tmpfs],
    ...["--publish", `127.0.0.1:${ports.direct}:${ports.direct}`],
    ...["--publish", `127.0.0.1:${ports.behindProxy}:${KAFKA_PROXIED_PORT}`],
  ]);
}

/** One node, without security, with its data in an anonymous volume. @returns the container's name */
export function startElasticsearch({ name, image }: Bed, port: number): Promise<string> {
  const { uid, gid } = elasticsearch.ELASTICSEARCH_USER;
  const env = singleNodeEnvironment({
    heap: Size.mebibytes(640),
    watermarks: { low: Size.gibibytes(3), high: Size.gibibytes(2), floodStage: Size.gibibytes(1) },
    security: false,
  });
  return start(name, "elasticsearch", image, env, [
    ...["--user", `${uid}:${gid}`, "--memory", "1280m"],
    ...["--volume", elasticsearch.DATA_DIRECTORY, "--volume", elasticsearch.CONFIG_DIRECTORY],
    ...["--tmpfs", `${elasticsearch.TMP_DIRECTORY}:rw,nosuid,nodev,exec,size=128m`],
    ...["--tmpfs", `${elasticsearch.LOGS_DIRECTORY}:rw,nosuid,nodev,size=64m,uid=${uid},gid=${gid}`],
    ...["--publish", `127.0.0.1:${port}:${elasticsearch.HTTP_PORT}`],
  ]);
}

export interface FilebeatDirectories {
  /** Of the machine: the log files, a registry that Filebeat's user may write to, and the file `filebeat.yml`. */
  readonly logs: string;
  readonly registry: string;
  readonly config: string;
}

/**
 * Filebeat as an environment runs it, with its directories on the machine. It is in the machine's network, where the broker has one
 * address however often it is started, and starts again by itself.
 *
 * @returns the container's name
 */
export function startFilebeat(
  { name, image }: Bed,
  memory: Size,
  { logs, registry, config }: FilebeatDirectories,
): Promise<string> {
  const limit = `${memory.toMebibytes()}m`;
  return start(
    name,
    "filebeat",
    image,
    { GOMEMLIMIT: goMemoryLimit(memory) },
    [
      ...["--user", "1000:0", "--memory", limit, "--memory-swap", limit, "--restart", "on-failure"],
      ...["--volume", `${logs}:${LOG_DIRECTORY}:ro`, "--volume", `${registry}:/usr/share/filebeat/data`],
      ...["--volume", `${config}:/tmp/filebeat.yml:ro`, "--entrypoint", "filebeat"],
    ],
    { network: "host", command: ["-e", "-c", "/tmp/filebeat.yml"] },
  );
}

/** @throws UserError if one is not in the Docker Engine, or if there is none */
export async function requireImages(images: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await exec("docker", ["image", "inspect", "--format", "{{.Id}}", ...images], {
    allowFailure: true,
  });
  if (exitCode !== 0)
    throw new UserError(`the images are not all in the Docker Engine: run 'npm run images' first (${stderr.trim()})`);
}

export async function createBed(name: string): Promise<void> {
  await exec("docker", ["network", "create", "--label", `log-pipeline.bed=${name}`, name]);
}

/** Removes what carries the bed's label, with its data. */
export async function removeBed(name: string): Promise<void> {
  const filter = ["--quiet", "--filter", `label=log-pipeline.bed=${name}`];
  const ids = async (...list: string[]) =>
    (await exec("docker", [...list, ...filter])).stdout.split("\n").filter(Boolean);
  const containers = await ids("ps", "--all");
  if (containers.length > 0) await exec("docker", ["rm", "--force", "--volumes", ...containers]);
  const networks = await ids("network", "ls");
  if (networks.length > 0) await exec("docker", ["network", "rm", ...networks]);
}

async function start(
  bed: string,
  what: string,
  image: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[],
  { network = bed, command = [] }: { readonly network?: string; readonly command?: readonly string[] } = {},
): Promise<string> {
  const name = `${bed}-${what}`;
  const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const hardening = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"];
  // A container in the machine's network has the machine's name.
  const place = ["--network", network, ...(network === bed ? ["--hostname", what] : [])];
  const label = ["--label", `log-pipeline.bed=${bed}`, ...place];
  await exec("docker", [
    ...["run", "--detach", "--name", name, ...label, ...hardening, ...flags, ...variables, image],
    ...command,
  ]);
  return name;
}
