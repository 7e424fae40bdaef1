import { describe, expect, test } from "@jest/globals";
import { Size } from "../../../constructs/core/size";
import {
  singleNodeEnvironment,
  type SingleNodeEnvironmentProps,
  storageProblems,
  watermarksOf,
} from "../../../constructs/elasticsearch/node-environment";
import { differences } from "../../support/differences";

const PROPS: SingleNodeEnvironmentProps = {
  heap: Size.mebibytes(512),
  watermarks: { low: Size.gibibytes(3), high: Size.gibibytes(2), floodStage: Size.gibibytes(1) },
  security: false,
};
const PREFIX = "cluster.routing.allocation.disk.watermark";

describe("the variables of a node", () => {
  test("are these", () => {
    expect(singleNodeEnvironment(PROPS)).toEqual({
      ES_JAVA_OPTS: "-Xlog:disable -Xlog:all=warning:stderr:utctime,level,tags -Xms512m -Xmx512m",
      "cluster.name": "log-pipeline",
      "node.name": "elasticsearch",
      "discovery.type": "single-node",
      "xpack.security.enabled": "false",
      [`${PREFIX}.low`]: "3072mb",
      [`${PREFIX}.high`]: "2048mb",
      [`${PREFIX}.flood_stage`]: "1024mb",
    });
  });

  test.each<[Partial<SingleNodeEnvironmentProps>, Record<string, unknown>]>([
    [{ heap: Size.gibibytes(1) }, { ES_JAVA_OPTS: expect.stringMatching(/ -Xms1024m -Xmx1024m$/) }],
    [{ security: true }, { "xpack.security.enabled": "true", "xpack.security.authc.reserved_realm.enabled": "false" }],
    [{ watermarks: { ...PROPS.watermarks, low: Size.gibibytes(4) } }, { [`${PREFIX}.low`]: "4096mb" }],
  ])("%j changes nothing else", (change, expected) => {
    // Of one level, with dots in its names.
    const [before, after] = [PROPS, { ...PROPS, ...change }].map(singleNodeEnvironment);
    expect(differences(before, after)).toEqual(expected);
  });
});

test("a disk's watermarks are Elasticsearch's own shares of it, in its order", () => {
  const { low, high, floodStage } = watermarksOf(Size.gibibytes(100));
  expect([low, high, floodStage].map((size) => size.toMebibytes() / 1024)).toEqual([15, 10, 5]);
});

test("a disk is at least a gibibyte", () => {
  expect(storageProblems(Size.gibibytes(1))).toEqual([]);
  expect(storageProblems(Size.mebibytes(1023))).toEqual([
    "Elasticsearch: 'storage' (1023 MiB) must be at least 1 GiB: with less it would take no documents soon; give more",
  ]);
});
