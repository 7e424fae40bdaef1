import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { DataHelmTemplate } from "@cdktf/provider-helm/lib/data-helm-template";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { Release, type ReleaseConfig } from "@cdktf/provider-helm/lib/release";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Fn, type TerraformStack } from "cdktf";
import { CUSTOM_RESOURCES_CHART } from "../../../constructs/kubernetes/custom-resources";
import { dev } from "../../../environments/dev";
import { printManifests } from "../../../tools/commands/manifests";
import { ExecError } from "../../../tools/lib/exec";
import { ROOT } from "../../../tools/lib/paths";
import { UserError } from "../../../tools/lib/user-error";
import { type Helm, helmProgram } from "../../../tools/manifests/helm";
import { renderManifests } from "../../../tools/manifests/render";
import { API, problemsOf, synth } from "./rendering";

const release: ReleaseConfig = { name: "web", namespace: "shop", chart: "nginx" };

const withHelm = (config: ReleaseConfig, helm: Helm, more: (stack: TerraformStack) => void = () => undefined) =>
  renderManifests(
    {
      test: synth((stack) => {
        new HelmProvider(stack, "helm");
        new Release(stack, "release", config);
        more(stack);
      }),
    },
    API,
    helm,
  );

/** The arguments that helm was given, and what was in the files that they name. */
async function argumentsFor(config: ReleaseConfig): Promise<{ args: string[]; values: string[] }> {
  let args: string[] = [];
  let values: string[] = [];
  await withHelm(config, (given) => {
    const files = given.filter((one) => one.startsWith("--values=")).map((one) => one.slice("--values=".length));
    values = files.map((file) => readFileSync(file, "utf8"));
    args = given.map((one) => files.reduce((text, file, index) => text.replace(file, `<${index}>`), one));
    return Promise.resolve("");
  });
  return { args, values };
}

const BASE = ["--namespace=shop", "--skip-tests"];

describe("the arguments of helm", () => {
  test("a chart by its name", async () => {
    expect((await argumentsFor(release)).args).toEqual([
      "template",
      "web",
      "nginx",
      ...BASE,
      "--kube-version=v1.34.2",
      "--include-crds",
    ]);
  });

  test("everything that is translated; how it is installed is not", async () => {
    const { args, values } = await argumentsFor({
      ...release,
      repository: "https://charts.example.com",
      version: "1.2.3",
      skipCrds: true,
      createNamespace: false,
      wait: true,
      timeout: 600,
      atomic: true,
      maxHistory: 10,
      takeOwnership: true,
      lifecycle: { preventDestroy: true },
      dependsOn: [{ fqn: "kubernetes_namespace_v1.shop" }],
      values: ["a: 1\n", '{"b": "$${HOME}"}'],
      set: [
        { name: "c", value: "2" },
        { name: "d", value: "0644", type: "string" },
        { name: "e", value: "a,b", type: "literal" },
      ],
      setList: [{ name: "f", value: ["x", "y"] }],
    });
    expect(args).toEqual([
      "template",
      "web",
      "nginx",
      ...BASE,
      "--repo=https://charts.example.com",
      "--version=1.2.3",
      "--kube-version=v1.34.2",
      "--values=<0>",
      "--values=<1>",
      "--set=c=2",
      "--set-string=d=0644",
      "--set-literal=e=a,b",
      "--set=f={x,y}",
    ]);
    expect(values).toEqual(["a: 1\n", '{"b": "${HOME}"}']);
  });

  test("a chart of an OCI registry is one address", async () => {
    const { args } = await argumentsFor({ ...release, repository: "oci://registry.example.com/charts/" });
    expect(args.slice(0, 3)).toEqual(["template", "web", "oci://registry.example.com/charts/nginx"]);
    expect(args.filter((one) => one.startsWith("--repo"))).toEqual([]);
  });
});

describe("charts of ours", () => {
  test("are found in the repository, wherever the app was run", async () => {
    const { args } = await argumentsFor({ ...release, chart: CUSTOM_RESOURCES_CHART });
    expect(args.slice(0, 3)).toEqual(["template", "web", join(ROOT, "charts/custom-resources")]);
  });

  test("constants are those of the file", async () => {
    const path = "../../../helm-values/eck-operator.yaml";
    const { values } = await argumentsFor({ ...release, values: [Fn.jsonencode(Fn.yamldecode(Fn.file(path)))] });
    expect(JSON.parse(values[0] ?? "")).toMatchObject({ replicaCount: 2, telemetry: { disabled: true } });
  });
});

describe("a chart that Terraform reads", () => {
  const repository = "oci://registry.example.com/charts";
  const file = (path: string, text: string) => `---\n# Source: ${path}\n${text}\n`;
  const printedByHelm = [
    file("nginx/crds/a.yaml", "kind: A # ${x}\n---\nkind: A2"),
    file("nginx/charts/sub/crds/b.yaml", "kind: B"),
    file("nginx/templates/crds.yaml", "kind: C"),
  ].join("");

  /** A stack with definitions out of a chart; what helm was asked for, and the values of their release. */
  async function definitions(helm: Helm): Promise<{ asked: string[][]; values: string }> {
    const asked: string[][] = [];
    let values = "";
    const stack = synth((scope) => {
      new HelmProvider(scope, "helm");
      const chart = new DataHelmTemplate(scope, "chart", { ...release, repository, version: "1.2.3" });
      new Release(scope, "definitions", {
        ...release,
        chart: CUSTOM_RESOURCES_CHART,
        values: [Fn.jsonencode({ definitions: chart.crds })],
      });
    });
    await renderManifests({ test: stack }, API, (args) => {
      asked.push([...args]);
      const given = args.find((one) => one.startsWith("--values="));
      if (given) values = readFileSync(given.slice("--values=".length), "utf8");
      return helm(args);
    });
    return { asked, values };
  }

  test("gives its definitions, a text for each file in crds/", async () => {
    const { asked, values } = await definitions((args) =>
      Promise.resolve(args[2] === `${repository}/nginx` ? printedByHelm : ""),
    );
    expect(asked[0]).toEqual([
      ...["template", "web", `${repository}/nginx`, ...BASE],
      ...["--version=1.2.3", "--kube-version=v1.34.2", "--include-crds"],
    ]);
    expect(asked).toHaveLength(2);
    expect(JSON.parse(values)).toEqual({
      definitions: [
        "# Source: nginx/crds/a.yaml\nkind: A # ${x}\n---\nkind: A2\n",
        "# Source: nginx/charts/sub/crds/b.yaml\nkind: B\n",
      ],
    });
  });

  test("that cannot be had is told once, with what can be done", async () => {
    const result = {
      ...{ exitCode: 1, interrupted: false, stdoutBytes: Buffer.of() },
      ...{ stdout: "", stderr: "lookup registry: no such host" },
    };
    const unreachable: Helm = (args) =>
      args[2]?.startsWith("oci:") ? Promise.reject(new ExecError("helm", result, undefined)) : Promise.resolve("");
    expect(await problemsOf(definitions(unreachable))).toEqual([
      "stack 'test', data.helm_template.chart: helm could not get or render chart nginx 1.2.3 of oci://registry.example.com/charts ('--stack' chooses stacks: where a repository cannot be reached, leave out those that need it): 'helm' exited with 1:",
      "lookup registry: no such host",
    ]);
  });

  test("must be understood as a whole", async () => {
    const stack = synth((scope) => {
      new HelmProvider(scope, "helm");
      new DataHelmTemplate(scope, "chart", { name: "web", chart: "nginx", values: ["a: 1"] });
    });
    expect(await problemsOf(renderManifests({ test: stack }, API, () => Promise.resolve("")))).toEqual([
      "stack 'test', data.helm_template.chart, 'namespace': it must be set",
      "stack 'test', data.helm_template.chart: these attributes are not translated: values",
    ]);
  });
});

describe("of several stacks", () => {
  const chart = synth((scope) => {
    new HelmProvider(scope, "helm");
    new DataHelmTemplate(scope, "chart", release);
    new Release(scope, "release", release);
  });
  const objects = synth((scope) => new NamespaceV1(scope, "namespace", { metadata: { name: "shop" } }));

  test("only those are rendered that are wanted", async () => {
    const unreachable: Helm = () => Promise.reject(new Error("it was asked"));
    const found = await renderManifests({ charts: chart, objects }, API, unreachable, ["objects"]);
    expect(found.map(({ kind }) => kind)).toEqual(["Namespace"]);
    await expect(renderManifests({ charts: chart, objects }, API, unreachable)).rejects.toThrow("it was asked");
  });

  test("one that the environment does not have is refused", async () => {
    await expect(printManifests(dev, { helm: "helm", stack: ["dev-pipeline", "pipeline"] })).rejects.toThrow(
      new UserError("environment 'dev' has no stack 'pipeline': choose from dev-platform, dev-pipeline"),
    );
  });
});

describe("what helm prints", () => {
  const object = (kind: string, more = "") =>
    `---\n# Source: x\napiVersion: ${kind === "Gadget" ? "example.com/v1" : "v1"}\nkind: ${kind}\nmetadata:\n  name: web\n${more}`;

  test("is put into the release's namespace, unless it has one or needs none, and among the other objects", async () => {
    const output = `${object("Service")}${object("ConfigMap", "  namespace: other\n")}${object("PersistentVolume")}---\n# nothing\n`;
    const objects = await withHelm(
      release,
      () => Promise.resolve(output),
      (stack) => new NamespaceV1(stack, "namespace", { metadata: { name: "shop" } }),
    );
    expect(objects.map(({ kind, metadata }) => [kind, metadata])).toEqual([
      ["Namespace", { name: "shop" }],
      ["ConfigMap", { name: "web", namespace: "other" }],
      ["PersistentVolume", { name: "web" }],
      ["Service", { name: "web", namespace: "shop" }],
    ]);
  });

  test("is read as helm reads it", async () => {
    const output = object("ConfigMap", "data:\n  a: yes\n  b: 0644\n");
    const [configMap] = await withHelm(release, () => Promise.resolve(output));
    expect(configMap?.["data"]).toEqual({ a: true, b: 0o644 });
  });

  test("is refused if it is no YAML", async () => {
    const [problem] = await problemsOf(withHelm(release, () => Promise.resolve("a: b: c\n")));
    expect(problem).toMatch(/^stack 'test', helm_release\.release: what helm prints is no YAML: Nested mappings/);
  });

  test("is refused if it is a hook, or nobody knows its namespace", async () => {
    const output = [
      object("Service", '  annotations: {"helm.sh/hook": pre-install}\n'),
      object("Gadget"),
      // It says where it lives.
      object("Gadget", "  namespace: shop\n"),
    ].join("");
    expect(await problemsOf(withHelm(release, () => Promise.resolve(output)))).toEqual([
      "stack 'test', helm_release.release: Service 'web' is a hook, which only helm runs",
      "stack 'test', helm_release.release: Gadget 'web' (example.com/v1) names no namespace, and the OpenAPI document does not know whether it needs one",
    ]);
  });
});

test("what could change what is rendered is refused", async () => {
  const problems = await problemsOf(
    withHelm(
      {
        name: "web",
        chart: "nginx",
        createNamespace: true,
        postrender: { binaryPath: "/bin/cat" },
        reuseValues: true,
        setSensitive: [{ name: "a", value: "b" }],
      },
      () => Promise.resolve(""),
    ),
  );
  expect(problems).toEqual([
    "stack 'test', helm_release.release, 'namespace': it must be set",
    "stack 'test', helm_release.release, 'create_namespace': make the namespace a resource of its own",
    "stack 'test', helm_release.release: these attributes are not translated: postrender, reuse_values, set_sensitive",
  ]);
});

describe("the program", () => {
  const folder = mkdtempSync(join(tmpdir(), "helm-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const program = (script: string) => {
    const path = join(folder, `helm-${script.length}`);
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return helmProgram(path);
  };

  test("is run with the arguments", async () => {
    const script = `printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: web\\ndata:\\n  args: "%s"\\n' "$*"`;
    const [object] = await withHelm(release, program(script));
    expect(object?.["data"]).toEqual({
      args: "template web nginx --namespace=shop --skip-tests --kube-version=v1.34.2 --include-crds",
    });
  });

  test("that fails, or is not there, is told with the release", async () => {
    const [failed = ""] = await problemsOf(withHelm(release, program("echo no such chart >&2; exit 1")));
    expect(failed).toMatch(/^stack 'test', helm_release\.release: '.*helm.* template web nginx .*' exited with 1:$/);
    const [absent] = await problemsOf(withHelm(release, helmProgram("absent-helm")));
    expect(absent).toBe(
      "stack 'test', helm_release.release: 'absent-helm' cannot be run, and a chart is rendered by helm: install it, or name the program with --helm",
    );
  });
});
