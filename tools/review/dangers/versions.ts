import type { EnvironmentChange } from "../compare";
import { textAt } from "../data";
import type { Item } from "../items";
import { imagesOf } from "../pods";
import type { DangerRule, Finding } from "./danger";

/** A version of something, wherever it is said. */
interface Versioned {
  readonly component: string;
  readonly what: string;
  readonly version: string;
}

/** Operators, Kafka, the Elastic stack, and everything else that has a version. */
export const versions: DangerRule = {
  name: "versions",
  finds: {
    danger: "a version goes down, or more than one major step up; Kafka's `metadataVersion` goes down",
    warning: "a major step up; Kafka's `metadataVersion` goes up",
    notice: "a version goes up within its major",
  },
  find: (change) => {
    const [before, after] = [versionsOf(change, "before"), versionsOf(change, "after")];
    return [...after].flatMap(([key, current]) => {
      const old = before.get(key);
      return old ? findings(old, current, key) : [];
    });
  },
};

/** By what has it; of several places that say the same thing's version, the first. */
function versionsOf(change: EnvironmentChange, side: "before" | "after"): ReadonlyMap<string, Versioned> {
  const items = change[side];
  const found = new Map<string, Versioned>();
  const add = (key: string, one: Versioned) => void (found.has(key) || found.set(key, one));
  for (const item of items) {
    for (const [key, what, version] of versionsOfItem(item)) add(key, { component: item.component, what, version });
  }
  // A tag of ours ends with a content's hash, and its version says little.
  for (const { item, image, tag } of imagesOf(items)) {
    if (!/-[0-9a-f]{12}$/.test(tag))
      add(`image ${image}`, { component: item.component, what: `\`${image}\``, version: tag });
  }
  // What an operator is told, and the image that it runs, are one thing.
  for (const image of ["elasticsearch", "kibana", "kafka"])
    if (found.has(`stack ${image}`)) found.delete(`image ${image}`);
  return found;
}

function versionsOfItem({ kind, name, body }: Item): (readonly [key: string, what: string, version: string])[] {
  const said = (key: string, what: string, ...path: readonly string[]) => {
    const version = textAt(body, ...path);
    return version === undefined ? [] : [[key, what, version] as const];
  };
  switch (kind) {
    case "helm_release":
      return said(`chart ${name}`, `chart \`${textAt(body, "chart") ?? name}\``, "version");
    case "Elasticsearch":
      return said("stack elasticsearch", "Elasticsearch", "spec", "version");
    case "Kibana":
      return said("stack kibana", "Kibana", "spec", "version");
    case "Kafka":
      return [
        ...said("stack kafka", "Kafka", "spec", "kafka", "version"),
        ...said(METADATA, "Kafka's `metadataVersion`", "spec", "kafka", "metadataVersion"),
      ];
    default:
      return [];
  }
}

const METADATA = "kafka metadata";

function findings(old: Versioned, current: Versioned, key: string): Finding[] {
  const [from, to] = [parts(old.version), parts(current.version)];
  const order = compareParts(from, to);
  if (order === 0) return [];
  const common = {
    component: current.component,
    what: current.what,
    from: `\`${old.version}\``,
    to: `\`${current.version}\``,
  };
  if (order > 0) {
    return [
      {
        ...common,
        severity: "danger",
        why: "What a newer version has written an older one often cannot read: it does not start, or an operator refuses it.",
        safeWay: "Go on with the newer version. To go back, restore a snapshot into a new cluster of the old version.",
      },
    ];
  }
  const steps = (to[0] ?? 0) - (from[0] ?? 0);
  if (key === METADATA) {
    return [
      {
        ...common,
        severity: "warning",
        why: "Brokers write in the new format from then on: Kafka cannot go back to a version before it.",
        safeWay: "Raise it days after `version`, in a deploy of its own, when nobody wants to go back any more.",
      },
    ];
  }
  if (steps > 1) {
    return [
      {
        ...common,
        severity: "danger",
        why: `That is ${steps} major versions at once. Elasticsearch, Kafka and the operators read what the last major has written, not older.`,
        safeWay:
          "One major at a time: to the last minor of each first, with its upgrade assistant or notes, then the next.",
      },
    ];
  }
  if (steps === 1) {
    return [
      {
        ...common,
        severity: "warning",
        why: "A major version takes things away, and there is no way back once it has written.",
        safeWay:
          "Read its breaking changes, be on the last minor of the present major, take a snapshot, and deploy to an environment without real lines first.",
      },
    ];
  }
  return [
    {
      ...common,
      severity: "notice",
      why: "Its pods are replaced one after another; Elasticsearch and Kafka cannot go back once the new version has written.",
      safeWay: "Deploy to an environment without real lines first.",
    },
  ];
}

function parts(version: string): number[] {
  return [...version.matchAll(/\d+/g)].slice(0, 3).map(([digits]) => Number(digits));
}

function compareParts(one: readonly number[], other: readonly number[]): number {
  const index = [0, 1, 2].find((part) => (one[part] ?? 0) !== (other[part] ?? 0));
  return index === undefined ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}
