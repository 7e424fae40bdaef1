import { textAt } from "../data";
import { about, type DangerRule } from "./danger";

/** What keeps a drained machine from taking every pod at once. */
export const disruptionBudgets: DangerRule = {
  name: "disruption-budgets",
  finds: {
    danger: "a PodDisruptionBudget is removed while its pods stay",
    warning: "a PodDisruptionBudget lets more pods go at once",
  },
  find: ({ before, after, changes }) => [
    ...changes.flatMap(({ what, item }) => {
      const stays = after.some(({ stack, component }) => stack === item.stack && component === item.component);
      if (what !== "removed" || !/^kubernetes_pod_disruption_budget/.test(item.kind) || !stays) return [];
      return [
        {
          ...about(item),
          severity: "danger" as const,
          from: `at most ${textAt(item.body, "spec", "max_unavailable") ?? "some"} away`,
          to: "no limit",
          why: "A drain of the cluster's machines, as at every upgrade, may then take all of its pods at once.",
          safeWay: "Keep it; if a drain must not wait for it, raise `max_unavailable` instead.",
        },
      ];
    }),
    ...before.flatMap((old) => {
      const item = after.find(({ id }) => id === old.id);
      return BUDGETS.flatMap((path) => {
        const [from, to] = [textAt(old.body, ...path), textAt(item?.body, ...path)];
        if (from === undefined || !item || from === to) return [];
        const removed = to === undefined;
        if (!removed && Number.parseInt(to) < Number.parseInt(from)) return [];
        return [
          {
            ...about(item, "pods that may be away at once"),
            severity: removed ? ("danger" as const) : ("warning" as const),
            from,
            to: to ?? "no limit",
            why: "A drain or an update takes more of its pods at once: with fewer copies in sync than `min.insync.replicas`, writes stop; with too few nodes, shards are away.",
            safeWay: `Keep ${from}.`,
          },
        ];
      });
    }),
  ],
};

/** Where kinds have it. */
const BUDGETS: readonly (readonly string[])[] = [
  ["spec", "max_unavailable"],
  ["spec", "kafka", "template", "podDisruptionBudget", "maxUnavailable"],
  ["spec", "updateStrategy", "changeBudget", "maxUnavailable"],
];
