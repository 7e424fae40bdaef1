import { Cpu } from "../../core/cpu";
import { Duration } from "../../core/duration";
import type { Size } from "../../core/size";
import { brokerHeap } from "../heap";
import { API_VERSION, type KafkaNodePool } from "./custom-resources";
import { OF_CLUSTER, POOL } from "./names";
import { mebibytes, sized } from "./sizes";

export interface NodePoolProps {
  readonly nodes: number;
  readonly memory: Size;
  /** @default half of `memory` */
  readonly heap?: Size;
  readonly cpu: Cpu;
  readonly storage: Size;
  readonly storageClass?: string;
  readonly deleteClaim: boolean;
  readonly zones: number;
}

/** @param quorum whether they keep the cluster's metadata as well */
export function brokerPool(props: NodePoolProps, quorum: boolean): KafkaNodePool {
  return pool(POOL.brokers, quorum ? ["controller", "broker"] : ["broker"], props);
}

export function controllerPool(props: NodePoolProps): KafkaNodePool {
  return pool(POOL.controllers, ["controller"], props);
}

function pool(name: string, roles: KafkaNodePool["spec"]["roles"], props: NodePoolProps): KafkaNodePool {
  const { nodes, memory, heap = brokerHeap(memory), cpu, storage, storageClass, deleteClaim, zones } = props;
  return {
    apiVersion: API_VERSION,
    kind: "KafkaNodePool",
    metadata: { name, labels: OF_CLUSTER },
    spec: {
      replicas: nodes,
      roles,
      storage: {
        // Even of one disk: others can be added to this kind only.
        type: "jbod",
        volumes: [
          {
            id: 0,
            type: "persistent-claim",
            size: mebibytes(storage),
            ...(storageClass ? { class: storageClass } : {}),
            deleteClaim,
            ...(roles.includes("controller") ? { kraftMetadata: "shared" } : {}),
          },
        ],
      },
      ...sized({ cpu, memory, heap }),
      template: {
        pod: {
          // To hand over its partitions and close its segments. One that is killed reads them again at its next start.
          terminationGracePeriodSeconds: Duration.minutes(2).toSeconds(),
          topologySpreadConstraints: spread(name, zones),
        },
      },
    },
  };
}

type Spread = KafkaNodePool["spec"]["template"]["pod"]["topologySpreadConstraints"];

function spread(pool: string, zones: number): Spread {
  const labelSelector = { matchLabels: { ...OF_CLUSTER, "strimzi.io/pool-name": pool } };
  return [
    // What copies in other zones are for. A claim binds a node to its zone, so a wrong one would stay wrong.
    ...(zones > 1
      ? [
          {
            maxSkew: 1,
            minDomains: zones,
            topologyKey: ZONE,
            whenUnsatisfiable: "DoNotSchedule" as const,
            labelSelector,
          },
        ]
      : []),
    // Better two on one machine than one that waits for a machine that may never come.
    { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
  ];
}

/** Label of a node that says which zone it is in. */
export const ZONE = "topology.kubernetes.io/zone";
