import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { Construct } from "constructs";
import { LOG_DIRECTORY, LOG_FILES } from "../../contract/names";
import { MAX_LINE_BYTES } from "../../contract/size-limits";
import { renderWriteAccessSettings } from "../../contract/write-access-settings";
import { kafkaAccess } from "../consumer/program";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { literal } from "../core/literal";
import { Size } from "../core/size";
import { Problems } from "../core/validation";
import type { KafkaConnection } from "../kafka/cluster";
import { PodGroup } from "../kubernetes/network";
import { type ContainerProps, type Mount, podTemplate, type Question, type Toleration } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import { rollsWith } from "../kubernetes/rolls-with";
import type { KubernetesSite } from "../kubernetes/site";
import { METRICS_PORT, quotedVariable, renderFilebeatConfig } from "./config";
import { filebeatKafka } from "./kafka-secrets";
import { goMemoryLimit } from "./memory";
import {
  FILEBEAT_DATA,
  SHIPPER_METRICS_ENTRYPOINT,
  SHIPPER_METRICS_MEMORY,
  SHIPPER_METRICS_PORT,
  shipperMetricsEnv,
} from "./metrics";

export interface FilebeatDaemonSetProps {
  readonly image: ContainerImage;
  /** The consumer's: it carries the programs that wait for Kafka and serve metrics. */
  readonly programImage: ContainerImage;
  readonly memory: Size;
  /** @default 50m */
  readonly cpu?: Cpu;
  readonly kafka: KafkaConnection;
  /** Directory of the node that services write their log files to. @default contract's LOG_DIRECTORY */
  readonly nodeLogDirectory?: string;
  /**
   * Directory of the node that remembers what was shipped. Where it is lost, every file is shipped again.
   * @default /var/lib/log-pipeline/<namespace>/filebeat
   */
  readonly registryDirectory?: string;
  /**
   * Also ship what the containers of all other namespaces print. What the kubelet rotates away while Filebeat is not running is
   * not shipped.
   * @default false
   */
  readonly containerLogs?: boolean;
  /** Longer lines are cut off. @default contract's MAX_LINE_BYTES */
  readonly maxLine?: Size;
  /**
   * Which tainted nodes it runs on: all; those of the control plane; none.
   * @default all: where a service may run, its lines are shipped
   */
  readonly taintedNodes?: "all" | "control-plane" | "none";
  /** How many nodes are without it at a time while it is updated; a share is rounded up. @default 10% */
  readonly maxUnavailable?: number | `${number}%`;
  /** @default none */
  readonly priorityClass?: string;
  /** How Prometheus finds the metrics; with "none" it is not let through to them either. @default "annotations" */
  readonly metrics?: "annotations" | "none";
}

/**
 * Filebeat on every node: ships every line of the node's log directory to Kafka. What it has shipped it remembers on the node, so
 * that a new pod goes on where the old one stopped.
 *
 * It reads a password and the authorities of Kafka once, when it starts, and both are renewed. So it gets each Secret twice: as a
 * variable, which stays what it was, and as a file, which the kubelet keeps up to date. Where they differ for a minute its liveness
 * probe has failed, and the container starts again, with new variables. (`ssl.restart_on_cert_change` knows no passwords.)
 *
 * Where Kafka asks for credentials, an init container waits until this user may write to the topic: Filebeat's Kafka client takes
 * lines for shipped that were refused. A second container serves metrics of Filebeat and of the files that it ships.
 */
export class FilebeatDaemonSet extends Construct {
  /** What a site must let mount directories of its nodes. */
  static readonly COMPONENT = "filebeat";

  constructor(scope: Construct, id: string, site: KubernetesSite, props: FilebeatDaemonSetProps) {
    super(scope, id);
    const { maxUnavailable = "10%", taintedNodes = "all", metrics = "annotations" } = props;
    new Problems()
      .require(
        isCountOrShare(maxUnavailable),
        `Filebeat: 'maxUnavailable' (${maxUnavailable}) must be a whole number of at least 1, or 1% to 100%: without any node to begin with, no update would ever end`,
      )
      .throwIfAny();
    const kafka = filebeatKafka(props.kafka);
    const config = renderFilebeatConfig({
      paths: [LOG_FILES],
      ...(props.containerLogs
        ? { containerLogs: { paths: [`${CONTAINER_LOGS}/*.log`], exceptNamespace: site.namespace } }
        : {}),
      hostName: `\${${HOST_NAME}}`,
      kafka: kafka.output,
      memory: props.memory,
      maxLineBytes: props.maxLine?.toBytes() ?? MAX_LINE_BYTES,
    });
    const configMap = new ConfigMapV1(this, "Config", {
      metadata: site.metadata(NAME),
      data: { [CONFIG_FILE]: literal(config) },
    });

    const pods = new PodGroup(this, site, NAME);
    if (metrics === "annotations") pods.allowScraping(SHIPPER_METRICS_PORT);
    const { registry, logs, containerLogs } = nodeDirectories(site, props);
    new DaemonSetV1(this, "Resource", {
      metadata: site.metadata(NAME),
      spec: {
        selector: { matchLabels: pods.labels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: String(maxUnavailable) } },
        // No service account: nothing here asks the API server. The node's name comes from the pod itself, and the names of
        // pods and namespaces are in the paths of their containers' logs.
        template: podTemplate(site, NAME, {
          // Containers' logs can be read by the group root.
          user: USER,
          // Filebeat reads its configuration once: another one needs another pod.
          annotations: { ...rollsWith(config), ...(metrics === "annotations" ? SCRAPE_ANNOTATIONS : {}) },
          gracePeriod: Duration.seconds(30),
          ...(taintedNodes === "none" ? {} : { tolerations: [TOLERATIONS[taintedNodes]] }),
          ...(props.priorityClass ? { priorityClass: props.priorityClass } : {}),
          ...(props.kafka.credentials ? { initContainers: [waitForKafka(props, kafka.mounts)] } : {}),
          containers: [
            {
              name: "filebeat",
              image: props.image,
              entrypoint: ["filebeat"],
              command: ["-e", "-c", `${CONFIG_DIRECTORY}/${CONFIG_FILE}`],
              env: {
                // Each before the variable that refers to it.
                NODE_NAME: { field: "spec.nodeName" },
                [HOST_NAME]: quotedVariable("NODE_NAME"),
                GOMEMLIMIT: goMemoryLimit(props.memory),
                ...kafka.env,
              },
              resources: { cpu: props.cpu ?? Cpu.millis(50), memory: props.memory },
              mounts: [
                { volume: PodVolume.configMap("config", NAME), path: CONFIG_DIRECTORY, readOnly: true },
                { volume: PodVolume.emptyDir("tmp", Size.mebibytes(16)), path: "/tmp" },
                registry,
                logs,
                ...containerLogs,
                ...kafka.mounts,
              ],
              startup: { ask: HEALTH, failures: 24 },
              readiness: { ask: HEALTH, period: Duration.seconds(10) },
              liveness: { ask: alive(kafka.unchanged), period: Duration.seconds(10), failures: 6 },
            },
            metricsContainer(props, [{ ...registry, readOnly: true }, logs]),
          ],
        }),
      },
      waitForRollout: true,
      dependsOn: [configMap, ...props.kafka.ready],
    });
    if (props.kafka.endpoint) pods.allowTo(props.kafka.endpoint);
  }
}

function nodeDirectories(site: KubernetesSite, props: FilebeatDaemonSetProps) {
  const directory = props.registryDirectory ?? `/var/lib/log-pipeline/${site.namespace}/filebeat`;
  const read = (name: string, path: string, nodePath = path): Mount => ({
    volume: PodVolume.nodeDirectory(name, nodePath),
    path,
    readOnly: true,
  });
  const registry: Mount = {
    volume: PodVolume.nodeDirectory("registry", directory, { ownedBy: USER }),
    path: FILEBEAT_DATA,
  };
  return {
    registry,
    logs: read("logs", LOG_DIRECTORY, props.nodeLogDirectory),
    // The first has links into the second.
    containerLogs: props.containerLogs
      ? [read("container-logs", CONTAINER_LOGS), read("pod-logs", "/var/log/pods")]
      : [],
  };
}

/** Ends once the user that Filebeat will be may write, with the same Secrets at the same paths. */
function waitForKafka({ programImage, kafka }: FilebeatDaemonSetProps, mounts: readonly Mount[]): ContainerProps {
  return {
    name: "wait-for-kafka",
    image: programImage,
    command: ["kafka", "wait-writable"],
    env: renderWriteAccessSettings({ ...kafkaAccess(kafka).settings, KAFKA_TOPIC: kafka.topic }),
    resources: { cpu: Cpu.millis(50), memory: Size.mebibytes(128) },
    mounts,
  };
}

function metricsContainer({ programImage }: FilebeatDaemonSetProps, mounts: readonly Mount[]): ContainerProps {
  const alive = { http: "/livez", port: SHIPPER_METRICS_PORT };
  return {
    name: "metrics",
    image: programImage,
    entrypoint: SHIPPER_METRICS_ENTRYPOINT,
    command: ["shipper-metrics"],
    env: shipperMetricsEnv("127.0.0.1"),
    resources: { cpu: Cpu.millis(20), memory: SHIPPER_METRICS_MEMORY },
    ports: { metrics: SHIPPER_METRICS_PORT },
    mounts,
    startup: { ask: alive, failures: 24 },
    liveness: { ask: alive, period: Duration.seconds(10), failures: 6 },
  };
}

/** Whether it answers, and was started with what its Secrets hold now. */
function alive(unchanged: string | undefined): Question {
  return unchanged === undefined ? HEALTH : { command: ["sh", "-c", `${unchanged} && exec ${ASK.join(" ")}`] };
}

function isCountOrShare(value: number | string): boolean {
  return typeof value === "number" ? Number.isInteger(value) && value >= 1 : /^([1-9]\d?|100)%$/.test(value);
}

const NAME = FilebeatDaemonSet.COMPONENT;
const USER = { uid: 1000, gid: 0 };
const CONFIG_DIRECTORY = "/etc/filebeat";
const CONFIG_FILE = "filebeat.yml";
const CONTAINER_LOGS = "/var/log/containers";
const SCRAPE_ANNOTATIONS = {
  "prometheus.io/scrape": "true",
  "prometheus.io/port": String(SHIPPER_METRICS_PORT),
  "prometheus.io/path": "/metrics",
};
const HOST_NAME = "FILEBEAT_HOST_NAME";
const ASK = ["curl", "-fsS", "-o", "/dev/null", `http://127.0.0.1:${METRICS_PORT}/`] as const;
const HEALTH = { command: ASK };

const TOLERATIONS: Readonly<Record<"all" | "control-plane", Toleration>> = {
  all: { operator: "Exists" },
  "control-plane": { key: "node-role.kubernetes.io/control-plane", operator: "Exists" },
};
