import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from "ajv";
import { parseAllDocuments } from "yaml";

/**
 * What a real API server would refuse about an object, or silently drop from it, by the OpenAPI schemas of custom resource
 * definitions; empty if nothing. Rules in CEL (`x-kubernetes-validations`) and formats are not evaluated.
 *
 * @param crdYamlFiles paths of files of definitions, each with one document or more
 */
export function crdProblems(crdYamlFiles: readonly string[], object: object): string[] {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const type = `${String(apiVersion)} ${String(kind)}`;
  const validators = crdYamlFiles.map(validatorsOf);
  const validate = validators.map((each) => each.get(type)).find((each) => each !== undefined);
  if (!validate) {
    const known = validators.flatMap((each) => [...each.keys()]);
    return [`nothing serves ${type} (there are: ${known.join(", ") || "none"})`];
  }
  return validate(object) ? [] : (validate.errors ?? []).map(sentence);
}

/**
 * Paths of definitions that are kept beside the repository, in `shared/crds/`; none where that folder is not there, which is
 * said aloud: the objects are then compared with nothing.
 */
export function crdFiles(folder: string, ...files: readonly string[]): string[] {
  const paths = files.map((file) => join(__dirname, "../../../shared/crds", folder, file));
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length === 0) return paths;
  process.stderr.write(`\nNOT TESTED against the real definitions, there is no ${missing.join(", no ")}\n`);
  return [];
}

interface Definition {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema?: { readonly openAPIV3Schema?: Schema };
    }[];
  };
}

/** The parts of a structural schema that are changed here. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
}

const read = new Map<string, ReadonlyMap<string, ValidateFunction>>();

/** Of a file, by `group/version Kind`. */
function validatorsOf(file: string): ReadonlyMap<string, ValidateFunction> {
  const known = read.get(file);
  if (known) return known;
  // The schemas' own keywords (`x-kubernetes-*`, `example`) are not JSON Schema's.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  const validators = new Map(
    parseAllDocuments(readFileSync(file, "utf8"))
      .map((document) => document.toJS() as Definition | null)
      .filter((definition) => definition?.kind === "CustomResourceDefinition")
      .flatMap((definition) => versions(definition as Definition))
      .map(({ type, schema }): [string, ValidateFunction] => [type, ajv.compile(schema)]),
  );
  read.set(file, validators);
  return validators;
}

function versions({ spec }: Definition): { type: string; schema: SchemaObject }[] {
  return spec.versions
    .filter(({ served }) => served)
    .flatMap(({ name, schema }) =>
      schema?.openAPIV3Schema
        ? [{ type: `${spec.group}/${name} ${spec.names.kind}`, schema: resource(schema.openAPIV3Schema) }]
        : [],
    );
}

/** What every object of the API has, whether its definition says so or not. */
function resource(schema: Schema): SchemaObject {
  const { properties, required = [], ...rest } = strict(schema);
  return {
    ...rest,
    required: [...new Set([...(required as readonly string[]), "apiVersion", "kind", "metadata"])],
    properties: { ...(properties as object), apiVersion: TEXT, kind: TEXT, metadata: METADATA },
  };
}

const TEXT = { type: "string" };
const TEXTS = { type: "object", additionalProperties: TEXT };
const METADATA = {
  type: "object",
  additionalProperties: false,
  required: ["name"],
  properties: {
    // DNS subdomain of RFC 1123.
    name: {
      type: "string",
      maxLength: 253,
      pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    },
    namespace: TEXT,
    labels: {
      type: "object",
      additionalProperties: { type: "string", maxLength: 63, pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$" },
    },
    annotations: TEXTS,
  },
};

/**
 * A structural schema as JSON Schema that refuses what the API server would prune. `oneOf` and the like are left as they are:
 * they only add conditions on fields that are defined outside of them.
 */
function strict(schema: Schema): SchemaObject {
  const { properties, additionalProperties, items, ...rest } = schema;
  const keepsUnknown =
    schema["x-kubernetes-preserve-unknown-fields"] === true || schema["x-kubernetes-embedded-resource"] === true;
  const isObject = schema.type === "object" || properties !== undefined;
  return {
    ...rest,
    ...(schema["x-kubernetes-int-or-string"] ? { type: ["integer", "string"] } : {}),
    ...(schema.nullable && schema.enum ? { enum: [...schema.enum, null] } : {}),
    ...(items ? { items: strict(items) } : {}),
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, strict(each)])) }
      : {}),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: strict(additionalProperties) }
      : isObject && !keepsUnknown
        ? { additionalProperties: additionalProperties ?? false }
        : {}),
  };
}

function sentence({ instancePath, keyword, message, params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: unknown[] };
  const detail = keyword === "additionalProperties" ? additionalProperty : allowedValues?.map(String).join(", ");
  return `${instancePath || "/"} ${message}${detail ? ` (${detail})` : ""}`;
}
