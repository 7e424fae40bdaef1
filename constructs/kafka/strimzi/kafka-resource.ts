import { Cpu } from "../../core/cpu";
import type { Size } from "../../core/size";
import type { TopicProps } from "../cluster";
import { brokerConfig, ownCopies } from "./broker-config";
import { API_VERSION, type Kafka, type NetworkPolicyPeer } from "./custom-resources";
import { CLUSTER, USER_SECRET_PREFIX } from "./names";
import { CLIENT_PORT } from "./network";
import { ZONE } from "./node-pool";
import { sized } from "./sizes";

export interface KafkaResourceProps {
  readonly version: string;
  readonly metadataVersion: string;
  readonly brokers: number;
  readonly zones: number;
  readonly topics: readonly TopicProps[];
  /** Whom the clients' listener is open to; with none it is open to everybody. */
  readonly clients: readonly NetworkPolicyPeer[];
  /** Whether brokers show their metrics, at a port that Strimzi opens to every pod. */
  readonly metrics: boolean;
  /** Of each of the two operators of topics and users. */
  readonly entityOperatorMemory: Size;
  /** @default there is none */
  readonly cruiseControlMemory?: Size;
}

export function kafkaResource(props: KafkaResourceProps): Kafka {
  const { brokers, zones, topics, entityOperatorMemory, cruiseControlMemory } = props;
  return {
    apiVersion: API_VERSION,
    kind: "Kafka",
    metadata: { name: CLUSTER },
    spec: {
      kafka: {
        version: props.version,
        metadataVersion: props.metadataVersion,
        listeners: [
          {
            name: "clients",
            port: CLIENT_PORT,
            type: "internal",
            tls: true,
            authentication: { type: "scram-sha-512" },
            networkPolicyPeers: props.clients,
          },
        ],
        authorization: { type: "simple" },
        config: brokerConfig(topics, ownCopies(brokers, zones)),
        ...(zones > 1 ? { rack: { type: "topology-label", topologyKey: ZONE } } : {}),
        // Which ones is Strimzi's choice, as its dashboards need them.
        ...(props.metrics ? { metricsConfig: { type: "strimziMetricsReporter" } } : {}),
        // Of brokers and controllers together.
        template: { podDisruptionBudget: { maxUnavailable: 1 } },
      },
      entityOperator: {
        topicOperator: halfHeap(entityOperatorMemory),
        userOperator: { ...halfHeap(entityOperatorMemory), secretPrefix: USER_SECRET_PREFIX },
        template: {
          topicOperatorContainer: {
            // With finalizers, topics that go together with the operator, and so a namespace that is removed, would wait
            // for it for ever.
            env: [{ name: "STRIMZI_USE_FINALIZERS", value: "false" }],
          },
        },
      },
      // Without metrics of its own: it has them for a third party's rules only.
      ...(cruiseControlMemory
        ? {
            cruiseControl: {
              ...halfHeap(cruiseControlMemory),
              autoRebalance: [{ mode: "add-brokers" }, { mode: "remove-brokers" }],
            },
          }
        : {}),
    },
  };
}

function halfHeap(memory: Size) {
  return sized({ cpu: Cpu.millis(100), memory, heap: memory.times(0.5) });
}
