import type { Followed, OpenApi, Schema } from "./openapi";
import { below, type Note } from "./problems";
import { DEFAULTS_DIFFER, EXPANSIONS, RENAMED } from "./provider";
import { isValueMap, type Value, type ValueMap } from "./references";
import { scalar } from "./scalars";

export type Properties = Record<string, unknown>;

/** Translates a resource's attributes into an object of the API, led by the API's own schema. */
export class Translator {
  constructor(
    private readonly openapi: OpenApi,
    private readonly note: Note,
  ) {}

  /** A block of attributes; comments and what is null are not set. */
  block(attributes: ValueMap, schema: Followed, path: string): Properties {
    const result: Properties = {};
    const given = new Set<string>();
    for (const [attribute, value] of Object.entries(attributes)) {
      if (attribute === "//" || value === null) continue;
      const at = below(path, attribute);
      const property = this.propertyOf(attribute, schema, at);
      if (property === undefined) continue;
      const propertySchema = this.openapi.follow(schema.properties?.[property] ?? {});
      const translated = this.value(value, propertySchema, at, attribute);
      // Two attributes for one map, as of a Secret, each have their part of its keys.
      if (given.has(property) && !disjointMaps(result[property], translated)) {
        this.note(at, `another attribute already sets '${property}' of the API's ${schema.name}`);
      }
      given.add(property);
      if (translated === undefined) continue;
      result[property] = isProperties(result[property])
        ? { ...result[property], ...(translated as Properties) }
        : translated;
    }
    this.requireAll(schema, given, path);
    return result;
  }

  private value(value: Value, schema: Followed, path: string, attribute: string): unknown {
    // It was noted where it was resolved, and stands for something that is set.
    if (typeof value === "symbol") return value;
    if (schema.type === "array") return this.list(value, schema.items ?? {}, path, attribute);
    if (schema.properties) return this.single(value, schema, path);
    if (schema.additionalProperties) {
      return this.map(value, schema.additionalProperties === true ? {} : schema.additionalProperties, path, attribute);
    }
    // The API takes anything here.
    if (schema.type === undefined || schema.type === "object") return value;
    const result = scalar(value, schema, attribute);
    if ("value" in result) return result.value;
    this.note(path, result.problem);
    return undefined;
  }

  private list(value: Value, items: Schema, path: string, attribute: string): unknown {
    const schema = this.openapi.follow(items);
    // A block that there is one of may stand without its list.
    if (isValueMap(value) && schema.properties) return [this.value(value, schema, path, attribute)];
    if (!Array.isArray(value)) return this.refuse(path, "it must be a list");
    return value.map((one: Value, index) => {
      const at = `${path}[${index}]`;
      return one === null ? this.refuse(at, "it is null") : this.value(one, schema, at, attribute);
    });
  }

  private single(value: Value, schema: Followed, path: string): unknown {
    const blocks: readonly Value[] = Array.isArray(value) ? value : [value];
    const [block] = blocks;
    if (block === undefined) return undefined;
    if (blocks.length === 1 && isValueMap(block)) {
      return this.block(block, schema, Array.isArray(value) ? `${path}[0]` : path);
    }
    return this.refuse(
      path,
      `the API's ${schema.name} is one block: ${blocks.length > 1 ? "there are several" : "it must be a block"}`,
    );
  }

  /** Keys are data: only values have a type. */
  private map(value: Value, values: Schema, path: string, attribute: string): unknown {
    if (!isValueMap(value)) return this.refuse(path, "it must be a map");
    const schema = this.openapi.follow(values);
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => {
        const at = below(path, key);
        return [key, one === null ? this.refuse(at, "it is null") : this.value(one, schema, at, attribute)];
      }),
    );
  }

  /** The property that an attribute stands for: named alike but for case, underscores and a plural. */
  private propertyOf(attribute: string, schema: Followed, path: string): string | undefined {
    // cdktf writes what it is given where a list of blocks should be: Terraform knows no such attribute.
    if (/[A-Z]/.test(attribute)) return this.refuse(path, "no attribute of the provider has capitals");
    if (EXPANSIONS.has(attribute) && !schema.properties?.[attribute]) {
      return this.refuse(path, "only Terraform can carry it out");
    }
    const renamed = RENAMED.get(`${schema.name}.${attribute}`);
    if (renamed !== undefined) return renamed;
    const camelCase = attribute.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const properties = Object.keys(schema.properties ?? {});
    if (properties.includes(camelCase)) return camelCase;
    const lowerCase = camelCase.toLowerCase();
    for (const spellings of [[lowerCase], plurals(lowerCase)]) {
      const found = properties.filter((property) => spellings.includes(property.toLowerCase()));
      if (found.length > 1) return this.refuse(path, `it could be ${found.join(" or ")} of the API's ${schema.name}`);
      if (found.length === 1) return found[0];
    }
    return this.refuse(path, `the API's ${schema.name} has no such property`);
  }

  private requireAll(schema: Followed, given: ReadonlySet<string>, path: string): void {
    for (const property of schema.required ?? []) {
      if (!given.has(property)) this.note(path, `the API's ${schema.name} needs '${property}': set it`);
    }
    for (const property of Object.keys(schema.properties ?? {})) {
      const meanings = DEFAULTS_DIFFER.get(`${schema.name}.${property}`);
      if (meanings !== undefined && !given.has(property)) {
        this.note(path, `without '${property}' Terraform's provider means ${meanings}: set it`);
      }
    }
  }

  private refuse(path: string, why: string): undefined {
    this.note(path, why);
    return undefined;
  }
}

function plurals(name: string): string[] {
  return [`${name}s`, `${name}es`, ...(name.endsWith("y") ? [`${name.slice(0, -1)}ies`] : [])];
}

function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function disjointMaps(left: unknown, right: unknown): boolean {
  return isProperties(left) && isProperties(right) && !Object.keys(right).some((key) => Object.hasOwn(left, key));
}
