import { about, type DangerRule, type Severity } from "./danger";

interface Loss {
  readonly severity: Severity;
  readonly why: string;
  readonly safeWay: string;
}

const TEMPLATE: Loss = {
  severity: "danger",
  why: "`content apply` removes it: the next index is made without it, with a mapping by guesswork and no lifecycle.",
  safeWay: "Keep it as long as streams or indices of that name are written; to rename one, add the new one first.",
};

const POLICY: Loss = {
  severity: "danger",
  why: "`content apply` removes it where nothing uses it: then nothing deletes old lines, or copies them, any more.",
  safeWay: "Move indices and templates to the new policy first, and look at `GET <index>/_ilm/explain`.",
};

const KIBANA: Loss = {
  severity: "warning",
  why: "`content apply` removes it from Kibana: links to it lead nowhere.",
  safeWay: "Ask who uses it, and tell them what takes its place.",
};

/** What is lost with a piece of content, by its API. */
const LOSSES: Readonly<Record<string, Loss>> = {
  _component_template: TEMPLATE,
  _index_template: TEMPLATE,
  "_ilm/policy": POLICY,
  "_slm/policy": POLICY,
  _snapshot: {
    severity: "warning",
    why: "Nothing writes snapshots there any more. The copies stay, and the cluster still knows them.",
    safeWay: "Take the first snapshot into the new repository before the old one is given up.",
  },
  _data_stream: {
    severity: "warning",
    why: "It stays, with all that is in it, whatever content says; but new lines go elsewhere, and who asks for it finds old ones only.",
    safeWay: "See that data views and saved searches ask both for as long as its lines are kept.",
  },
  data_view: {
    ...KIBANA,
    why: "`content apply` removes it from Kibana: searches and panels of people's own that use it break.",
  },
  dashboard: KIBANA,
  alert_rule: {
    severity: "danger",
    why: "`content apply` removes it from Kibana: nobody is told any more of what it watched.",
    safeWay: "Name what takes its place, and put that first.",
  },
};

/** Content that `content apply` would remove. */
export const contentRemoved: DangerRule = {
  name: "content-removed",
  finds: {
    danger: "a template, a policy or an alert rule is removed",
    warning: "a dashboard, a data view, a data stream or a snapshot repository is removed",
  },
  find: ({ changes }) =>
    changes.flatMap(({ what, item }) => {
      const loss = what === "removed" ? LOSSES[item.kind] : undefined;
      return loss ? [{ ...about(item), from: "there", to: "removed", ...loss }] : [];
    }),
};
