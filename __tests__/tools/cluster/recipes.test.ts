import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { RECIPES, recipeFolder, type RecipeName } from "../../../images/recipes";
import { ROOT } from "../../../tools/lib/paths";

const read = (recipe: RecipeName, file: string) => readFileSync(join(ROOT, recipeFolder(recipe), file), "utf8");

test("the version of a recipe is the one that is required", () => {
  expect(read("kubernetes", "go.mod")).toContain(`k8s.io/kubernetes v${RECIPES.kubernetes.version} `);
  expect(read("kubernetes", "build.sh")).toContain(`version=${RECIPES.kubernetes.version}\n`);
  expect(read("coredns", "go.mod")).toContain(`github.com/coredns/coredns v${RECIPES.coredns.version}\n`);
  expect(read("helm", "go.mod")).toContain(`helm.sh/helm/v3 v${RECIPES.helm.version} `);
  const operator = RECIPES["eck-operator"].version;
  expect(read("eck-operator", "go.mod")).toContain(`github.com/elastic/cloud-on-k8s/v3 v${operator} `);
});

test("Kubernetes' own libraries are all of its release", () => {
  const replacements = [...read("kubernetes", "go.mod").matchAll(/^\t(\S+) => (\S+) (\S+)$/gm)];
  expect(replacements.length).toBeGreaterThan(25);
  for (const [, from, to, version] of replacements) {
    expect(to).toBe(from);
    expect(version).toBe(`v0${RECIPES.kubernetes.version.slice(1)}`);
  }
});

test("the cluster does not run on a Kubernetes that refuses control groups of version 1", () => {
  expect(Number(RECIPES.kubernetes.version.split(".")[1])).toBeLessThan(35);
});
