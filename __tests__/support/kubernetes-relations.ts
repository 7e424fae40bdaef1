import { isDeepStrictEqual } from "node:util";
import type { ContainerJson, KubernetesJson, ObjectJson, PodJson, PolicyJson } from "./kubernetes-json";

interface Workload {
  readonly name: string;
  readonly object: ObjectJson;
  readonly pod: PodJson;
}

type Labels = Readonly<Record<string, string>>;

/**
 * What in a synthesized stack refers to something that is not there: selectors, mounts, ports, names, and policies that one
 * side has and the other has not. Empty if all is well.
 */
export function brokenRelations(json: KubernetesJson): string[] {
  const workloads = ["stateful_set_v1", "deployment_v1", "daemon_set_v1", "job_v1"].flatMap((kind) =>
    json.resources(kind).map((object) => ({
      name: `${kind}/${object.metadata.name}`,
      object,
      pod: (object.spec as { template: PodJson }).template,
    })),
  );
  return [
    ...workloads.flatMap(selectorProblems),
    ...workloads.flatMap((workload) => mountProblems(workload, json)),
    ...workloads.flatMap(probeProblems),
    ...json.resources("service_v1").flatMap((service) => serviceProblems(service, workloads)),
    ...Object.values(json.policies()).flatMap((policy) => policyProblems(policy, json, workloads)),
  ];
}

function selectorProblems({ name, object, pod }: Workload): string[] {
  const { selector, replicas } = object.spec as { selector?: { match_labels: Labels }; replicas?: string };
  if (selector === undefined && replicas === undefined && name.startsWith("job_v1/")) return [];
  return includes(pod.metadata.labels, selector?.match_labels)
    ? []
    : [`${name}: its selector does not select its own pods`];
}

function mountProblems({ name, object, pod }: Workload, json: KubernetesJson): string[] {
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
function probeProblems({ name, pod }: Workload): string[] {
  return pod.spec.container.flatMap((container) =>
    [container.startup_probe, container.readiness_probe, container.liveness_probe]
      .flatMap((probe) => probe?.tcp_socket ?? [])
      .filter(({ port }) => !ports(container).includes(Number(port)))
      .map(({ port }) => `${name}: a probe asks port ${port}, which '${container.name}' does not name`),
  );
}

function serviceProblems(service: ObjectJson, workloads: readonly Workload[]): string[] {
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

/** Every flow between pods is allowed on both sides, for ports that the server has. */
function policyProblems(policy: PolicyJson, json: KubernetesJson, workloads: readonly Workload[]): string[] {
  const name = `network_policy_v1/${policy.metadata.name}`;
  const own = policy.spec.pod_selector.match_labels;
  const subjects = workloads.filter(({ pod }) => includes(pod.metadata.labels, own));
  if (subjects.length === 0) return [`${name}: is about no pods`];
  const problems: string[] = [];
  for (const rule of policy.spec.ingress ?? []) {
    const open = subjects.flatMap(({ pod }) => pod.spec.container.flatMap(ports));
    for (const { port } of rule.ports) {
      if (!open.includes(Number(port))) problems.push(`${name}: lets in to port ${port}, which nobody listens on`);
    }
    for (const client of selected(rule.from)) {
      if (!mirrored(json, "egress", { server: own, client, ports: rule.ports }))
        problems.push(`${name}: the client's side does not allow it`);
    }
  }
  for (const rule of policy.spec.egress ?? []) {
    for (const server of selected(rule.to ?? [])) {
      if (!mirrored(json, "ingress", { server, client: own, ports: rule.ports }))
        problems.push(`${name}: the server's side does not allow it`);
    }
  }
  return problems;
}

function mirrored(
  json: KubernetesJson,
  side: "ingress" | "egress",
  flow: { readonly server: Labels | undefined; readonly client: Labels | undefined; readonly ports: unknown },
): boolean {
  const [subject, peer] = side === "egress" ? [flow.client, flow.server] : [flow.server, flow.client];
  return Object.values(json.policies()).some(({ spec }) => {
    const rules = side === "egress" ? spec.egress : spec.ingress;
    return (
      isDeepStrictEqual(spec.pod_selector.match_labels, subject) &&
      (rules ?? []).some((rule) => {
        const peers = "from" in rule ? rule.from : rule.to;
        return (
          isDeepStrictEqual(rule.ports, flow.ports) &&
          (peers ?? []).some((one) => isDeepStrictEqual(one.pod_selector?.match_labels, peer))
        );
      })
    );
  });
}

function selected(peers: readonly { readonly pod_selector?: { readonly match_labels: Labels } }[]): Labels[] {
  return peers.flatMap((peer) => (peer.pod_selector ? [peer.pod_selector.match_labels] : []));
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
