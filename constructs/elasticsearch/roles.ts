import { stringify } from "yaml";
import { DEAD_LETTER_STREAM_PATTERN, MONTHLY_INDEX_PATTERN, STREAM_PATTERN } from "../../contract/names";

/** What its users may do. */
export interface Role {
  readonly cluster?: readonly string[];
  readonly indices?: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
  /** What Kibana lets it do, and in which of its spaces. */
  readonly applications?: readonly {
    readonly application: string;
    readonly privileges: readonly string[];
    readonly resources: readonly string[];
  }[];
}

/**
 * The file `roles.yml`: a name, and what is indented below it. Elasticsearch cuts it into roles by its lines, so JSON would
 * not do.
 */
export function renderRoles(roles: ReadonlyMap<string, Role>): string {
  const sorted = [...roles].sort(([a], [b]) => (a < b ? -1 : 1));
  return stringify(Object.fromEntries(sorted), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Everything that lines and dead letters are kept in, of all environments. */
const EVERYTHING_KEPT = [STREAM_PATTERN, DEAD_LETTER_STREAM_PATTERN, MONTHLY_INDEX_PATTERN] as const;

/**
 * Creates documents, and the streams with the first of them; sees that their template is there. Changes and reads nothing.
 *
 * Elasticsearch has no right to make an index "only by a template": `auto_configure` makes it either way, and without it nobody
 * would make the next month's. That there is no index without its template is the consumer's to see to (`template-guard.ts`).
 *
 * @param names where lines and dead letters go
 */
export function indexRole(names: readonly string[]): Role {
  return { cluster: ["monitor"], indices: [{ names, privileges: ["create_doc", "auto_configure"] }] };
}

/** Searches, and learns which fields there are. */
export const READ_ROLE: Role = { indices: [{ names: EVERYTHING_KEPT, privileges: ["read", "view_index_metadata"] }] };

/**
 * Says how streams are stored and for how long, and brings those that are there in line. Reads no document.
 *
 * Elasticsearch runs a policy as the user who put it last (elastic/elasticsearch#67539), so this is also what rolls streams
 * over and deletes their indices: `manage`.
 */
export const CONTENT_ROLE = {
  cluster: ["monitor", "manage_index_templates", "manage_ilm", "manage_ingest_pipelines"],
  indices: [{ names: EVERYTHING_KEPT, privileges: ["manage"] }],
} satisfies Role;

/**
 * {@link CONTENT_ROLE}, and says where snapshots go and when they are taken.
 *
 * `create_snapshot` is for the policy that runs as this user: it takes snapshots, looks for an index in them before it is
 * deleted, and reads repositories. Old ones are removed by Elasticsearch's own user, so no right to that. The last is an
 * action: the only privilege with it is the far wider `manage`. Whoever chooses the place and takes snapshots could copy any
 * index there: give this to the content program only.
 */
export const CONTENT_WITH_SNAPSHOTS_ROLE: Role = {
  ...CONTENT_ROLE,
  cluster: [...CONTENT_ROLE.cluster, "manage_slm", "create_snapshot", "cluster:admin/repository/put"],
};

/**
 * {@link READ_ROLE}, and manages what is in Kibana's default space. `space_all` and not single features: what they are called
 * changes from version to version, and Kibana ignores a privilege that it does not know. Rules search as whoever put them, hence
 * the right to read.
 */
export const KIBANA_CONTENT_ROLE: Role = {
  ...READ_ROLE,
  applications: [{ application: "kibana-.kibana", privileges: ["space_all"], resources: ["space:default"] }],
};

/** Asks how the cluster is. */
export const PROBE_ROLE: Role = { cluster: ["monitor"] };

/** Elasticsearch's own: what Kibana's server needs, and everything. */
export const BUILT_IN = { kibana: "kibana_system", superuser: "superuser" } as const;
