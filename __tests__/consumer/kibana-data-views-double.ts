/**
 * Data views as Kibana keeps them (src/platform/plugins/shared/data_views of elastic/kibana): which keys each request may have
 * (`server/rest_api_routes`), what it changes (`common/data_views/abstract_data_views.ts`), and what it answers.
 */

type Json = Readonly<Record<string, unknown>>;
type Entries = Readonly<Record<string, Json>>;
interface KibanaAnswer {
  readonly status: number;
  readonly body: object;
}

const ROOT = "/api/data_views";
const ONE = `${ROOT}/data_view`;

const UPDATABLE = [
  ...["title", "type", "typeMeta", "timeFieldName", "sourceFilters", "fieldFormats", "fields"],
  ...["allowNoIndex", "runtimeFieldMap", "name"],
];
const KEYS = [...UPDATABLE, "version", "id", "fieldAttrs", "namespaces", "allowHidden"];
const RUNTIME_KEYS = ["type", "script", "format", "customLabel", "customDescription", "popularity"];
const ATTRIBUTES = ["customLabel", "customDescription", "count"];

export class DataViewsDouble {
  /** The id of the one that Discover opens. */
  defaultId: string | undefined;

  /** @param stored by id, without what an answer adds */
  constructor(private readonly stored: Map<string, Json>) {}

  /** @returns undefined for the path of another API */
  answer(method: string, path: string, body: Json): KibanaAnswer | undefined {
    if (path === ROOT) return ok({ data_view: this.listed() });
    if (path === ONE) return this.create(body);
    if (path === `${ROOT}/default`) {
      this.defaultId = body["data_view_id"] as string;
      return ok({ acknowledged: true });
    }
    if (!path.startsWith(`${ONE}/`)) return undefined;
    const [id = "", part] = path.slice(ONE.length + 1).split("/");
    const view = this.stored.get(key(id));
    if (!view) return { status: 404, body: { message: `Saved object [index-pattern/${id}] not found` } };
    switch (`${method} ${part ?? ""}`) {
      case "GET ":
        return ok({ data_view: shown(view) });
      case "DELETE ":
        this.stored.delete(key(id));
        return ok({});
      case "POST ":
        return this.update(id, view, body);
      case "POST fields":
        return this.updateFields(id, view, body);
      case "PUT runtime_field":
        return this.putRuntimeField(id, view, body);
    }
    return undefined;
  }

  private listed(): readonly Json[] {
    return [...this.stored].flatMap(([path, { title, name }]) =>
      path.startsWith(key("")) ? [{ id: path.slice(key("").length), namespaces: ["default"], title, name }] : [],
    );
  }

  private create(body: Json): KibanaAnswer {
    const view = body["data_view"] as Json & { readonly id: string; readonly name: string };
    const refused =
      unknownKey(body, ["data_view", "override", "refresh_fields"]) ?? unknownKey(view, KEYS, "data_view.");
    if (refused) return refused;
    const same = this.listed().find(({ name }) => name === view.name);
    if (same && body["override"] !== true) return badRequest(`Duplicate data view: ${view.name}`);
    if (same) this.stored.delete(key(same["id"] as string));
    if (this.stored.has(key(view.id)) && body["override"] !== true)
      return badRequest(`Saved object [index-pattern/${view.id}] conflict`);
    this.stored.set(key(view.id), view);
    return ok({ data_view: shown(view) });
  }

  /** Replaces each part that is there as a whole; `allowNoIndex` is taken and changes nothing. */
  private update(id: string, view: Json, body: Json): KibanaAnswer {
    const change = body["data_view"] as Json;
    const refused = unknownKey(body, ["data_view", "refresh_fields"]) ?? unknownKey(change, UPDATABLE, "data_view.");
    if (refused) return refused;
    const { allowNoIndex: _, ...effective } = change;
    this.stored.set(key(id), { ...view, ...effective });
    return ok({ data_view: shown(this.stored.get(key(id))!) });
  }

  /** Changes the fields that are named, and of them what is named; null takes it away. */
  private updateFields(id: string, view: Json, body: Json): KibanaAnswer {
    const formats: Record<string, unknown> = { ...(view["fieldFormats"] as Json | undefined) };
    const attributes: Record<string, Json> = { ...(view["fieldAttrs"] as Entries | undefined) };
    const changes = Object.entries(body["fields"] as Entries);
    for (const [name, { format, ...others }] of changes) {
      const refused = unknownKey(others, ATTRIBUTES, `fields.${name}.`);
      if (refused) return refused;
      if (format === null) delete formats[name];
      else if (format !== undefined) formats[name] = format;
      attributes[name] = { ...attributes[name], ...others };
    }
    if (!changes.some(([, change]) => Object.keys(change).length > 0)) return badRequest("Change set is empty.");
    this.stored.set(key(id), { ...view, fieldFormats: formats, fieldAttrs: attributes });
    return ok({ data_view: shown(this.stored.get(key(id))!) });
  }

  /** Makes or replaces one field, and takes away what it was labelled (`updateOrAddRuntimeField` of `data_view_lazy.ts`). */
  private putRuntimeField(id: string, view: Json, body: Json): KibanaAnswer {
    const { name, runtimeField } = body as { readonly name: string; readonly runtimeField: Json };
    const refused =
      unknownKey(body, ["name", "runtimeField"]) ?? unknownKey(runtimeField, RUNTIME_KEYS, "runtimeField.");
    if (refused) return refused;
    const { type, script } = runtimeField;
    const attributes = view["fieldAttrs"] as Entries | undefined;
    const { customLabel: _label, customDescription: _description, ...others } = attributes?.[name] ?? {};
    this.stored.set(key(id), {
      ...view,
      runtimeFieldMap: { ...(view["runtimeFieldMap"] as Json | undefined), [name]: { type, script } },
      fieldAttrs: { ...attributes, [name]: others },
    });
    return ok({ data_view: shown(this.stored.get(key(id))!), fields: [] });
  }
}

const key = (id: string) => `data_view/${id}`;
const ok = (body: object): KibanaAnswer => ({ status: 200, body });
const badRequest = (message: string): KibanaAnswer => ({ status: 400, body: { statusCode: 400, message } });

function unknownKey(body: Json, known: readonly string[], path = ""): KibanaAnswer | undefined {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  return unknown === undefined
    ? undefined
    : badRequest(`[request body.${path}${unknown}]: definition for this key is missing`);
}

/** With what Kibana adds: parts that are empty, its version, and the fields that Elasticsearch has. */
function shown(view: Json): Json {
  return {
    ...{ sourceFilters: [], fieldFormats: {}, runtimeFieldMap: {}, fieldAttrs: {} },
    ...view,
    ...{ allowHidden: false, version: "WzEsMV0=", namespaces: ["default"] },
    fields: { "@timestamp": { name: "@timestamp", type: "date", count: 0, searchable: true } },
  };
}
