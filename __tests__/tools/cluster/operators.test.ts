import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecipeName } from "../../../images/recipes";
import {
  eckChart,
  eckCrds,
  eckOperatorPath,
  ensureOperatorPrograms,
  helmProgramPath,
  OPERATOR_RECIPES,
} from "../../../tools/cluster/operators";
import { CLUSTER_RECIPES, kubectlProgram, missingPrograms, programFolder } from "../../../tools/cluster/programs";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "programs-"));
});
afterEach(() => rmSync(cache, { recursive: true }));

const build = (recipe: RecipeName, file?: string): string => {
  const folder = programFolder(recipe, cache);
  mkdirSync(folder, { recursive: true });
  if (file) writeFileSync(join(folder, file), "");
  return folder;
};

test("a cluster comes without the operators' programs", () => {
  expect(CLUSTER_RECIPES.filter((recipe) => (OPERATOR_RECIPES as readonly string[]).includes(recipe))).toEqual([]);
});

test("missingPrograms names those that are not there, in their order", () => {
  expect(missingPrograms(OPERATOR_RECIPES, cache)).toEqual(["helm", "eck-operator"]);
  build("helm");
  expect(missingPrograms(OPERATOR_RECIPES, cache)).toEqual(["eck-operator"]);
  build("eck-operator");
  expect(missingPrograms(OPERATOR_RECIPES, cache)).toEqual([]);
});

describe("ensureOperatorPrograms", () => {
  const say: string[] = [];
  const options = (signal: AbortSignal) => ({
    cacheDirectory: cache,
    env: {},
    signal,
    say: (line: string) => void say.push(line),
  });
  beforeEach(() => void say.splice(0));

  test("does nothing where all are there, not even look for a Docker Engine", async () => {
    for (const recipe of OPERATOR_RECIPES) build(recipe);
    await ensureOperatorPrograms(options(new AbortController().signal));
    expect(say).toEqual([]);
  });

  test("starts nothing that was ended before", async () => {
    await expect(ensureOperatorPrograms(options(AbortSignal.abort(new Error("ended"))))).rejects.toThrow("ended");
    expect(say).toEqual([]);
  });
});

describe.each([
  ["helmProgramPath", helmProgramPath, "helm", "helm", "npm run test:cluster"],
  ["eckOperatorPath", eckOperatorPath, "eck-operator", "elastic-operator", "npm run test:cluster"],
  ["eckCrds", eckCrds, "eck-operator", "crds.yaml", "npm run test:cluster"],
  ["eckChart", eckChart, "eck-operator", "chart", "npm run test:cluster"],
  ["kubectlProgram", kubectlProgram, "kubernetes", "kubectl", "npm run cluster:up"],
] as const)("%s", (_, path, recipe, file, command) => {
  test("is in the recipe's folder", () => {
    const folder = build(recipe, file);
    expect(path(cache)).toBe(join(folder, file));
  });

  test("says what builds it where it is absent", () => {
    expect(() => path(cache)).toThrow(`${file} has not been built yet: '${command}' builds it`);
    build(recipe);
    expect(() => path(cache)).toThrow(`'${command}' builds it`);
  });
});
