import { expect, test } from "@jest/globals";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { local } from "../../environments/local";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { contentIndices } from "../../stacks/content-indices";

const LIFECYCLE = {
  rolloverSize: Size.gibibytes(1),
  rolloverAge: Duration.days(2),
  warmAfter: Duration.days(3),
  deleteAfter: Duration.days(4),
};
const SNAPSHOTS = {
  repository: { kind: "azure", container: "copies" },
  credentialsSecret: "account",
  schedule: "0 30 1 * * ?",
  expireAfter: Duration.days(5),
  minCount: 6,
  maxCount: 7,
} as const;
const STATED = {
  CONTENT_SHARDS: local.elasticsearch.shards,
  CONTENT_REPLICAS: local.elasticsearch.replicas,
  CONTENT_REFRESH_INTERVAL: local.elasticsearch.refreshInterval.toString(),
};

function on(elasticsearch: KubernetesPlatform["elasticsearch"] | undefined): EnvironmentConfig {
  const platform = { kind: "kubernetes", ...(elasticsearch ? { elasticsearch } : {}) } as KubernetesPlatform;
  return { ...local, platform };
}

test("without a lifecycle and snapshots there are none", () => {
  expect(contentIndices(local)).toEqual(STATED);
  expect(contentIndices(on(undefined))).toEqual(STATED);
  expect(contentIndices(on({ kind: "eck" }))).toEqual(STATED);
});

test("a lifecycle is that of the facts", () => {
  const environment = { ...local, elasticsearch: { ...local.elasticsearch, lifecycle: LIFECYCLE } };
  expect(contentIndices(environment)).toEqual({ ...STATED, lifecycle: LIFECYCLE });
});

test("snapshots are those of the facts, where the cluster is ours", () => {
  expect(contentIndices(on({ kind: "eck", snapshots: SNAPSHOTS }))).toEqual({ ...STATED, snapshots: SNAPSHOTS });
});
