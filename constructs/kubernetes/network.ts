import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { Construct } from "constructs";
import type { KubernetesSite } from "./site";

/** What pods may be let through to. Connections carry it, and only grants make connections. */
export interface NetworkEndpoint {
  /** Tells it from the other endpoints of a site. */
  readonly name: string;
  /** Writes what its own side needs. Called once for each group of pods. */
  admit(client: PodGroup): void;
  /**
   * Lets in pods of another namespace; what their own side needs is for that namespace to say.
   *
   * @param name of the flow: who these pods are
   */
  admitNamespace(namespace: string, name: string): void;
  /** The rule of the client's side. */
  egressRule(): EgressRule;
}

/** As a NetworkPolicy of the provider takes it. */
interface EgressRule {
  readonly to?: readonly object[];
  readonly ports: readonly { readonly port: string; readonly protocol: string }[];
}

/**
 * The pods of one component, as the network sees them. Two groups may speak once one of them has {@link allowTo} the
 * other: that writes a policy on both sides, each named for the flow that it allows.
 */
export class PodGroup {
  private readonly allowed = new Set<string>();
  /** What selects them. */
  readonly labels: Record<string, string>;

  /** @param labels of pods that an operator makes. @default the site's labels of the component */
  constructor(
    private readonly scope: Construct,
    private readonly site: KubernetesSite,
    readonly component: string,
    labels?: Readonly<Record<string, string>>,
  ) {
    this.labels = { ...(labels ?? site.labels(component)) };
  }

  /** Lets these pods reach an endpoint; asked twice is asked once. */
  allowTo(endpoint: NetworkEndpoint): void {
    if (this.allowed.has(endpoint.name)) return;
    this.allowed.add(endpoint.name);
    const { to, ports } = endpoint.egressRule();
    new NetworkPolicyV1(this.scope, `To-${endpoint.name}`, {
      metadata: this.site.metadata(this.component, { name: `${this.component}-to-${endpoint.name}` }),
      spec: {
        podSelector: { matchLabels: this.labels },
        policyTypes: ["Egress"],
        egress: [{ ...(to ? { to: [...to] } : {}), ports: [...ports] }],
      },
    });
    endpoint.admit(this);
  }

  /** These pods as a server: an endpoint for whoever is granted it. */
  endpoint(ports: readonly number[]): NetworkEndpoint {
    return {
      name: this.component,
      egressRule: () => ({ to: [{ podSelector: { matchLabels: this.labels } }], ports: tcp(ports) }),
      admit: (client) => {
        this.allowFrom(client.component, { podSelector: { matchLabels: client.labels } }, ports);
      },
      admitNamespace: (namespace, name) => this.allowFromNamespace(namespace, ports, name),
    };
  }

  /** Lets these pods reach each other. */
  allowAmong(ports: readonly number[]): void {
    this.allowTo(this.endpoint(ports));
  }

  /** Lets pods of another namespace reach these; what their own side needs is for that namespace to say. */
  allowFromNamespace(namespace: string, ports: readonly number[], name = namespace): void {
    this.allowFrom(name, { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }, ports);
  }

  /** Lets Prometheus read these pods' metrics, where the site names its namespace. */
  allowScraping(port: number): void {
    const namespace = this.site.monitoringNamespace;
    if (!namespace) return;
    this.allowFromNamespace(namespace, [port], "monitoring");
  }

  private allowFrom(name: string, from: object, ports: readonly number[]): void {
    new NetworkPolicyV1(this.scope, `From-${name}`, {
      metadata: this.site.metadata(this.component, { name: `${this.component}-from-${name}` }),
      spec: {
        podSelector: { matchLabels: this.labels },
        policyTypes: ["Ingress"],
        ingress: [{ from: [from], ports: tcp(ports) }],
      },
    });
  }
}

/** What is outside of the namespace: an imported cluster, the API server. Policies know addresses, not host names. */
export function externalEndpoint(
  name: string,
  ports: readonly number[],
  /** @default every address, on these ports */
  cidrs: readonly string[] = [],
): NetworkEndpoint {
  return {
    name,
    egressRule: () => ({
      ...(cidrs.length > 0 ? { to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) } : {}),
      ports: tcp([...new Set(ports)]),
    }),
    admit: () => undefined,
    admitNamespace: () => undefined,
  };
}

/** The API server, for the few programs that speak with it: behind its Service it listens on either port. */
export const API_SERVER = externalEndpoint("api-server", [443, 6443]);

function tcp(ports: readonly number[]): { port: string; protocol: string }[] {
  return ports.map((port) => ({ port: String(port), protocol: "TCP" }));
}
