/** What stands between `${` and `}`, as far as it can be had without Terraform. */
export type Expression =
  /** Of texts, each is itself a template. */
  | { readonly text: string }
  | { readonly value: null | boolean | number }
  | { readonly list: readonly Expression[] }
  | { readonly map: readonly (readonly [key: string, value: Expression])[] }
  | { readonly call: string; readonly given: readonly Expression[] }
  /** A path of attributes, as it is written. */
  | { readonly reference: string };

/** @returns undefined if it is anything else, such as an operation */
export function parseExpression(source: string): Expression | undefined {
  const reader = new Reader(source);
  const expression = reader.expression();
  return expression && reader.atEnd() ? expression : undefined;
}

const TEXT = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const CALL = /([A-Za-z_][\w:]*)\s*\(/y;
const WORD = /(?:null|true|false)\b(?!\.)/y;
const REFERENCE = /[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\]|\["[^"\\]*"\])+/y;
const NAME = /[A-Za-z_][\w-]*/y;

class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  atEnd(): boolean {
    this.take(/\s*/y);
    return this.at === this.source.length;
  }

  expression(): Expression | undefined {
    this.take(/\s*/y);
    const text = this.take(TEXT);
    if (text) return textOf(text[0]);
    const word = this.take(WORD) ?? this.take(NUMBER);
    if (word) return { value: JSON.parse(word[0]) as null | boolean | number };
    const call = this.take(CALL);
    if (call) {
      const given = this.all(")", () => this.expression());
      return given && { call: call[1] ?? "", given };
    }
    const reference = this.take(REFERENCE);
    if (reference) return { reference: reference[0] };
    if (this.take(/\[/y)) {
      const list = this.all("]", () => this.expression());
      return list && { list };
    }
    if (this.take(/\{/y)) {
      const map = this.all("}", () => this.entry());
      return map && { map };
    }
    return undefined;
  }

  private entry(): readonly [string, Expression] | undefined {
    const quoted = this.take(TEXT);
    const key = quoted ? textOf(quoted[0])?.text : this.take(NAME)?.[0];
    const value = key !== undefined && this.take(/\s*[=:]/y) ? this.expression() : undefined;
    return key !== undefined && value ? [key, value] : undefined;
  }

  /** What stands between commas, up to `end`; undefined if any of it cannot be read. */
  private all<T>(end: string, one: () => T | undefined): readonly T[] | undefined {
    const found: T[] = [];
    for (;;) {
      this.take(/\s*/y);
      if (this.takeText(end)) return found;
      const next = one();
      if (next === undefined) return undefined;
      found.push(next);
      this.take(/\s*/y);
      if (!this.takeText(",") && this.source[this.at] !== end) return undefined;
    }
  }

  private takeText(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
}

/** Terraform escapes in a text what JSON does. */
function textOf(quoted: string): { readonly text: string } | undefined {
  try {
    return { text: JSON.parse(quoted) as string };
  } catch {
    return undefined;
  }
}
