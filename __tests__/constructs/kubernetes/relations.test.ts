import { describe, expect, test } from "@jest/globals";
import { DeploymentV1, type DeploymentV1Config } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Size } from "../../../constructs/core/size";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { type ContainerProps, podTemplate } from "../../../constructs/kubernetes/pod";
import { PodVolume } from "../../../constructs/kubernetes/pod-volume";
import { synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

interface Change {
  readonly selector?: Record<string, string>;
  readonly container?: Partial<ContainerProps>;
  readonly servicePort?: number;
  readonly serviceSelector?: Record<string, string>;
  readonly policyPort?: number;
  /** Of the template. */
  readonly volumes?: NonNullable<DeploymentV1Config["spec"]["template"]["spec"]["volume"]>;
}

/** A server with a Service and a client, of which something is not as it should be. */
function broken(change: Change): string[] {
  const json = synthOnSite((stack, site) => {
    const template = (name: string, more: Partial<ContainerProps>) =>
      podTemplate(site, name, {
        user: { uid: 1, gid: 1 },
        containers: [
          {
            name,
            image: ContainerImage.of("a:1"),
            resources: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) },
            ...more,
          },
        ],
      });
    const server = template("server", {
      ports: { http: 80 },
      mounts: [{ volume: PodVolume.emptyDir("tmp", Size.mebibytes(1)), path: "/tmp" }],
      ...change.container,
    });
    new DeploymentV1(stack, "Server", {
      metadata: site.metadata("server"),
      spec: {
        selector: { matchLabels: change.selector ?? site.labels("server") },
        template: change.volumes ? { ...server, spec: { ...server.spec, volume: change.volumes } } : server,
      },
    });
    new ServiceV1(stack, "Service", {
      metadata: site.metadata("server"),
      spec: {
        selector: change.serviceSelector ?? site.labels("server"),
        port: [{ name: "http", port: change.servicePort ?? 80, targetPort: "http" }],
      },
    });
    new DeploymentV1(stack, "Client", {
      metadata: site.metadata("client"),
      spec: { selector: { matchLabels: site.labels("client") }, template: template("client", {}) },
    });
    const endpoint = new PodGroup(stack, site, "server").endpoint([change.policyPort ?? 80]);
    new PodGroup(stack, site, "client").allowTo(endpoint);
  });
  return brokenRelations(json);
}

test("nothing is found where nothing is wrong", () => {
  expect(broken({})).toEqual([]);
});

const tmp = PodVolume.emptyDir("tmp", Size.mebibytes(1));

test.each<[Change, readonly string[]]>([
  [{ selector: { a: "b" } }, ["deployment_v1/server: its selector does not select its own pods"]],
  [{ serviceSelector: { a: "b" } }, ["service_v1/server: selects the pods of 0 workloads"]],
  [{ servicePort: 81 }, ["service_v1/server: port 81 leads to 'http', which is no such port of deployment_v1/server"]],
  [{ policyPort: 81 }, ["network_policy_v1/server-from-client: lets in to port 81, which nobody listens on"]],
  [
    { container: { readiness: { ask: { tcp: 81 } } } },
    ["deployment_v1/server: a probe asks port 81, which 'server' does not name"],
  ],
  [
    {
      container: {
        mounts: [
          { volume: tmp, path: "/tmp" },
          { volume: tmp, path: "/tmp" },
        ],
      },
    },
    ["deployment_v1/server: '/tmp' is mounted twice in 'server'"],
  ],
  [
    { container: { mounts: [{ volume: PodVolume.configMap("c", "settings"), path: "/c" }] } },
    ["deployment_v1/server: there is no ConfigMap 'settings'"],
  ],
  [
    { volumes: [{ name: "other", emptyDir: {} }] },
    [
      "deployment_v1/server: mounts 'tmp', which is no volume",
      "deployment_v1/server: volume 'other' is mounted nowhere",
    ],
  ],
])("%j is found", (change, found) => {
  expect(broken(change)).toEqual(found);
});

describe("policies", () => {
  test("of which one side is missing are found", () => {
    const json = synthOnSite((stack, site) => {
      new PodGroup(stack, site, "client").allowTo({
        ...new PodGroup(stack, site, "server").endpoint([80]),
        admit: () => undefined,
      });
    });
    expect(brokenRelations(json)).toEqual(["network_policy_v1/client-to-server: is about no pods"]);
  });
});
