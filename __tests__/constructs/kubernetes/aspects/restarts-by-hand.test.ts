import { describe, expect, test } from "@jest/globals";
import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { Deployment } from "@cdktf/provider-kubernetes/lib/deployment";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { type TerraformResourceLifecycle, type TerraformStack, Testing } from "cdktf";
import { ContainerImage } from "../../../../constructs/core/container-image";
import { Cpu } from "../../../../constructs/core/cpu";
import { Size } from "../../../../constructs/core/size";
import { podTemplate } from "../../../../constructs/kubernetes/pod";
import type { KubernetesSite } from "../../../../constructs/kubernetes/site";
import { stackWithSite } from "../../../support/kubernetes-json";

const NOTE = 'spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]';

type Make = (stack: TerraformStack, site: KubernetesSite) => void;

function lifecycles(make: Make): Record<string, unknown> {
  const { stack, site } = stackWithSite();
  make(stack, site);
  const { resource } = JSON.parse(Testing.synth(stack, true)) as {
    resource: Record<string, Record<string, { lifecycle?: unknown }>>;
  };
  return Object.fromEntries(
    Object.entries(resource).flatMap(([type, all]) => Object.values(all).map(({ lifecycle }) => [type, lifecycle])),
  );
}

function workload(site: KubernetesSite) {
  const template = podTemplate(site, "web", {
    user: { uid: 1000, gid: 1000 },
    containers: [
      {
        name: "main",
        image: ContainerImage.of("web:1.2"),
        resources: { cpu: Cpu.millis(10), memory: Size.mebibytes(16) },
      },
    ],
  });
  return { metadata: site.metadata("web"), spec: { selector: { matchLabels: site.labels("web") }, template } };
}

const deploymentWith =
  (lifecycle?: TerraformResourceLifecycle): Make =>
  (stack, site) =>
    void new DeploymentV1(stack, "Web", { ...workload(site), ...(lifecycle ? { lifecycle } : {}) });

describe("pods that were started anew by hand are no difference", () => {
  test.each<[string, Make]>([
    ["kubernetes_deployment_v1", deploymentWith()],
    ["kubernetes_deployment", (stack, site) => void new Deployment(stack, "Web", workload(site))],
    ["kubernetes_daemon_set_v1", (stack, site) => void new DaemonSetV1(stack, "Web", workload(site))],
    [
      "kubernetes_stateful_set_v1",
      (stack, site) => {
        const { metadata, spec } = workload(site);
        new StatefulSetV1(stack, "Web", { metadata, spec: { ...spec, serviceName: "web" } });
      },
    ],
  ])("of a %s", (type, make) => {
    expect(lifecycles(make)[type]).toEqual({ ignore_changes: [NOTE] });
  });

  test("and what a construct ignores itself stays ignored", () => {
    const of = (lifecycle: TerraformResourceLifecycle) =>
      lifecycles(deploymentWith(lifecycle))["kubernetes_deployment_v1"];
    expect(of({ preventDestroy: true, ignoreChanges: ["spec[0].replicas"] })).toEqual({
      prevent_destroy: true,
      ignore_changes: ["spec[0].replicas", NOTE],
    });
    expect(of({ ignoreChanges: "all" })).toEqual({ ignore_changes: "all" });
  });

  test("and there is nothing to start anew of anything else", () => {
    const all = lifecycles((stack, site) => {
      const { metadata, spec } = workload(site);
      new JobV1(stack, "Job", { metadata, spec: { template: spec.template } });
    });
    expect(Object.keys(all).sort()).toEqual(["kubernetes_job_v1", "kubernetes_network_policy_v1"]);
    expect(Object.values(all).filter(Boolean)).toEqual([]);
  });
});
