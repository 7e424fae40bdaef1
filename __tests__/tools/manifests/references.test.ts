import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DataKubernetesSecretV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-secret-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { afterAll, describe, expect, test } from "@jest/globals";
import { App, Fn, LocalBackend, S3Backend, TerraformLocal, TerraformStack, TerraformVariable } from "cdktf";
import { ROOT } from "../../../tools/lib/paths";
import { renderManifests } from "../../../tools/manifests/render";
import { API, problemsOf, refusals, render } from "./rendering";

const metadata = { name: "web", namespace: "shop" };

/** The rendered value of one key of a ConfigMap, on a stack that has other things to refer to. */
async function rendered(text: string): Promise<string | undefined> {
  const objects = await render((stack) => withConfigMap(stack, text));
  const found = objects.find((one) => one.metadata.name === "web");
  return (found?.["data"] as Record<string, string>)["key"];
}

async function refused(text: string): Promise<string> {
  const [problem = "", ...others] = await refusals((stack) => withConfigMap(stack, text));
  expect(others).toEqual([]);
  const place = "stack 'test', kubernetes_config_map_v1.web, 'data.key': ";
  expect(problem.startsWith(place)).toBe(true);
  return problem.slice(place.length);
}

function withConfigMap(stack: TerraformStack, text: string): void {
  const other = new ConfigMapV1(stack, "other", {
    metadata: { name: "other", namespace: "shop", labels: { "example.com/tier": "front" } },
    data: { list: "a,b", escaped: "$${HOME}", alias: "${kubernetes_config_map_v1.other.metadata[0].name}!" },
  });
  other.addOverride("data.loop", "${kubernetes_config_map_v1.other.data.loop}");
  if (!text.includes("loop")) other.addOverride("data.loop", undefined);
  new ServiceV1(stack, "service", { metadata, spec: { port: [{ port: 80 }, { port: 81 }] } });
  new ConfigMapV1(stack, "web", { metadata }).addOverride("data", { key: text });
  new TerraformLocal(stack, "local", { depth: { here: "found" } });
  new TerraformVariable(stack, "variable", { default: "x" });
  new DataKubernetesSecretV1(stack, "known", { metadata: { name: "known" } });
}

test.each([
  ["plain", "plain"],
  ["$${HOME} and %%{x}", "${HOME} and %{x}"],
  ["$$${a}", "$${a}"],
  ["$ { } % $$ $x 100%", "$ { } % $$ $x 100%"],
  ["${kubernetes_config_map_v1.other.metadata[0].name}", "other"],
  ["<${kubernetes_config_map_v1.other.metadata[0].name}>-$${x}", "<other>-${x}"],
  ["${ kubernetes_config_map_v1.other.data.list }", "a,b"],
  ['${kubernetes_config_map_v1.other.metadata[0].labels["example.com/tier"]}', "front"],
  ["${kubernetes_service_v1.service.spec[0].port[1].port}", "81"],
  // What is referred to is a template too; what came out of one is not.
  ["${kubernetes_config_map_v1.other.data.alias}", "other!"],
  ["${kubernetes_config_map_v1.other.data.escaped}", "${HOME}"],
  ["${local.local.depth.here}", "found"],
  // Functions that need neither Terraform nor a cluster.
  ['a ${jsonencode({"a" = "}"})} b', 'a {"a":"}"} b'],
  [
    '${jsonencode({ list = [1, true, null, "$${x}"], "a b": local.local.depth })}',
    '{"list":[1,true,null,"${x}"],"a b":{"here":"found"}}',
  ],
  [
    '${jsonencode(yamldecode("a: [1, no]\\nb:\\n  c: \\"${local.local.depth.here}\\""))}',
    '{"a":[1,"no"],"b":{"c":"found"}}',
  ],
  [
    '${file("../../../charts/custom-resources/Chart.yaml")}',
    readFileSync(join(ROOT, "charts/custom-resources/Chart.yaml"), "utf8"),
  ],
  ["${jsonencode(data.kubernetes_secret_v1.known.metadata)}", '{"name":"known"}'],
])("%s", async (text, expected) => {
  expect(await rendered(text)).toBe(expected);
});

test.each<[text: string, why: string]>([
  ['${upper("a")}', `'\${upper("a")}' calls a function, which only Terraform evaluates`],
  ['${jsonencode(upper("a"))}', `'\${jsonencode(upper("a"))}' calls a function, which only Terraform evaluates`],
  ['${jsonencode("a", "b")}', `'\${jsonencode("a", "b")}' calls a function, which only Terraform evaluates`],
  ["${jsonencode({a = 1 + 1})}", "'${jsonencode({a = 1 + 1})}' calls a function, which only Terraform evaluates"],
  [
    '${file("../../../absent.yaml")}',
    `file '../../../absent.yaml' cannot be read: ENOENT: no such file or directory, open '${join(ROOT, "absent.yaml")}'`,
  ],
  ["${yamldecode(1)}", "'yamldecode' takes text, and was given something else"],
  ...["/etc/passwd", "a.yaml", "../../../../a.yaml", "../../../charts/../../a.yaml"].map((path): [string, string] => [
    `\${file("${path}")}`,
    `file '${path}' is not in the repository: only Terraform reads it where it runs`,
  ]),
  ["${1 + 1}", "'${1 + 1}' is no plain reference: only Terraform evaluates it"],
  ["${HOME}", "'${HOME}' is no plain reference: only Terraform evaluates it"],
  ["${a.b[*].c}", "'${a.b[*].c}' is no plain reference: only Terraform evaluates it"],
  ["x ${a.b", "'${a.b' has no end: write '$${' where '${' is meant"],
  ["%{ if true }a%{ endif }", "'%{ if true }a%{ endif }' begins with a directive, which only Terraform carries out"],
  ...[
    "kubernetes_config_map_v1.other.id",
    "kubernetes_config_map_v1.other.metadata[1].name",
    "kubernetes_config_map_v1.absent.metadata[0].name",
    "kubernetes_config_map_v1.other.data.toString",
    "var.variable",
    "each.value",
  ].map((reference): [string, string] => [
    `\${${reference}}`,
    `'\${${reference}}' is not in the configuration: only Terraform or the cluster would know it`,
  ]),
  [
    "a ${kubernetes_config_map_v1.other.metadata[0]}",
    "'${kubernetes_config_map_v1.other.metadata[0]}' is no text and stands within one",
  ],
  // A map is a value like any other, and no text.
  ["${kubernetes_config_map_v1.other.metadata[0]}", "it must be a string, not a block"],
  [
    "${data.kubernetes_secret_v1.a.data}",
    "'${data.kubernetes_secret_v1.a.data}' is not in the configuration: only Terraform or the cluster would know it",
  ],
  [
    "${data.kubernetes_secret_v1.known.data}",
    "'${data.kubernetes_secret_v1.known.data}' is not in the configuration: only Terraform or the cluster would know it",
  ],
])("%s is refused", async (text, why) => {
  expect(await refused(text)).toBe(why);
});

test("a reference to itself is refused where it stands, and where it leads", async () => {
  const problems = await refusals((stack) => withConfigMap(stack, "${kubernetes_config_map_v1.other.data.loop}"));
  const why = "'${kubernetes_config_map_v1.other.data.loop}' refers to itself";
  expect(problems).toEqual([
    `stack 'test', kubernetes_config_map_v1.other, 'data.loop': ${why}`,
    `stack 'test', kubernetes_config_map_v1.web, 'data.key': ${why}`,
  ]);
});

test("a reference that is all of a value keeps its type, also as a whole block, and keys are templates too", async () => {
  const objects = await render((stack) => {
    const namespace = new NamespaceV1(stack, "namespace", {
      metadata: { name: "shop", labels: { tier: "front", "a$${b}": "c" } },
    });
    const pod = new PodV1(stack, "pod", {
      metadata: { name: "pod", namespace: namespace.metadata.name, labels: namespace.metadata.labels },
      spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 7, container: [{ name: "a" }] },
    });
    new PodV1(stack, "copy", {
      metadata: { name: "copy", namespace: namespace.metadata.name },
      spec: {
        automountServiceAccountToken: pod.spec.automountServiceAccountToken,
        terminationGracePeriodSeconds: pod.spec.terminationGracePeriodSeconds,
        container: [{ name: "a" }],
      },
    });
  });
  expect(objects[0]?.metadata.labels).toEqual({ tier: "front", "a${b}": "c" });
  expect(objects.slice(1)).toEqual(
    ["copy", "pod"].map((name) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: "shop",
        ...(name === "pod" ? { labels: { tier: "front", "a${b}": "c" } } : {}),
      },
      spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 7, containers: [{ name: "a" }] },
    })),
  );
});

test("cdktf's own functions are refused by name", async () => {
  const problems = await refusals((stack) => {
    new ConfigMapV1(stack, "web", { metadata, data: { key: Fn.yamlencode({ a: 1 }) } });
  });
  expect(problems).toEqual([
    `stack 'test', kubernetes_config_map_v1.web, 'data.key': '\${yamlencode({"a" = 1})}' calls a function, which only Terraform evaluates`,
  ]);
});

describe("outputs of another stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "references-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Two stacks, of which the second takes names from the first, through cdktf's own cross-stack references. */
  function twoStacks(name: string, backend: (stack: TerraformStack) => void): Record<string, string> {
    const outdir = join(folder, name);
    const app = new App({ outdir });
    const stacks = ["platform", "pipeline"].map((id) => {
      const stack = new TerraformStack(app, id);
      new KubernetesProvider(stack, "kubernetes");
      backend(stack);
      return stack;
    });
    const [platform, pipeline] = stacks as [TerraformStack, TerraformStack];
    const namespace = new NamespaceV1(platform, "namespace", { metadata: { name: "shop" } });
    new ConfigMapV1(pipeline, "web", { metadata: { name: "web", namespace: namespace.metadata.name } });
    app.synth();
    return Object.fromEntries(
      readdirSync(join(outdir, "stacks")).map((id) => [
        id,
        readFileSync(join(outdir, "stacks", id, "cdk.tf.json"), "utf8"),
      ]),
    );
  }

  test.each<[string, (stack: TerraformStack) => void]>([
    ["local", (stack) => new LocalBackend(stack, { path: `/state/${stack.node.id}` })],
    ["s3", (stack) => new S3Backend(stack, { bucket: "state", key: stack.node.id, region: "eu-central-1" })],
  ])("are found by their state: %s", async (name, backend) => {
    const objects = await renderManifests(twoStacks(name, backend), API);
    expect(objects.map((one) => one.metadata)).toEqual([{ name: "shop" }, { name: "web", namespace: "shop" }]);
  });

  test("are refused where the stack is not there, or its state is not its own", async () => {
    const { pipeline = "" } = twoStacks(
      "alone",
      (stack) => new LocalBackend(stack, { path: `/state/${stack.node.id}` }),
    );
    const shared = twoStacks("shared", (stack) => new LocalBackend(stack, { path: "/state/same" }));
    for (const stacks of [{ pipeline }, shared]) {
      expect(await problemsOf(renderManifests(stacks, API))).toEqual([
        "stack 'pipeline', kubernetes_config_map_v1.web, 'metadata.namespace': '${data.terraform_remote_state.cross-stack-reference-input-platform.outputs.cross-stack-output-kubernetes_namespace_v1namespacemetadata0name}' is no output of one other stack of the environment",
      ]);
    }
  });
});
