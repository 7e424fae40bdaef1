import { dev } from "../../environments/dev";
import { COMPONENT } from "../../tools/kubernetes/components";
import type { Kubectl } from "../../tools/kubernetes/kubectl";
import { isDone, type Pod } from "../../tools/kubernetes/pods";
import type { EnvironmentInCluster, KubernetesObject } from "./cluster";
import type { Address } from "./flows";
import { allows, type NetworkPolicy, type Place } from "./network-policies";

/** Every flow that somebody was granted, as `client -> server:port`. */
export const GRANTED = {
  /** Of what runs on. */
  lasting: [
    "consumer -> elasticsearch:9200",
    "consumer -> kafka:9092",
    "filebeat -> kafka:9092",
    "gateway -> jaeger:4318",
    "gateway -> orders:8080",
    "orders -> jaeger:4318",
    "orders -> payments:8080",
    "payments -> jaeger:4318",
  ],
  /** Of Jobs. */
  passing: [
    "content -> elasticsearch:9200",
    "credentials -> outside:443",
    "credentials -> outside:6443",
    "kafka-topics -> kafka:9092",
  ],
  /** Where there is a Kibana. */
  kibana: ["kibana -> elasticsearch:9200"],
} as const;

/** What the cluster's network is made of, as far as policies speak of it. */
export interface Network {
  readonly policies: readonly NetworkPolicy[];
  /** By component; of those whose pods are through, what their template says. */
  readonly components: ReadonlyMap<string, Place>;
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}

interface Service extends KubernetesObject {
  readonly spec: {
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
  };
}

export async function readNetwork(kubectl: Kubectl, environment: EnvironmentInCluster): Promise<Network> {
  const namespaceLabels = { [NAMESPACE_NAME]: kubectl.namespace };
  const place = (labels: Readonly<Record<string, string>>, spec: Pod["spec"]): Place => ({
    pod: { namespace: kubectl.namespace, namespaceLabels, labels, namedPorts: namedPorts(spec) },
  });
  const components = new Map(
    (await environment.podTemplates()).map(({ template }) => [
      nameOf(template.metadata.labels) ?? OUTSIDE,
      place(template.metadata.labels, template.spec),
    ]),
  );
  return {
    policies: await kubectl.list<NetworkPolicy>("networkpolicies"),
    components,
    pods: await environment.pods(),
    services: await kubectl.list<Service>("services"),
  };
}

/** The flows that the policies let through, computed for every pair of components and every port that anything speaks of. */
export function allowedFlows({ policies, components }: Network): string[] {
  const ports = [...new Set([...portsOf(policies), ...[...components.values()].flatMap(portsServedBy), 22])];
  const places = [...components, ...outsiders()];
  const flows = places.flatMap(([from, client]) =>
    places.flatMap(([to, server]) =>
      ports.flatMap((port) =>
        ["TCP", "UDP"].flatMap((protocol) => {
          // What is outside is not ours to allow, and a pod speaks with itself as it likes.
          if (from === to) return [];
          const { egress, ingress } = allows(policies, client, server, port, protocol);
          return egress && ingress ? [flowOf(from, to, port, protocol)] : [];
        }),
      ),
    ),
  );
  return [...new Set(flows)].sort();
}

/** What should be let through. */
export function grantedFlows({ components }: Network): string[] {
  // Everyone may ask for names.
  const dns = [...components.keys()].flatMap((from) => ["TCP", "UDP"].map((one) => flowOf(from, OUTSIDE, 53, one)));
  const kibana = components.has("kibana") ? GRANTED.kibana : [];
  return [...GRANTED.lasting, ...GRANTED.passing, ...kibana, ...dns].sort();
}

/** What was seen on the node, in the same words. */
export function observedFlows({ pods, services }: Network, seen: ReadonlyMap<string, readonly Address[]>): string[] {
  const nameAt = (ip: string): string => {
    const service = services.find(({ spec }) => spec.clusterIP === ip);
    // An address is given to another pod once a Job's is through.
    const pod = pods.find((one) => one.status.podIP === ip && !isDone(one));
    return nameOf(service?.spec.selector ?? pod?.metadata.labels) ?? OUTSIDE;
  };
  const flows = pods.flatMap(({ metadata }) => {
    const from = nameOf(metadata.labels) ?? OUTSIDE;
    return (seen.get(metadata.uid) ?? []).map(({ ip, port }) => flowOf(from, nameAt(ip), port));
  });
  return [...new Set(flows)].sort();
}

/** Whatever is none of the environment's pods. */
const OUTSIDE = "outside";

function outsiders(): (readonly [string, Place])[] {
  const elsewhere = "elsewhere";
  // With labels of ours: they count in our namespace only.
  const labels = { "app.kubernetes.io/name": COMPONENT.consumer, "app.kubernetes.io/instance": dev.name };
  const pod = { namespace: elsewhere, namespaceLabels: { [NAMESPACE_NAME]: elsewhere }, labels };
  return [
    [OUTSIDE, { ip: "192.0.2.1" }],
    [OUTSIDE, { ip: "10.231.0.200", pod }],
  ];
}

function flowOf(from: string, to: string, port: number, protocol = "TCP"): string {
  return `${from} -> ${to}:${port}${protocol === "TCP" ? "" : ` ${protocol}`}`;
}

function nameOf(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  return labels?.["app.kubernetes.io/name"];
}

function namedPorts({ containers }: Pod["spec"]): Record<string, number> {
  const ports = containers.flatMap((container) => container.ports ?? []);
  return Object.fromEntries(ports.flatMap(({ name, containerPort }) => (name ? [[name, containerPort]] : [])));
}

function portsServedBy({ pod }: Place): number[] {
  return Object.values(pod?.namedPorts ?? {});
}

function portsOf(policies: readonly NetworkPolicy[]): number[] {
  return policies
    .flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])])
    .flatMap(({ ports }) => ports ?? [])
    .flatMap(({ port }) => (typeof port === "number" ? [port] : []));
}

const NAMESPACE_NAME = "kubernetes.io/metadata.name";
