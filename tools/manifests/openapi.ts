import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../lib/user-error";
import { isMap } from "./json";

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The parts of a schema that translating needs. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[];
}

/** What Kubernetes serves at /openapi/v2. */
export interface OpenApiDocument {
  readonly info?: { readonly version?: string };
  readonly paths: Readonly<
    Record<string, { readonly post?: { readonly "x-kubernetes-group-version-kind"?: GroupVersionKind } }>
  >;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** A kind of which objects can be made. */
export interface Kind extends GroupVersionKind {
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** The definition's name. */
  readonly definition: string;
}

/** A schema whose references are followed. */
export interface Followed extends Schema {
  /** Of the definition, without its package: `PodSpec`. Empty for a schema that has none of its own. */
  readonly name: string;
}

const SHIPPED = join(__dirname, "kubernetes-openapi.json");

/** The API of a cluster, as its OpenAPI document tells it. */
export class OpenApi {
  private readonly kinds: readonly Kind[];

  constructor(private readonly document: OpenApiDocument) {
    this.kinds = kindsOf(document);
  }

  /**
   * @param file a cluster's own document. @default the one that is shipped, of a released Kubernetes
   * @throws UserError if the file is no such document
   */
  static read(file: string = SHIPPED): OpenApi {
    const document = parsed(file);
    if (!isDocument(document)) {
      throw new UserError(
        `'${file}' is no OpenAPI document of Kubernetes: 'kubectl get --raw /openapi/v2 > ${file}' writes one`,
      );
    }
    return new OpenApi(document);
  }

  /** Of Kubernetes, like `v1.34.2`; undefined if the document does not tell it. */
  get version(): string | undefined {
    return this.document.info?.version;
  }

  /** Kubernetes' own kinds of that name, whatever its case. */
  kindsNamed(name: string, version?: string): readonly Kind[] {
    return this.kinds.filter(
      (kind) =>
        kind.kind.toLowerCase() === name.toLowerCase() &&
        (version === undefined || kind.version === version) &&
        // A custom resource may share its name with one of Kubernetes' own: there is more than one 'Service'.
        OWN_PACKAGES.test(kind.definition),
    );
  }

  /** Whether objects of a kind live in namespaces; undefined if the document does not know the kind. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined {
    return this.kinds.find((one) => one.apiVersion === apiVersion && one.kind === kind)?.namespaced;
  }

  follow(schema: Schema): Followed {
    const reference = /^#\/definitions\/(.+)$/.exec(schema.$ref ?? "")?.[1];
    if (reference !== undefined) {
      const definition = this.document.definitions[reference];
      if (!definition) throw new UserError(`the OpenAPI document refers to '${reference}', which it does not define`);
      return { ...this.follow(definition), name: reference.slice(reference.lastIndexOf(".") + 1) };
    }
    // What a property says about itself beside its type, it says so.
    const parts = (schema.allOf ?? []).map((part) => this.follow(part));
    return Object.assign({ name: "" }, ...parts, schema) as Followed;
  }

  /** The schema of a kind's objects. */
  schemaOf(kind: Kind): Followed {
    return this.follow({ $ref: `#/definitions/${kind.definition}` });
  }
}

const OWN_PACKAGES = /^io\.k8s\.(api|apiextensions-apiserver|kube-aggregator)\./;

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`the OpenAPI document cannot be read: ${(error as Error).message}`);
  }
}

function isDocument(document: unknown): document is OpenApiDocument {
  return isMap(document) && isMap(document["paths"]) && isMap(document["definitions"]);
}

/** A kind is one of which objects are made where they are listed, not at an object (as a token or a scale is). */
function kindsOf({ paths, definitions }: OpenApiDocument): Kind[] {
  const names = new Map(
    Object.entries(definitions).flatMap(([name, { "x-kubernetes-group-version-kind": kinds = [] }]) =>
      kinds.map((kind) => [keyOf(kind), name] as const),
    ),
  );
  return Object.entries(paths).flatMap(([path, { post }]) => {
    const kind = post?.["x-kubernetes-group-version-kind"];
    const definition = kind && names.get(keyOf(kind));
    if (!definition || path.includes("{name}")) return [];
    const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
    return [{ ...kind, apiVersion, namespaced: path.includes("/namespaces/{namespace}/"), definition }];
  });
}

/** What a kind is found by. */
export function keyOf({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}
