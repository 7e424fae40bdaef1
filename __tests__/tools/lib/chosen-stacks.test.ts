import { expect, test } from "@jest/globals";
import { dev } from "../../../environments/dev";
import { chosenStacks } from "../../../tools/lib/chosen-stacks";
import { UserError } from "../../../tools/lib/user-error";

test("without a choice all stacks are meant, in the order of a deploy", () => {
  expect(chosenStacks(dev)).toEqual(["dev-platform", "dev-pipeline"]);
});

test("what was chosen keeps that order, and each once", () => {
  expect(chosenStacks(dev, ["dev-pipeline", "dev-platform", "dev-pipeline"])).toEqual(["dev-platform", "dev-pipeline"]);
  expect(chosenStacks(dev, ["dev-pipeline"])).toEqual(["dev-pipeline"]);
});

test("a stack of another environment is told, with those that there are", () => {
  expect(() => chosenStacks(dev, ["dev-pipeline", "local"])).toThrow(
    new UserError("environment 'dev' has no stack 'local': choose from dev-platform, dev-pipeline"),
  );
});
