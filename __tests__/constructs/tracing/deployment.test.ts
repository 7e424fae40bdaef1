import { expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Size } from "../../../constructs/core/size";
import { JaegerContainer } from "../../../constructs/tracing/container";
import { PodGroup } from "../../../constructs/kubernetes/network";
import type { TracingConnection } from "../../../constructs/tracing/collector";
import { Jaeger, type JaegerProps } from "../../../constructs/tracing/deployment";
import { differences } from "../../support/differences";
import * as docker from "../../support/docker-json";
import { type KubernetesJson, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const SMALLEST: JaegerProps = { image: ContainerImage.of("jaeger:1"), memory: Size.mebibytes(256) };

function synth(change: Partial<JaegerProps> = {}): KubernetesJson {
  return synthOnSite((stack, site) => void new Jaeger(stack, "Jaeger", site, { ...SMALLEST, ...change }));
}

const smallest = synth();
const container = smallest.container("deployment_v1", "jaeger");

test("one Deployment and its Service; never two pods at once, which would share out the spans of a trace", () => {
  expect(smallest.names()).toEqual([
    "deployment_v1/jaeger",
    "network_policy_v1/allow-dns",
    "network_policy_v1/deny-all",
    "service_v1/jaeger",
  ]);
  expect(smallest.named("deployment_v1", "jaeger")).toMatchObject({
    wait_for_rollout: true,
    spec: { replicas: "1", strategy: { type: "Recreate" } },
  });
  expect(brokenRelations(smallest)).toEqual([]);
});

test("defaults by value", () => {
  expect(container.resources).toEqual({ requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "256Mi" } });
  expect(container.args).toEqual(["--set=extensions.jaeger_storage.backends.some_storage.memory.max_traces=13107"]);
  expect(smallest.env("deployment_v1", "jaeger")).toEqual({ GOMEMLIMIT: "204MiB" });
  expect(smallest.pod("deployment_v1", "jaeger").spec.security_context).toMatchObject({ run_as_user: "10001" });
});

test("it keeps as many traces as the container of so much memory does", () => {
  const onDocker = docker.synthOnSite(
    (stack, site) => void new JaegerContainer(stack, "Jaeger", site, { ...SMALLEST, machinePort: 16686 }),
  );
  expect(container.args).toEqual(onDocker.container("jaeger").command);
  expect(smallest.env("deployment_v1", "jaeger")).toEqual(onDocker.env("jaeger"));
});

test.each<[string, Partial<JaegerProps>, Record<string, unknown>]>([
  ["image", { image: ContainerImage.of("jaeger:9") }, { image: "jaeger:9" }],
  ["cpu", { cpu: Cpu.millis(60) }, { "resources > requests > cpu": "60m" }],
  [
    "memory",
    { memory: Size.mebibytes(512) },
    {
      "resources > requests > memory": "512Mi",
      "resources > limits > memory": "512Mi",
      args: ["--set=extensions.jaeger_storage.backends.some_storage.memory.max_traces=26214"],
      env: [{ name: "GOMEMLIMIT", value: "409MiB" }],
    },
  ],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  expect(differences(container, synth(change).container("deployment_v1", "jaeger"))).toEqual(expected);
});

test("whoever may send spans can reach the port for spans, and not its pages", () => {
  let connection: TracingConnection | undefined;
  const json = synthOnSite((stack, site) => {
    connection = new Jaeger(stack, "Jaeger", site, SMALLEST).grantSend();
    if (connection.endpoint) new PodGroup(stack, site, "client").allowTo(connection.endpoint);
  });
  const { port = [] } = json.named("service_v1", "jaeger").spec as { port: { name: string; port: number }[] };
  const otlp = port.find(({ name }) => name === "otlp");
  expect(connection?.otlpEndpoint).toBe(`http://jaeger:${otlp?.port}`);
  expect(json.policies()["jaeger-from-client"]?.spec.ingress?.[0]?.ports).toEqual([
    { port: String(otlp?.port), protocol: "TCP" },
  ]);
});

test("its health is asked over HTTP", () => {
  const asked = { http_get: { path: "/status", port: "13133" } };
  expect([container.startup_probe, container.readiness_probe, container.liveness_probe]).toMatchObject([
    asked,
    asked,
    asked,
  ]);
});

test("and so can the pods of namespaces that are named", () => {
  const policies = synth({ fromNamespaces: ["shop", "billing"] }).policies();
  expect(Object.keys(policies).sort()).toEqual(["jaeger-from-billing", "jaeger-from-shop"]);
  expect(policies["jaeger-from-shop"]?.spec.ingress).toEqual([
    {
      from: [{ namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "shop" } } }],
      ports: [{ port: "4318", protocol: "TCP" }],
    },
  ]);
  expect(smallest.policies()).toEqual({});
});
