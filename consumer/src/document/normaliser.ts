import { ECS_VERSION, UNKNOWN_FIELDS } from "../../../contract/log-event";
import { Attributes } from "./attributes";
import type { Envelope } from "./envelope";
import { isInexact, quoteInexactNumbers } from "./exact-numbers";
import { splitCaller, writeValue } from "./field-values";
import { compileMeanings, compileParts, SLOT_COUNT, slotOf, type Meaning, type Part, type Target } from "./schema";
import { splitDataStream } from "./stream-fields";
import { fromMilliseconds, fromRfc3339, parseTimestamp, type Timestamp } from "./timestamp";

const NOT_JSON = "not-json";
const TIMESTAMP_INVALID = "timestamp-invalid";
const FIELD_INVALID = "field-invalid";

const SLOT = {
  timestamp: slotOf("@timestamp"),
  message: slotOf("message"),
  tags: slotOf("tags"),
  line: slotOf("log.origin.file.line"),
  path: slotOf("log.file.path"),
  offset: slotOf("log.offset"),
  flags: slotOf("log.flags"),
  created: slotOf("event.created"),
  ingested: slotOf("event.ingested"),
  original: slotOf("event.original"),
  host: slotOf("host.name"),
  ecs: slotOf("ecs.version"),
  type: slotOf("data_stream.type"),
  dataset: slotOf("data_stream.dataset"),
  namespace: slotOf("data_stream.namespace"),
  delay: slotOf("log_pipeline.delay"),
} as const;

/** A document, and what else there is to know of it. */
export interface NormalisedLine {
  /** The document, as JSON. */
  readonly json: string;
  /** The document's `@timestamp`. */
  readonly timestamp: Timestamp;
  /** The document's `event.created`: when the line was read. */
  readonly created: Timestamp;
  /** Whether the line tells its own time. */
  readonly hasTime: boolean;
}

/**
 * Makes an ECS document of a line. One object serves all events, so that an event costs few allocations: fields are written
 * as JSON text into slots, and the slots are put together in the schema's order.
 */
export class Normaliser {
  private readonly meanings = compileMeanings();
  private readonly parts = compileParts();
  private readonly slots: (string | undefined)[] = new Array<string | undefined>(SLOT_COUNT).fill(undefined);
  private readonly attributes = new Attributes();
  private timestamp: Timestamp | undefined;
  private readonly constants: readonly (readonly [number, string])[];
  private readonly tags = new Set<string>();
  private inexact = false;
  private ingestedAt = 0;
  private ingested = "";
  private readonly lastPath = { value: "", json: '""' };
  private readonly lastHost = { value: "", json: '""' };

  /** @param dataStream `<type>-<dataset>-<namespace>` */
  constructor(dataStream: string) {
    const { type, dataset, namespace } = splitDataStream(dataStream);
    this.constants = [
      [SLOT.ecs, JSON.stringify(ECS_VERSION)],
      [SLOT.type, JSON.stringify(type)],
      [SLOT.dataset, JSON.stringify(dataset)],
      [SLOT.namespace, JSON.stringify(namespace)],
    ];
  }

  /** @param received when the message reached Kafka, in ms; stands in for a time that the envelope does not tell, as `now` does for both */
  normalise(envelope: Envelope, received: number, now: number, tag?: string): NormalisedLine {
    const created = createdAt(envelope.timestamp, received, now);
    this.readLine(envelope.message);
    if (tag !== undefined) this.tags.add(tag);
    const { slots } = this;
    const { timestamp = created } = this;
    slots[SLOT.timestamp] = `"${timestamp.text}"`;
    slots[SLOT.created] = `"${created.text}"`;
    slots[SLOT.ingested] = this.ingestedText(now);
    slots[SLOT.delay] = String(now - timestamp.milliseconds);
    if (envelope.host !== undefined) slots[SLOT.host] = remember(this.lastHost, envelope.host);
    if (envelope.path !== undefined) slots[SLOT.path] = remember(this.lastPath, envelope.path);
    if (envelope.offset !== undefined) slots[SLOT.offset] = String(envelope.offset);
    if (envelope.flags !== undefined) slots[SLOT.flags] = JSON.stringify(envelope.flags);
    if (this.tags.size > 0) slots[SLOT.tags] = JSON.stringify([...this.tags]);
    for (const [slot, json] of this.constants) slots[slot] = json;

    const fields = writeParts(this.parts, slots);
    const attributes = this.attributes.take();
    const json = attributes === "" ? `{${fields}}` : `{${fields},"${UNKNOWN_FIELDS}":{${attributes}}}`;
    return { json, timestamp, created, hasTime: this.timestamp !== undefined };
  }

  private readLine(line: string): void {
    this.start();
    // A thrown error costs more than all the rest of an event, so plain text is told apart before it comes to that.
    if (looksLikeObject(line)) {
      try {
        this.readObject(JSON.parse(line), this.meanings, "");
        if (this.inexact || this.attributes.inexact) {
          this.start();
          this.readObject(JSON.parse(quoteInexactNumbers(line)), this.meanings, "");
        }
        return;
      } catch {
        // Not JSON after all, or nested so deep that it cannot be written: what was read so far does not count.
        this.start();
      }
    }
    const text = JSON.stringify(line);
    this.slots[SLOT.message] = text;
    this.slots[SLOT.original] = text;
    this.tags.add(NOT_JSON);
  }

  private start(): void {
    this.slots.fill(undefined);
    this.attributes.reset();
    this.timestamp = undefined;
    if (this.tags.size > 0) this.tags.clear();
    this.inexact = false;
  }

  private readObject(object: unknown, meanings: Map<string, Meaning>, path: string): void {
    const values = object as Record<string, unknown>;
    for (const key in values) {
      const value = values[key];
      if (value === null) continue;
      const meaning = meanings.get(key);
      if (meaning === undefined) {
        this.attributes.add(path + key, value, path !== "");
      } else if (meaning.children !== undefined && typeof value === "object" && !Array.isArray(value)) {
        this.readObject(value, meaning.children, `${path}${key}.`);
      } else if (meaning.target !== undefined) {
        this.readField(meaning.target, path + key, value, path !== "");
      } else {
        this.attributes.add(path + key, value, path !== "");
      }
    }
  }

  private readField(target: Target, path: string, value: unknown, derived: boolean): void {
    const { slots } = this;
    if (typeof value === "number" && isInexact(value)) this.inexact = true;
    if (target.conversion === "drop") return;
    if (target.conversion === "merge" && this.mergeTags(value)) return;
    // The first name wins; what another name of the field says is kept beside it.
    if (target.conversion === "own" || target.conversion === "merge" || slots[target.slot] !== undefined) {
      this.attributes.add(path, value, derived);
      return;
    }
    if (target.conversion === "source-line" && typeof value === "string") {
      const { file, line } = splitCaller(value);
      slots[target.slot] = JSON.stringify(file);
      if (line !== undefined) slots[SLOT.line] ??= line;
      return;
    }
    const written = target.slot === SLOT.timestamp ? this.writeTimestamp(value) : writeValue(target, value);
    if (written !== undefined) {
      slots[target.slot] = written;
      return;
    }
    this.attributes.add(path, value, derived);
    this.tags.add(target.slot === SLOT.timestamp ? TIMESTAMP_INVALID : FIELD_INVALID);
  }

  private writeTimestamp(value: unknown): string | undefined {
    this.timestamp = parseTimestamp(value);
    return this.timestamp?.text;
  }

  private mergeTags(value: unknown): boolean {
    const tags: unknown[] = Array.isArray(value) ? value : [value];
    if (!tags.every((tag) => typeof tag === "string")) {
      this.tags.add(FIELD_INVALID);
      return false;
    }
    for (const tag of tags) this.tags.add(tag);
    return true;
  }

  private ingestedText(now: number): string {
    if (now !== this.ingestedAt) {
      this.ingestedAt = now;
      this.ingested = `"${new Date(now).toISOString()}"`;
    }
    return this.ingested;
  }
}

function looksLikeObject(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === OPENING_BRACE) return true;
    if (code !== SPACE && code !== TAB) return false;
  }
  return false;
}

const [OPENING_BRACE, SPACE, TAB] = [123, 32, 9] as const;

function createdAt(timestamp: unknown, received: number, now: number): Timestamp {
  const valid = typeof timestamp === "string" ? fromRfc3339(timestamp) : undefined;
  // Of a topic that is not ours, Kafka's time may be any that a producer gave, and -1 from one that gave none.
  return valid ?? fromMilliseconds(received) ?? { text: new Date(now).toISOString(), milliseconds: now };
}

/** Events of one file come in rows. */
function remember(last: { value: string; json: string }, value: string): string {
  if (last.value !== value) {
    last.value = value;
    last.json = JSON.stringify(value);
  }
  return last.json;
}

function writeParts(parts: readonly Part[], slots: readonly (string | undefined)[]): string {
  let text = "";
  for (const part of parts) {
    let value: string | undefined;
    if (part.parts === undefined) {
      value = slots[part.slot];
    } else {
      const inner = writeParts(part.parts, slots);
      if (inner !== "") value = `{${inner}}`;
    }
    if (value !== undefined) text += text === "" ? part.key + value : `,${part.key}${value}`;
  }
  return text;
}
