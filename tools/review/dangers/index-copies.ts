import { textAt } from "../data";
import { about, type DangerRule } from "./danger";

/** How often Elasticsearch keeps a line. */
export const indexCopies: DangerRule = {
  name: "index-copies",
  finds: { danger: "indices have fewer replicas" },
  find: ({ before, after }) =>
    after.flatMap((item) => {
      const old = before.find(({ id }) => id === item.id);
      const [from, to] = [old, item].map((one) =>
        Number(textAt(one?.body, "template", "settings", "index", "number_of_replicas")),
      );
      if (from === undefined || to === undefined || !(to < from)) return [];
      return [
        {
          ...about(item, "replicas of a shard"),
          severity: "danger" as const,
          from: String(from),
          to: String(to),
          why:
            to === 0
              ? "Every line is kept once: the loss of one node's disk loses what is on it, and a node that restarts takes its lines out of searches."
              : "Fewer nodes may be lost before lines are.",
          safeWay: `Keep ${from}; for room, keep lines shorter or add nodes.`,
        },
      ];
    }),
};
