import { createHash } from "node:crypto";
import { MAX_ATTRIBUTE_DEPTH } from "../../../contract/log-event";
import { DOUBT, doubtOf, doubtOfDuration } from "./exact-numbers";

/**
 * Values for the `flattened` field of unknown fields, as JSON text that Elasticsearch takes. What it refuses was found by
 * trying: NUL and broken surrogates in keys, a key path and value of together more than 32,766 bytes, more levels than
 * `depth_limit`, one key twice in an object.
 */

/** In characters, of a whole key path. In UTF-8 with an indexed value of IGNORE_ABOVE this stays far below Lucene's 32,766 bytes. */
const MAX_KEY_PATH = 2048;

/** Keys come again and again, line after line; so many are remembered as they are written. */
const MAX_REMEMBERED_KEYS = 10_000;

const NULLS = /\0/g;

interface Key {
  readonly json: string;
  /** Written as it is, so that it can only meet itself. */
  readonly plain: boolean;
}

/** The keys and values under one object, written as JSON. */
export class Attributes {
  private readonly remembered = new Map<string, Key>();
  private keys: string[] = [];
  private values: string[] = [];
  private mayRepeat = false;
  /** Of the numbers that were added: what was added may not be what the line says. */
  doubts: number = DOUBT.none;

  /** @param derived the key is not one of the line's own, so that it may meet one that is */
  add(key: string, value: unknown, derived = false): void {
    if (value === null || value === undefined) return;
    const written = this.writeKey(key);
    if (written === undefined) return this.addText(cutKey(key), this.asText({ [key]: value }));
    const text = this.write(value, 1, key.length);
    if (text === undefined) return;
    if (derived || !written.plain) this.mayRepeat = true;
    this.keys.push(written.json);
    this.values.push(text);
  }

  /** What was added, without its braces; empty if nothing was. Starts anew. */
  take(): string {
    const { keys, values } = this;
    if (keys.length === 0) return "";
    if (this.mayRepeat) makeUnique(keys);
    let text = `${keys[0]}:${values[0]}`;
    for (let i = 1; i < keys.length; i++) text += `,${keys[i]}:${values[i]}`;
    this.reset();
    return text;
  }

  reset(): void {
    this.keys.length = 0;
    this.values.length = 0;
    this.mayRepeat = false;
    this.doubts = DOUBT.none;
  }

  private addText(key: string, text: string): void {
    this.mayRepeat = true;
    this.keys.push(JSON.stringify(key));
    this.values.push(JSON.stringify(text));
  }

  /** A key as JSON, or undefined if it is too long to be one. */
  private writeKey(key: string): Key | undefined {
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    if (key.length > MAX_KEY_PATH) return undefined;
    const clean = key.trim() === "" ? "_" : wellFormed(key);
    const written = { json: JSON.stringify(clean), plain: clean === key };
    if (this.remembered.size < MAX_REMEMBERED_KEYS && key.length <= 64) this.remembered.set(key, written);
    return written;
  }

  private write(value: unknown, depth: number, path: number): string | undefined {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "number") this.doubts |= doubtOf(value);
    if (typeof value !== "object") return String(value);
    if (value === null) return undefined;
    if (this.isPlain(value, depth, path)) return JSON.stringify(value);
    return depth >= MAX_ATTRIBUTE_DEPTH ? JSON.stringify(this.asText(value)) : this.writeContainer(value, depth, path);
  }

  /** What is beyond a limit, as JSON text. Nobody looks at each number in it, so the line is read again with all of them exact. */
  private asText(value: unknown): string {
    this.doubts |= DOUBT.huge;
    return JSON.stringify(value);
  }

  /** Whether a value may be written as it is: the common case, in which the engine's own writer is the fastest. */
  private isPlain(value: object, depth: number, path: number): boolean {
    if (depth >= MAX_ATTRIBUTE_DEPTH) return false;
    if (Array.isArray(value)) return value.every((item) => this.isPlainValue(item, depth + 1, path));
    for (const key in value) {
      const length = path + 1 + key.length;
      this.doubts |= doubtOfDuration(key);
      if (length > MAX_KEY_PATH || !this.writeKey(key)?.plain) return false;
      if (!this.isPlainValue((value as Record<string, unknown>)[key], depth + 1, length)) return false;
    }
    return true;
  }

  private isPlainValue(value: unknown, depth: number, path: number): boolean {
    if (typeof value === "number") {
      this.doubts |= doubtOf(value);
      return true;
    }
    return typeof value !== "object" || (value !== null && this.isPlain(value, depth, path));
  }

  private writeContainer(value: object, depth: number, path: number): string {
    if (Array.isArray(value)) {
      const items = value.map((item) => this.write(item, depth + 1, path)).filter((item) => item !== undefined);
      return `[${items.join(",")}]`;
    }
    const keys: string[] = [];
    const values: string[] = [];
    for (const [key, item] of Object.entries(value)) {
      const length = path + 1 + key.length;
      this.doubts |= doubtOfDuration(key);
      const written = length > MAX_KEY_PATH ? undefined : this.writeKey(key);
      const text =
        written === undefined ? JSON.stringify(this.asText({ [key]: item })) : this.write(item, depth + 1, length);
      if (text === undefined) continue;
      // The cut key is short, but its path may not be: it hangs below a path that was within the limit.
      keys.push(written?.json ?? JSON.stringify(cutKey(key)));
      values.push(text);
    }
    makeUnique(keys);
    return `{${keys.map((key, i) => `${key}:${values[i]}`).join(",")}}`;
  }
}

/** The start of a key that is too long, and a hash that tells it from others with that start. */
function cutKey(key: string): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `${wellFormed(key.slice(0, 64))}...${hash}`;
}

/** Without NUL and with every broken surrogate replaced, as UTF-8 cannot carry one. */
function wellFormed(key: string): string {
  return Buffer.from(key.replace(NULLS, "\ufffd")).toString();
}

/**
 * Sanitised keys may have become equal; Elasticsearch refuses an object with one key twice. The number that a key's last
 * namesake got is remembered: a line whose keys all become one would otherwise cost their number squared.
 */
function makeUnique(keys: string[]): void {
  const seen = new Set<string>();
  const numbers = new Map<string, number>();
  for (let i = 0; i < keys.length; i++) {
    const wanted = keys[i]!;
    let key = wanted;
    if (seen.has(wanted)) {
      let n = numbers.get(wanted) ?? 1;
      do key = `${wanted.slice(0, -1)}#${++n}"`;
      while (seen.has(key));
      numbers.set(wanted, n);
    }
    seen.add(key);
    keys[i] = key;
  }
}
