import { describe, expect, test } from "@jest/globals";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import type { TerraformStack } from "cdktf";
import { ContainerImage } from "../../../../constructs/core/container-image";
import { Cpu } from "../../../../constructs/core/cpu";
import { Size } from "../../../../constructs/core/size";
import { type CustomResource, CustomResources, KEPT } from "../../../../constructs/kubernetes/custom-resources";
import { podTemplate } from "../../../../constructs/kubernetes/pod";
import { PodVolume } from "../../../../constructs/kubernetes/pod-volume";
import type { KubernetesSite } from "../../../../constructs/kubernetes/site";
import { volumeClaim } from "../../../../constructs/kubernetes/volume-claim";
import { SITE } from "../../../support/kubernetes-json";
import { refusals } from "../../../support/refusals";

type Build = (stack: TerraformStack, site: KubernetesSite) => void;

/** What is said where data is to be kept. Where it is not, nothing is. */
function said(build: Build): string[] {
  expect(refusals(build)).toEqual([]);
  expect(refusals(build, { keepData: false })).toEqual([]);
  return refusals(build, { keepData: true }).map((problem) => problem.replace(/^\[[^\]]*\] /, ""));
}

const PROTECTED = { lifecycle: { preventDestroy: true } };
const mayGo = (what: string) => `may be destroyed, and with it ${what}: set 'lifecycle.prevent_destroy'`;

describe("a namespace", () => {
  const namespace = (name: string, more: object) =>
    said((stack) => void new NamespaceV1(stack, "N", { metadata: { name }, ...more }));

  test("whose data it is must be protected", () => {
    expect(namespace(SITE.namespace, {})).toEqual([mayGo(`everything in '${SITE.namespace}'`)]);
    expect(namespace(SITE.namespace, { lifecycle: { preventDestroy: false } })).toHaveLength(1);
    expect(namespace(SITE.namespace, PROTECTED)).toEqual([]);
  });

  test("of something else need not", () => {
    expect(namespace("operators", {})).toEqual([]);
  });
});

test("a claim must be protected", () => {
  const claim = (more: object) =>
    said(
      (stack, site) =>
        void new PersistentVolumeClaimV1(stack, "P", {
          metadata: site.metadata("p"),
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          ...more,
        }),
    );
  expect(claim({})).toEqual([mayGo("its data")]);
  expect(claim(PROTECTED)).toEqual([]);
});

test("claims of a StatefulSet must stay when it goes", () => {
  const set = (whenDestroyed: "keep" | "delete") =>
    said((stack, site) => {
      new StatefulSetV1(stack, "S", {
        metadata: site.metadata("s"),
        spec: {
          serviceName: "s",
          selector: { matchLabels: site.labels("s") },
          template: podTemplate(site, "s", {
            user: { uid: 1, gid: 1 },
            containers: [
              {
                name: "main",
                image: ContainerImage.of("s:1"),
                resources: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) },
                mounts: [{ volume: PodVolume.claim("data"), path: "/data" }],
              },
            ],
          }),
          ...volumeClaim(site, "s", "data", { storage: Size.gibibytes(1), whenDestroyed }),
        },
      });
    });
  expect(set("keep")).toEqual([]);
  expect(set("delete")).toEqual(["takes its claims with it (when_deleted Delete): set it to Retain"]);
});

describe("a release", () => {
  const objects = (protect: boolean, ...carried: readonly object[]) =>
    said(
      (stack, site) =>
        void new CustomResources(stack, "C", site, {
          name: "c",
          protect,
          objects: () => carried.map((one) => ({ apiVersion: "v1", ...one }) as CustomResource),
        }),
    );
  const named = (kind: string, annotations: object | undefined, spec: object = {}) => ({
    kind,
    metadata: { name: "a", ...(annotations ? { annotations } : {}) },
    spec,
  });

  test("with an object that stays must be protected", () => {
    expect(objects(false, named("Custom", KEPT), named("Other", undefined))).toEqual([mayGo("Custom 'a'")]);
    expect(objects(true, named("Custom", KEPT), named("Other", undefined))).toEqual([]);
  });

  test("with none that stays need not", () => {
    expect(objects(false, named("Custom", { "helm.sh/resource-policy": "other" }))).toEqual([]);
  });

  const SAFE = { volumeClaimDeletePolicy: "DeleteOnScaledownOnly" };

  test.each(["Kafka", "KafkaNodePool", "KafkaTopic", "Elasticsearch"])("must keep a %s, which holds data", (kind) => {
    expect(objects(true, named(kind, undefined, SAFE))).toEqual([
      `${kind} 'a' holds data and goes with its release: annotate it with 'helm.sh/resource-policy: keep'`,
    ]);
    expect(objects(true, named(kind, KEPT, SAFE))).toEqual([]);
  });

  test("must have no Elasticsearch that takes its claims with it, as it does by default", () => {
    const policy = (spec: object) => objects(true, named("Elasticsearch", KEPT, spec));
    expect(policy({})).toEqual([
      "Elasticsearch 'a' takes its claims with it (volumeClaimDeletePolicy is not stated): set it to DeleteOnScaledownOnly",
    ]);
    expect(policy({ volumeClaimDeletePolicy: "DeleteOnScaledownAndClusterDeletion" })).toHaveLength(1);
    expect(policy(SAFE)).toEqual([]);
  });

  test("must have no brokers that take their claims with them", () => {
    const pool = (deleteClaim: boolean) =>
      objects(true, named("KafkaNodePool", KEPT, { storage: { type: "jbod", volumes: [{ id: 0, deleteClaim }] } }));
    expect(pool(true)).toEqual(["KafkaNodePool 'a' takes its claims with it (deleteClaim true): set it to false"]);
    expect(pool(false)).toEqual([]);
  });
});
