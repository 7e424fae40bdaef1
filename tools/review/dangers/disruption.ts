import { textAt } from "../data";
import type { Item } from "../items";
import { about, type DangerRule, type Finding } from "./danger";

/** What keeps a drained machine from taking every pod at once. */
export const disruptionBudgets: DangerRule = {
  name: "disruption-budgets",
  finds: {
    danger: "a PodDisruptionBudget is removed while its pods stay",
    warning: "a PodDisruptionBudget goes because there is one pod only; more pods may go at once",
  },
  find: ({ before, after, changes }) => [
    ...changes.flatMap(({ what, item }) =>
      what === "removed" && /^kubernetes_pod_disruption_budget/.test(item.kind) ? budgetGone(item, after) : [],
    ),
    ...before.flatMap((old) => {
      const item = after.find(({ id }) => id === old.id);
      return item ? BUDGETS.flatMap((path) => looserBudget(old, item, path)) : [];
    }),
  ],
};

function budgetGone(item: Item, after: readonly Item[]): Finding[] {
  const counts = after
    .filter(({ stack, component }) => stack === item.stack && component === item.component)
    .flatMap(({ body }) => [textAt(body, "spec", "replicas") ?? textAt(body, "spec", "count")])
    .filter((count) => count !== undefined);
  const stays = after.some(({ stack, component }) => stack === item.stack && component === item.component);
  if (!stays) return [];
  const single = counts.length > 0 && counts.every((count) => count === "1");
  return [
    {
      ...about(item),
      severity: single ? "warning" : "danger",
      from: `at most ${textAt(item.body, "spec", "max_unavailable") ?? "some"} away`,
      to: single ? "one pod only" : "no limit",
      why: single
        ? "Every drain of the machine that it is on takes it away until it has started elsewhere."
        : "A drain of the cluster's machines, as at every upgrade, may then take all of its pods at once.",
      safeWay: single ? "Keep two." : "Keep it; if a drain must not wait for it, raise `max_unavailable` instead.",
    },
  ];
}

function looserBudget(old: Item, item: Item, path: readonly string[]): Finding[] {
  const [from, to] = [textAt(old.body, ...path), textAt(item.body, ...path)];
  if (from === undefined || from === to) return [];
  if (to !== undefined && Number.parseInt(to) < Number.parseInt(from)) return [];
  return [
    {
      ...about(item, "pods that may be away at once"),
      severity: to === undefined ? "danger" : "warning",
      from,
      to: to ?? "no limit",
      why: "A drain or an update takes more of its pods at once: with fewer copies in sync than `min.insync.replicas`, writes stop; with too few nodes, shards are away.",
      safeWay: `Keep ${from}.`,
    },
  ];
}

/** Where kinds have it. */
const BUDGETS: readonly (readonly string[])[] = [
  ["spec", "max_unavailable"],
  ["spec", "kafka", "template", "podDisruptionBudget", "maxUnavailable"],
  ["spec", "updateStrategy", "changeBudget", "maxUnavailable"],
];
