import { expect, test } from "@jest/globals";
import { production } from "../../../environments/production";
import { stackNames } from "../../../stacks/stack-names";
import { orderFlags } from "../../../tools/kubernetes/deploy";

test("cdktf keeps its order, unless it is to do without what is there already", () => {
  const stacks = stackNames(production);
  expect(stacks).toEqual(["production-platform", "production-pipeline"]);
  // With that flag it would begin all of them at once.
  expect(orderFlags(production, stacks)).toEqual([]);
  for (const one of stacks) {
    expect(orderFlags(production, [one])).toEqual(["--ignore-missing-stack-dependencies", "--parallelism=1"]);
  }
});
