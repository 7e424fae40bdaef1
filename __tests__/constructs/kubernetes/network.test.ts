import { describe, expect, test } from "@jest/globals";
import { API_SERVER, externalEndpoint, PodGroup } from "../../../constructs/kubernetes/network";
import type { KubernetesSite, KubernetesSiteProps } from "../../../constructs/kubernetes/site";
import { Construct } from "constructs";
import { type PolicyJson, SITE, synthOnSite } from "../../support/kubernetes-json";

type Groups = Record<"client" | "other" | "server", PodGroup>;

function policies(
  allow: (groups: Groups, site: KubernetesSite) => void,
  props: Partial<KubernetesSiteProps> = {},
): Record<string, PolicyJson> {
  return synthOnSite((stack, site) => {
    const group = (name: string) => new PodGroup(new Construct(stack, name), site, name);
    allow({ client: group("client"), other: group("other"), server: group("server") }, site);
  }, props).policies();
}

const tcp = (...ports: number[]) => ports.map((port) => ({ port: String(port), protocol: "TCP" }));
const podsOf = (component: string) => ({
  match_labels: { "app.kubernetes.io/name": component, "app.kubernetes.io/instance": SITE.environment },
});

test("in the beginning nothing is allowed but asking for names", () => {
  const json = synthOnSite(() => undefined);
  expect(json.policies()).toEqual({});
  expect(json.named("network_policy_v1", "deny-all").spec).toEqual({
    pod_selector: {},
    policy_types: ["Ingress", "Egress"],
  });
  expect(json.named("network_policy_v1", "allow-dns").spec).toEqual({
    pod_selector: {},
    policy_types: ["Egress"],
    egress: [
      {
        ports: [
          { port: "53", protocol: "UDP" },
          { port: "53", protocol: "TCP" },
        ],
      },
    ],
  });
});

describe("between pods", () => {
  test("a flow is allowed on both sides, for the same ports, and nothing beside it", () => {
    const made = policies(({ client, server }) => client.allowTo(server.endpoint([80, 81])));
    expect(Object.keys(made).sort()).toEqual(["client-to-server", "server-from-client"]);
    expect(made["client-to-server"]?.spec).toEqual({
      pod_selector: podsOf("client"),
      policy_types: ["Egress"],
      egress: [{ to: [{ pod_selector: podsOf("server") }], ports: tcp(80, 81) }],
    });
    expect(made["server-from-client"]?.spec).toEqual({
      pod_selector: podsOf("server"),
      policy_types: ["Ingress"],
      ingress: [{ from: [{ pod_selector: podsOf("client") }], ports: tcp(80, 81) }],
    });
  });

  test("asked twice is asked once; a second client is a second flow", () => {
    const made = policies(({ client, other, server }) => {
      client.allowTo(server.endpoint([80]));
      client.allowTo(server.endpoint([80]));
      other.allowTo(server.endpoint([80]));
    });
    expect(Object.keys(made).sort()).toEqual([
      "client-to-server",
      "other-to-server",
      "server-from-client",
      "server-from-other",
    ]);
  });

  test("an endpoint that nobody was granted opens nothing", () => {
    expect(policies(({ server }) => void server.endpoint([80]))).toEqual({});
  });
});

describe("from another namespace", () => {
  test("pods are let in to an endpoint, on its ports, and nothing is opened on their side", () => {
    const made = policies(({ server }) => server.endpoint([80, 81]).admitNamespace("elsewhere", "controller"));
    expect(Object.keys(made)).toEqual(["server-from-controller"]);
    expect(made["server-from-controller"]?.spec).toEqual({
      pod_selector: podsOf("server"),
      policy_types: ["Ingress"],
      ingress: [
        {
          from: [{ namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "elsewhere" } } }],
          ports: tcp(80, 81),
        },
      ],
    });
  });

  test("what is outside is not ours to open", () => {
    expect(policies(() => externalEndpoint("cloud", [443]).admitNamespace("elsewhere", "controller"))).toEqual({});
  });
});

describe("to the outside", () => {
  const egress = (endpoint: Parameters<PodGroup["allowTo"]>[0]) => {
    const made = policies(({ client }) => client.allowTo(endpoint));
    expect(Object.keys(made)).toEqual([`client-to-${endpoint.name}`]);
    return made[`client-to-${endpoint.name}`]?.spec.egress;
  };

  test("every address by default, on its ports, each once", () => {
    expect(egress(externalEndpoint("cloud", [443, 9092, 443]))).toEqual([{ ports: tcp(443, 9092) }]);
  });

  test("or some addresses", () => {
    expect(egress(externalEndpoint("cloud", [443], ["10.0.0.0/8", "192.0.2.1/32"]))).toEqual([
      { to: [{ ip_block: { cidr: "10.0.0.0/8" } }, { ip_block: { cidr: "192.0.2.1/32" } }], ports: tcp(443) },
    ]);
  });

  test("the API server, by its Service's port and by its own", () => {
    expect(egress(API_SERVER)).toEqual([{ ports: tcp(443, 6443) }]);
  });
});

describe("metrics", () => {
  test("are for nobody, unless the site says where Prometheus is", () => {
    expect(policies(({ server }) => server.allowScraping(9090))).toEqual({});
  });

  test("are for the pods of that namespace, on that port", () => {
    const made = policies(({ server }) => server.allowScraping(9090), { monitoringNamespace: "prometheus" });
    expect(Object.keys(made)).toEqual(["server-from-monitoring"]);
    expect(made["server-from-monitoring"]?.spec).toEqual({
      pod_selector: podsOf("server"),
      policy_types: ["Ingress"],
      ingress: [
        {
          from: [{ namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "prometheus" } } }],
          ports: tcp(9090),
        },
      ],
    });
  });
});
