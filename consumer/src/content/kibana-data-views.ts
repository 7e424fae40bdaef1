import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../contract/index-template";
import type { Server } from "./server";

/*
 * Data views belong to people as much as to us: they give fields formats and labels, and make runtime fields. One that is there is
 * never replaced; each request changes no more than it names (data_views/server/rest_api_routes/public of Kibana's sources).
 * No data view is made the default.
 */

export const dataViewPath = (id: string) => `api/data_views/data_view/${id}`;

type Entries = Readonly<Record<string, Json>>;

/** What is other than we state it. */
interface Difference {
  readonly properties: Json;
  readonly runtimeFields: Entries;
  /** As the request takes them that updates fields. */
  readonly fields: Entries;
}

/** `allowNoIndex` is missing: the request that updates a data view takes it, and does nothing with it. */
const PROPERTIES = ["title", "name", "timeFieldName"] as const;

/**
 * Where a data view is other than we state it; undefined if nowhere. A runtime field must be ours exactly, as Elasticsearch refuses
 * whatever else is in it. What we do not state is people's, also a format that an earlier version stated: a data view has no place
 * for a mark that could tell them apart.
 */
export function dataViewDifference(stored: unknown, stated: Json): string | undefined {
  const { properties, runtimeFields, fields } = differenceOf(stored as Json, stated);
  const [property, runtimeField, field] = [properties, runtimeFields, fields].map((part) => Object.keys(part)[0]);
  if (property !== undefined) return property;
  if (runtimeField !== undefined) return `runtimeFieldMap.${runtimeField}`;
  if (field === undefined) return undefined;
  return `${"format" in fields[field]! ? "fieldFormats" : "fieldAttrs"}.${field}`;
}

/** Makes a data view, or changes in the one that is there what is other than we state it. */
export async function writeDataView(server: Server, id: string, stated: Json): Promise<void> {
  const { status, body } = await server.ask("GET", dataViewPath(id));
  if (status === 404) {
    // `override` would delete whatever data view has the same name.
    await server.ask("POST", "api/data_views/data_view", { data_view: stated, override: false });
    return;
  }
  const stored = body["data_view"] as Json;
  const { properties, runtimeFields, fields } = differenceOf(stored, stated);
  if (Object.keys(properties).length > 0)
    await server.ask("POST", dataViewPath(id), { data_view: properties, refresh_fields: false });
  // One by one: the request for the data view replaces all of them, and with them the labels of people's own.
  for (const [name, runtimeField] of Object.entries(runtimeFields))
    await server.ask("PUT", `${dataViewPath(id)}/runtime_field`, { name, runtimeField });
  // Last, as a runtime field that is put loses its label and its description.
  const put = attributesOf(stated, Object.keys(runtimeFields));
  const changes = merged(put, fields);
  if (Object.keys(changes).length > 0) await server.ask("POST", `${dataViewPath(id)}/fields`, { fields: changes });
}

function differenceOf(stored: Json, stated: Json): Difference {
  const formats = differing(entries(stored, "fieldFormats"), entries(stated, "fieldFormats"));
  const attributes = Object.fromEntries(
    Object.entries(entries(stated, "fieldAttrs"))
      .map(([name, wanted]) => [name, differing(entries(stored, "fieldAttrs")[name] ?? {}, wanted)] as const)
      .filter(([, changes]) => Object.keys(changes).length > 0),
  );
  return {
    properties: differing(stored, Object.fromEntries(PROPERTIES.map((name) => [name, stated[name]]))),
    runtimeFields: differing(entries(stored, "runtimeFieldMap"), entries(stated, "runtimeFieldMap")),
    fields: merged(Object.fromEntries(Object.entries(formats).map(([name, format]) => [name, { format }])), attributes),
  };
}

/** The entries of the second that the first has not, or has otherwise. */
function differing<T>(stored: Readonly<Record<string, unknown>>, stated: Readonly<Record<string, T>>) {
  return Object.fromEntries(Object.entries(stated).filter(([name, value]) => !isDeepStrictEqual(stored[name], value)));
}

function attributesOf(stated: Json, names: readonly string[]): Entries {
  const attributes = entries(stated, "fieldAttrs");
  return Object.fromEntries(names.flatMap((name) => (attributes[name] ? [[name, attributes[name]]] : [])));
}

function merged(one: Entries, other: Entries): Entries {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, { ...one[name], ...other[name] }]));
}

function entries(view: Json, part: "fieldFormats" | "fieldAttrs" | "runtimeFieldMap"): Entries {
  return (view[part] ?? {}) as Entries;
}
