import { Construct } from "constructs";
import { API_SERVER, type NetworkEndpoint, PodGroup } from "../../kubernetes/network";
import type { KubernetesSite } from "../../kubernetes/site";
import type { NetworkPolicyPeer } from "./custom-resources";
import { CLUSTER, OF_CLUSTER } from "./names";

/** Of the listener for clients. */
export const CLIENT_PORT = 9093;

/** Strimzi's own, on every node: of controllers, and of brokers among themselves and for Strimzi's programs. */
const CONTROL_PLANE_PORT = 9090;
const REPLICATION_PORT = 9091;
/** Of Cruise Control, for the topic operator. */
const REST_API_PORT = 9090;

/**
 * The cluster's pods as the network sees them. Strimzi writes policies that let their clients in, and those of the listener from
 * {@link peers}; it writes none that lets its own pods out, in a namespace where nothing may go out. Those are written here.
 */
export class ClusterNetwork {
  /** For clients: whoever is admitted becomes a peer of the listener. */
  readonly endpoint: NetworkEndpoint;
  private readonly admitted = new Map<string, NetworkPolicyPeer>();

  constructor(scope: Construct, site: KubernetesSite, options: { readonly cruiseControl: boolean }) {
    const pods = (id: string, name: string) => {
      const component = `${CLUSTER}-${name}`;
      return new PodGroup(new Construct(scope, id), site, component, { ...OF_CLUSTER, "strimzi.io/name": component });
    };
    const kafka = pods("Nodes", "kafka");
    this.endpoint = {
      ...openedByStrimzi(kafka, [CLIENT_PORT]),
      name: CLUSTER,
      admit: ({ component, labels }) => this.admitted.set(component, { podSelector: { matchLabels: labels } }),
      admitNamespace: (namespace, name) =>
        this.admitted.set(name, { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
    };

    kafka.allowTo(openedByStrimzi(kafka, [CONTROL_PLANE_PORT, REPLICATION_PORT]));
    // From there a node takes its own certificate when it starts, and its zone.
    kafka.allowTo(API_SERVER);
    const entityOperator = pods("EntityOperator", "entity-operator");
    entityOperator.allowTo(openedByStrimzi(kafka, [REPLICATION_PORT]));
    entityOperator.allowTo(API_SERVER);
    if (options.cruiseControl) {
      const cruiseControl = pods("CruiseControl", "cruise-control");
      cruiseControl.allowTo(openedByStrimzi(kafka, [REPLICATION_PORT]));
      // Strimzi's policy looks for the topic operator in the namespace of the cluster's operator only.
      entityOperator.allowTo(cruiseControl.endpoint([REST_API_PORT]));
    }
  }

  /** Who was admitted, sorted. */
  get peers(): NetworkPolicyPeer[] {
    return [...this.admitted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, peer]) => peer);
  }
}

/** Pods that need no policy of ours to let anyone in. */
function openedByStrimzi(pods: PodGroup, ports: readonly number[]): NetworkEndpoint {
  return { ...pods.endpoint(ports), admit: () => undefined, admitNamespace: () => undefined };
}
