import { stringify } from "yaml";
import type { Size } from "../core/size";
import { Duration } from "../core/duration";
import { ConfigurationError, Problems } from "../core/validation";
import type { KafkaSaslMechanism } from "../../contract/settings";
import { minMessageBytes } from "../../contract/size-limits";
import { memoryProblems, OPEN_FILES, queueEvents, READ_BUFFER } from "./memory";
import { joinedText } from "./multiline";

export interface FilebeatConfigProps {
  /** Globs of the files to ship. */
  readonly paths: readonly string[];
  /** Also what containers print, as the kubelet keeps it. @default none of it */
  readonly containerLogs?: ContainerLogs;
  /**
   * What `host.name` says; a document's id depends on it, so it must outlive the container. `${NAME}` is a variable of
   * Filebeat's environment, see {@link quotedVariable}.
   */
  readonly hostName: string;
  readonly kafka: KafkaOutput;
  /** Longer lines are cut off, and lines of more than four times this are skipped by Filebeat, in bytes. */
  readonly maxLineBytes: number;
  /** The container's memory limit: it decides how many events Filebeat queues while Kafka is away. */
  readonly memory: Size;
  /** How long an event may wait for others. @default 250 ms */
  readonly flushTimeout?: Duration;
  /** Pause before a file at its end is read again: first this, then up to four times. @default 250 ms */
  readonly backoff?: Duration;
  /** Address that the metrics endpoint listens on. @default the container's own loopback address */
  readonly metricsHost?: string;
  /** Port of the metrics endpoint. @default 5066 */
  readonly metricsPort?: number;
  /** Disk for Filebeat's own logs is not needed: they go to standard error. @default info */
  readonly logLevel?: "debug" | "info" | "warning" | "error";
}

export interface ContainerLogs {
  /** Globs of the files, which are links. */
  readonly paths: readonly string[];
  /**
   * Namespace whose containers are left out: the pipeline's own. A line that says that a line could not be shipped would make
   * another.
   */
  readonly exceptNamespace: string;
}

export interface KafkaOutput {
  readonly bootstrapServers: readonly string[];
  readonly topic: string;
  /** The topic's `max.message.bytes`. */
  readonly maxMessageBytes: number;
  /** @default plain text */
  readonly tls?: {
    /** Path of the authorities in PEM. @default those that the system trusts */
    readonly caFile?: string;
  };
  /** @default none: nobody is asked who he is */
  readonly credentials?: {
    readonly mechanism: KafkaSaslMechanism;
    readonly username: string;
    /** Variable of Filebeat's environment that holds the password, see {@link quotedVariable}. */
    readonly passwordVariable: string;
  };
}

/** Id of the input that reads services' files; keys of Filebeat's registry contain it. */
export const APP_LOGS_INPUT = "app-logs";

/** Of Filebeat's metrics endpoint, unless stated otherwise. */
export const METRICS_PORT = 5066;

/**
 * The value of a variable of Filebeat's environment that stands for another, `name`, as Kubernetes expands it. Filebeat parses
 * what it finds in a variable: it would take `007` for a 7 and `a,b` for a list. In single quotes it is text, unless it has one
 * itself: that ends Filebeat at its start, with an error that says so.
 */
export function quotedVariable(name: string): string {
  return `'$(${name})'`;
}

/**
 * `filebeat.yml`, for Docker and for Kubernetes.
 *
 * Every line is shipped raw, at least once and, per file, in order. While Kafka is away reading stops: the files are the
 * buffer.
 *
 * @throws ConfigurationError naming every limit that does not fit
 */
export function renderFilebeatConfig(props: FilebeatConfigProps): string {
  const problems = filebeatProblems(props);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return stringify(filebeatConfig(props), { lineWidth: 0 });
}

/** What does not fit together; empty if nothing. */
export function filebeatProblems(props: FilebeatConfigProps): string[] {
  const needed = minMessageBytes(props.maxLineBytes);
  return new Problems()
    .require(props.paths.length > 0, "Filebeat: 'paths' is empty: name at least one glob")
    .require(props.hostName !== "", "Filebeat: 'hostName' is empty: document ids depend on it")
    .require(props.kafka.bootstrapServers.length > 0, "Filebeat: Kafka has no bootstrap server")
    .require(
      props.kafka.maxMessageBytes >= needed,
      `Filebeat: a line of 'maxLineBytes' (${props.maxLineBytes}) can need ${needed} bytes as JSON, but topic '${props.kafka.topic}' takes 'maxMessageBytes' (${props.kafka.maxMessageBytes}): lower the one or raise the other`,
    )
    .add(memoryProblems(props.memory, props.maxLineBytes))
    .require(
      props.kafka.tls !== undefined || props.kafka.credentials === undefined,
      `Filebeat: user '${props.kafka.credentials?.username}' without TLS would send a password across the network that anybody on it could read: set 'kafka.tls'`,
    )
    .list();
}

function filebeatConfig(props: FilebeatConfigProps): object {
  const events = queueEvents(props.memory, props.maxLineBytes);
  return {
    name: props.hostName,
    "filebeat.inputs": [
      filestream(props, { id: APP_LOGS_INPUT, paths: props.paths, scanner: { symlinks: false } }),
      ...(props.containerLogs ? [containerLogs(props, props.containerLogs)] : []),
    ],
    queue: {
      mem: {
        events,
        // A batch is sent when half of the queue waits: the other half fills while Kafka acknowledges it.
        flush: {
          min_events: Math.ceil(events / 2),
          timeout: (props.flushTimeout ?? Duration.milliseconds(250)).toString(),
        },
      },
    },
    processors: [
      // What no reader asks for; `host.name`, `log.*` and `message` are a line's origin and content, and stay.
      { drop_fields: { fields: ["agent", "ecs", "input"], ignore_missing: true } },
      // The parser that joins texts makes an event without a message of several blank lines.
      { drop_event: { when: { not: { has_fields: ["message"] } } } },
    ],
    output: {
      kafka: {
        hosts: props.kafka.bootstrapServers,
        topic: props.kafka.topic,
        ...encryption(props.kafka),
        ...authentication(props.kafka),
        // The protocol's version, not the broker's: one that Filebeat and Kafka 4 both speak.
        version: "2.6.0",
        required_acks: -1,
        compression: "lz4",
        max_message_bytes: props.kafka.maxMessageBytes,
        bulk_max_size: 2048,
        key: "%{[host.name]}:%{[log.file.path]}",
        // By key, and to that partition only: were a partition out of reach, waiting keeps a file's lines in order.
        partition: { hash: { reachable_only: false, random: false } },
        broker_timeout: "30s",
        backoff: AFTER_FAILURE,
        metadata: { retry: BROKER_SEARCH, refresh_frequency: "1m", full: false },
      },
    },
    logging: { level: props.logLevel ?? "info", to_stderr: true, to_files: false, metrics: { enabled: false } },
    http: { enabled: true, host: props.metricsHost ?? "127.0.0.1", port: props.metricsPort ?? METRICS_PORT },
  };
}

function filestream(
  props: FilebeatConfigProps,
  input: {
    readonly id: string;
    readonly paths: readonly string[];
    readonly scanner: object;
    readonly parsers?: readonly object[];
  },
): object {
  const backoff = props.backoff ?? Duration.milliseconds(250);
  return {
    type: "filestream",
    id: input.id,
    paths: input.paths,
    // By inode and device: docs/decisions/0001-file-identity.md says why, and what was tried.
    file_identity: { native: null },
    prospector: {
      // The scanner skips files shorter than a fingerprint, also where the identity is another (elastic/beats#44780).
      scanner: { check_interval: "1s", ...input.scanner, fingerprint: { enabled: false } },
    },
    // A rotated file is read to its end. A file that rests is closed, so that finished files cost no memory; not sooner, because
    // Filebeat before 9.5 also takes a file for resting whose lines wait for Kafka, and reads on only after it has grown.
    "close.on_state_change": { renamed: false, removed: false, inactive: "2m" },
    harvester_limit: OPEN_FILES,
    clean_removed: true,
    backoff: { init: backoff.toString(), max: multiple(backoff, 4) },
    buffer_size: READ_BUFFER.toBytes(),
    message_max_bytes: props.maxLineBytes,
    parsers: [...(input.parsers ?? []), joinedText(props.maxLineBytes)],
  };
}

/** A line of what a container printed, without what the runtime wrapped it in, and whole if the runtime split it. */
function containerLogs(props: FilebeatConfigProps, { paths, exceptNamespace }: ContainerLogs): object {
  return filestream(props, {
    id: "container-logs",
    paths,
    // <pod>_<namespace>_<container>-<id>.log; no name has a '_'.
    scanner: { symlinks: true, exclude_files: [`_${exceptNamespace}_`] },
    parsers: [{ container: { stream: "all", format: "auto" } }],
  });
}

function encryption({ tls }: KafkaOutput): object {
  if (!tls) return {};
  return { ssl: { enabled: true, ...(tls.caFile ? { certificate_authorities: [tls.caFile] } : {}) } };
}

function authentication({ credentials }: KafkaOutput): object {
  if (!credentials) return {};
  const { mechanism, username, passwordVariable } = credentials;
  return { sasl: { mechanism }, username, password: `\${${passwordVariable}}` };
}

/**
 * How Filebeat's Kafka client looks for a broker. Three failures, each within ten seconds of the last, open the circuit breaker of
 * a partition, and lines that fail on an open breaker alone are taken for shipped (elastic/beats#35755). A look that fails takes as
 * long as the pause behind it, so a pause beyond ten seconds keeps the breaker closed. Many looks with short pauses do not: since
 * Filebeat 8 the client ends a look as soon as another partition has looked meanwhile (`tryRefreshMetadata` of elastic/sarama).
 *
 * A broker that takes a connection and closes it fails a look at once, as a load balancer without a broker does. Then the pause
 * behind the failure counts, of which up to a half is left to chance: of three failures the second and the third are more than ten
 * seconds apart.
 *
 * The price is up to half a minute until Filebeat goes on after a broker is back, or a partition has another leader.
 */
const BROKER_SEARCH = { max: 330, backoff: "11s" };
const AFTER_FAILURE = { init: "11s", max: "22s" };

function multiple(duration: Duration, factor: number): string {
  return Duration.milliseconds(duration.toMilliseconds() * factor).toString();
}
