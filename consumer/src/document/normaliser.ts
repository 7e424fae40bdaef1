import { ECS_VERSION, type LogEventField, UNKNOWN_FIELDS } from "../../../contract/log-event";
import { Attributes } from "./attributes";
import type { Envelope } from "./envelope";
import { DOUBT, doubtOf, doubtOfDuration, hasLongNumber, isDoubtful, quoteInexactNumbers } from "./exact-numbers";
import { splitCaller, writeValue } from "./field-values";
import { serviceOfFile } from "./file-service";
import { withoutPadding } from "./nul-padding";
import { compileMeanings, compileParts, SLOT_COUNT, slotOf, type Meaning, type Part, type Target } from "./schema";
import { splitDataStream } from "./stream-fields";
import { fromMilliseconds, fromRfc3339, parseTimestamp, type Timestamp } from "./timestamp";

const NOT_JSON = "not-json";
const TIMESTAMP_INVALID = "timestamp-invalid";
const FIELD_INVALID = "field-invalid";
const NUL_PADDING = "nul-padding";

/** Beyond the rank of every name. */
const ANY_RANK = 255;

const SLOT = {
  timestamp: slotOf("@timestamp"),
  message: slotOf("message"),
  tags: slotOf("tags"),
  service: slotOf("service.name"),
  line: slotOf("log.origin.file.line"),
  path: slotOf("log.file.path"),
  offset: slotOf("log.offset"),
  flags: slotOf("log.flags"),
  created: slotOf("event.created"),
  ingested: slotOf("event.ingested"),
  original: slotOf("event.original"),
  host: slotOf("host.name"),
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
  private readonly parts: readonly Part[];
  private readonly slots: (string | undefined)[] = new Array<string | undefined>(SLOT_COUNT).fill(undefined);
  private readonly attributes = new Attributes();
  private timestamp: Timestamp | undefined;
  private readonly tags = new Set<string>();
  /** Rank of the name that a slot's value came under. */
  private readonly ranks = new Uint8Array(SLOT_COUNT);
  /** The highest rank that may fill a slot: known once a line was found to name a field twice, the better name behind. */
  private readonly allowed = new Uint8Array(SLOT_COUNT).fill(ANY_RANK);
  private contested = false;
  /** What could not be taken. It counts only if no better name of the field could. */
  private readonly failed: Target[] = [];
  private doubts: number = DOUBT.none;
  private ingestedAt = 0;
  private ingested = "";
  private readonly lastPath = { value: "", json: '""' };
  private readonly lastHost = { value: "", json: '""' };
  private lastService: { readonly path: string; readonly json: string | undefined } = { path: "", json: undefined };

  /** @param dataStream `<type>-<dataset>-<namespace>` */
  constructor(dataStream: string) {
    const { type, dataset, namespace } = splitDataStream(dataStream);
    const constants: Partial<Record<LogEventField, string>> = {
      "ecs.version": ECS_VERSION,
      "data_stream.type": type,
      "data_stream.dataset": dataset,
      "data_stream.namespace": namespace,
    };
    this.parts = compileParts(new Map(Object.entries(constants).map(([path, text]) => [path, JSON.stringify(text)])));
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
    if (slots[SLOT.service] === undefined && envelope.path !== undefined) this.takeServiceOf(envelope.path);
    if (this.tags.size > 0) slots[SLOT.tags] = JSON.stringify([...this.tags]);

    const fields = writeParts(this.parts, slots);
    const attributes = this.attributes.take();
    const json = attributes === "" ? `{${fields}}` : `{${fields},"${UNKNOWN_FIELDS}":{${attributes}}}`;
    return { json, timestamp, created, hasTime: this.timestamp !== undefined };
  }

  /** A line that does not name its service, such as a panic, is of the service whose file it is in. */
  private takeServiceOf(path: string): void {
    if (this.lastService.path !== path) {
      const name = serviceOfFile(path);
      this.lastService = { path, json: name === undefined ? undefined : JSON.stringify(name) };
    }
    this.slots[SLOT.service] = this.lastService.json;
  }

  private readLine(whole: string): void {
    this.start();
    const line = whole.charCodeAt(0) === 0 ? withoutPadding(whole) : whole;
    // A thrown error costs more than all the rest of an event, so plain text is told apart before it comes to that.
    if (!looksLikeObject(line) || !this.readJson(line)) {
      const text = JSON.stringify(line);
      this.slots[SLOT.message] = text;
      this.slots[SLOT.original] = text;
      this.tags.add(NOT_JSON);
    }
    if (line.length !== whole.length) this.tags.add(NUL_PADDING);
  }

  /** @returns false if the line is no JSON after all, or nested so deep that it cannot be written: what was read of it does not count */
  private readJson(line: string): boolean {
    try {
      const isLong = hasLongNumber(line);
      let parsed: unknown = JSON.parse(isLong ? quoteInexactNumbers(line) : line);
      this.readObject(parsed, this.meanings, "");
      if (isDoubtful(this.doubts | this.attributes.doubts, line)) {
        this.start();
        parsed = JSON.parse(quoteInexactNumbers(line));
        this.readObject(parsed, this.meanings, "");
      }
      if (this.contested) {
        this.clear();
        this.readObject(parsed, this.meanings, "");
      }
      for (const { slot, rank } of this.failed) {
        if (this.slots[slot] !== undefined && rank > this.ranks[slot]!) continue;
        this.tags.add(slot === SLOT.timestamp ? TIMESTAMP_INVALID : FIELD_INVALID);
      }
      return true;
    } catch {
      this.start();
      return false;
    }
  }

  private start(): void {
    this.clear();
    if (!this.contested) return;
    this.contested = false;
    this.allowed.fill(ANY_RANK);
  }

  private clear(): void {
    this.slots.fill(undefined);
    this.attributes.reset();
    this.timestamp = undefined;
    if (this.tags.size > 0) this.tags.clear();
    if (this.failed.length > 0) this.failed.length = 0;
    this.doubts = DOUBT.none;
  }

  private readObject(object: unknown, meanings: Map<string, Meaning>, path: string): void {
    const values = object as Record<string, unknown>;
    for (const key in values) {
      const value = values[key];
      if (value === null) continue;
      const meaning = meanings.get(key);
      if (meaning === undefined) {
        if (path !== "") this.doubts |= doubtOfDuration(key);
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
    const { slot, rank } = target;
    if (typeof value === "number") this.doubts |= doubtOf(value);
    if (target.isSpecial && this.readSpecial(target, value)) return;
    if (!target.isSpecial && this.mayFill(slot, rank) && this.readValue(target, value)) return;
    if (target.conversion === "milliseconds") this.doubts |= DOUBT.duration;
    this.attributes.add(path, value, derived);
  }

  /** @returns whether all of the value has a place */
  private readValue(target: Target, value: unknown): boolean {
    const { slot, rank } = target;
    const written = slot === SLOT.timestamp ? this.writeTimestamp(value) : writeValue(target, value);
    if (typeof written === "string") {
      this.fill(slot, rank, written);
      return true;
    }
    if (written === undefined) this.failed.push(target);
    else if (written.json !== undefined) this.fill(slot, rank, written.json);
    return false;
  }

  /** @returns whether all of the value has a place */
  private readSpecial(target: Target, value: unknown): boolean {
    const { slot, rank, conversion } = target;
    if (conversion === "drop") return true;
    if (conversion === "merge") return this.mergeTags(value);
    return conversion !== "own" && this.mayFill(slot, rank) && this.readCaller(target, value);
  }

  /** Of two names of a field the one that the contract names first counts, wherever it stands; of one name twice, the first. */
  private mayFill(slot: number, rank: number): boolean {
    return this.slots[slot] === undefined ? rank <= this.allowed[slot]! : rank < this.ranks[slot]!;
  }

  private fill(slot: number, rank: number, json: string): void {
    // A worse name was taken for the field already, and its value is not at hand any more: the object is read again.
    if (this.slots[slot] !== undefined) {
      this.contested = true;
      this.allowed[slot] = Math.min(this.allowed[slot]!, rank);
    }
    this.slots[slot] = json;
    this.ranks[slot] = rank;
  }

  private readCaller(target: Target, value: unknown): boolean {
    const { slot, rank, conversion } = target;
    if (typeof value !== "string") return conversion === "source-line" && this.readValue(target, value);
    const { file, line } = splitCaller(value);
    if (line === undefined && conversion === "source-line-only") return false;
    this.fill(slot, rank, file);
    if (line === undefined || this.slots[SLOT.line] === line) return true;
    if (!this.mayFill(SLOT.line, rank)) return false;
    this.fill(SLOT.line, rank, line);
    return true;
  }

  private writeTimestamp(value: unknown): string | undefined {
    const timestamp = parseTimestamp(value);
    if (timestamp) this.timestamp = timestamp;
    return timestamp?.text;
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
    let value = part.constant;
    if (value !== undefined) {
      // Written as it is.
    } else if (part.parts === undefined) {
      value = slots[part.slot];
    } else {
      const inner = writeParts(part.parts, slots);
      if (inner !== "") value = `{${inner}}`;
    }
    if (value !== undefined) text += text === "" ? part.key + value : `,${part.key}${value}`;
  }
  return text;
}
