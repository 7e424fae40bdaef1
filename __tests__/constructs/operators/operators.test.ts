import { tmpdir } from "node:os";
import { join } from "node:path";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { describe, expect, test } from "@jest/globals";
import { TerraformStack, Testing } from "cdktf";
import { EckOperator } from "../../../constructs/operators/eck";
import type { OperatorProps } from "../../../constructs/operators/operator";
import { StrimziOperator } from "../../../constructs/operators/strimzi";

const OPERATORS = { StrimziOperator, EckOperator };

type Attributes = Readonly<Record<string, unknown>>;

interface StackJson {
  readonly data?: { readonly helm_template: Readonly<Record<string, Attributes>> };
  readonly resource: { readonly helm_release: Readonly<Record<string, Attributes>> };
}

const PROPS: OperatorProps = { namespace: "operators", watches: ["logs", "other", "logs"] };

function synth(Operator: (typeof OPERATORS)[keyof typeof OPERATORS], change: Partial<OperatorProps> = {}): StackJson {
  const stack = new TerraformStack(Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") }), "stack");
  new HelmProvider(stack, "helm");
  new Operator(stack, "Operator", { ...PROPS, ...change });
  return JSON.parse(Testing.synth(stack, true)) as StackJson;
}

/** Releases by their names, without what cdktf notes. */
function releases({ resource }: StackJson): Record<string, Attributes> {
  return Object.fromEntries(
    Object.values(resource.helm_release).map((release) => [
      String(release["name"]),
      Object.fromEntries(Object.entries(release).filter(([key]) => key !== "//")),
    ]),
  );
}

const constants = (chart: string) => `\${jsonencode(yamldecode(file("../../../helm-values/${chart}.yaml")))}`;

describe("Strimzi", () => {
  const json = synth(StrimziOperator);
  const [template = ["", {}]] = Object.entries(json.data?.helm_template ?? {});
  const { "strimzi-cluster-operator": operator, "strimzi-crds": definitions, ...others } = releases(json);
  const CHART = {
    repository: "oci://quay.io/strimzi-helm",
    chart: "strimzi-kafka-operator",
    version: "1.2.0",
  };

  test("is a release of its chart, with constants before what follows from facts", () => {
    expect(others).toEqual({});
    expect(operator).toEqual({
      ...CHART,
      name: "strimzi-cluster-operator",
      namespace: "operators",
      values: [constants("strimzi-kafka-operator"), expect.any(String)],
      skip_crds: true,
      wait: true,
      timeout: 600,
      max_history: 10,
      depends_on: [expect.stringMatching(/^helm_release\.Operator_Definitions/)],
    });
  });

  test("watches the namespaces that it is told, each once, and is known by its own", () => {
    expect(JSON.parse((operator?.["values"] as string[])[1] ?? "")).toEqual({
      watchNamespaces: ["logs", "other"],
      image: { operatorNamespaceLabels: "kubernetes.io/metadata.name=operators" },
    });
  });

  test("finds its definitions there, of the same chart, in a release that Helm upgrades", () => {
    expect(template[1]).toMatchObject({ ...CHART, namespace: "operators" });
    expect(definitions).toEqual({
      name: "strimzi-crds",
      namespace: "operators",
      chart: "../../../charts/custom-resources",
      values: [`\${jsonencode({"definitions" = data.helm_template.${template[0]}.crds})}`],
      take_ownership: true,
      wait: true,
      max_history: 10,
    });
  });
});

describe("ECK", () => {
  const json = synth(EckOperator);
  const { "elastic-operator": operator, ...others } = releases(json);

  test("is a release of its chart, definitions included", () => {
    expect(others).toEqual({});
    expect(json.data).toBeUndefined();
    expect(operator).toEqual({
      name: "elastic-operator",
      namespace: "operators",
      repository: "https://helm.elastic.co",
      chart: "eck-operator",
      version: "3.5.0",
      values: [constants("eck-operator"), expect.any(String)],
      wait: true,
      timeout: 600,
      max_history: 10,
    });
  });

  test("manages the namespaces that it is told, and judges no objects but theirs", () => {
    const matchExpressions = [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["logs", "other"] }];
    expect(JSON.parse((operator?.["values"] as string[])[1] ?? "")).toEqual({
      managedNamespaces: ["logs", "other"],
      webhook: { namespaceSelector: { matchExpressions } },
    });
  });
});

describe.each(Object.entries(OPERATORS))("%s", (_, Operator) => {
  test("waits for what it depends on, in every release", () => {
    const json = synth(Operator, { dependsOn: [{ fqn: "kubernetes_namespace_v1.Namespace" }] });
    for (const release of Object.values(releases(json))) {
      expect(release["depends_on"]).toContain("kubernetes_namespace_v1.Namespace");
    }
  });

  test("takes a name for what it is, never for a template", () => {
    expect(() => synth(Operator, { watches: ["a", "${b}"] })).toThrow(
      "'${b}' must be the name of a namespace: lower-case letters, digits and '-'",
    );
    expect(() => synth(Operator, { namespace: "A" })).toThrow("'A' must be the name of a namespace");
  });

  test("is refused where it would watch everything", () => {
    expect(() => synth(Operator, { watches: [] })).toThrow(
      "'watches' is empty, which is its own namespace to one operator and every namespace to another: name those that it shall act in",
    );
  });
});
