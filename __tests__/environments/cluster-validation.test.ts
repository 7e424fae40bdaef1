import { expect, test } from "@jest/globals";
import { ConfigurationError } from "../../constructs/core/validation";
import { allEnvironments } from "../../environments";
import { sharedClusterProblems } from "../../environments/cluster-validation";
import { environmentProblems, requireWorkable } from "../../environments/environment-validation";
import { changed, OPERATED } from "../support/environments";
import { another } from "./guardrail-rows";

test("the environments that there are get on with each other, and so do previews", () => {
  expect(sharedClusterProblems([...allEnvironments(), ...allEnvironments("pr-1").slice(1, 2)])).toEqual([]);
});

test("they are told together with what is wrong in each", () => {
  const both = [
    changed(OPERATED, { "kafka.logs.partitions": 0 }),
    another({ "platform.operators.namespace.create": true }),
  ];
  expect(() => requireWorkable(both)).toThrow(
    new ConfigurationError([
      ...environmentProblems(both[0]!).map((problem) => `environment '${OPERATED.name}': ${problem}`),
      ...sharedClusterProblems(both),
    ]),
  );
  expect(sharedClusterProblems(both)).toHaveLength(1);
});

test.each([
  { "platform.cluster": { kubeconfig: "/another", context: "review" } },
  { "platform.cluster": { kubeconfig: "/home/me/.kube/config", context: "another" } },
  { "platform.cluster": "in-cluster" },
])("of different clusters all is allowed: %j", (cluster) => {
  const same = {
    "platform.namespace.name": OPERATED.platform.namespace.name,
    "platform.operators.namespace.create": true,
  };
  expect(sharedClusterProblems([OPERATED, another({ ...same, ...cluster })])).toEqual([]);
});
