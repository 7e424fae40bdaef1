import { stringify } from "yaml";
import { INDEX_TEMPLATE } from "../../contract/names";

/** What its users may do. */
export interface Role {
  readonly cluster?: readonly string[];
  readonly indices?: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
}

/**
 * The file `roles.yml`: a name, and what is indented below it. Elasticsearch cuts it into roles by its lines, so JSON would
 * not do.
 */
export function renderRoles(roles: ReadonlyMap<string, Role>): string {
  const sorted = [...roles].sort(([a], [b]) => (a < b ? -1 : 1));
  return stringify(Object.fromEntries(sorted), { lineWidth: 0, aliasDuplicateObjects: false });
}

const STREAMS = `${INDEX_TEMPLATE}-*`;

/** Creates documents, and the stream with the first of them; sees that its template is there. Changes and reads nothing. */
export function indexRole(dataStream: string): Role {
  return { cluster: ["monitor"], indices: [{ names: [dataStream], privileges: ["create_doc", "auto_configure"] }] };
}

/** Searches, and learns which fields there are. */
export const READ_ROLE: Role = { indices: [{ names: [STREAMS], privileges: ["read", "view_index_metadata"] }] };

/** Says how streams are stored and for how long, and brings those that are there in line. Reads no document. */
export const CONTENT_ROLE: Role = {
  cluster: ["monitor", "manage_index_templates", "manage_ilm", "manage_ingest_pipelines"],
  indices: [{ names: [STREAMS], privileges: ["manage"] }],
};

/** Asks how the cluster is. */
export const PROBE_ROLE: Role = { cluster: ["monitor"] };

/** Elasticsearch's own: what Kibana's server needs, and everything. */
export const BUILT_IN = { kibana: "kibana_system", superuser: "superuser" } as const;
