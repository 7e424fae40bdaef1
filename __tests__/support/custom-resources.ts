import type { ElasticsearchResource, KibanaResource } from "../../constructs/elasticsearch/eck/custom-resources";
import type { Kafka, KafkaNodePool, KafkaUser } from "../../constructs/kafka/strimzi/custom-resources";
import type { CustomResource } from "../../constructs/kubernetes/custom-resources";
import type { PolicyJson } from "./kubernetes-json";
import { required, unescaped } from "./synthesized";

interface ReleaseJson {
  readonly name: string;
  readonly values: readonly string[];
}

/** The objects of a release of our own chart, as Helm gets them. */
export function customResources(json: string, release: string): CustomResource[] {
  const releases = releasesIn(json);
  const found = releases.find(({ name }) => name === release);
  const known = releases.map(({ name }) => name).join(", ") || "none";
  return objectsOf(required(found, `release ${release} (there are: ${known})`));
}

/** The objects of all releases of a stack that carry any. */
export function allCustomResources(json: string): CustomResource[] {
  // What only Terraform knows is in the language of it.
  return releasesIn(json)
    .filter(({ values: [first = ""] }) => first.startsWith("{"))
    .flatMap(objectsOf);
}

export function objectsOfKind<T extends CustomResource>(objects: readonly CustomResource[], kind: T["kind"]): T[] {
  return objects.filter((object): object is T => object.kind === kind);
}

function releasesIn(json: string): ReleaseJson[] {
  const { resource } = JSON.parse(json) as {
    readonly resource?: { readonly helm_release?: Readonly<Record<string, ReleaseJson>> };
  };
  return Object.values(resource?.helm_release ?? {});
}

function objectsOf({ name, values: [values] }: ReleaseJson): CustomResource[] {
  return (
    (JSON.parse(unescaped(required(values, `values of release ${name}`))) as { objects?: CustomResource[] }).objects ??
    []
  );
}

type Labels = Readonly<Record<string, string>>;

/** Pods that an operator makes. */
export interface MadePods {
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly number[];
}

/** What operators make of objects and others refer to: by the names of Strimzi 1.2 and of ECK 3.5, not by those of our constructs. */
export interface Made {
  readonly pods: readonly MadePods[];
  /** Ports of Services. */
  readonly services: Readonly<Record<string, readonly number[]>>;
  /** Keys of Secrets. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** Who of this namespace is let in. That the operators themselves are is left out. */
  readonly policies: readonly PolicyJson[];
}

export function madeOf(objects: readonly CustomResource[]): Made {
  const all = [
    ...objectsOfKind<Kafka>(objects, "Kafka").map((kafka) => madeOfKafka(kafka, objects)),
    ...objectsOfKind<ElasticsearchResource>(objects, "Elasticsearch").map(madeOfElasticsearch),
    ...objectsOfKind<KibanaResource>(objects, "Kibana").map(madeOfKibana),
  ];
  return {
    pods: all.flatMap(({ pods }) => pods),
    services: Object.assign({}, ...all.map(({ services }) => services)),
    secrets: Object.assign({}, ...all.map(({ secrets }) => secrets)),
    policies: all.flatMap(({ policies }) => policies),
  };
}

function madeOfKafka(kafka: Kafka, objects: readonly CustomResource[]): Made {
  const { name } = kafka.metadata;
  const { listeners, metricsConfig } = kafka.spec.kafka;
  const { entityOperator, cruiseControl } = kafka.spec;
  const ofCluster = (object: CustomResource) => object.metadata.labels?.["strimzi.io/cluster"] === name;
  const labels = (component: string) => ({
    "strimzi.io/cluster": name,
    "strimzi.io/kind": "Kafka",
    "strimzi.io/name": `${name}-${component}`,
  });
  const named = (component: string) => ({
    pod_selector: { match_labels: { "strimzi.io/name": `${name}-${component}` } },
  });
  const nodes = { pod_selector: { match_labels: labels("kafka") } };
  const metrics = metricsConfig ? [9404] : [];
  const operators = [
    ...(entityOperator ? [named("entity-operator")] : []),
    ...(cruiseControl ? [named("cruise-control")] : []),
  ];
  return {
    pods: [
      ...objectsOfKind<KafkaNodePool>(objects, "KafkaNodePool")
        .filter(ofCluster)
        .map(({ metadata, spec: { roles } }) => ({
          name: `${name}-${metadata.name}`,
          labels: { ...labels("kafka"), "strimzi.io/pool-name": metadata.name },
          ports: [
            ...(roles.includes("controller") ? [9090] : []),
            ...(roles.includes("broker") ? [9091, ...listeners.map(({ port }) => port)] : []),
            8443,
            ...metrics,
          ],
        })),
      ...(entityOperator ? [pods(`${name}-entity-operator`, labels("entity-operator"), [8080, 8081])] : []),
      ...(cruiseControl ? [pods(`${name}-cruise-control`, labels("cruise-control"), [9090])] : []),
    ],
    services: { [`${name}-kafka-bootstrap`]: [9091, ...listeners.map(({ port }) => port)] },
    secrets: {
      [`${name}-cluster-ca-cert`]: ["ca.crt", "ca.p12", "ca.password"],
      ...Object.fromEntries(
        objectsOfKind<KafkaUser>(objects, "KafkaUser")
          .filter(ofCluster)
          .map(({ metadata }) => [
            `${entityOperator.userOperator.secretPrefix}${metadata.name}`,
            ["password", "sasl.jaas.config"],
          ]),
      ),
    },
    policies: [
      policy(`${name}-network-policy-kafka`, labels("kafka"), [
        rule(9090, [nodes]),
        rule(9091, [nodes, ...operators]),
        ...listeners.map(({ port, networkPolicyPeers }) =>
          rule(
            port,
            networkPolicyPeers.map((peer) =>
              "podSelector" in peer
                ? { pod_selector: { match_labels: peer.podSelector.matchLabels } }
                : { namespace_selector: { match_labels: peer.namespaceSelector.matchLabels } },
            ),
          ),
        ),
        ...metrics.map((port) => rule(port, [])),
      ]),
      // For the entity operator it names the namespace that the cluster operator is in (`CruiseControl.generateNetworkPolicy`).
      ...(cruiseControl ? [policy(`${name}-network-policy-cruise-control`, labels("cruise-control"), [])] : []),
    ],
  };
}

function madeOfElasticsearch({ metadata: { name }, spec }: ElasticsearchResource): Made {
  return {
    pods: spec.nodeSets.map((set) => {
      const roles = set.config["node.roles"] as readonly string[];
      return pods(
        `${name}-es-${set.name}`,
        {
          ...set.podTemplate.metadata.labels,
          "common.k8s.elastic.co/type": "elasticsearch",
          "elasticsearch.k8s.elastic.co/cluster-name": name,
          "elasticsearch.k8s.elastic.co/statefulset-name": `${name}-es-${set.name}`,
          ...Object.fromEntries(roles.map((role) => [`elasticsearch.k8s.elastic.co/node-${role}`, "true"])),
        },
        [9200, 9300],
      );
    }),
    services: { [`${name}-es-http`]: [9200] },
    secrets: { [`${name}-es-http-certs-public`]: ["ca.crt", "tls.crt"], [`${name}-es-elastic-user`]: ["elastic"] },
    policies: [],
  };
}

function madeOfKibana({ metadata: { name }, spec }: KibanaResource): Made {
  const labels = { "common.k8s.elastic.co/type": "kibana", "kibana.k8s.elastic.co/name": name };
  return {
    pods: [pods(`${name}-kb`, { ...spec.podTemplate.metadata.labels, ...labels }, [5601])],
    services: { [`${name}-kb-http`]: [5601] },
    secrets: { [`${name}-kb-http-certs-public`]: ["ca.crt", "tls.crt"] },
    policies: [],
  };
}

function pods(name: string, labels: Labels, ports: readonly number[]): MadePods {
  return { name, labels, ports };
}

type Rule = NonNullable<PolicyJson["spec"]["ingress"]>[number];

function rule(port: number, from: Rule["from"]): Rule {
  return { from, ports: [{ port: String(port), protocol: "TCP" }] };
}

function policy(name: string, labels: Labels, ingress: readonly Rule[]): PolicyJson {
  return {
    metadata: { name, namespace: "", labels: {} },
    spec: { pod_selector: { match_labels: labels }, policy_types: ["Ingress"], ingress },
  };
}
