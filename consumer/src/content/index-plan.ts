import type { Json } from "../../../contract/index-template";
import type { ExistingIndices } from "./existing-indices";
import type { Effect } from "./template-effect";

/** How what is there comes in line with its template. */
export interface IndexPlan {
  readonly target: ExistingIndices;
  /** Fields that are new: they are added to what is there. */
  readonly newFields: readonly string[];
  /** Fields of another type than before: only a new index can have them so. */
  readonly conflicts: readonly { readonly field: string; readonly from: string; readonly to: string }[];
  /** Settings that are changed in what is there; null takes one away. */
  readonly settings: Readonly<Record<string, string | null>>;
  /** Settings that only a new index can have. */
  readonly fixedSettings: readonly string[];
  readonly mappings: Json;
}

export function indexPlan(target: ExistingIndices, { mappings, settings }: Effect): IndexPlan {
  const changed = Object.entries(settings).filter(([name, value]) => target.settings[name] !== value);
  const isLoose = target.settings[LIFECYCLE] !== undefined && settings[LIFECYCLE] === undefined;
  const fields = compareFields(target.mappings, mappings);
  return {
    target,
    mappings,
    newFields: fields.added,
    conflicts: fields.conflicts,
    settings: {
      ...Object.fromEntries(changed.filter(([name]) => DYNAMIC.has(name))),
      // Else its policy would go on deleting what is to be kept.
      ...(isLoose ? { [LIFECYCLE]: null } : {}),
    },
    fixedSettings: changed.map(([name]) => name).filter((name) => !DYNAMIC.has(name)),
  };
}

/** Whether only a new index has everything as it shall be. */
export function needsNewIndex({ conflicts, fixedSettings }: IndexPlan): boolean {
  return conflicts.length > 0 || fixedSettings.length > 0;
}

/** The setting that names an index's policy. */
export const LIFECYCLE = "index.lifecycle.name";

/** Those of ours that Elasticsearch changes in an index that is open ("Dynamic index settings"). */
const DYNAMIC = new Set([
  "index.number_of_replicas",
  "index.refresh_interval",
  "index.mapping.total_fields.limit",
  LIFECYCLE,
]);

interface FieldMapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, FieldMapping>>;
  readonly [option: string]: unknown;
}

interface Comparison {
  readonly added: string[];
  readonly conflicts: { field: string; from: string; to: string }[];
}

function compareFields(current: FieldMapping, wanted: FieldMapping): Comparison {
  const found: Comparison = { added: [], conflicts: [] };
  const [now, then] = [leavesOf(current), leavesOf(wanted)];
  for (const [field, mapping] of then) {
    const present = now.get(field);
    const from = present ? describe(present) : obstacle(now, field);
    const to = describe(mapping);
    if (from === undefined) found.added.push(field);
    else if (from !== to) found.conflicts.push({ field, from, to });
  }
  return found;
}

/** What is there where the other mapping has an object, or the other way about. */
function obstacle(fields: ReadonlyMap<string, FieldMapping>, path: string): string | undefined {
  for (const [field, mapping] of fields) {
    if (path.startsWith(`${field}.`)) return `in '${field}', which is ${describe(mapping)},`;
    if (field.startsWith(`${path}.`)) return "object";
  }
  return undefined;
}

/**
 * Options of a field that are part of what it is ("Mapping parameters"); the others can be changed, or are added by Elasticsearch
 * itself, as to the time of a data stream.
 */
const FIXED = ["index", "doc_values", "depth_limit"] as const;

function describe(mapping: FieldMapping): string {
  const fixed = FIXED.filter((option) => mapping[option] !== undefined).map(
    (option) => `${option}: ${JSON.stringify(mapping[option])}`,
  );
  return [mapping.type ?? "object", ...(fixed.length > 0 ? [`(${fixed.join(", ")})`] : [])].join(" ");
}

function leavesOf(mapping: FieldMapping, path = ""): Map<string, FieldMapping> {
  if (!mapping.properties) return path ? new Map([[path, mapping]]) : new Map();
  return new Map(
    Object.entries(mapping.properties).flatMap(([name, inner]) => [
      ...leavesOf(inner, path ? `${path}.${name}` : name),
    ]),
  );
}
