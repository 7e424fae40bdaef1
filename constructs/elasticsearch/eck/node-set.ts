import { Cpu } from "../../core/cpu";
import type { Size } from "../../core/size";
import { JVM_LOG } from "../node-environment";
import type { NodeSet } from "./custom-resources";
import { CLUSTER_LABEL, CLUSTER_LABELS, STATEFUL_SET_LABEL, statefulSet } from "./names";
import { eckPodTemplate, mebibytes } from "./pod-template";
import type { Tier } from "./validation";

export interface NodeSetProps extends Tier {
  readonly name: string;
  readonly roles: readonly string[];
  /** @default Elasticsearch's own choice: about half of `memory` */
  readonly heap?: Size | undefined;
  readonly storageClass?: string | undefined;
  readonly zones: number;
  readonly mmap: boolean;
  readonly keystore: boolean;
  /** Of its pods, beside ECK's own. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Nodes of one kind, as ECK takes them. */
export function nodeSet(props: NodeSetProps): NodeSet {
  const { name, nodes, memory, heap, cpu = Cpu.millis(500), storage, storageClass, zones, labels, keystore } = props;
  const ofNodeSet = {
    matchLabels: { [CLUSTER_LABEL]: CLUSTER_LABELS[CLUSTER_LABEL], [STATEFUL_SET_LABEL]: statefulSet(name) },
  };
  return {
    name,
    count: nodes,
    config: {
      "node.roles": props.roles,
      ...(props.mmap ? {} : { "node.store.allow_mmap": false }),
    },
    ...(zones > 1 ? { zoneAwareness: { topologyKey: ZONE } } : {}),
    podTemplate: eckPodTemplate({
      labels,
      keystore,
      container: {
        name: "elasticsearch",
        env: [{ name: "ES_JAVA_OPTS", value: [JVM_LOG, ...heapOptions(heap)].join(" ") }],
        cpu,
        memory,
      },
      affinity: {
        podAntiAffinity: {
          // Nodes of a kind stand in for each other: on one machine they would fail together, votes and copies with them.
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOST, labelSelector: ofNodeSet }],
          // What ECK prefers where nothing is said.
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, podAffinityTerm: { topologyKey: HOST, labelSelector: { matchLabels: CLUSTER_LABELS } } },
          ],
        },
      },
      // ECK's own, but for `minDomains`: a zone that has no machines yet is one all the same.
      ...(zones > 1
        ? {
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                minDomains: zones,
                topologyKey: ZONE,
                whenUnsatisfiable: "DoNotSchedule",
                labelSelector: ofNodeSet,
              },
            ],
          }
        : {}),
    }),
    volumeClaimTemplates: [
      {
        // ECK mounts the one of this name.
        metadata: { name: "elasticsearch-data" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: mebibytes(storage) } },
          ...(storageClass ? { storageClassName: storageClass } : {}),
        },
      },
    ],
  };
}

function heapOptions(heap: Size | undefined): string[] {
  return heap ? [`-Xms${heap.toMebibytes()}m`, `-Xmx${heap.toMebibytes()}m`] : [];
}

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
