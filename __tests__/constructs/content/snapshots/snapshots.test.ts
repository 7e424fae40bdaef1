import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { MANAGED_BY } from "../../../../contract/index-template";
import { dataStreamName, SNAPSHOT_REPOSITORY, STREAM_PATTERN } from "../../../../contract/names";
import { jsonOf, parseSettings } from "../../../../contract/settings";
import {
  renderSnapshotPolicy,
  renderSnapshotRepository,
  type SnapshotRepository,
  type Snapshots,
  snapshotsSchema,
} from "../../../../constructs/content/snapshots/snapshots";

const SNAPSHOTS: Snapshots = {
  repository: { kind: "s3", bucket: "copies" },
  schedule: "0 30 1 * * ?",
  expireAfterMs: 14 * 86_400_000,
  minCount: 2,
  maxCount: 3,
};

function parsed(change: object): Snapshots {
  const schema = z.object({ SNAPSHOTS: jsonOf(snapshotsSchema) });
  return parseSettings("the test's", schema, { SNAPSHOTS: JSON.stringify({ ...SNAPSHOTS, ...change }) }).SNAPSHOTS;
}

describe("the repository", () => {
  test.each<[SnapshotRepository, object]>([
    [{ kind: "s3", bucket: "b" }, { bucket: "b" }],
    [
      { kind: "s3", bucket: "b", region: "r", endpoint: "https://e", basePath: "p/q" },
      { bucket: "b", region: "r", endpoint: "https://e", base_path: "p/q" },
    ],
    [{ kind: "gcs", bucket: "b" }, { bucket: "b" }],
    [
      { kind: "gcs", bucket: "b", basePath: "p" },
      { bucket: "b", base_path: "p" },
    ],
    [{ kind: "azure", container: "c" }, { container: "c" }],
    [
      { kind: "azure", container: "c", basePath: "p" },
      { container: "c", base_path: "p" },
    ],
  ])("of %j, read and rendered", (repository, settings) => {
    expect(parsed({ repository }).repository).toEqual(repository);
    expect(renderSnapshotRepository(repository)).toEqual({ type: repository.kind, settings });
  });

  test.each<[string, object, RegExp]>([
    ["of another kind", { kind: "fs", location: "/x" }, /at repository\.kind: Invalid/],
    ["without a bucket", { kind: "s3" }, /at repository\.bucket: /],
    ["with an empty bucket", { kind: "gcs", bucket: "" }, /at repository\.bucket: /],
    ["with a bucket instead of a container", { kind: "azure", bucket: "b" }, /at repository\.container: /],
    ["with a region where there are none", { kind: "gcs", bucket: "b", region: "r" }, /Unrecognized key: "region"/],
    ...["", "/", "/p", "p/"].map((basePath): [string, object, RegExp] => [
      `at ${JSON.stringify(basePath)}`,
      { kind: "s3", bucket: "b", basePath },
      /at repository\.basePath: must not be empty, nor begin or end with '\/'/,
    ]),
  ])("%s is refused", (_, repository, message) => {
    expect(() => parsed({ repository })).toThrow(message);
  });
});

describe("the policy", () => {
  interface Policy {
    readonly config: { readonly indices: readonly string[]; readonly metadata: { readonly version: string } };
  }
  const render = (snapshots: Snapshots) => renderSnapshotPolicy(snapshots, [STREAM_PATTERN]) as unknown as Policy;

  test("copies the streams, keeps copies as it is told, and marks them as ours", () => {
    expect(render(SNAPSHOTS)).toEqual({
      name: "<logs-{now/d}>",
      schedule: "0 30 1 * * ?",
      repository: SNAPSHOT_REPOSITORY,
      config: {
        indices: ["logs-app-*"],
        include_global_state: false,
        metadata: { managed_by: MANAGED_BY, version: expect.stringMatching(/^[\da-f]{12}$/) },
      },
      retention: { expire_after: "14d", min_count: 2, max_count: 3 },
    });
  });

  test("its pattern is of streams, not of the indices behind them", () => {
    const [pattern = ""] = render(SNAPSHOTS).config.indices;
    const expression = new RegExp(`^${pattern.replace("*", ".+")}$`);
    expect(dataStreamName("local")).toMatch(expression);
    expect(`.ds-${dataStreamName("local")}-2026.01.01-000001`).not.toMatch(expression);
  });

  test.each<[Partial<Snapshots>, object]>([
    [{ schedule: "0 0 0 ? * MON" }, { schedule: "0 0 0 ? * MON" }],
    [{ expireAfterMs: 1 }, { retention: { expire_after: "1ms" } }],
    [{ minCount: 1 }, { retention: { min_count: 1 } }],
    [{ maxCount: 4 }, { retention: { max_count: 4 } }],
  ])("says %j, in a version of its own", (change, expected) => {
    const changed = render({ ...SNAPSHOTS, ...change });
    expect(changed).toMatchObject(expected);
    expect(changed.config.metadata.version).not.toBe(render(SNAPSHOTS).config.metadata.version);
  });
});

describe("the setting", () => {
  // Each was given to Elasticsearch's own parser.
  test.each([
    "0 30 1 * * ?",
    "0 30 1 ? * MON-FRI",
    "0 30 1 * * ? 2027",
    "0 30 1 L * ?",
    "0 0 1,13 ? * mon#2",
    "0 5 */6 * * ?",
  ])("a snapshot can be taken at %s", (schedule) => {
    expect(parsed({ schedule }).schedule).toBe(schedule);
  });

  test.each([
    ["", "nothing"],
    ["30 1 * * *", "Unix's cron"],
    ["0 30 1 * * ? 2027 *", "a field too many"],
    ["0 30 1 * * *", "both days"],
    ["0 30 1 ? * ?", "neither day"],
    ["0 60 1 * * ?", "a minute that is none"],
    ["0 * 1 * * ?", "every minute"],
    ["* 30 1 * * ?", "every second"],
    ["1d", "an interval, which would begin again with every change"],
  ])("but not at %j: %s", (schedule) => {
    expect(() => parsed({ schedule })).toThrow(
      "at schedule: must be second, minute, hour, day of month, month, day of week",
    );
  });

  test("at least as many are kept as are never removed", () => {
    expect(parsed({ minCount: 3, maxCount: 3 })).toMatchObject({ minCount: 3, maxCount: 3 });
    expect(() => parsed({ minCount: 4, maxCount: 3 })).toThrow(
      "): 'minCount' (4) must be at most 'maxCount' (3): lower it, or raise 'maxCount'",
    );
  });

  test.each(["expireAfterMs", "minCount", "maxCount"])("%s may be 1 and not 0", (key) => {
    expect(parsed({ minCount: 1, [key]: 1 })).toHaveProperty(key, 1);
    expect(() => parsed({ minCount: 1, [key]: 0 })).toThrow(`at ${key}: `);
  });
});
