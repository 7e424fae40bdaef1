import { LOG_EVENT_FIELDS, UNKNOWN_FIELDS, type Field, type FieldType } from "../../../contract/log-event";

/** What becomes of a value, where its field's type alone does not say. */
export type Conversion = "none" | "lower-case" | "milliseconds" | "source-line" | "merge" | "drop" | "own";

/** A field that a line may carry, under one of its names. */
export interface Target {
  readonly slot: number;
  readonly type: FieldType;
  readonly conversion: Conversion;
}

/** What a key of a line means: a field, an object with fields in it, or both (`error`: a text, or ECS's object). */
export interface Meaning {
  target?: Target;
  children?: Map<string, Meaning>;
}

/** A part of the document: an object, or the field in a slot. */
export interface Part {
  /** `"name":` */
  readonly key: string;
  readonly slot: number;
  readonly parts: Part[] | undefined;
}

const DEAD_LETTERS_ONLY = new Set<string>([
  "log_pipeline.dead_letter.reason",
  "log_pipeline.kafka.topic",
  "log_pipeline.kafka.partition",
  "log_pipeline.kafka.offset",
]);

/**
 * The consumer says these itself. A line that has one keeps it among its unknown fields: it speaks of something else, or it
 * lies.
 */
const OWN = new Set<string>([
  "log.file.path",
  "log.offset",
  "log.flags",
  "event.created",
  "event.ingested",
  "event.original",
  "host.name",
  "data_stream.type",
  "data_stream.dataset",
  "data_stream.namespace",
  "log_pipeline.delay",
  ...DEAD_LETTERS_ONLY,
]);

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  level: "lower-case",
  "log.level": "lower-case",
  duration_ms: "milliseconds",
  caller: "source-line",
  tags: "merge",
  // Every ECS logger writes the version that it follows; the document follows ours.
  "ecs.version": "drop",
};

const PATHS = Object.keys(LOG_EVENT_FIELDS).filter((path) => path !== UNKNOWN_FIELDS);

export const SLOT_COUNT = PATHS.length;

/** The slot of a field, for what the consumer writes itself. */
export function slotOf(path: keyof typeof LOG_EVENT_FIELDS): number {
  const slot = PATHS.indexOf(path);
  if (slot < 0) throw new Error(`${path} is no field of a log event`);
  return slot;
}

/** The fields of a line as the objects that they are written in; what only dead letters have is not looked for in each line. */
export function compileParts(): Part[] {
  const root: Part[] = [];
  PATHS.forEach((path, slot) => {
    if (DEAD_LETTERS_ONLY.has(path)) return;
    const names = path.split(".");
    let parts = root;
    for (const [depth, name] of names.entries()) {
      const key = `${JSON.stringify(name)}:`;
      const isLeaf = depth === names.length - 1;
      let part = parts.find((candidate) => candidate.key === key);
      if (!part) parts.push((part = { key, slot: isLeaf ? slot : -1, parts: isLeaf ? undefined : [] }));
      parts = part.parts ?? [];
    }
  });
  return root;
}

/**
 * What the keys of a line mean, for one look-up a key. ECS loggers write `log.origin.file.name` as one key, as four objects,
 * or in between, so an object knows every path below it.
 */
export function compileMeanings(): Map<string, Meaning> {
  const root: Meaning = {};
  PATHS.forEach((path, slot) => {
    const field: Field = LOG_EVENT_FIELDS[path as keyof typeof LOG_EVENT_FIELDS];
    const target = (name: string): Target => ({
      slot,
      type: field.type,
      conversion: OWN.has(path) ? "own" : (CONVERSIONS[name] ?? "none"),
    });
    addPath(root, path.split("."), target(path));
    for (const alias of field.from ?? []) meaning(root, alias).target = target(alias);
  });
  return root.children!;
}

function addPath(at: Meaning, names: readonly string[], target: Target): void {
  for (let length = 1; length <= names.length; length++) {
    const below = meaning(at, names.slice(0, length).join("."));
    if (length === names.length) below.target = target;
    else addPath(below, names.slice(length), target);
  }
}

function meaning(parent: Meaning, name: string): Meaning {
  parent.children ??= new Map();
  let found = parent.children.get(name);
  if (!found) parent.children.set(name, (found = {}));
  return found;
}
