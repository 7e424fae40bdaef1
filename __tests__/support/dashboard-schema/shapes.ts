/** A JSON Schema, as far as it is put together here. */
export type Schema = { readonly [keyword: string]: unknown };

/** An object with these properties and no others. */
export function closed(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** One schema for each value of a property: a message is about the one that is meant, not about all that it could be. */
export function choice(property: string, schemas: Record<string, Schema>): Schema {
  return {
    type: "object",
    required: [property],
    properties: { [property]: { enum: Object.keys(schemas) } },
    allOf: Object.entries(schemas).map(([value, schema]) => ({
      if: { required: [property], properties: { [property]: { const: value } } },
      then: schema,
    })),
  };
}

const SHARED: Schema[] = [];

/** A schema that several others name, so that it is compiled once. */
export function shared(name: string, schema: Schema): Schema {
  SHARED.push({ $id: name, ...schema });
  return { $ref: name };
}

/** All that {@link shared} was told. */
export function sharedSchemas(): readonly Schema[] {
  return SHARED;
}
