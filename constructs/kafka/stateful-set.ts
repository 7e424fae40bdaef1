import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import type { Construct } from "constructs";
import { MAX_DEAD_LETTER_BYTES } from "../../contract/size-limits";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { PodGroup } from "../kubernetes/network";
import { podTemplate } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { KubernetesSite } from "../kubernetes/site";
import { volumeClaim, type VolumeClaimProps } from "../kubernetes/volume-claim";
import { singleNodeBrokerEnvironment } from "./broker-environment";
import type { IKafkaCluster } from "./cluster";
import { type KafkaAccess, KafkaClusterBase } from "./cluster-base";
import { checkedBrokerHeap } from "./heap";
import {
  CLIENT_PORT,
  CLUSTER_ID,
  CONTROLLER_PORT,
  DATA_DIRECTORY,
  KAFKA_USER,
  METADATA_COMMAND,
  WRITABLE_DIRECTORIES,
} from "./image";
import { ImportedKafkaCluster, type KafkaClusterAttributes } from "./imported";
import { storageProblems } from "./storage";
import { TopicsJob } from "./topics-job";

export interface KafkaClusterProps extends VolumeClaimProps {
  readonly image: ContainerImage;
  /** The image whose `topics apply` makes the topics: the consumer's. */
  readonly topicsImage: ContainerImage;
  readonly memory: Size;
  /** @default half of `memory`; Kafka's own data is best left to the page cache */
  readonly heap?: Size;
  /** @default 200m */
  readonly cpu?: Cpu;
}

/**
 * A Kafka cluster of one KRaft node, for one namespace. Topics are declared here and made before any client starts.
 *
 * Nothing is encrypted and nobody is asked who he is: pods that were granted a topic can reach the broker, and no others.
 */
export class KafkaCluster extends KafkaClusterBase {
  /** A cluster that is there already: a managed one, or another team's. */
  static fromAttributes(
    scope: Construct,
    id: string,
    site: KubernetesSite,
    attributes: KafkaClusterAttributes,
  ): IKafkaCluster {
    return new ImportedKafkaCluster(scope, id, site, attributes);
  }

  private readonly broker: KafkaAccess;
  private readonly topicsJob: TopicsJob;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: KafkaClusterProps) {
    super(scope, id, 1);
    const heap = checkedBrokerHeap(props);
    this.node.addValidation({ validate: () => storageProblems(this.declaredTopics, props.storage) });

    const pods = new PodGroup(this, site, NAME);
    const service = new ServiceV1(this, "Service", {
      metadata: site.metadata(NAME),
      spec: {
        clusterIp: "None",
        selector: pods.labels,
        // The node asks for its own name before it can be ready.
        publishNotReadyAddresses: true,
        port: [{ name: PORT_NAME, port: CLIENT_PORT, targetPort: PORT_NAME, protocol: "TCP" }],
      },
    });
    const set = new StatefulSetV1(this, "Resource", {
      metadata: site.metadata(NAME),
      spec: {
        replicas: "1",
        serviceName: NAME,
        selector: { matchLabels: pods.labels },
        template: podTemplate(site, NAME, {
          user: KAFKA_USER,
          gracePeriod: Duration.seconds(60),
          containers: [
            {
              name: "kafka",
              image: props.image,
              env: singleNodeBrokerEnvironment({
                clusterId: CLUSTER_ID,
                // Its pod's own name, as the search path of every pod of the namespace completes it.
                hostname: `${NAME}-0.${NAME}`,
                clientPort: CLIENT_PORT,
                controllerPort: CONTROLLER_PORT,
                // Not the claim's root: a fresh file system has a lost+found, which Kafka takes for a broken partition.
                dataDirectory: `${DATA_DIRECTORY}/logs`,
                heap,
                // The broker's limit counts for replication and for fetches: that of its largest topic.
                maxMessageBytes: MAX_DEAD_LETTER_BYTES,
              }),
              resources: { cpu: props.cpu ?? Cpu.millis(200), memory: props.memory },
              ports: { [PORT_NAME]: CLIENT_PORT },
              mounts: [
                { volume: PodVolume.claim(CLAIM), path: DATA_DIRECTORY },
                ...Object.entries(WRITABLE_DIRECTORIES).map(([path, size]) => ({
                  volume: PodVolume.emptyDir(path.slice(1).replaceAll("/", "-"), size),
                  path,
                })),
              ],
              // Ten minutes: a broker that was killed reads its segments again first.
              startup: { ask: { command: METADATA_COMMAND }, timeout: Duration.seconds(20), failures: 120 },
              readiness: { ask: { tcp: CLIENT_PORT } },
              liveness: { ask: { tcp: CLIENT_PORT }, period: Duration.seconds(10), failures: 6 },
            },
          ],
        }),
        ...volumeClaim(site, NAME, CLAIM, props),
        // Left out, the provider would write 0.
        revisionHistoryLimit: 3,
      },
      waitForRollout: true,
      dependsOn: [service],
    });
    this.broker = {
      bootstrapServers: [`${NAME}:${CLIENT_PORT}`],
      endpoint: pods.endpoint([CLIENT_PORT]),
      ready: [set],
    };
    this.topicsJob = new TopicsJob(this, "Topics", site, {
      image: props.topicsImage,
      kafka: this.broker,
      topics: () => this.renderTopics(),
    });
  }

  protected access(): KafkaAccess {
    return { ...this.broker, ready: [this.topicsJob.applied] };
  }
}

const NAME = "kafka";
const PORT_NAME = "kafka";
const CLAIM = "data";
