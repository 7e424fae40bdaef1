import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import {
  CONTENT_ROLE,
  CONTENT_WITH_SNAPSHOTS_ROLE,
  indexRole,
  PROBE_ROLE,
  READ_ROLE,
  renderRoles,
  type Role,
} from "../../../constructs/elasticsearch/roles";

const ROLES = new Map<string, Role>([
  ["b", indexRole(["logs-app-test", "logs-app.dead_letter-test"])],
  ["a", READ_ROLE],
  ["c", PROBE_ROLE],
]);

describe("the file of roles", () => {
  test("says what was said, in the order of names", () => {
    const file = parse(renderRoles(ROLES)) as Record<string, Role>;
    expect(file).toEqual(Object.fromEntries(ROLES));
    expect(Object.keys(file)).toEqual(["a", "b", "c"]);
  });

  test("is cut into roles by its lines, as Elasticsearch does: a name at the margin, the rest indented", () => {
    const lines = renderRoles(ROLES).trimEnd().split("\n");
    expect(lines.filter((line) => !line.startsWith(" "))).toEqual(["a:", "b:", "c:"]);
  });

  test("repeats what two roles have in common: one that is cut out cannot refer to another", () => {
    const same = renderRoles(
      new Map([
        ["a", READ_ROLE],
        ["b", READ_ROLE],
      ]),
    );
    expect(same).not.toMatch(/[&*]\w/);
    expect(parse(same)).toEqual({ a: READ_ROLE, b: READ_ROLE });
  });
});

describe("a role allows exactly", () => {
  test.each<[string, Role, Role]>([
    [
      "to index: documents of the given streams, and to look at templates",
      indexRole(["logs-app-test", "logs-app.dead_letter-test"]),
      {
        cluster: ["monitor"],
        indices: [
          { names: ["logs-app-test", "logs-app.dead_letter-test"], privileges: ["create_doc", "auto_configure"] },
        ],
      },
    ],
    [
      "to read: everything that lines and dead letters are kept in",
      READ_ROLE,
      {
        indices: [
          {
            names: ["logs-app-*", "logs-app.dead_letter-*", "logs-20*-*"],
            privileges: ["read", "view_index_metadata"],
          },
        ],
      },
    ],
    [
      "to manage content: templates, policies, pipelines and the streams themselves, without reading",
      CONTENT_ROLE,
      {
        cluster: ["monitor", "manage_index_templates", "manage_ilm", "manage_ingest_pipelines"],
        indices: [{ names: ["logs-app-*", "logs-app.dead_letter-*", "logs-20*-*"], privileges: ["manage"] }],
      },
    ],
    [
      "to manage content and snapshots: also the repository and the policy, and to take snapshots, not to delete or restore them",
      CONTENT_WITH_SNAPSHOTS_ROLE,
      {
        cluster: [...CONTENT_ROLE.cluster, "manage_slm", "create_snapshot", "cluster:admin/repository/put"],
        indices: CONTENT_ROLE.indices,
      },
    ],
    ["to probe: to see the cluster", PROBE_ROLE, { cluster: ["monitor"] }],
  ])("%s", (_, role, expected) => {
    expect(role).toEqual(expected);
  });
});
