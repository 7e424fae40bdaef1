import { UserError } from "../lib/user-error";
import { isMap, type Json, type JsonMap } from "./json";
import type { Refusals } from "./problems";

/** One stack as cdktf writes it. */
export interface Stack {
  readonly name: string;
  readonly json: JsonMap;
}

export interface Resource {
  readonly stack: Stack;
  /** Terraform's: `kubernetes_deployment_v1`. */
  readonly type: string;
  readonly id: string;
  readonly attributes: JsonMap;
}

/** @throws UserError if the text is not what cdktf writes */
export function readStack(name: string, text: string): Stack {
  const json = JSON.parse(text) as Json;
  if (isMap(json)) return { name, json };
  throw new UserError(`'${name}' is no stack that cdktf has synthesized`);
}

/** The resources of a stack; what else makes something is refused. */
export function resourcesOf(stack: Stack, refusals: Refusals): Resource[] {
  for (const block of Object.keys(stack.json)) {
    if (!BLOCKS.includes(block)) {
      refusals.at(`stack '${stack.name}'`)(block, "only Terraform can carry it out");
    }
  }
  return mapsOf(stack.json["resource"]).flatMap(([type, resources]) =>
    mapsOf(resources).map(([id, attributes]) => ({ stack, type, id, attributes })),
  );
}

/** What a stack reads, of one type. */
export function dataOf(stack: Stack, type: string): Resource[] {
  return mapsOf(entry(stack.json, "data", type)).map(([id, attributes]) => ({
    stack,
    type: `data.${type}`,
    id,
    attributes,
  }));
}

/** The stack with more attributes of what it reads. */
export function withData({ name, json }: Stack, { type, id, attributes }: Resource, more: JsonMap): Stack {
  const data = json["data"] as JsonMap;
  const kind = type.replace(/^data\./, "");
  const found = { ...(data[kind] as JsonMap), [id]: { ...attributes, ...more } };
  return { name, json: { ...json, data: { ...data, [kind]: found } } };
}

/** What is at a path of names; undefined if nothing is. */
export function entry(json: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, name) => (isMap(found) ? found[name] : undefined), json);
}

/** Blocks of a stack that make nothing themselves. What they hold is looked up where something refers to it. */
const BLOCKS = ["//", "terraform", "provider", "resource", "data", "output", "variable", "locals"];

function mapsOf(json: Json | undefined): [string, JsonMap][] {
  return Object.entries(isMap(json) ? json : {}).filter((one): one is [string, JsonMap] => isMap(one[1]));
}
