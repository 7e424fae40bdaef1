import type { EnvironmentChange } from "../compare";
import { at, canonical, type Data, entriesOf, isList, isObject, textAt } from "../data";
import type { Item } from "../items";
import { code } from "../words";
import { about, type DangerRule, type Finding } from "./danger";

/** Who may reach what. */
export const network: DangerRule = {
  name: "network",
  finds: {
    danger:
      "the policy that denies everything is removed or weakened; something can be reached by everyone, from outside of the cluster, or on another address than the machine's own",
    warning: "another namespace may reach something; pods may be less restricted",
    notice: "a new flow between parts of the pipeline",
  },
  find: (change) => [
    ...denials(change),
    ...change.after.flatMap((item) => {
      const old = change.before.find(({ id }) => id === item.id);
      // An environment that is new has no flow that is.
      if (!change.was) return [];
      return [
        ...openedFlows(item, old),
        ...openedListeners(item, old),
        ...openedServices(item, old),
        ...podSecurity(item, old),
      ];
    }),
  ],
};

const POLICY = /^kubernetes_network_policy/;

/** It selects every pod and lets nothing through. */
function denied(item: Item): readonly string[] {
  const spec = at(item.body, "spec");
  const everyPod = isObject(at(spec, "pod_selector")) && canonical(at(spec, "pod_selector") ?? null) === "{}";
  const types = at(spec, "policy_types");
  if (!POLICY.test(item.kind) || !everyPod || !isList(types)) return [];
  return types.map(String).filter((type) => at(spec, type.toLowerCase()) === undefined);
}

function denials({ before, after }: EnvironmentChange): Finding[] {
  return before.flatMap((old) => {
    const still = after.filter(({ stack }) => stack === old.stack).flatMap(denied);
    const lifted = denied(old).filter((type) => !still.includes(type));
    // Without the stack there is nothing to reach.
    if (lifted.length === 0 || !after.some(({ stack }) => stack === old.stack)) return [];
    return [
      {
        ...about(old, "what denies everything"),
        severity: "danger",
        from: lifted.join(" and "),
        to: "nothing denied",
        why: "Every policy only adds to what is allowed: without one that denies, every pod of the cluster reaches Kafka and Elasticsearch.",
        safeWay: "Keep it; allow single flows by grants.",
      },
    ];
  });
}

/** A rule of a policy, as one text for each peer. */
interface Flow {
  readonly text: string;
  readonly breadth: "everyone" | "namespace" | "pods";
}

function flowsOf(item: Item): readonly Flow[] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const rules = at(item.body, "spec", direction);
    return (isList(rules) ? rules : []).flatMap((rule) => flowsOfRule(rule, direction));
  });
}

function flowsOfRule(rule: Data, direction: "ingress" | "egress"): Flow[] {
  const side = direction === "ingress" ? "from" : "to";
  const ports = at(rule, "ports");
  const where =
    isList(ports) && ports.length > 0 ? ports.map((port) => textAt(port, "port") ?? "any").join(", ") : "any port";
  const peers = at(rule, side);
  const all = isList(peers) ? peers : isObject(peers) ? Object.values(peers) : [];
  if (all.length === 0) return [{ text: `${side} anywhere, port ${where}`, breadth: "everyone" }];
  return all.map((peer) => ({ text: `${side} ${peerInWords(peer)}, port ${where}`, breadth: breadthOf(peer) }));
}

function breadthOf(peer: Data): Flow["breadth"] {
  const cidr = textAt(peer, "ip_block", "cidr") ?? textAt(peer, "ip_block", 0, "cidr");
  if (cidr !== undefined) return /\/0$/.test(cidr) ? "everyone" : "namespace";
  const namespaces = at(peer, "namespace_selector");
  if (namespaces === undefined) return "pods";
  const pods = at(peer, "pod_selector");
  return isEmpty(namespaces) && (pods === undefined || isEmpty(pods)) ? "everyone" : "namespace";
}

function isEmpty(selector: Data): boolean {
  const one = isList(selector) ? (selector[0] ?? {}) : selector;
  return entriesOf(one).length === 0;
}

function peerInWords(peer: Data): string {
  const words = ["namespace_selector", "pod_selector", "ip_block"].flatMap((kind) => {
    const found = at(peer, kind);
    if (found === undefined) return [];
    const one = isList(found) ? (found[0] ?? {}) : found;
    const labels = entriesOf(at(one, "match_labels"))
      .filter(([label]) => label !== INSTANCE)
      .map(([label, value]) => `${label.split("/").pop()}=${String(value)}`);
    const said = labels.length > 0 ? labels.join(", ") : canonical(one) === "{}" ? "all" : canonical(one);
    return [`${kind.replace("_selector", "").replace("_", " ")} (${said})`];
  });
  return words.join(" and ");
}

/** Its value is the environment's name: nothing to tell one environment's flow from another's by. */
const INSTANCE = "app.kubernetes.io/instance";

function openedFlows(item: Item, old: Item | undefined): Finding[] {
  if (!POLICY.test(item.kind)) return [];
  const had = new Set(old ? flowsOf(old).map(({ text }) => text) : []);
  return flowsOf(item)
    .filter(({ text }) => !had.has(text))
    .map(({ text, breadth }): Finding => {
      const inbound = text.startsWith("from");
      const common = {
        ...about(item, "flow"),
        from: old ? "not allowed" : "no such policy",
        to: `allowed ${text}`,
      };
      // Something that asks outwards is another matter than something that can be asked.
      if (breadth === "everyone") {
        return {
          ...common,
          severity: inbound ? "danger" : "warning",
          why: inbound
            ? "Every pod, or every machine that reaches the cluster, can connect there."
            : "It can connect to every address: whoever gets into it can carry data out.",
          safeWay: "Name the peer: a namespace and the pods in it, or the range of addresses.",
        };
      }
      if (breadth === "namespace") {
        return {
          ...common,
          severity: "warning",
          why: "Whoever may make pods in that namespace, or has an address of that range, can connect there.",
          safeWay: "Name the pods as well, where their labels are known.",
        };
      }
      return {
        ...common,
        severity: "notice",
        why: "It follows from a grant in the code.",
        safeWay: "See that the code means it.",
      };
    });
}

/** Strimzi's listeners: without peers, everyone may connect. */
function openedListeners(item: Item, old: Item | undefined): Finding[] {
  if (item.kind !== "Kafka" || !old) return [];
  const path = ["spec", "kafka", "listeners"];
  return entriesOf(at(item.body, ...path)).flatMap(([name, listener]): Finding[] => {
    const before = at(old.body, ...path, name);
    const findings: Finding[] = [];
    const common = (what: string) => about(item, `${what} of listener \`${name}\``);
    const why = "Every pod of the cluster can connect there, and only its password keeps it out.";
    if (
      at(listener, "networkPolicyPeers") === undefined &&
      (before === undefined || at(before, "networkPolicyPeers"))
    ) {
      findings.push({
        ...common("who may connect"),
        severity: "danger",
        from: before === undefined ? "no such listener" : "named pods",
        to: "everyone",
        why,
        safeWay: "Name the peers, by a grant.",
      });
    }
    const [type, was] = [textAt(listener, "type"), textAt(before, "type")];
    if (type !== was && type !== "internal") {
      findings.push({
        ...common("type"),
        severity: "danger",
        from: code(was ?? "none"),
        to: code(type ?? "none"),
        why: "Kafka can be reached from outside of the cluster.",
        safeWay: "Keep `internal`; let services outside ship their lines by a Filebeat inside.",
      });
    }
    for (const [setting, meaning] of [
      ["tls", "encryption"],
      ["authentication", "authentication"],
    ] as const) {
      const [now, then] = [at(listener, setting), at(before, setting)];
      if (then && !now) {
        findings.push({
          ...common(meaning),
          severity: "danger",
          from: "required",
          to: "none",
          why: "Passwords and lines can be read on the way, or no password is asked for.",
          safeWay: "Keep it.",
        });
      }
    }
    return findings;
  });
}

/** Doors to the outside. */
function openedServices(item: Item, old: Item | undefined): Finding[] {
  if (/^kubernetes_service_v/.test(item.kind)) {
    const [type, was] = [item, old].map((one) => textAt(one?.body, "spec", "type") ?? "ClusterIP");
    if (type === was || type === "ClusterIP" || type === undefined) return [];
    return [outside(item, "type", was ?? "ClusterIP", type)];
  }
  if (/^kubernetes_ingress/.test(item.kind) && !old) {
    return [{ ...outside(item, "from outside", "not reached", "reached"), severity: "warning" }];
  }
  if (item.kind !== "docker_container") return [];
  return entriesOf(at(item.body, "ports")).flatMap(([port, body]) => {
    const [ip, was] = [textAt(body, "ip") ?? "0.0.0.0", textAt(old?.body, "ports", port, "ip")];
    return ip === was || /^(127\.|::1)/.test(ip)
      ? []
      : [outside(item, `address of port ${port}`, was ?? "not reached", ip)];
  });
}

function outside(item: Item, what: string, from: string, to: string): Finding {
  return {
    ...about(item, what),
    severity: "danger",
    from: code(from),
    to: code(to),
    why: "It can be reached from outside, where nothing but its own login keeps anyone out, if it has one.",
    safeWay:
      "Reach it by `kubectl port-forward`, or by the Ingress with its login; on one machine by its loopback address.",
  };
}

const LEVELS = ["privileged", "baseline", "restricted"];

/** Kubernetes' Pod Security Standards. */
function podSecurity(item: Item, old: Item | undefined): Finding[] {
  if (!old || !/^kubernetes_namespace/.test(item.kind)) return [];
  const path = ["metadata", "labels", "pod-security.kubernetes.io/enforce"];
  const [from, to] = [old, item].map(({ body }) => textAt(body, ...path) ?? "privileged");
  if (from === undefined || to === undefined || LEVELS.indexOf(to) >= LEVELS.indexOf(from)) return [];
  return [
    {
      ...about(item, "Pod Security Standard"),
      severity: "warning",
      from: code(from),
      to: code(to),
      why: "Pods of the namespace may do more on their machine.",
      safeWay: "Keep the stricter one, and put what needs more into a namespace of its own.",
    },
  ];
}
