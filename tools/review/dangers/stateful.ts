import type { EnvironmentChange, ItemChange } from "../compare";
import { at, canonical, type Data, entriesOf, textAt } from "../data";
import type { Item } from "../items";
import { itemInWords, kindInWords } from "../words";
import { about, type DangerRule, type Finding } from "./danger";

/** What has data of its own. */
function hasData({ kind, body }: Item): boolean {
  if (kind === "kubernetes_stateful_set_v1") return at(body, "spec", "volume_claim_template") !== undefined;
  return KINDS_WITH_DATA.has(kind);
}

const KINDS_WITH_DATA: ReadonlySet<string> = new Set([
  "kubernetes_namespace_v1",
  "kubernetes_persistent_volume_claim_v1",
  "kubernetes_persistent_volume_v1",
  "docker_volume",
  "Kafka",
  "KafkaNodePool",
  "Elasticsearch",
]);

/** Terraform's name of what has data, whatever it is carried by: for a plan. */
export function typeHasData(type: string): boolean {
  return type === "kubernetes_stateful_set_v1" || KINDS_WITH_DATA.has(type);
}

/** What cannot be changed where it is, by kind: Terraform or Kubernetes makes it anew. */
const IMMUTABLE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  kubernetes_stateful_set_v1: [
    ["metadata", "name"],
    ["metadata", "namespace"],
    ["spec", "service_name"],
    ["spec", "selector"],
    ["spec", "pod_management_policy"],
  ],
  kubernetes_namespace_v1: [["metadata", "name"]],
  docker_volume: [["name"], ["driver"]],
  helm_release: [["name"], ["namespace"]],
  Kafka: [["metadata", "namespace"]],
  KafkaNodePool: [["metadata", "namespace"]],
  Elasticsearch: [["metadata", "namespace"]],
};

/** Data that would be taken away. */
export const statefulRemoved: DangerRule = {
  name: "stateful-removed",
  finds: {
    danger:
      "something that has data (a StatefulSet with claims, a volume, a namespace, a cluster or nodes of an operator) is removed, replaced, or moved to another address of Terraform's",
  },
  find: (change) => [
    ...change.changes.flatMap((one) => goneFindings(one)),
    ...change.changes.flatMap((one) => replacedFindings(one)),
    ...nodeSetsGone(change),
  ],
};

function goneFindings(change: ItemChange): Finding[] {
  const { what, item } = change;
  const carrier = item.kind === "helm_release" && canonical(item.body).includes("custom-resources");
  if (what === "removed" && hasData(item)) {
    return [
      {
        ...about(item),
        severity: "danger",
        from: "deployed",
        to: "removed",
        why: `${kindInWords(item.kind)} has data of its own: it goes, or is left behind where nothing uses it.`,
        safeWay:
          "If it shall go, take a snapshot or let its lines be indexed first, and remove it in a deploy of its own. If it only got another name in the code, keep the name, or move it in the state (`terraform state mv`) first.",
      },
    ];
  }
  // Carried objects have no address of their own; what carries them has.
  if (what === "moved" && (hasData(item) || carrier) && change.before.address !== item.address) {
    if (!/^(kubernetes|docker|helm)_/.test(item.kind)) return [];
    return [
      {
        ...about(item, "address in Terraform's state"),
        severity: "danger",
        from: `\`${change.before.address}\``,
        to: `\`${item.address}\``,
        why: "For Terraform it is another resource now: it removes the old one, with its data, and makes a new one of the same name.",
        safeWay: `Move it in the state before the deploy (\`terraform state mv ${change.before.address} ${item.address}\`), or keep the construct where it was.`,
      },
    ];
  }
  return [];
}

function replacedFindings(change: ItemChange): Finding[] {
  if (change.what !== "changed" && change.what !== "moved") return [];
  const { item, before } = change;
  if (!hasData(item) && item.kind !== "helm_release") return [];
  return (IMMUTABLE[item.kind] ?? []).flatMap((path): Finding[] => {
    const [from, to] = [at(before.body, ...path), at(item.body, ...path)];
    if (canonical(from ?? null) === canonical(to ?? null)) return [];
    return [
      {
        ...about(before, path.join(".")),
        severity: "danger",
        from: shown(from),
        to: shown(to),
        why: `That cannot be changed where it is: ${itemInWords(before)} is removed and made anew, and what is new begins without its data.`,
        safeWay:
          "Keep it. If it must change, deploy the new one beside the old, move the data (a snapshot, or the consumer draining the topic), and remove the old one in a later deploy.",
      },
    ];
  });
}

function shown(data: Data | undefined): string {
  if (data === undefined) return "nothing";
  return typeof data === "string" ? `\`${data}\`` : `\`${canonical(data)}\``;
}

/** Nodes of Elasticsearch of one kind. */
function nodeSetsGone({ before, after }: EnvironmentChange): Finding[] {
  return before.flatMap((item) => {
    const same = after.find(({ id }) => id === item.id);
    if (item.kind !== "Elasticsearch" || !same) return [];
    return entriesOf(at(item.body, "spec", "nodeSets"))
      .filter(([name]) => at(same.body, "spec", "nodeSets", name) === undefined)
      .map(([name, nodes]): Finding => ({
        ...about(item, `nodes \`${name}\``),
        severity: "danger",
        from: `${textAt(nodes, "count") ?? "some"} nodes`,
        to: "none",
        why: "ECK moves their shards to other nodes that may hold them before it removes them, and their disks; where no others may (another tier, too little room), it waits for ever or indices stay without a copy.",
        safeWay:
          "See that the other nodes may hold that data and have room for it; move it (`index.routing.allocation`, the lifecycle's `warmAfter`) and wait for green before the deploy.",
      }));
  });
}

/** Fewer nodes than before. */
export const nodesReduced: DangerRule = {
  name: "nodes-reduced",
  finds: { warning: "fewer brokers, controllers or nodes of Elasticsearch" },
  find: ({ before, after }) => {
    const current = nodeCounts(after);
    return [...nodeCounts(before)].flatMap(([id, { item, name, count }]) => {
      const now = current.get(id)?.count;
      if (now === undefined || now >= count) return [];
      return [
        {
          ...about(item, `nodes${name === "" ? "" : ` \`${name}\``}`),
          severity: "warning",
          from: String(count),
          to: String(now),
          why: "Their data has to move to the nodes that are left before they go. If it does not fit there, the operator waits, or copies are missing.",
          safeWay:
            "Compare with `npm run capacity`, let the data move first (Cruise Control's `remove-brokers`, Elasticsearch's own allocation), and remove one node at a time.",
        },
      ];
    });
  },
};

function nodeCounts(
  items: readonly Item[],
): ReadonlyMap<string, { readonly item: Item; readonly name: string; readonly count: number }> {
  const counts = items.flatMap((item) => {
    if (item.kind === "KafkaNodePool")
      return [{ item, name: "", count: Number(textAt(item.body, "spec", "replicas")) }];
    if (item.kind !== "Elasticsearch") return [];
    return entriesOf(at(item.body, "spec", "nodeSets")).map(([name, nodes]) => ({
      item,
      name,
      count: Number(textAt(nodes, "count")),
    }));
  });
  return new Map(counts.map((one) => [`${one.item.id}|${one.name}`, one]));
}
