import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { DefaultTokenResolver, StringConcat, TerraformResource, TerraformStack, Tokenization } from "cdktf";
import { parseDocument } from "yaml";
import { REPOSITORY_ROOT } from "../../core/repository-root";
import type { PodJson } from "./pod-rule";

export type Json = null | boolean | number | string | readonly Json[] | JsonMap;

export interface JsonMap {
  readonly [key: string]: Json | undefined;
}

/** Something in a tree, and where. */
export interface Found<T> {
  readonly path: string;
  readonly value: T;
}

/** The one that cdktf synthesizes with. */
const RESOLVER = new DefaultTokenResolver(new StringConcat());

/** A resource as Terraform gets it, in the provider's spelling; the values of a Helm release are parsed. */
export class Synthesized {
  readonly type: string;
  readonly attributes: JsonMap;

  constructor(private readonly resource: TerraformResource) {
    this.type = resource.terraformResourceType;
    const { resource: block } = Tokenization.resolve(resource.toTerraform(), {
      scope: resource,
      resolver: RESOLVER,
    }) as { readonly resource?: Readonly<Record<string, Readonly<Record<string, JsonMap>>>> };
    const attributes = without(block?.[this.type]?.[resource.friendlyUniqueId] ?? {}, "//");
    this.attributes =
      this.type === "helm_release" && isList(attributes["values"])
        ? { ...attributes, values: attributes["values"].map(parsedValues) }
        : attributes;
  }

  /** Whether it is of a kind of Kubernetes', such as `deployment`, of whichever version. */
  is(...kinds: readonly string[]): boolean {
    return kinds.includes(this.type.replace(/^kubernetes_/, "").replace(/_v\d+(?=_|$)/, ""));
  }

  /** The pod that it runs. */
  get pod(): PodJson | undefined {
    if (!this.type.startsWith("kubernetes_")) return undefined;
    const { metadata, spec } = this.attributes as OwnerJson;
    if (!spec) return undefined;
    const template = spec.job_template?.spec.template ?? spec.template;
    if (template) return template;
    return spec.container ? { ...(metadata ? { metadata } : {}), spec } : undefined;
  }

  /** What a Helm release is given as values, without {@link objects}. What only Terraform knows is left out. */
  get values(): readonly Found<JsonMap>[] {
    return this.valueMaps().map(({ path, value }) => ({ path, value: without(value, "objects") }));
  }

  /** Objects that a release of our own chart carries; see `CustomResources`. */
  get objects(): readonly Found<JsonMap>[] {
    return this.valueMaps().flatMap(({ path, value: { objects } }) =>
      mapsAmong(isList(objects) ? objects : [], `${path}.objects`),
    );
  }

  private valueMaps(): Found<JsonMap>[] {
    const { values } = this.attributes;
    return this.type === "helm_release" && isList(values) ? mapsAmong(values, "values") : [];
  }

  get isProtected(): boolean {
    return at(this.attributes, "lifecycle", "prevent_destroy") === true;
  }

  /** All resources of its stack. */
  all(): Synthesized[] {
    return TerraformStack.of(this.resource)
      .node.findAll()
      .filter((node) => TerraformResource.isTerraformResource(node))
      .map((node) => new Synthesized(node));
  }
}

interface OwnerJson {
  readonly metadata?: PodJson["metadata"];
  readonly spec?: PodJson["spec"] & {
    readonly template?: PodJson;
    readonly job_template?: { readonly spec: { readonly template: PodJson } };
  };
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function without(map: JsonMap, ...keys: readonly string[]): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** What is at a path in a tree. A block that there is one of may stand in a list. */
export function at(tree: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const block: unknown = isList(value) && value.length === 1 ? value[0] : value;
    return isMap(block) ? block[key] : undefined;
  }, tree);
}

/** Every map in a tree, itself included. */
export function mapsIn(tree: Json | undefined, path: string): Found<JsonMap>[] {
  if (isList(tree)) return tree.flatMap((one, index) => mapsIn(one, `${path}[${index}]`));
  if (!isMap(tree)) return [];
  return [{ path, value: tree }, ...Object.entries(tree).flatMap(([key, one]) => mapsIn(one, below(path, key)))];
}

function mapsAmong(list: readonly Json[], path: string): Found<JsonMap>[] {
  return list.flatMap((value, index) => (isMap(value) ? [{ path: `${path}[${index}]`, value }] : []));
}

export function below(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** The map or list that a text is, as JSON or YAML; undefined for any other text. */
export function structure(text: string): JsonMap | readonly Json[] | undefined {
  if (isDefinition(text)) return undefined;
  const value = /^\s*[[{]/.test(text)
    ? fromJson(text)
    : /^[^\s#][^\n]*:(\s|$)/m.test(text)
      ? fromYaml(text)
      : undefined;
  return isMap(value) || isList(value) ? value : undefined;
}

/** A definition of a custom resource says what values there may be, at length, and has none. */
export function isDefinition(text: string): boolean {
  return /^kind: CustomResourceDefinition\s*$/m.test(text);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fromYaml(text);
  }
}

function fromYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: "silent" });
  return document.errors.length > 0 ? undefined : document.toJS();
}

/** As programs get a text that was written with `literal`. */
export function unescaped(text: string): string {
  return text.replace(/([$%])\1(?=\{)/g, "$1");
}

/** The values that are in a text, or in a file of this repository that Terraform is to read; the text if there are none. */
function parsedValues(text: Json): Json {
  if (typeof text !== "string") return text;
  const [, file] = VALUES_FILE.exec(text) ?? [];
  if (file === undefined) return structure(unescaped(text)) ?? text;
  const path = join(__dirname, "../../..", relative(REPOSITORY_ROOT, file));
  return existsSync(path) ? (structure(readFileSync(path, "utf8")) ?? text) : text;
}

const VALUES_FILE = /^\$\{jsonencode\(yamldecode\(file\("([^"]+)"\)\)\)\}$/;
