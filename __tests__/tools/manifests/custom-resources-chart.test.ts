import { spawnSync } from "node:child_process";
import { env } from "node:process";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { Release } from "@cdktf/provider-helm/lib/release";
import { describe, expect, test } from "@jest/globals";
import {
  type CustomResource,
  CustomResources,
  CUSTOM_RESOURCES_CHART,
  KEPT,
} from "../../../constructs/kubernetes/custom-resources";
import { KubernetesSite } from "../../../constructs/kubernetes/site";
import { literal } from "../../../constructs/core/literal";
import { helmProgramPath } from "../../../tools/cluster/operators";
import { cacheDir } from "../../../tools/lib/paths";
import { UserError } from "../../../tools/lib/user-error";
import { helmProgram } from "../../../tools/manifests/helm";
import type { KubernetesObject } from "../../../tools/manifests/object";
import { renderManifests } from "../../../tools/manifests/render";
import { API, problemsOf, synth } from "./rendering";

// Our own chart with the real helm: nothing in between may change what a construct has said.

const helm = builtHelm() ?? (spawnSync("helm", ["version"]).status === 0 ? "helm" : undefined);
if (!helm) process.stderr.write("\nNOT TESTED with a real helm: 'npm run test:cluster' builds one\n");
const withHelm = helm ? test : test.skip;

function builtHelm(): string | undefined {
  try {
    return helmProgramPath(cacheDir(env));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

const DEFINITION = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };

const definition = (name: string, more = "") =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: "${name}"\n${more}`;

function definitions(...texts: readonly string[]): Promise<readonly KubernetesObject[]> {
  const stack = synth((scope) => {
    new HelmProvider(scope, "helm");
    new Release(scope, "definitions", {
      name: "definitions",
      namespace: "operators",
      chart: CUSTOM_RESOURCES_CHART,
      values: [literal(JSON.stringify({ definitions: texts }))],
    });
  });
  return renderManifests({ test: stack }, API, helmProgram(helm ?? ""));
}

describe("objects", () => {
  const SPEC = {
    text: "${HOME} %{if} {{ .Values.x }} {{`",
    lines: "a: 1\n  b: on\n\n",
    ambiguous: ["on", "yes", "0644", "1e3", "1_000", "12:30", "2024-01-02", "null", "~", "", " x ", "=", "# x"],
    numbers: [0, -1, 1.5, 86_400_000, 604_800_000_000, 9_007_199_254_740_991],
    flags: [true, false],
    nothing: { map: {}, list: [] },
    "a.b/c": { deep: [{ deeper: [["x"]] }] },
  };
  const GADGET = {
    apiVersion: "example.com/v1",
    kind: "Gadget",
    metadata: { name: "one", labels: { "example.com/cluster": "a" }, annotations: KEPT },
    spec: SPEC,
  };

  withHelm("come out as they were said, in the site's namespace", async () => {
    const second: CustomResource = { ...GADGET, metadata: { name: "two" } };
    const stack = synth((scope) => {
      new HelmProvider(scope, "helm");
      const site = new KubernetesSite(scope, "Site", { environment: "test", namespace: "shop" });
      new CustomResources(scope, "Gadgets", site, { name: "gadgets", objects: () => [GADGET, second] });
    });
    const found = await renderManifests({ test: stack }, API, helmProgram(helm ?? ""));
    const [one, two] = found.filter(({ kind }) => kind === "Gadget");
    expect(one).toEqual({
      ...GADGET,
      metadata: {
        ...GADGET.metadata,
        namespace: "shop",
        labels: expect.objectContaining({ "example.com/cluster": "a", "app.kubernetes.io/name": "gadgets" }),
      },
    });
    expect(two).toMatchObject({ metadata: { name: "two" }, spec: SPEC });
    // After everything that they may need.
    expect(found.slice(-2).map(({ kind }) => kind)).toEqual(["Gadget", "Gadget"]);
  });
});

describe("definitions", () => {
  withHelm("are kept when the release goes, and are otherwise what they were", async () => {
    const found = await definitions(
      definition(
        "a.example.com",
        "  annotations: {note: mine}\nspec:\n  replicas: 604800000\n  text: '${x} {{ y }}'\n",
      ),
      `# of several\n---\n${definition("b.example.com")}---\n# nothing\n---\n${definition("c.example.com")}`,
    );
    expect(found).toEqual([
      {
        ...DEFINITION,
        metadata: { name: "a.example.com", annotations: { note: "mine", ...KEPT } },
        spec: { replicas: 604_800_000, text: "${x} {{ y }}" },
      },
      { ...DEFINITION, metadata: { name: "b.example.com", annotations: KEPT } },
      { ...DEFINITION, metadata: { name: "c.example.com", annotations: KEPT } },
    ]);
  });

  withHelm.each(["kind: Gadget\nmetadata: {name: a}\n", "a: b: c\n", "kind: [\n"])(
    "nothing else is taken for one: %j",
    async (text) => {
      const problems = await problemsOf(definitions(text));
      expect(problems.join("\n")).toContain("a definition is no CustomResourceDefinition: map[");
    },
  );

  withHelm("of none there is nothing", async () => {
    expect(await definitions()).toEqual([]);
  });
});
