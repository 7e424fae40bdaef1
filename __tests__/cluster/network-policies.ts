import { BlockList } from "node:net";

/** A NetworkPolicy as the API server answers it. */
export interface NetworkPolicy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes: readonly ("Ingress" | "Egress")[];
    readonly ingress?: readonly { readonly from?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[];
    readonly egress?: readonly { readonly to?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[];
  };
}

interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

type Labels = Readonly<Record<string, string>>;

/** One end of a connection: a pod, or an address that is no pod's. */
export interface Place {
  /** @default unknown: no ipBlock covers it */
  readonly ip?: string;
  /** @default it is outside of the cluster's pods */
  readonly pod?: {
    readonly namespace: string;
    readonly namespaceLabels: Labels;
    readonly labels: Labels;
    /** Numbers of its named ports. */
    readonly namedPorts?: Readonly<Record<string, number>>;
  };
}

/**
 * Whether the policies let a connection through: out of the one end, and into the other. As the API defines it: a pod that no
 * policy of a direction selects may do everything in it, any other what at least one of them allows.
 */
export function allows(
  policies: readonly NetworkPolicy[],
  from: Place,
  to: Place,
  port: number,
  protocol = "TCP",
): { readonly egress: boolean; readonly ingress: boolean } {
  const isPort = ({ port: wanted, endPort, protocol: wantedProtocol = "TCP" }: PolicyPort) => {
    if (wantedProtocol !== protocol) return false;
    if (wanted === undefined) return true;
    if (typeof wanted === "string") return to.pod?.namedPorts?.[wanted] === port;
    return endPort === undefined ? wanted === port : wanted <= port && port <= endPort;
  };
  const permits = (peers: readonly PolicyPeer[] = [], ports: readonly PolicyPort[] = [], other: Place, home: string) =>
    // An empty list names nothing, and so leaves nothing out.
    (peers.length === 0 || peers.some((peer) => isPeer(peer, other, home))) &&
    (ports.length === 0 || ports.some(isPort));

  const outOf = selecting(policies, from, "Egress");
  const into = selecting(policies, to, "Ingress");
  return {
    egress:
      outOf.length === 0 ||
      outOf.some(({ metadata, spec }) =>
        spec.egress?.some((rule) => permits(rule.to, rule.ports, to, metadata.namespace)),
      ),
    ingress:
      into.length === 0 ||
      into.some(({ metadata, spec }) =>
        spec.ingress?.some((rule) => permits(rule.from, rule.ports, from, metadata.namespace)),
      ),
  };
}

function selecting(policies: readonly NetworkPolicy[], { pod }: Place, direction: "Ingress" | "Egress") {
  if (!pod) return [];
  return policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      spec.policyTypes.includes(direction) &&
      matches(spec.podSelector, pod.labels),
  );
}

/** @param home namespace of the policy, which a peer means that names none */
function isPeer({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, { ip, pod }: Place, home: string): boolean {
  if (ipBlock) return ip !== undefined && covers(ipBlock.cidr, ip) && !ipBlock.except?.some((one) => covers(one, ip));
  if (!pod) return false;
  const inNamespace = namespaceSelector ? matches(namespaceSelector, pod.namespaceLabels) : pod.namespace === home;
  return inNamespace && (!podSelector || matches(podSelector, pod.labels));
}

function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
      }
    })
  );
}

function covers(cidr: string, ip: string): boolean {
  const [network = "", prefix = ""] = cidr.split("/");
  const family = (address: string) => (address.includes(":") ? "ipv6" : "ipv4");
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family(network));
  return family(network) === family(ip) && list.check(ip, family(ip));
}
