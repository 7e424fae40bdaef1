import { LOG_EVENT_FIELDS, UNKNOWN_FIELDS, type Field, type FieldType } from "../../../contract/log-event";

/** What becomes of a value, where its field's type alone does not say. */
export type Conversion =
  | "none"
  | "level"
  | "id"
  | "milliseconds"
  | "source-line"
  /** The same, but a value without a line in it is none: `file` is a name for much else. */
  | "source-line-only"
  | "merge"
  | "drop"
  | "own";

/** A field that a line may carry, under one of its names. */
export interface Target {
  readonly slot: number;
  /** Place of the name in the contract: of two names in a line the one with the lower rank is the field's. */
  readonly rank: number;
  readonly type: FieldType;
  readonly conversion: Conversion;
  /** The conversion does not end in the field's one value. */
  readonly isSpecial: boolean;
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
  /** JSON of a part that is the same in every document. */
  readonly constant: string | undefined;
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
  level: "level",
  "log.level": "level",
  trace_id: "id",
  "trace.id": "id",
  span_id: "id",
  "span.id": "id",
  "transaction.id": "id",
  duration_ms: "milliseconds",
  caller: "source-line",
  file: "source-line-only",
  tags: "merge",
  // Every ECS logger writes the version that it follows; the document follows ours.
  "ecs.version": "drop",
};

const SPECIAL = new Set<Conversion>(["source-line", "source-line-only", "merge", "drop", "own"]);

const PATHS = Object.keys(LOG_EVENT_FIELDS).filter((path) => path !== UNKNOWN_FIELDS);

export const SLOT_COUNT = PATHS.length;

/** The slot of a field, for what the consumer writes itself. */
export function slotOf(path: keyof typeof LOG_EVENT_FIELDS): number {
  const slot = PATHS.indexOf(path);
  if (slot < 0) throw new Error(`${path} is no field of a log event`);
  return slot;
}

/**
 * The fields of a line as the objects that they are written in; what only dead letters have is not looked for in each line.
 *
 * @param constants JSON of fields that are the same in every document
 */
export function compileParts(constants: ReadonlyMap<string, string>): Part[] {
  const root: Part[] = [];
  PATHS.forEach((path, slot) => {
    if (DEAD_LETTERS_ONLY.has(path)) return;
    const names = path.split(".");
    let parts = root;
    for (const [depth, name] of names.entries()) {
      const key = `${JSON.stringify(name)}:`;
      const isLeaf = depth === names.length - 1;
      let part = parts.find((candidate) => candidate.key === key);
      if (!part) {
        const constant = isLeaf ? constants.get(path) : undefined;
        parts.push((part = { key, slot: isLeaf ? slot : -1, parts: isLeaf ? undefined : [], constant }));
      }
      parts = part.parts ?? [];
    }
  });
  return root.map(foldConstants);
}

/** An object with nothing but constants in it is one. */
function foldConstants(part: Part): Part {
  if (part.parts === undefined) return part;
  const parts = part.parts.map(foldConstants);
  if (!parts.every(({ constant }) => constant !== undefined)) return { ...part, parts };
  return {
    ...part,
    parts: undefined,
    constant: `{${parts.map(({ key, constant }) => `${key}${constant}`).join(",")}}`,
  };
}

/**
 * What the keys of a line mean, for one look-up a key. ECS loggers write `log.origin.file.name` as one key, as four objects,
 * or in between, so an object knows every path below it.
 */
export function compileMeanings(): Map<string, Meaning> {
  const root: Meaning = {};
  PATHS.forEach((path, slot) => {
    const field: Field = LOG_EVENT_FIELDS[path as keyof typeof LOG_EVENT_FIELDS];
    const target = (name: string, rank: number): Target => {
      const conversion = OWN.has(path) ? "own" : (CONVERSIONS[name] ?? "none");
      return { slot, rank, type: field.type, conversion, isSpecial: SPECIAL.has(conversion) };
    };
    addPath(root, path.split("."), target(path, 0));
    [...(field.from ?? []), ...(field.fromSourceLine ?? [])].forEach((alias, index) => {
      meaning(root, alias).target = target(alias, index + 1);
    });
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
