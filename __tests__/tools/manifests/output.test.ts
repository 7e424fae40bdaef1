import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import { parseAllDocuments } from "yaml";
import { printManifests } from "../../../tools/commands/manifests";
import { writeManifests } from "../../../tools/manifests/files";
import type { KubernetesObject } from "../../../tools/manifests/object";
import { renderManifests } from "../../../tools/manifests/render";
import { toYaml } from "../../../tools/manifests/yaml";
import { local } from "../../../environments/local";
import { API, render, synth } from "./rendering";

const metadata = (name = "web") => ({ name, namespace: "shop" });
const selector = { matchLabels: { app: "web" } };
const template = {
  metadata: {},
  spec: { automountServiceAccountToken: false, restartPolicy: "Never", container: [{ name: "web" }] },
};

function everything(stack: TerraformStack): void {
  new PodDisruptionBudgetV1(stack, "budget", { metadata: metadata(), spec: { minAvailable: "1", selector } });
  new JobV1(stack, "job", { metadata: metadata(), spec: { template } });
  new DeploymentV1(stack, "deployment", { metadata: metadata(), spec: { selector, template } });
  new ServiceV1(stack, "service", { metadata: metadata(), spec: { port: [{ port: 80 }] } });
  new SecretV1(stack, "secret", { metadata: metadata() });
  new ConfigMapV1(stack, "b", { metadata: metadata("b") });
  new ConfigMapV1(stack, "a", { metadata: metadata("a") });
  new RoleBindingV1(stack, "binding", {
    metadata: metadata(),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "web" },
    subject: [{ kind: "ServiceAccount", name: "web", namespace: "shop" }],
  });
  new RoleV1(stack, "role", { metadata: metadata(), rule: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] });
  new ServiceAccountV1(stack, "account", { metadata: metadata() });
  new NetworkPolicyV1(stack, "policy", { metadata: metadata(), spec: { podSelector: {}, policyTypes: ["Ingress"] } });
  new NamespaceV1(stack, "namespace", { metadata: { name: "shop" } });
}

const ORDER = [
  "Namespace shop",
  "NetworkPolicy web",
  "ServiceAccount web",
  "Role web",
  "RoleBinding web",
  "ConfigMap a",
  "ConfigMap b",
  "Secret web",
  "Service web",
  "Deployment web",
  "Job web",
  "PodDisruptionBudget web",
];

test("what others need comes first", async () => {
  const objects = await render(everything);
  expect(objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual(ORDER);
});

test("the order of resources and of stacks makes no difference", async () => {
  const json = synth(everything);
  const { resource, ...rest } = JSON.parse(json) as { resource: Record<string, object> };
  const reversed = Object.fromEntries(Object.entries(resource).reverse());
  const names = Object.keys(resource);
  const part = (keys: string[]) =>
    JSON.stringify({ ...rest, resource: Object.fromEntries(keys.map((key) => [key, resource[key]])) });
  const expected = toYaml(await renderManifests({ test: json }, API));
  for (const stacks of [
    { test: JSON.stringify({ ...rest, resource: reversed }) },
    { b: part(names.slice(4)), a: part(names.slice(0, 4)) },
  ]) {
    expect(toYaml(await renderManifests(stacks, API))).toBe(expected);
  }
});

describe("YAML", () => {
  // Read otherwise by YAML 1.1, which Kubernetes reads, or by one of its readers.
  const AMBIGUOUS = [
    "on",
    "yes",
    "n",
    "null",
    "~",
    "0644",
    "0o17",
    "0x1F",
    "1_000",
    "12:30:00",
    "1e3",
    ".5",
    "-1",
    "1.0",
    "2024-01-02",
    "=",
    "",
    " x ",
    "a: b",
    "#",
    "true",
  ];

  test("text stays text, on several lines as well, and nothing is abbreviated", () => {
    const shared = { app: "web" };
    const object: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "web", namespace: "shop", labels: shared, annotations: shared },
      data: {
        lines: "a: 1\n  b: on\n\n",
        long: "word ".repeat(100),
        dash: "- x\n- y",
        ends: "a\u2028b\nc",
        end: "a\u2028b",
        ...Object.fromEntries(AMBIGUOUS.map((text, index) => [`k${index}`, text])),
      },
      number: 420,
      empty: {},
      none: [],
    };
    const text = toYaml([object, object]);
    expect(text.startsWith("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n")).toBe(true);
    expect(text).not.toMatch(/[&*]a1|%YAML|\u2028/);
    for (const version of ["1.1", "1.2"] as const) {
      expect(parseAllDocuments(text, { version }).map((one) => one.toJS() as unknown)).toEqual([object, object]);
    }
    for (const [index, one] of AMBIGUOUS.entries()) expect(text).toContain(`\n  k${index}: ${JSON.stringify(one)}\n`);
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "manifests-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("are one an object, in order by their names", async () => {
    const objects = await render(everything);
    expect(writeManifests(objects, folder)).toBe(ORDER.length);
    expect(readdirSync(folder).sort()).toEqual([
      "00_namespace_shop.yaml",
      "01_networkpolicy.networking.k8s.io_shop_web.yaml",
      "02_serviceaccount_shop_web.yaml",
      "03_role.rbac.authorization.k8s.io_shop_web.yaml",
      "04_rolebinding.rbac.authorization.k8s.io_shop_web.yaml",
      "05_configmap_shop_a.yaml",
      "05_configmap_shop_b.yaml",
      "05_secret_shop_web.yaml",
      "06_service_shop_web.yaml",
      "07_deployment.apps_shop_web.yaml",
      "08_job.batch_shop_web.yaml",
      "09_poddisruptionbudget.policy_shop_web.yaml",
    ]);
    const written = readdirSync(folder)
      .sort()
      .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), "utf8")));
    expect(written.map((one) => one.toJS() as unknown)).toEqual(objects);
  });

  test("of objects that are no more are removed, and no others", async () => {
    const objects = await render(everything);
    writeManifests(objects, folder);
    for (const name of ["kustomization.yaml", "notes.txt"]) writeFileSync(join(folder, name), "resources: []\n");
    writeManifests(objects.slice(0, 1), folder);
    expect(readdirSync(folder).sort()).toEqual(["00_namespace_shop.yaml", "kustomization.yaml", "notes.txt"]);
  });

  test("have names that any file system takes", () => {
    const object = { apiVersion: "v1", kind: "ClusterRole", metadata: { name: "system:a/b" } };
    writeManifests([object], folder);
    expect(readdirSync(folder)).toEqual(["03_clusterrole_system%3Aa%2Fb.yaml"]);
  });
});

test("an environment on Docker has no objects", async () => {
  await expect(printManifests(local, { helm: "helm" })).rejects.toThrow(
    "environment 'local' does not run on Kubernetes: it has no Kubernetes objects",
  );
});
