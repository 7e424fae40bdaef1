import type { OpenApi } from "./openapi";
import type { Note } from "./problems";
import { MANIFEST_ONLY, MORE_THAN_AN_OBJECT, TERRAFORM_ONLY } from "./provider";
import { isValueMap, type References, type Value, type ValueMap } from "./references";
import type { Resource } from "./stack";
import { type Properties, Translator } from "./translate";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [property: string]: unknown;
}

/** What translating a resource needs beside it. */
export interface Context {
  readonly openapi: OpenApi;
  readonly references: References;
  /** Of this resource. */
  readonly note: Note;
}

/** What a resource of the provider `kubernetes` makes; undefined if it cannot be told, which is noted. */
export function objectOf(resource: Resource, context: Context): KubernetesObject | undefined {
  const { type } = resource;
  const { openapi, note } = context;
  if (type === "kubernetes_manifest") return manifestOf(configurationOf(resource, MANIFEST_ONLY, context), note);

  const [, name = "", version] = /^kubernetes_(.+?)(?:_(v\d+[a-z\d]*))?$/.exec(type) ?? [];
  const kinds = openapi.kindsNamed(name.replaceAll("_", ""), version);
  const [kind, another] = kinds;
  const more = MORE_THAN_AN_OBJECT.get(type);
  if (!kind || another || more) {
    const versions = kinds.map((one) => one.apiVersion).join(" or ");
    note("", more ?? (kind ? `it could be of ${versions}: use the resource that names its version` : NO_KIND));
    return undefined;
  }
  const configuration = configurationOf(resource, TERRAFORM_ONLY, context);
  const properties = new Translator(openapi, note).block(configuration, openapi.schemaOf(kind), "");
  return objectFrom({ ...properties, apiVersion: kind.apiVersion, kind: kind.kind }, note);
}

/** What is set of a resource's attributes, with references followed. @param left those that make no difference */
export function configurationOf(
  { stack, attributes }: Resource,
  left: ReadonlySet<string>,
  { references, note }: Pick<Context, "references" | "note">,
): ValueMap {
  const set = Object.entries(attributes).filter(([name, value]) => name !== "//" && value !== null && !left.has(name));
  const resolved = references.resolve(Object.fromEntries(set), stack, "", note);
  return isValueMap(resolved) ? resolved : {};
}

const NO_KIND = "the API has no such kind of object";

/** Checks what every object has, and puts it first, where a person looks for it. */
export function objectFrom(properties: Properties, note: Note): KubernetesObject | undefined {
  const { apiVersion, kind, metadata, ...rest } = properties;
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    note("", "an object needs 'apiVersion' and 'kind'");
    return undefined;
  }
  const named = metadata as KubernetesObject["metadata"] | undefined;
  if (!named?.name && !named?.generateName) {
    note("metadata", `${kind}: an object needs 'name' or 'generateName'`);
    return undefined;
  }
  return { apiVersion, kind, metadata: named, ...rest };
}

/** It is an object of the API already: nothing is renamed, and what is null is not set. */
function manifestOf({ manifest, ...others }: ValueMap, note: Note): KubernetesObject | undefined {
  for (const name of Object.keys(others)) note(name, "it is no part of an object");
  if (isValueMap(manifest)) return objectFrom(withoutNull(manifest) as Properties, note);
  if (typeof manifest !== "symbol") note("manifest", "it must be an object of the API");
  return undefined;
}

function withoutNull(value: Value): unknown {
  if (Array.isArray(value)) return value.map((one: Value) => withoutNull(one));
  if (!isValueMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNull(one)]])),
  );
}
