import { byText } from "./json";
import { keyOf, type OpenApiDocument, type Schema } from "./openapi";

/**
 * The part of a cluster's document that translating needs: the kinds of stable versions of which objects are made, with
 * what they are made of. It is still a document of the same form.
 *
 * @param version of Kubernetes. @default what the document says; the one in Kubernetes' sources says nothing
 */
export function trimOpenApi(document: OpenApiDocument, version?: string): OpenApiDocument {
  const paths = Object.fromEntries(
    Object.entries(document.paths).flatMap(([path, { post }]) => {
      const kind = post?.["x-kubernetes-group-version-kind"];
      if (!kind || !STABLE.test(kind.version) || path.includes("{name}")) return [];
      return [[path, { post: { "x-kubernetes-group-version-kind": kind } }]];
    }),
  );
  const wanted = new Set(Object.values(paths).map(({ post }) => keyOf(post["x-kubernetes-group-version-kind"])));
  const definitions = new Map<string, Schema>();
  const keep = (name: string): void => {
    const definition = document.definitions[name];
    if (!definition || definitions.has(name)) return;
    const kept = trimmed(definition, wanted);
    definitions.set(name, kept);
    for (const [, reference = ""] of JSON.stringify(kept).matchAll(/"#\/definitions\/([^"]+)"/g)) keep(reference);
  };
  for (const [name, { "x-kubernetes-group-version-kind": kinds = [] }] of Object.entries(document.definitions)) {
    if (kinds.some((kind) => wanted.has(keyOf(kind)))) keep(name);
  }
  return {
    info: { version: version ?? document.info?.version ?? "" },
    paths: sorted(paths),
    definitions: sorted(Object.fromEntries(definitions)),
  };
}

/** One definition a line: short, and a newer version's differences can be read. */
export function printOpenApi({ info, paths, definitions }: OpenApiDocument): string {
  const lines = (entries: object) =>
    Object.entries(entries)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(",\n");
  return `{"swagger":"2.0","info":${JSON.stringify(info)},"paths":{\n${lines(paths)}\n},"definitions":{\n${lines(definitions)}\n}}\n`;
}

const STABLE = /^v\d+$/;

function trimmed(schema: Schema, wanted: ReadonlySet<string>): Schema {
  const { type, format, $ref, allOf, items, properties, additionalProperties, required } = schema;
  const part = (one: Schema) => trimmed(one, wanted);
  const kinds = schema["x-kubernetes-group-version-kind"]?.filter((kind) => wanted.has(keyOf(kind))) ?? [];
  return {
    ...(type ? { type } : {}),
    ...(format ? { format } : {}),
    ...($ref ? { $ref } : {}),
    ...(allOf ? { allOf: allOf.map(part) } : {}),
    ...(items ? { items: part(items) } : {}),
    ...(properties ? { properties: withoutStatus(properties, kinds.length > 0, part) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "boolean" ? additionalProperties : part(additionalProperties),
        }),
    ...(required ? { required } : {}),
    ...(kinds.length > 0 ? { "x-kubernetes-group-version-kind": kinds } : {}),
  };
}

/** An object's status is the cluster's to write. */
function withoutStatus(
  properties: Readonly<Record<string, Schema>>,
  isKind: boolean,
  part: (schema: Schema) => Schema,
): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => (isKind && name === "status" ? [] : [[name, part(schema)]])),
  );
}

function sorted<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([left], [right]) => byText(left, right)));
}
