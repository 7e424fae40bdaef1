import { elasticsearchTime } from "../amounts";
import { type Data, textAt } from "../data";
import type { Item } from "../items";
import { durationInWords } from "../words";
import { about, type DangerRule, type Finding } from "./danger";

/** How long lines, and copies of them, can be found. */
export const logRetention: DangerRule = {
  name: "log-retention",
  finds: {
    danger:
      "a lifecycle deletes lines earlier than before (its age of rollover counts), snapshots expire earlier, or lines are deleted without a snapshot",
  },
  find: ({ before, after }) =>
    after.flatMap((item) => {
      const old = before.find(({ id }) => id === item.id);
      if (!old) return [];
      if (item.kind === "_ilm/policy") return [...lifecycleFindings(old, item), ...snapshotWait(old, item)];
      return item.kind === "_slm/policy" ? expiryFindings(old, item) : [];
    }),
};

function lifecycleFindings(old: Item, item: Item): Finding[] {
  const [from, to] = [keptOf(old.body), keptOf(item.body)];
  const lost = from.most - to.most;
  if (Number.isNaN(lost) || lost <= 0) return [];
  return [
    {
      ...about(item, "how long lines are kept"),
      severity: "danger",
      from: inWords(from),
      to: inWords(to),
      why:
        from.most === Infinity
          ? `Nothing was deleted before: every index that rolled over more than ${durationInWords(to.least)} ago is deleted within minutes of the deploy.`
          : `${durationInWords(lost)} of logs disappear within minutes of the deploy, and are not there for questions about the past any more. An index's age counts from its rollover, so the age of rollover is part of it.`,
      safeWay: `Take a snapshot of what is still wanted, and keep it as long. The deploy itself refuses this unless \`elasticsearch.allow: ["shorter-retention"]\` stands in the environment for one deploy.`,
    },
  ];
}

/** Milliseconds from the first line of an index to its end: at least, and where it rolls over by age. */
interface Kept {
  readonly least: number;
  readonly most: number;
}

function keptOf(body: Data): Kept {
  const phases = ["policy", "phases"] as const;
  const least = elasticsearchTime(textAt(body, ...phases, "delete", "min_age"));
  if (least === undefined) return { least: Infinity, most: Infinity };
  const rollover = elasticsearchTime(textAt(body, ...phases, "hot", "actions", "rollover", "max_age"));
  return { least, most: least + (rollover ?? 0) };
}

function inWords({ least, most }: Kept): string {
  if (least === Infinity) return "for ever";
  return least === most ? durationInWords(least) : `${durationInWords(least)} to ${durationInWords(most)}`;
}

function snapshotWait(old: Item, item: Item): Finding[] {
  const path = ["policy", "phases", "delete", "actions", "wait_for_snapshot", "policy"];
  const [from, to] = [textAt(old.body, ...path), textAt(item.body, ...path)];
  if (from === undefined || to !== undefined) return [];
  return [
    {
      ...about(item, "deletes only what a snapshot has"),
      severity: "danger",
      from: `waits for \`${from}\``,
      to: "waits for none",
      why: "If snapshots fail, lines are deleted that no copy exists of.",
      safeWay: "Keep the wait; if disks fill because snapshots fail, mend the snapshots.",
    },
  ];
}

function expiryFindings(old: Item, item: Item): Finding[] {
  const [from, to] = [old, item].map(
    ({ body }) => elasticsearchTime(textAt(body, "retention", "expire_after")) ?? Infinity,
  );
  if (from === undefined || to === undefined || to >= from) return [];
  return [
    {
      ...about(item, "how long snapshots are kept"),
      severity: "danger",
      from: from === Infinity ? "for ever" : durationInWords(from),
      to: durationInWords(to),
      why: `Snapshots older than ${durationInWords(to)} are deleted at the next clean-up: the only copies of lines that the lifecycle has deleted already.`,
      safeWay:
        'Copy what is still wanted to a repository of its own. The deploy itself refuses this unless `elasticsearch.allow: ["shorter-retention"]` stands in the environment for one deploy.',
    },
  ];
}
