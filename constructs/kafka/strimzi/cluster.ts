import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { Cpu } from "../../core/cpu";
import { SecretRef } from "../../core/secret-ref";
import { Size } from "../../core/size";
import { ConfigurationError, Problems } from "../../core/validation";
import { type CustomResource, CustomResources, KEPT } from "../../kubernetes/custom-resources";
import type { KubernetesSite } from "../../kubernetes/site";
import type { VolumeClaimProps } from "../../kubernetes/volume-claim";
import { type KafkaAccess, KafkaClusterBase, type KafkaGrant } from "../cluster-base";
import { brokerHeap, brokerHeapProblems } from "../heap";
import { kafkaResource } from "./kafka-resource";
import { BOOTSTRAP, CLUSTER, CLUSTER_CA, clientProblems, USER_SECRET_PREFIX } from "./names";
import { CLIENT_PORT, ClusterNetwork } from "./network";
import { brokerPool, controllerPool } from "./node-pool";
import { kafkaTopic } from "./topics";
import { kafkaUsers, userOf } from "./users";
import { clusterStorageProblems, nodeProblems, rebalanceProblems, zoneProblems } from "./validation";

/** `storage` and its class are those of a broker. */
export interface StrimziKafkaClusterProps extends VolumeClaimProps {
  readonly brokers: number;
  /** Of a broker. */
  readonly memory: Size;
  /** Of a broker. @default half of `memory`; Kafka's own data is best left to the page cache */
  readonly heap?: Size;
  /** Of a broker. @default 500m */
  readonly cpu?: Cpu;
  /** Nodes that only keep the metadata: an odd number, three or more. @default none: brokers keep it as well */
  readonly controllers?: { readonly nodes: number; readonly memory: Size; readonly storage: Size };
  /** Spreads partitions again when brokers come and go. @default nobody does */
  readonly cruiseControl?: { readonly memory: Size };
  /**
   * Availability zones to spread nodes and copies over, by the nodes' label `topology.kubernetes.io/zone`. With more than one,
   * the loss of any must leave every topic writable.
   * @default 1: none is told from another
   */
  readonly zones?: number;
  /** Of Kafka, among those that the operator knows. @default 4.3.1 */
  readonly version?: string;
  /** Raised only when a new `version` has proved itself: there is no way back. @default 4.3-IV0 */
  readonly metadataVersion?: string;
  /** Of each of the two operators of topics and users. @default 512 MiB */
  readonly entityOperatorMemory?: Size;
}

/**
 * Kafka that Strimzi runs: every client has a user of its own with the rights that it was granted and no others, proves by
 * password who it is, and verifies in TLS whom it talks to. Brokers can be reached by the pods that were granted a topic, and by
 * no others.
 *
 * What waits for a connection waits for the objects. Its pods start once the operator has made their Secrets from them.
 */
export class StrimziKafkaCluster extends KafkaClusterBase {
  private readonly grants: KafkaGrant[] = [];
  private readonly network: ClusterNetwork;
  private readonly applied: ITerraformDependable;

  /** @throws ConfigurationError for numbers that cannot work together */
  constructor(scope: Construct, id: string, site: KubernetesSite, props: StrimziKafkaClusterProps) {
    super(scope, id, props.brokers);
    const { brokers, memory, heap = brokerHeap(memory), storage, storageClass, controllers, cruiseControl } = props;
    const { zones = 1, whenDestroyed = "keep" } = props;
    const keep = whenDestroyed === "keep";
    new Problems().add(clusterProblems(props, heap)).throwIfAny();
    this.node.addValidation({
      validate: () => [
        ...zoneProblems(this.declaredTopics, zones),
        ...(cruiseControl ? rebalanceProblems(this.declaredTopics, zones) : []),
        ...clusterStorageProblems(this.declaredTopics, storage, brokers),
        ...(this.network.peers.length > 0 ? [] : [OPEN_TO_EVERYBODY]),
      ],
    });

    this.network = new ClusterNetwork(this, site, { cruiseControl: cruiseControl !== undefined });
    const disk = { ...(storageClass ? { storageClass } : {}), deleteClaim: !keep, zones };
    const pools = [
      brokerPool(
        { ...disk, nodes: brokers, memory, heap, cpu: props.cpu ?? Cpu.millis(500), storage },
        controllers === undefined,
      ),
      ...(controllers ? [controllerPool({ ...disk, ...controllers, cpu: Cpu.millis(200) })] : []),
    ];
    const kafka = () =>
      kafkaResource({
        version: props.version ?? "4.3.1",
        metadataVersion: props.metadataVersion ?? "4.3-IV0",
        brokers,
        zones,
        topics: this.declaredTopics,
        clients: this.network.peers,
        metrics: site.monitoringNamespace !== undefined,
        entityOperatorMemory: props.entityOperatorMemory ?? Size.mebibytes(512),
        ...(cruiseControl ? { cruiseControlMemory: cruiseControl.memory } : {}),
      });
    this.applied = new CustomResources(this, "Resources", site, {
      name: CLUSTER,
      protect: keep,
      objects: () => {
        const data = [kafka(), ...pools, ...this.declaredTopics.map(kafkaTopic)];
        return [...(keep ? data.map(kept) : data), ...kafkaUsers(this.grants)];
      },
    }).applied;
  }

  protected access(grant: KafkaGrant): KafkaAccess {
    const problems = clientProblems(grant.client);
    if (problems.length > 0) throw new ConfigurationError(problems);
    this.grants.push(grant);
    const username = userOf(grant);
    return {
      bootstrapServers: [`${BOOTSTRAP}:${CLIENT_PORT}`],
      tls: { ca: SecretRef.of(CLUSTER_CA, "ca.crt") },
      credentials: {
        mechanism: "SCRAM-SHA-512",
        username,
        password: SecretRef.of(`${USER_SECRET_PREFIX}${username}`, "password"),
      },
      endpoint: this.network.endpoint,
      ready: [this.applied],
    };
  }
}

function clusterProblems(props: StrimziKafkaClusterProps, heap: Size): string[] {
  const { brokers, controllers, zones = 1, cruiseControl } = props;
  return [
    ...nodeProblems({
      brokers,
      zones,
      cruiseControl: cruiseControl !== undefined,
      ...(controllers ? { controllers: controllers.nodes } : {}),
    }),
    ...brokerHeapProblems(heap, props.memory),
    ...(controllers
      ? brokerHeapProblems(brokerHeap(controllers.memory), controllers.memory).map(
          (problem) => `controllers: ${problem}`,
        )
      : []),
  ];
}

function kept(object: CustomResource): CustomResource {
  return { ...object, metadata: { ...object.metadata, annotations: KEPT } };
}

const OPEN_TO_EVERYBODY =
  "Kafka: no pods were let through to it, and a listener that names none is open to every pod of the cluster: grant a topic and let the client's pods reach the connection's endpoint";
