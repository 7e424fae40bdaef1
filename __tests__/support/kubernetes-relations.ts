import { parseCredentialsSettings, secretNames, USER_KEYS, FILE_REALM_KEYS } from "../../contract/credentials-settings";
import type { KibanaResource } from "../../constructs/elasticsearch/eck/custom-resources";
import type { KafkaTopic, KafkaUser } from "../../constructs/kafka/strimzi/custom-resources";
import type { CustomResource } from "../../constructs/kubernetes/custom-resources";
import { allCustomResources, type Made, type MadePods, madeOf, objectsOfKind } from "./custom-resources";
import type { ContainerJson, KubernetesJson, ObjectJson, PeerJson, PolicyJson, WorkloadJson } from "./kubernetes-json";
import { unescaped } from "./synthesized";

type Labels = Readonly<Record<string, string>>;

/** What a stack refers to in its namespace, and who else makes some of it. */
interface Scene {
  readonly json: KubernetesJson;
  readonly objects: readonly CustomResource[];
  readonly made: Made;
  /** Ours and those that operators make. */
  readonly pods: readonly MadePods[];
  readonly policies: readonly PolicyJson[];
}

function sceneOf(json: KubernetesJson): Scene {
  const objects = allCustomResources(json.json);
  const made = madeOf(objects);
  const own = json.workloads().map(({ name, pod }) => ({
    name,
    labels: pod.metadata.labels,
    ports: pod.spec.container.flatMap(ports),
  }));
  return {
    json,
    objects,
    made,
    pods: [...own, ...made.pods],
    policies: [...Object.values(json.policies()), ...made.policies],
  };
}

/**
 * What in a synthesized stack refers to something that is not there: selectors, mounts, ports, names, and policies that one
 * side has and the other has not. Pods, Secrets and policies that operators make of its objects are there. Empty if all is well.
 *
 * @param given Secrets that are there before. Secrets, Services, accounts and addresses are then looked for as well, which only a
 * whole pipeline has. @default they are not
 */
export function brokenRelations(json: KubernetesJson, given?: readonly string[]): string[] {
  const scene = sceneOf(json);
  const workloads = json.workloads();
  return [
    ...new Set([
      ...workloads.flatMap(selectorProblems),
      ...workloads.flatMap((workload) => mountProblems(workload, json)),
      ...workloads.flatMap(probeProblems),
      ...json.resources("service_v1").flatMap((service) => serviceProblems(service, workloads)),
      ...json.resources("pod_disruption_budget_v1").flatMap((budget) => budgetProblems(budget, scene)),
      ...json.resources("horizontal_pod_autoscaler_v2").flatMap((autoscaler) => autoscalerProblems(autoscaler, json)),
      ...scene.policies.flatMap((policy) => policyProblems(policy, scene)),
      ...objectProblems(scene),
      ...(given
        ? [
            ...secretProblems(scene, given),
            ...addressProblems(scene),
            ...workloads.flatMap(fileProblems),
            ...accountProblems(json),
          ]
        : []),
    ]),
  ];
}

/** Secrets that a stack refers to, and that neither the credentials program nor an operator nor a release makes; sorted. */
export function foreignSecrets(json: KubernetesJson): string[] {
  const scene = sceneOf(json);
  const made = secretsMade(scene);
  return [...new Set(secretUses(scene).map(({ secret }) => secret))].filter((secret) => !made.has(secret)).sort();
}

/** Who may reach whom from within the namespace, as `client > server:port`; sorted. */
export function flows(json: KubernetesJson): string[] {
  return Object.values(json.policies())
    .flatMap(({ metadata, spec }) =>
      (spec.egress ?? []).flatMap((rule) => {
        const outside = metadata.name.replace(/.*-to-/, "");
        const servers = (rule.to ?? [{}]).map((peer) =>
          peer.pod_selector ? groupOf(peer.pod_selector) : peer.ip_block ? `${outside}@${peer.ip_block.cidr}` : outside,
        );
        const client = groupOf(spec.pod_selector);
        return servers.map((server) => `${client} > ${server}:${rule.ports.map(({ port }) => port).join()}`);
      }),
    )
    .sort();
}

/** Who is let in that is no pod of the namespace, as `peer > server:port`, by operators' policies as well; sorted. */
export function letIn(json: KubernetesJson): string[] {
  return sceneOf(json)
    .policies.flatMap(({ spec }) =>
      (spec.ingress ?? []).flatMap((rule) => {
        const from = peersOf(rule);
        const peers = from.length > 0 ? from.filter((peer) => !isOwn(peer)).map(outsider) : ["everybody"];
        return peers.map(
          (peer) => `${peer} > ${groupOf(spec.pod_selector)}:${rule.ports.map(({ port }) => port).join()}`,
        );
      }),
    )
    .sort();
}

/** Of either side's rule; it is for everybody where there are none. */
function peersOf(rule: {
  readonly from?: readonly PeerJson[];
  readonly to?: readonly PeerJson[];
}): readonly PeerJson[] {
  return rule.from ?? rule.to ?? [];
}

function isOwn(peer: PeerJson): boolean {
  return peer.pod_selector !== undefined && !peer.namespace_selector && !peer.ip_block;
}

function outsider({ namespace_selector: namespaces, pod_selector: pods, ip_block: block }: PeerJson): string {
  if (block) return block.cidr;
  const name = namespaces?.match_labels["kubernetes.io/metadata.name"] ?? "any namespace";
  return pods ? `${name}/${groupOf(pods)}` : name;
}

/** What pods are called, by the labels that select them. */
function groupOf({ match_labels: labels = {} }: { readonly match_labels?: Labels }): string {
  const names = ["app.kubernetes.io/name", "strimzi.io/name", "common.k8s.elastic.co/type"];
  return names.map((label) => labels[label]).find((name) => name !== undefined) ?? JSON.stringify(labels);
}

function selectorProblems({ name, object, pod }: WorkloadJson): string[] {
  const { selector, replicas } = object.spec as { selector?: { match_labels: Labels }; replicas?: string };
  if (selector === undefined && replicas === undefined && /^(cron_)?job_v1\//.test(name)) return [];
  return includes(pod.metadata.labels, selector?.match_labels)
    ? []
    : [`${name}: its selector does not select its own pods`];
}

function mountProblems({ name, object, pod }: WorkloadJson, json: KubernetesJson): string[] {
  const { volume_claim_template: claims = [] } = object.spec as {
    volume_claim_template?: readonly { metadata: { name: string } }[];
  };
  const volumes = [...(pod.spec.volume ?? []).map((one) => one.name), ...claims.map((one) => one.metadata.name)];
  const containers = [...pod.spec.container, ...(pod.spec.init_container ?? [])];
  const mounted = containers.flatMap((one) => one.volume_mount ?? []).map((mount) => mount.name);
  return [
    ...duplicates(volumes).map((volume) => `${name}: volume '${volume}' is there twice`),
    ...mounted.filter((one) => !volumes.includes(one)).map((one) => `${name}: mounts '${one}', which is no volume`),
    ...volumes.filter((one) => !mounted.includes(one)).map((one) => `${name}: volume '${one}' is mounted nowhere`),
    ...containers.flatMap((one) =>
      duplicates((one.volume_mount ?? []).map((mount) => mount.mount_path)).map(
        (path) => `${name}: '${path}' is mounted twice in '${one.name}'`,
      ),
    ),
    ...(pod.spec.volume ?? [])
      .flatMap((one) => one.config_map?.name ?? [])
      .filter((one) => !json.resources("config_map_v1").some(({ metadata }) => metadata.name === one))
      .map((one) => `${name}: there is no ConfigMap '${one}'`),
  ];
}

/** A probe by TCP asks a port that clients use. One by HTTP may have a port of its own. */
function probeProblems({ name, pod }: WorkloadJson): string[] {
  return pod.spec.container.flatMap((container) =>
    [container.startup_probe, container.readiness_probe, container.liveness_probe]
      .flatMap((probe) => probe?.tcp_socket ?? [])
      .filter(({ port }) => !ports(container).includes(Number(port)))
      .map(({ port }) => `${name}: a probe asks port ${port}, which '${container.name}' does not name`),
  );
}

function serviceProblems(service: ObjectJson, workloads: readonly WorkloadJson[]): string[] {
  const name = `service_v1/${service.metadata.name}`;
  const spec = service.spec as {
    selector: Labels;
    port: readonly { name: string; port: number; target_port: string }[];
  };
  const behind = workloads.filter(({ pod }) => includes(pod.metadata.labels, spec.selector));
  const [only] = behind;
  if (!only || behind.length > 1) return [`${name}: selects the pods of ${behind.length} workloads`];
  const named = only.pod.spec.container.flatMap((container) => container.port ?? []);
  return spec.port
    .filter((one) => named.find((port) => port.name === one.target_port)?.container_port !== one.port)
    .map((one) => `${name}: port ${one.port} leads to '${one.target_port}', which is no such port of ${only.name}`);
}

function budgetProblems({ metadata, spec }: ObjectJson, { pods }: Scene): string[] {
  const { selector } = spec as { selector: { match_labels: Labels } };
  const selected = pods.filter(({ labels }) => includes(labels, selector.match_labels));
  return selected.length > 0 ? [] : [`pod_disruption_budget_v1/${metadata.name}: is about no pods`];
}

function autoscalerProblems({ metadata, spec }: ObjectJson, json: KubernetesJson): string[] {
  const { scale_target_ref: target } = spec as { scale_target_ref: { kind: string; name: string } };
  const found = json.resources(`${target.kind.toLowerCase()}_v1`).some((one) => one.metadata.name === target.name);
  return found ? [] : [`horizontal_pod_autoscaler_v2/${metadata.name}: there is no ${target.kind} '${target.name}'`];
}

/** Every flow between pods is allowed on both sides, for ports that the server has. */
function policyProblems(policy: PolicyJson, { pods, policies }: Scene): string[] {
  const name = `network_policy_v1/${policy.metadata.name}`;
  const subjects = selectedBy(policy.spec.pod_selector, pods);
  if (subjects.length === 0) return [`${name}: is about no pods`];
  const problems: string[] = [];
  for (const rule of policy.spec.ingress ?? []) {
    for (const port of rule.ports.map((one) => Number(one.port))) {
      const servers = subjects.filter((pod) => pod.ports.includes(port));
      if (servers.length === 0) problems.push(`${name}: lets in to port ${port}, which nobody listens on`);
      for (const peer of peersOf(rule).filter(isOwn)) {
        const clients = selectedBy(peer.pod_selector, pods);
        if (clients.length === 0)
          problems.push(`${name}: lets in ${groupOf(peer.pod_selector ?? {})}, which is no pod`);
        if (!eachMay(policies, "egress", { clients, servers, port }))
          problems.push(`${name}: the client's side does not allow it`);
      }
    }
  }
  for (const rule of policy.spec.egress ?? []) {
    for (const peer of peersOf(rule).filter(isOwn)) {
      const servers = selectedBy(peer.pod_selector, pods);
      if (servers.length === 0) problems.push(`${name}: leads to ${groupOf(peer.pod_selector ?? {})}, which is no pod`);
      for (const port of rule.ports.map((one) => Number(one.port))) {
        const listening = servers.filter((pod) => pod.ports.includes(port));
        // Where nobody listens it is the server's side that has not heard of the port, or says so itself.
        const asked = listening.length > 0 ? listening : servers;
        if (!eachMay(policies, "ingress", { clients: subjects, servers: asked, port }))
          problems.push(`${name}: the server's side does not allow it`);
      }
    }
  }
  return problems;
}

/** Whether policies of one side let each client reach each server. */
function eachMay(
  policies: readonly PolicyJson[],
  side: "ingress" | "egress",
  flow: { readonly clients: readonly MadePods[]; readonly servers: readonly MadePods[]; readonly port: number },
): boolean {
  const may = (client: MadePods, server: MadePods) => {
    const [subject, peer] = side === "egress" ? [client, server] : [server, client];
    return policies.some(
      ({ spec }) =>
        selects(spec.pod_selector, subject) &&
        (spec[side] ?? []).some((rule) => {
          const peers = peersOf(rule);
          return (
            rule.ports.some(({ port }) => Number(port) === flow.port) &&
            (peers.length === 0 || peers.some((one) => isOwn(one) && selects(one.pod_selector, peer)))
          );
        }),
    );
  };
  return flow.clients.every((client) => flow.servers.every((server) => may(client, server)));
}

function selectedBy(selector: { readonly match_labels?: Labels } | undefined, pods: readonly MadePods[]): MadePods[] {
  return pods.filter((pod) => selects(selector, pod));
}

function selects(selector: { readonly match_labels?: Labels } | undefined, { labels }: MadePods): boolean {
  return includes(labels, selector?.match_labels);
}

/** What objects of operators say of one another, and of pods that are made of them. */
function objectProblems({ objects, made }: Scene): string[] {
  const names = (kind: string) => objects.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
  const missing = ({ kind, metadata }: CustomResource, what: string) => `${kind}/${metadata.name}: there is no ${what}`;
  const topics = objectsOfKind<KafkaTopic>(objects, "KafkaTopic").map(({ spec }) => spec.topicName);
  return [
    ...objects.flatMap((object) => {
      const cluster = object.metadata.labels?.["strimzi.io/cluster"];
      return cluster === undefined || names("Kafka").includes(cluster) ? [] : [missing(object, `Kafka '${cluster}'`)];
    }),
    ...objectsOfKind<KafkaUser>(objects, "KafkaUser").flatMap((user) =>
      user.spec.authorization.acls
        .filter(({ resource: { type, name } }) => type === "topic" && !topics.includes(name))
        .map(({ resource }) => missing(user, `topic '${resource.name}'`)),
    ),
    ...objectsOfKind<KibanaResource>(objects, "Kibana")
      .filter(({ spec }) => !names("Elasticsearch").includes(spec.elasticsearchRef.name))
      .map((kibana) => missing(kibana, `Elasticsearch '${kibana.spec.elasticsearchRef.name}'`)),
    ...objects.flatMap((object) =>
      podSelectors(object)
        .filter((selector) => !made.pods.some(({ labels }) => includes(labels, selector)))
        .map((selector) => missing(object, `pod with ${JSON.stringify(selector)}`)),
    ),
  ];
}

/** By which a Service, a spread or an affinity finds pods, however deep in an object. */
function podSelectors(value: unknown): Labels[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    key === "labelSelector"
      ? [(one as { matchLabels: Labels }).matchLabels]
      : key === "selector"
        ? [one as Labels]
        : podSelectors(one),
  );
}

interface SecretUse {
  readonly user: string;
  readonly secret: string;
  /** @default all that there are */
  readonly key?: string;
}

function secretUses({ json, objects }: Scene): SecretUse[] {
  return [
    ...json.workloads().flatMap(({ name, pod: { spec } }) => [
      ...(spec.volume ?? []).flatMap(({ secret }) =>
        (secret ? (secret.items ?? [{}]) : []).map((item: { readonly key?: string }) => ({
          user: name,
          secret: String(secret?.secret_name),
          ...item,
        })),
      ),
      ...[...spec.container, ...(spec.init_container ?? [])]
        .flatMap((one) => one.env ?? [])
        .flatMap(({ value_from: from }) => (from?.secret_key_ref ? [from.secret_key_ref] : []))
        .map(({ name: secret, key }) => ({ user: name, secret, key })),
    ]),
    ...json.resources("ingress_v1").flatMap(({ metadata, spec }) =>
      ((spec as { tls?: readonly { secret_name: string }[] }).tls ?? []).map(({ secret_name: secret }) => ({
        user: `ingress_v1/${metadata.name}`,
        secret,
      })),
    ),
    ...objects.flatMap((object) =>
      secretNamesIn(object).map((use) => ({ user: `${object.kind}/${object.metadata.name}`, ...use })),
    ),
  ];
}

/** Where an object names a Secret, and perhaps some of its keys. */
function secretNamesIn(value: unknown): Omit<SecretUse, "user">[] {
  if (typeof value !== "object" || value === null) return [];
  const { secretName: secret, entries } = value as {
    readonly secretName?: string;
    readonly entries?: readonly { readonly key: string }[];
  };
  if (secret !== undefined) return entries ? entries.map(({ key }) => ({ secret, key })) : [{ secret }];
  return Object.values(value).flatMap(secretNamesIn);
}

/** Keys of the Secrets that are made by what a stack has in it. */
function secretsMade({ json, objects, made }: Scene): ReadonlyMap<string, readonly string[]> {
  const jobs = json.resources("job_v1").filter(({ metadata }) => metadata.name.startsWith("credentials-"));
  const declared = jobs.map(() => parseCredentialsSettings(json.env("job_v1", "credentials")).CREDENTIALS);
  const released = objects.filter(({ kind }) => kind === "Secret") as (CustomResource & {
    readonly stringData: Readonly<Record<string, string>>;
  })[];
  return new Map([
    ...declared.flatMap(secretNames).map((name): [string, readonly string[]] => [name, []]),
    ...declared.flatMap(({ users }) => users.map(({ secret }) => [secret, Object.values(USER_KEYS)] as const)),
    ...declared.flatMap(({ keys }) => keys.map(({ secret, keys: own }) => [secret, own] as const)),
    ...declared.flatMap(({ fileRealm }) => (fileRealm ? [[fileRealm, Object.values(FILE_REALM_KEYS)] as const] : [])),
    ...released.map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)] as const),
    ...Object.entries(made.secrets),
  ]);
}

function secretProblems(scene: Scene, given: readonly string[]): string[] {
  const made = secretsMade(scene);
  const uses = secretUses(scene);
  return [
    ...uses.flatMap(({ user, secret, key }) => {
      if (given.includes(secret)) return [];
      const keys = made.get(secret);
      if (!keys) return [`${user}: there is no Secret '${secret}'`];
      return key === undefined || keys.includes(key) ? [] : [`${user}: Secret '${secret}' has no key '${key}'`];
    }),
    ...given
      .filter((secret) => !uses.some((use) => use.secret === secret))
      .map((secret) => `Secret '${secret}' is given to nobody`),
  ];
}

/** Every address within the cluster is that of a Service, at a port that it has. */
function addressProblems({ json, made }: Scene): string[] {
  const services: Readonly<Record<string, readonly number[]>> = {
    ...made.services,
    ...Object.fromEntries(
      json
        .resources("service_v1")
        .map(({ metadata, spec }) => [
          metadata.name,
          (spec as { port: readonly { port: number }[] }).port.map(({ port }) => port),
        ]),
    ),
  };
  const told = [
    ...json
      .workloads()
      .flatMap(({ name, object, pod: { spec } }) =>
        [...spec.container, ...(spec.init_container ?? [])]
          .flatMap(({ env = [] }) => env)
          .map(({ value = "" }) => ({ name, namespace: object.metadata.namespace, text: unescaped(value) })),
      ),
    ...json.resources("config_map_v1").flatMap(({ metadata, data = {} }) =>
      Object.values(data).map((text) => ({
        name: `config_map_v1/${metadata.name}`,
        namespace: metadata.namespace,
        text: unescaped(text),
      })),
    ),
  ].flatMap(({ name, namespace, text }) =>
    [...text.matchAll(/(?<![\w.-])([a-z][a-z0-9.-]*):(\d{2,5})\b/g)].map(([, host = "", port]) => ({
      name,
      host: host.endsWith(`.${namespace}.svc`) ? host.slice(0, -`.${namespace}.svc`.length) : host,
      port: Number(port),
    })),
  );
  const backends = json.resources("ingress_v1").flatMap(({ metadata, spec }) =>
    (spec as { rule: readonly IngressRule[] }).rule
      .flatMap((rule) => rule.http.path)
      .map(({ backend: { service } }) => ({
        name: `ingress_v1/${metadata.name}`,
        host: service.name,
        port: service.port.number,
      })),
  );
  return [...told, ...backends]
    .filter(({ host }) => (!host.includes(".") && host !== "localhost") || host.endsWith(".svc"))
    .filter(({ host, port }) => !services[host]?.includes(port))
    .map(({ name, host, port }) => `${name}: there is no Service '${host}' with port ${port}`);
}

interface IngressRule {
  readonly http: {
    readonly path: readonly {
      readonly backend: { readonly service: { readonly name: string; readonly port: { readonly number: number } } };
    }[];
  };
}

/** Every file that a variable names is mounted. */
function fileProblems({ name, pod: { spec } }: WorkloadJson): string[] {
  return [...spec.container, ...(spec.init_container ?? [])].flatMap(({ env = [], volume_mount: mounts = [] }) =>
    env
      .flatMap(({ name: variable, value }) => (variable.endsWith("_FILE") && value ? [{ variable, value }] : []))
      .filter(({ value }) => {
        const mount = mounts.find(({ mount_path: path }) => value.startsWith(`${path}/`));
        const secret = spec.volume?.find((one) => one.name === mount?.name)?.secret;
        const file = value.slice((mount?.mount_path.length ?? 0) + 1);
        return !mount || (secret?.items && !secret.items.some(({ path }) => path === file));
      })
      .map(({ variable, value }) => `${name}: ${variable} names '${value}', which is mounted nowhere`),
  );
}

function accountProblems(json: KubernetesJson): string[] {
  const accounts = json.resources("service_account_v1").map(({ metadata }) => metadata.name);
  return json.workloads().flatMap(({ name, pod: { spec } }) => {
    const account = spec.service_account_name;
    return account === undefined || accounts.includes(account) ? [] : [`${name}: there is no account '${account}'`];
  });
}

function ports(container: ContainerJson): number[] {
  return (container.port ?? []).map((port) => port.container_port);
}

function includes(labels: Labels, selected: Labels | undefined): boolean {
  return selected !== undefined && Object.entries(selected).every(([label, value]) => labels[label] === value);
}

function duplicates(values: readonly string[]): string[] {
  return values.filter((value, at) => values.indexOf(value) !== at);
}
