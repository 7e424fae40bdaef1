import { describe, expect, test } from "@jest/globals";
import { Release } from "@cdktf/provider-helm/lib/release";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import {
  PodDisruptionBudgetV1,
  type PodDisruptionBudgetV1Spec,
} from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { ContainerImage } from "../../../../constructs/core/container-image";
import { Cpu } from "../../../../constructs/core/cpu";
import { Size } from "../../../../constructs/core/size";
import { type CustomResource, CustomResources } from "../../../../constructs/kubernetes/custom-resources";
import { podTemplate } from "../../../../constructs/kubernetes/pod";
import type { KubernetesSite } from "../../../../constructs/kubernetes/site";
import { refusals } from "../../../support/refusals";

const says = (path: string, values: string, mend: string) =>
  `'${path}' lets no pod go (${values}), so that no node can be emptied: ${mend}`;
const ONE = "set it to at least 1";
const INSTEAD = "set 'maxUnavailable' to 1 instead";

type Budget = Omit<PodDisruptionBudgetV1Spec, "selector">;

interface Workload {
  readonly replicas?: number;
  readonly kind?: typeof DeploymentV1 | typeof StatefulSetV1;
  readonly component?: string;
  readonly namespace?: string;
  readonly minReplicas?: number;
}

function workload(
  site: KubernetesSite,
  { replicas, kind = DeploymentV1, component = "web", ...props }: Workload,
): void {
  const namespace = props.namespace ?? site.namespace;
  const metadata = { ...site.metadata(component), namespace };
  new kind(site, `Workload-${component}-${namespace}`, {
    metadata,
    spec: {
      ...(replicas === undefined ? {} : { replicas: String(replicas) }),
      serviceName: component,
      selector: { matchLabels: site.labels(component) },
      template: podTemplate(site, component, {
        user: { uid: 1, gid: 1 },
        containers: [
          {
            name: "main",
            image: ContainerImage.of("web:1"),
            resources: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) },
          },
        ],
      }),
    },
  });
  if (props.minReplicas === undefined) return;
  new HorizontalPodAutoscalerV2(site, `Autoscaler-${component}`, {
    metadata,
    spec: {
      maxReplicas: 9,
      minReplicas: props.minReplicas,
      scaleTargetRef: { kind: "Deployment", name: component },
    },
  });
}

/** What is said of a budget for the pods of `web`. */
function budget(spec: Budget, ...workloads: readonly Workload[]): string[] {
  return refusals((stack, site) => {
    for (const one of workloads) workload(site, one);
    new PodDisruptionBudgetV1(stack, "Budget", {
      metadata: site.metadata("web"),
      spec: { ...spec, selector: { matchLabels: site.labels("web") } },
    });
  }).map((problem) => problem.replace("[stack/Budget] ", ""));
}

describe("a budget", () => {
  test.each(["0", "0%", "00"])("of %s at a time is refused", (maxUnavailable) => {
    expect(budget({ maxUnavailable }, { replicas: 3 })).toEqual([
      says("spec", `maxUnavailable ${maxUnavailable}`, ONE),
    ]);
  });

  test.each(["1", "10", "1%"])("of %s at a time is not", (maxUnavailable) => {
    expect(budget({ maxUnavailable }, { replicas: 1 })).toEqual([]);
  });

  test.each<[string, number | undefined, boolean]>([
    ["3", 3, true],
    ["2", 3, false],
    ["4", 3, true],
    ["1", 1, true],
    ["1", undefined, true],
    ["0", 1, false],
    ["100%", 3, true],
    ["67%", 3, true],
    ["66%", 3, false],
    ["51%", 2, true],
    ["50%", 2, false],
  ])("of at least %s, of %s, is refused: %s", (minAvailable, replicas, refused) => {
    expect(budget({ minAvailable }, { ...(replicas === undefined ? {} : { replicas }) })).toEqual(
      refused ? [says("spec", `minAvailable ${minAvailable}, of ${replicas ?? 1} of 'web'`, INSTEAD)] : [],
    );
  });

  test("is for all that it selects, in its namespace", () => {
    const stateful: Workload = { replicas: 2, kind: StatefulSetV1 };
    expect(budget({ minAvailable: "2" }, stateful)).toHaveLength(1);
    expect(budget({ minAvailable: "2" }, { replicas: 2, component: "other" })).toEqual([]);
    expect(budget({ minAvailable: "2" }, { replicas: 2, namespace: "other" })).toEqual([]);
  });

  test("of what an autoscaler scales is held against the fewest", () => {
    expect(budget({ minAvailable: "2" }, { minReplicas: 3 })).toEqual([]);
    expect(budget({ minAvailable: "3" }, { minReplicas: 3 })).toEqual([
      says("spec", "minAvailable 3, of 3 of 'web'", INSTEAD),
    ]);
  });

  test("of pods that an operator makes is refused where it says all", () => {
    expect(budget({ minAvailable: "9" })).toEqual([]);
    expect(budget({ minAvailable: "99%" })).toEqual([]);
    expect(budget({ minAvailable: "100%" })).toEqual([says("spec", "minAvailable 100%", INSTEAD)]);
  });
});

describe("a budget in a custom resource", () => {
  const carried = (kind: string, spec: object) =>
    refusals((stack, site) => {
      const object = { apiVersion: "v1", kind, metadata: { name: "a" }, spec } as CustomResource;
      new CustomResources(stack, "C", site, { name: "c", objects: () => [object] });
    }).map((problem) => problem.replace("[stack/C/Resource] ", ""));

  const kafka = (podDisruptionBudget: object) => carried("Kafka", { kafka: { template: { podDisruptionBudget } } });
  const elasticsearch = (spec: object) =>
    carried("Elasticsearch", { nodeSets: [{ count: 2 }, { count: 1 }], podDisruptionBudget: { spec } });

  test("of Strimzi", () => {
    const path = "values[0].objects[0].spec.kafka.template.podDisruptionBudget";
    expect(kafka({ maxUnavailable: 0 })).toEqual([says(path, "maxUnavailable 0", ONE)]);
    expect(kafka({ maxUnavailable: 1 })).toEqual([]);
    expect(kafka({})).toEqual([]);
  });

  test("of ECK is held against all of its sets", () => {
    const path = "values[0].objects[0].spec.podDisruptionBudget.spec";
    expect(elasticsearch({ maxUnavailable: 0 })).toEqual([says(path, "maxUnavailable 0", ONE)]);
    expect(elasticsearch({ minAvailable: 3 })).toEqual([
      says(path, "minAvailable 3, of 3 of Elasticsearch 'a'", INSTEAD),
    ]);
    expect(elasticsearch({ minAvailable: 2 })).toEqual([]);
    expect(carried("Kibana", { count: 1, podDisruptionBudget: { spec: { minAvailable: 1 } } })).toHaveLength(1);
    expect(carried("Kibana", { count: 2, podDisruptionBudget: { spec: { minAvailable: 1 } } })).toEqual([]);
  });

  test("that is one itself", () => {
    const path = "values[0].objects[0].spec";
    expect(carried("PodDisruptionBudget", { maxUnavailable: "0%" })).toEqual([says(path, "maxUnavailable 0%", ONE)]);
    expect(carried("PodDisruptionBudget", { minAvailable: "100%" })).toEqual([
      says(path, "minAvailable 100%", INSTEAD),
    ]);
    expect(carried("PodDisruptionBudget", { minAvailable: 1 })).toEqual([]);
  });
});

test("a budget in the values of a chart is held against the pods beside it", () => {
  const chart = (values: object) =>
    refusals(
      (stack) => void new Release(stack, "R", { name: "r", chart: "./c", values: [JSON.stringify({ a: values })] }),
    ).map((problem) => problem.replace("[stack/R] ", ""));
  const path = "values[0].a.podDisruptionBudget";
  for (const count of ["replicas", "replicaCount"]) {
    expect(chart({ [count]: 2, podDisruptionBudget: { enabled: true, minAvailable: 1 } })).toEqual([]);
    expect(chart({ [count]: 1, podDisruptionBudget: { enabled: true, minAvailable: 1 } })).toEqual([
      says(path, "minAvailable 1, of 1 of the chart's", INSTEAD),
    ]);
  }
  expect(chart({ replicas: 1, podDisruptionBudget: { enabled: false, minAvailable: 1 } })).toEqual([]);
  expect(chart({ podDisruptionBudget: { maxUnavailable: 0, minAvailable: "" } })).toEqual([
    says(path, "maxUnavailable 0", ONE),
  ]);
});
