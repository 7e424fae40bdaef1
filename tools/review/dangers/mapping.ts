import { at, canonical, type Data, entriesOf, isObject, textAt } from "../data";
import type { Item } from "../items";
import { code } from "../words";
import { about, type DangerRule, type Finding } from "./danger";

/** How fields are indexed. */
export const mapping: DangerRule = {
  name: "mapping",
  finds: {
    danger: "a field gets another type, or unknown fields are refused",
    warning: "a field is mapped no more, or differs in something that counts only after a rollover",
    notice: "a field is new",
  },
  find: ({ before, after }) =>
    after.flatMap((item) => {
      const old = before.find(({ id }) => id === item.id);
      if (!old || !/_template$/.test(item.kind)) return [];
      return [...fieldFindings(old, item), ...dynamicFindings(old, item)];
    }),
};

type Field = Readonly<Record<string, Data>>;

function fieldFindings(old: Item, item: Item): Finding[] {
  const [before, after] = [fieldsOf(mappingsOf(old.body)), fieldsOf(mappingsOf(item.body))];
  return [
    ...[...before].flatMap(([name, field]) => {
      const current = after.get(name);
      return current
        ? changedField(item, name, field, current, ignoresMalformed(after))
        : goneField(item, name, field, after);
    }),
    ...newFields(
      item,
      [...after.keys()].filter((name) => !before.has(name)),
    ),
  ];
}

function mappingsOf(body: Data): Data {
  return at(body, "template", "mappings") ?? {};
}

/** Each field by its whole name; an object is one of type `object`. */
function fieldsOf(mappings: Data, prefix = ""): ReadonlyMap<string, Field> {
  return new Map(
    entriesOf(at(mappings, "properties")).flatMap(([name, body]): [string, Field][] => {
      const { properties, ...field } = isObject(body) ? body : {};
      const whole = `${prefix}${name}`;
      return [
        [whole, { ...field, type: field["type"] ?? (properties ? "object" : "unknown") }],
        ...fieldsOf(isObject(body) ? body : {}, `${whole}.`),
      ];
    }),
  );
}

/** Whether text in a field of numbers costs the field only, and not the document. */
function ignoresMalformed(fields: ReadonlyMap<string, Field>): boolean {
  return [...fields.values()].every((field) => field["ignore_malformed"] !== false);
}

function changedField(item: Item, name: string, before: Field, after: Field, ignores: boolean): Finding[] {
  const [from, to] = [String(before["type"]), String(after["type"])];
  if (from !== to) {
    return [
      {
        ...about(item, `type of field \`${name}\``),
        severity: "danger",
        from: code(from),
        to: code(to),
        why: typeChange(from, to, ignores),
        safeWay: `Add a field of another name with the new type, let the consumer fill both, move dashboards, and drop \`${name}\` when the old indices are gone. The deploy refuses it unless \`elasticsearch.allow: ["incompatible-mapping"]\` stands in the environment for one deploy, which then rolls the stream over.`,
      },
    ];
  }
  const settings = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return settings
    .filter((setting) => !CHANGEABLE.has(setting) && differ(before[setting], after[setting]))
    .map((setting) => ({
      ...about(item, `\`${setting}\` of field \`${name}\``),
      severity: "warning",
      from: shown(before[setting]),
      to: shown(after[setting]),
      why: "That cannot be changed in an index that is there: it counts for lines after the next rollover, and until the old indices are gone searches find both kinds.",
      safeWay: "Nothing is lost; expect both kinds for as long as lines are kept.",
    }));
}

/** What Elasticsearch changes in place. */
const CHANGEABLE: ReadonlySet<string> = new Set(["ignore_above", "meta", "dynamic", "depth_limit", "boost"]);

function typeChange(from: string, to: string, ignores: boolean): string {
  const structural = (from === "object") !== (to === "object") || [from, to].includes("flattened");
  if (structural) {
    return `Until the rollover the index that takes lines keeps \`${from}\`: documents in the new shape are refused there and dead-lettered (\`document-rejected\`), one for each such line; after it, those in the old shape are. Searches over both fail or miss one half.`;
  }
  const lenient = ignores
    ? "a value that does not fit is kept, but cannot be found (`ignore_malformed`), where the type knows that; else its document is refused and dead-lettered"
    : "a document whose value does not fit is refused and dead-lettered";
  return `Until the rollover the index that takes lines keeps \`${from}\`; after it, ${lenient}. Until the old indices are gone, sorts, aggregations and panels over both types fail or show one half.`;
}

function goneField(item: Item, name: string, field: Field, after: ReadonlyMap<string, Field>): Finding[] {
  // Its object tells of it.
  const parent = name.split(".").slice(0, -1).join(".");
  if (parent !== "" && !after.has(parent)) return [];
  return [
    {
      ...about(item, `field \`${name}\``),
      severity: "warning",
      from: code(String(field["type"])),
      to: "not mapped",
      why: "After the next rollover it is kept in documents, but cannot be searched, sorted or counted: what asks for it finds old lines only.",
      safeWay: "Move dashboards, alerts and saved searches off it first.",
    },
  ];
}

function newFields(item: Item, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  return [
    {
      ...about(item, "new fields"),
      severity: "notice",
      to: names.map(code).join(", "),
      why: "They are added in place; lines that are there already do not have them.",
      safeWay: "Nothing to do.",
    },
  ];
}

function dynamicFindings(old: Item, item: Item): Finding[] {
  const [from, to] = [old, item].map(({ body }) => textAt(mappingsOf(body), "dynamic") ?? "true");
  if (from === to || to !== "strict") return [];
  return [
    {
      ...about(item, "fields that are not mapped"),
      severity: "danger",
      from: code(from ?? ""),
      to: code(to),
      why: "A document with a field that is not mapped is refused: each such line is dead-lettered.",
      safeWay: "Keep `false`: what is not mapped is kept, and `attributes` takes what services invent.",
    },
  ];
}

function differ(one: Data | undefined, other: Data | undefined): boolean {
  return canonical(one ?? null) !== canonical(other ?? null);
}

function shown(data: Data | undefined): string {
  return data === undefined ? "the default" : code(typeof data === "string" ? data : canonical(data));
}
