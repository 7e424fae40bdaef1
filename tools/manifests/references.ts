import { isDeepStrictEqual } from "node:util";
import { type Expression, parseExpression } from "./expression";
import { FUNCTIONS, Unresolvable } from "./functions";
import { isMap, type Json } from "./json";
import { below, type Note } from "./problems";
import { entry, type Stack } from "./stack";

/** Where an expression stood that has no value here: it was noted already. */
export const UNRESOLVED = Symbol("unresolved");

/** Configuration without expressions. */
export type Value = null | boolean | number | string | typeof UNRESOLVED | readonly Value[] | ValueMap;

export interface ValueMap {
  readonly [key: string]: Value;
}

export function isValueMap(value: Value | undefined): value is ValueMap {
  return isMap(value);
}

/** Terraform's templates, as far as the configuration itself has the answer. */
export class References {
  constructor(private readonly stacks: readonly Stack[]) {}

  /** Replaces references by what they refer to; notes each that needs Terraform or a cluster. */
  resolve(json: Json, stack: Stack, path: string, note: Note): Value {
    const attempt = (run: () => Json, at: string): Value => {
      try {
        return run();
      } catch (error) {
        if (!(error instanceof Unresolvable)) throw error;
        note(at, error.message);
        return UNRESOLVED;
      }
    };
    const walk = (value: Json, at: string): Value => {
      if (typeof value === "string") return attempt(() => this.text(value, stack, []), at);
      if (Array.isArray(value)) return value.map((one: Json, index) => walk(one, `${at}[${index}]`));
      if (!isMap(value)) return value as Value;
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => {
          const there = below(at, key);
          const name = attempt(() => this.text(key, stack, []), there);
          return [typeof name === "symbol" ? key : String(name), walk(one, there)];
        }),
      );
    };
    return walk(json, path);
  }

  /** The same for a value that is itself referred to: it is known, or it is not. */
  private known(value: Json, stack: Stack, underWay: readonly string[]): Json {
    if (typeof value === "string") return this.text(value, stack, underWay);
    if (Array.isArray(value)) return value.map((one: Json) => this.known(one, stack, underWay));
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        String(this.text(key, stack, underWay)),
        this.known(one, stack, underWay),
      ]),
    );
  }

  private text(text: string, stack: Stack, underWay: readonly string[]): Json {
    const parts = templateParts(text);
    const only = parts[0];
    // A reference that is all of a string keeps its type.
    if (parts.length === 1 && only && "expression" in only) return this.evaluated(only.expression, stack, underWay);
    return parts
      .map((part) => {
        if ("literal" in part) return part.literal;
        const value = this.evaluated(part.expression, stack, underWay);
        if (value !== null && typeof value !== "object") return String(value);
        throw new Unresolvable(`'\${${part.expression}}' is no text and stands within one`);
      })
      .join("");
  }

  /** @param whole what stands between the braces, for messages */
  private evaluated(whole: string, stack: Stack, underWay: readonly string[]): Json {
    const parsed = parseExpression(whole);
    if (!parsed) {
      throw new Unresolvable(
        /^[\w:]+\s*\(/.test(whole)
          ? onlyTerraformCalls(whole)
          : `'\${${whole}}' is no plain reference: only Terraform evaluates it`,
      );
    }
    const evaluate = (expression: Expression): Json => {
      if ("value" in expression) return expression.value;
      if ("text" in expression) return this.text(expression.text, stack, underWay);
      if ("list" in expression) return expression.list.map(evaluate);
      if ("map" in expression) {
        return Object.fromEntries(
          expression.map.map(([key, value]) => [String(this.text(key, stack, underWay)), evaluate(value)]),
        );
      }
      if ("reference" in expression) return this.referred(expression.reference, stack, underWay);
      const call = FUNCTIONS.get(expression.call);
      if (!call || expression.given.length !== 1) throw new Unresolvable(onlyTerraformCalls(whole));
      return call(expression.given.map(evaluate)[0] ?? null);
    };
    return evaluate(parsed);
  }

  private referred(expression: string, stack: Stack, underWay: readonly string[]): Json {
    const key = `${stack.name}: ${expression}`;
    if (underWay.includes(key)) throw new Unresolvable(`'\${${expression}}' refers to itself`);
    const steps = [...expression.matchAll(STEP)].map(([name, index, quoted]) =>
      index === undefined ? (quoted ?? name) : Number(index),
    );
    const [kind, ...rest] = steps;
    const found =
      kind === "data"
        ? this.data(rest, expression, stack)
        : kind === "local"
          ? { value: entry(stack.json, "locals"), stack, rest }
          : { value: entry(stack.json, "resource", String(kind)), stack, rest };
    const deeper = [...underWay, key];
    const value = found.rest.reduce<Json | undefined>((current, step) => {
      // What is stepped into may itself be a reference.
      const target = typeof current === "string" ? this.text(current, found.stack, deeper) : current;
      if (typeof step === "string") return isMap(target) && Object.hasOwn(target, step) ? target[step] : undefined;
      if (Array.isArray(target)) return (target as readonly Json[])[step];
      // A block that there is one of may stand without its list.
      return isMap(target) && step === 0 ? target : undefined;
    }, found.value);
    if (value === undefined || value === null) {
      throw new Unresolvable(
        `'\${${expression}}' is not in the configuration: only Terraform or the cluster would know it`,
      );
    }
    return this.known(value, found.stack, deeper);
  }

  /** What is read: what another stack of the environment gives, the one whose state it is; or what is known of it here. */
  private data(steps: readonly (string | number)[], expression: string, stack: Stack): Found {
    const [type, id, outputs, output, ...rest] = steps;
    if (type !== "terraform_remote_state") return { value: entry(stack.json, "data"), stack, rest: steps };
    const source = entry(stack.json, "data", String(type), String(id));
    const backend = { [String(entry(source, "backend"))]: entry(source, "config") };
    const owners = this.stacks.filter((one) => isDeepStrictEqual(entry(one.json, "terraform", "backend"), backend));
    const [owner, another] = owners;
    if (outputs !== "outputs" || !owner || another) {
      throw new Unresolvable(`'\${${expression}}' is no output of one other stack of the environment`);
    }
    return { value: entry(owner.json, "output", String(output), "value"), stack: owner, rest };
  }
}

interface Found {
  readonly value: Json | undefined;
  readonly stack: Stack;
  readonly rest: readonly (string | number)[];
}

function onlyTerraformCalls(expression: string): string {
  return `'\${${expression}}' calls a function, which only Terraform evaluates`;
}

const STEP = /[A-Za-z_][\w-]*|\[(\d+)\]|\["([^"\\]*)"\]/g;

type Part = { readonly literal: string } | { readonly expression: string };

/** A template's literal texts, unescaped, and its expressions. */
function templateParts(text: string): Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith("$${", at) || text.startsWith("%%{", at)) {
      literal += `${text[at]}{`;
      at += 2;
    } else if (text.startsWith("%{", at)) {
      throw new Unresolvable(`'${text.slice(at)}' begins with a directive, which only Terraform carries out`);
    } else if (text.startsWith("${", at)) {
      const end = endOfExpression(text, at + 2);
      if (literal) parts.push({ literal });
      literal = "";
      parts.push({ expression: text.slice(at + 2, end).trim() });
      at = end;
    } else {
      literal += text[at];
    }
  }
  if (literal || parts.length === 0) parts.push({ literal });
  return parts;
}

/** Where the brace is that closes an expression: braces within it and within its strings count for nothing. */
function endOfExpression(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
    } else if (character === "{") {
      depth++;
    } else if (character === "}" && depth-- === 0) {
      return at;
    }
  }
  throw new Unresolvable(`'${text.slice(start - 2)}' has no end: write '$\${' where '\${' is meant`);
}
