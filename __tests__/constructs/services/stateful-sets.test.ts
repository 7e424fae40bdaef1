import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { SampleServices, type SampleServicesProps } from "../../../constructs/services/stateful-sets";
import { Jaeger } from "../../../constructs/tracing/deployment";
import { LOG_DIRECTORY } from "../../../contract/names";
import { differences } from "../../support/differences";
import { type KubernetesJson, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const SMALLEST: SampleServicesProps = {
  image: ContainerImage.of("services:1"),
  memory: Size.mebibytes(64),
  tracing: { otlpEndpoint: "http://collector:4318" },
};
const NAMES = SampleServices.COMPONENTS;
const ON_NODES = { mayMountNodeDirectories: NAMES };

function synth(change: Partial<SampleServicesProps> = {}): KubernetesJson {
  return synthOnSite(
    (stack, site) => void new SampleServices(stack, "Services", site, { ...SMALLEST, ...change }),
    ON_NODES,
  );
}

const smallest = synth();

test("each of the three is a set with a Service", () => {
  expect(smallest.names().filter((name) => !name.startsWith("network_policy_v1/"))).toEqual([
    ...NAMES.map((name) => `service_v1/${name}`),
    ...NAMES.map((name) => `stateful_set_v1/${name}`),
  ]);
  expect(brokenRelations(smallest)).toEqual([]);
});

describe.each(NAMES)("%s", (name) => {
  const container = smallest.container("stateful_set_v1", name);
  const env = smallest.env("stateful_set_v1", name);

  test("runs its program, on the port that its Service has", () => {
    expect(container.args).toEqual([name]);
    expect(container.port).toEqual([{ name: "http", container_port: Number(env["PORT"]), protocol: "TCP" }]);
    expect(smallest.named("service_v1", name).spec).not.toHaveProperty("cluster_ip");
    expect(smallest.named("stateful_set_v1", name)).toMatchObject({
      wait_for_rollout: true,
      spec: { replicas: "1", service_name: name, pod_management_policy: "Parallel", revision_history_limit: 3 },
    });
  });

  test("writes into a file that no other pod has, in the node's directory, which is given to it first", () => {
    const order = (container.env ?? []).map((one) => one.name);
    expect(env).toMatchObject({ POD_NAME: "metadata.name", LOG_FILE_NAME: "$(POD_NAME).log", LOG_DIRECTORY });
    // Kubernetes expands only what comes before.
    expect(order.indexOf("POD_NAME")).toBeLessThan(order.indexOf("LOG_FILE_NAME"));
    const { spec } = smallest.pod("stateful_set_v1", name);
    expect(spec.volume).toEqual([{ name: "logs", host_path: { path: LOG_DIRECTORY, type: "DirectoryOrCreate" } }]);
    expect(container.volume_mount).toEqual([{ name: "logs", mount_path: env["LOG_DIRECTORY"], read_only: false }]);
    const { run_as_user: uid, run_as_group: gid } = spec.security_context;
    expect(smallest.container("stateful_set_v1", name, "own-logs").command?.slice(0, 2)).toEqual([
      "chown",
      `${String(uid)}:${String(gid)}`,
    ]);
  });

  test("is asked for its health over HTTP, and has the time to finish what it began", () => {
    const asked = { path: "/healthz", port: env["PORT"] };
    expect([container.startup_probe, container.readiness_probe, container.liveness_probe]).toMatchObject([
      { http_get: asked },
      { http_get: asked },
      { http_get: asked },
    ]);
    expect(smallest.pod("stateful_set_v1", name).spec.termination_grace_period_seconds).toBeGreaterThanOrEqual(10);
  });

  test("defaults by value, and garbage is collected before the limit", () => {
    expect(container.resources).toEqual({ requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "64Mi" } });
    expect(env["GOMEMLIMIT"]).toBe("51MiB");
    expect(env["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe("http://collector:4318");
  });

  test.each<[string, Partial<SampleServicesProps>, Record<string, unknown>]>([
    ["image", { image: ContainerImage.of("services:9") }, { image: "services:9" }],
    ["memory", { memory: Size.mebibytes(100) }, { memory: "100Mi", "env > GOMEMLIMIT": "80MiB" }],
    ["cpu", { cpu: Cpu.millis(30) }, { cpu: "30m" }],
    ["replicas", { replicas: 3 }, { replicas: "3" }],
    [
      "tracing",
      { tracing: { otlpEndpoint: "http://other:1" } },
      { "env > OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:1" },
    ],
    ["nodeLogDirectory", { nodeLogDirectory: "/logs" }, { directory: "/logs" }],
  ])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
    const facts = (json: KubernetesJson) => {
      const { image, resources } = json.container("stateful_set_v1", name);
      return {
        image,
        memory: resources.limits["memory"],
        cpu: resources.requests.cpu,
        replicas: json.named("stateful_set_v1", name).spec.replicas,
        env: json.env("stateful_set_v1", name),
        directory: json.pod("stateful_set_v1", name).spec.volume?.[0]?.host_path?.path,
      };
    };
    expect(differences(facts(smallest), facts(synth(change)))).toEqual(expected);
  });
});

test("each calls the next by its Service, and may reach nothing else", () => {
  const address = (name: string) => {
    const { port } = smallest.named("service_v1", name).spec as { port: readonly { port: number }[] };
    return `http://${name}:${port[0]?.port}`;
  };
  expect(smallest.env("stateful_set_v1", "gateway")["ORDERS_URL"]).toBe(address("orders"));
  expect(smallest.env("stateful_set_v1", "orders")["PAYMENTS_URL"]).toBe(address("payments"));
  expect(Object.keys(smallest.policies()).sort()).toEqual([
    "gateway-to-orders",
    "orders-from-gateway",
    "orders-to-payments",
    "payments-from-orders",
  ]);
});

test("each sends its spans to the collector that it was granted", () => {
  const json = synthOnSite((stack, site) => {
    const jaeger = new Jaeger(stack, "Jaeger", site, {
      image: ContainerImage.of("jaeger:1"),
      memory: Size.mebibytes(256),
    });
    new SampleServices(stack, "Services", site, { ...SMALLEST, tracing: jaeger.grantSend() });
  }, ON_NODES);
  const policies = Object.keys(json.policies());
  for (const name of NAMES)
    expect(policies).toEqual(expect.arrayContaining([`${name}-to-jaeger`, `jaeger-from-${name}`]));
  expect(brokenRelations(json)).toEqual([]);
});

test("whoever is granted the gateway can reach it", () => {
  let url = "";
  const policies = synthOnSite((stack, site) => {
    const { gateway } = new SampleServices(stack, "Services", site, SMALLEST);
    new PodGroup(stack, site, "caller").allowTo(gateway.endpoint);
    url = gateway.url;
  }, ON_NODES).policies();
  expect(url).toBe("http://gateway:8080");
  expect(Object.keys(policies)).toEqual(expect.arrayContaining(["caller-to-gateway", "gateway-from-caller"]));
});

test.each([0, -1, 1.5, Number.NaN])("%d replicas are refused", (replicas) => {
  expect(() => synth({ replicas })).toThrow(
    new ConfigurationError([`sample services: 'replicas' (${replicas}) must be a whole number of at least 1`]),
  );
});
