import { describe, expect, test } from "@jest/globals";
import { contentPath, renderContent } from "../../contract/content";
import { parseContentSettings, renderContentSettings } from "../../contract/content-settings";
import { MANAGED_BY } from "../../contract/index-template";
import { renderLifecyclePolicy, type Lifecycle } from "../../contract/lifecycle";
import { INDEX_TEMPLATE, LIFECYCLE_POLICY, SNAPSHOT_POLICY, SNAPSHOT_REPOSITORY } from "../../contract/names";
import { SettingsError } from "../../contract/settings";
import type { Snapshots } from "../../contract/snapshots";

const DAY = 86_400_000;
const ONE_TIER: Lifecycle = { rolloverSizeBytes: 50 * 1024 ** 3, rolloverAgeMs: DAY, deleteAfterMs: 30 * DAY };
const LIFECYCLE: Lifecycle = { ...ONE_TIER, warmAfterMs: 2 * DAY };
const SNAPSHOTS: Snapshots = {
  repository: { kind: "s3", bucket: "copies" },
  schedule: "0 30 1 * * ?",
  expireAfterMs: 14 * DAY,
  minCount: 1,
  maxCount: 50,
};

interface Policy {
  readonly phases: Readonly<Record<string, unknown>>;
  readonly _meta: { readonly managed_by: string; readonly version: string };
}
const policyOf = (...args: Parameters<typeof renderLifecyclePolicy>) =>
  (renderLifecyclePolicy(...args) as unknown as { readonly policy: Policy }).policy;

describe("the lifecycle policy", () => {
  const hot = {
    actions: { rollover: { max_primary_shard_size: "50gb", max_age: "1d" }, set_priority: { priority: 100 } },
  };

  test("on one tier: rolls over, and deletes", () => {
    expect(policyOf(ONE_TIER).phases).toEqual({ hot, delete: { min_age: "30d", actions: { delete: {} } } });
  });

  test("with a warm tier: moves in between, and changes nothing else", () => {
    expect(policyOf(LIFECYCLE).phases).toEqual({
      ...policyOf(ONE_TIER).phases,
      warm: { min_age: "2d", actions: { set_priority: { priority: 50 } } },
    });
  });

  test("with snapshots: deletes only what one of them has", () => {
    expect(policyOf(ONE_TIER, { snapshotPolicy: "copies" }).phases).toEqual({
      hot,
      delete: { min_age: "30d", actions: { wait_for_snapshot: { policy: "copies" }, delete: {} } },
    });
  });

  test.each<[keyof Lifecycle, number, object]>([
    ["rolloverSizeBytes", 1024, { hot: { actions: { rollover: { max_primary_shard_size: "1kb" } } } }],
    ["rolloverAgeMs", 1000, { hot: { actions: { rollover: { max_age: "1s" } } } }],
    ["warmAfterMs", 0, { warm: { min_age: "0ms" } }],
    ["deleteAfterMs", 31 * DAY, { delete: { min_age: "31d" } }],
  ])("says what %s says, in a version of its own", (fact, value, phases) => {
    const changed = policyOf({ ...LIFECYCLE, [fact]: value });
    expect(changed.phases).toMatchObject(phases);
    expect(changed._meta).toEqual({ managed_by: MANAGED_BY, version: expect.stringMatching(/^[\da-f]{12}$/) });
    expect(changed._meta.version).not.toBe(policyOf(LIFECYCLE)._meta.version);
  });
});

describe("all content", () => {
  const rendered = (more: object) =>
    renderContent({ ...parseContentSettings({ ELASTICSEARCH_URLS: "http://x" }), ...more });
  const templates = rendered({}).map(contentPath);
  const [repository, snapshotPolicy, lifecyclePolicy] = [
    `_snapshot/${SNAPSHOT_REPOSITORY}`,
    `_slm/policy/${SNAPSHOT_POLICY}`,
    `_ilm/policy/${LIFECYCLE_POLICY}`,
  ];

  test.each<[string, object, string[]]>([
    ["a lifecycle", { CONTENT_LIFECYCLE: LIFECYCLE }, [lifecyclePolicy]],
    ["snapshots", { CONTENT_SNAPSHOTS: SNAPSHOTS }, [repository, snapshotPolicy]],
    [
      "both",
      { CONTENT_LIFECYCLE: LIFECYCLE, CONTENT_SNAPSHOTS: SNAPSHOTS },
      [repository, snapshotPolicy, lifecyclePolicy],
    ],
  ])("with %s puts each thing after what it names, and templates last", (_, settings, before) => {
    expect(rendered(settings).map(contentPath)).toEqual([...before, ...templates]);
    expect(templates.at(-1)).toBe(`_index_template/${INDEX_TEMPLATE}`);
  });

  test("names what it puts: the index its policy, the lifecycle the policy of snapshots, that its repository", () => {
    const content = rendered({ CONTENT_LIFECYCLE: LIFECYCLE, CONTENT_SNAPSHOTS: SNAPSHOTS });
    const body = (api: string, end = "") => content.find((one) => one.api === api && one.name.endsWith(end))!.body;
    expect(body("_component_template", "@settings")).toMatchObject({
      template: { settings: { index: { lifecycle: { name: LIFECYCLE_POLICY } } } },
    });
    expect(body("_ilm/policy")).toMatchObject({
      policy: { phases: { delete: { actions: { wait_for_snapshot: { policy: SNAPSHOT_POLICY } } } } },
    });
    expect(body("_slm/policy")).toMatchObject({ repository: SNAPSHOT_REPOSITORY });
  });

  test("waits for no snapshot where none are taken, and asks for no lifecycle that there is not", () => {
    expect(rendered({ CONTENT_LIFECYCLE: LIFECYCLE })[0]!.body).toEqual(renderLifecyclePolicy(LIFECYCLE));
    expect(JSON.stringify(rendered({ CONTENT_SNAPSHOTS: SNAPSHOTS }))).not.toContain("lifecycle");
  });
});

describe("the setting", () => {
  const stated = { ELASTICSEARCH_URLS: ["http://a:9200"] };
  const render = (lifecycle: object) => renderContentSettings({ ...stated, CONTENT_LIFECYCLE: lifecycle as Lifecycle });

  test.each([[LIFECYCLE], [ONE_TIER], [{ ...LIFECYCLE, warmAfterMs: LIFECYCLE.deleteAfterMs - 1 }]])(
    "is read as it was written: %j",
    (lifecycle) => {
      expect(parseContentSettings(render(lifecycle)).CONTENT_LIFECYCLE).toEqual(lifecycle);
    },
  );

  test("an index that would be deleted before it is moved is refused, with both ages and the mend", () => {
    const lifecycle = { ...LIFECYCLE, warmAfterMs: 30 * DAY };
    expect(() => render(lifecycle)).toThrow(
      new SettingsError(
        `the content's settings are wrong:\n- CONTENT_LIFECYCLE (${JSON.stringify(JSON.stringify(lifecycle))}): ` +
          "'warmAfter' (30d) must be less than 'deleteAfter' (30d): an index would be deleted before it is moved; " +
          "lower it, or leave it out",
      ),
    );
  });

  test.each<[string, object, string]>([
    ["no size", { rolloverSizeBytes: 0 }, "rolloverSizeBytes"],
    ["no age", { rolloverAgeMs: 0 }, "rolloverAgeMs"],
    ["half a millisecond", { rolloverAgeMs: 0.5 }, "rolloverAgeMs"],
    ["a warm age below nothing", { warmAfterMs: -1 }, "warmAfterMs"],
    ["no time to live", { deleteAfterMs: 0 }, "deleteAfterMs"],
  ])("%s is refused, and named", (_, change, key) => {
    expect(() => render({ ...LIFECYCLE, ...change })).toThrow(
      new RegExp(`^the .*\\n- CONTENT_LIFECYCLE .* at ${key}: `),
    );
  });

  test("a misspelt key and what is no JSON are refused", () => {
    expect(() => render({ ...LIFECYCLE, deleteAfter: 1 })).toThrow('Unrecognized key: "deleteAfter"');
    const env = { ELASTICSEARCH_URLS: "http://a", CONTENT_LIFECYCLE: "{" };
    expect(() => parseContentSettings(env)).toThrow('CONTENT_LIFECYCLE ("{"): is not JSON');
  });
});
