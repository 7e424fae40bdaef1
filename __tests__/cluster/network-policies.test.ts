import { describe, expect, test } from "@jest/globals";
import { allows, type NetworkPolicy, type Place } from "./network-policies";

const HOME = "home";
const pod = (app: string, namespace = HOME, ip?: string): Place => ({
  ...(ip ? { ip } : {}),
  pod: { namespace, namespaceLabels: { name: namespace }, labels: { app }, namedPorts: { http: 8080 } },
});
const policy = (spec: Partial<NetworkPolicy["spec"]>): NetworkPolicy => ({
  metadata: { name: "policy", namespace: HOME },
  spec: { podSelector: {}, policyTypes: [], ...spec },
});
const of = (app: string) => ({ matchLabels: { app } });
const DENY_ALL = policy({ policyTypes: ["Ingress", "Egress"] });
const NOTHING = { egress: false, ingress: false };
const ALL = { egress: true, ingress: true };

describe("network policies", () => {
  test("a pod that none selects may do everything", () => {
    expect(allows([], pod("a"), pod("b"), 80)).toEqual(ALL);
    expect(allows([DENY_ALL], pod("a", "elsewhere"), pod("b", "elsewhere"), 80)).toEqual(ALL);
  });

  test("a pod that one selects may do nothing that none allows, in its direction", () => {
    expect(allows([DENY_ALL], pod("a"), pod("b"), 80)).toEqual(NOTHING);
    expect(allows([policy({ policyTypes: ["Egress"] })], pod("a"), pod("b"), 80)).toEqual({
      egress: false,
      ingress: true,
    });
    expect(allows([policy({ policyTypes: ["Ingress"], podSelector: of("b") })], pod("a"), pod("b"), 80)).toEqual({
      egress: true,
      ingress: false,
    });
  });

  const aToB = [
    DENY_ALL,
    policy({
      podSelector: of("a"),
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector: of("b") }], ports: [{ port: 80, protocol: "TCP" }] }],
    }),
    policy({
      podSelector: of("b"),
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: of("a") }], ports: [{ port: 80, protocol: "TCP" }] }],
    }),
  ];

  test("one on each side opens one flow, and none but that", () => {
    expect(allows(aToB, pod("a"), pod("b"), 80)).toEqual(ALL);
    expect(allows(aToB, pod("b"), pod("a"), 80)).toEqual(NOTHING);
    expect(allows(aToB, pod("a"), pod("b"), 81)).toEqual(NOTHING);
    expect(allows(aToB, pod("a"), pod("b"), 80, "UDP")).toEqual(NOTHING);
    expect(allows(aToB, pod("a"), pod("c"), 80)).toEqual(NOTHING);
    expect(allows(aToB, pod("c"), pod("b"), 80)).toEqual(NOTHING);
  });

  test("a peer without a namespace is of the policy's own", () => {
    expect(allows(aToB, pod("a"), pod("b", "elsewhere"), 80)).toEqual({ egress: false, ingress: true });
    expect(allows(aToB, pod("a", "elsewhere"), pod("b"), 80)).toEqual({ egress: true, ingress: false });
  });

  const ingress = (from: object, ports: object[] = []) => [
    policy({ policyTypes: ["Ingress"], ingress: [{ from: [from], ports }] }),
  ];
  const comesIn = (policies: NetworkPolicy[], from: Place, port = 80) => allows(policies, from, pod("b"), port).ingress;

  test("a peer of a namespace is every pod of it, or those that are selected as well", () => {
    const monitoring = { namespaceSelector: { matchLabels: { name: "monitoring" } } };
    expect(comesIn(ingress(monitoring), pod("x", "monitoring"))).toBe(true);
    expect(comesIn(ingress(monitoring), pod("x"))).toBe(false);
    expect(comesIn(ingress({ ...monitoring, podSelector: of("y") }), pod("x", "monitoring"))).toBe(false);
  });

  test("addresses are of a block, less its exceptions", () => {
    const block = { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } };
    expect(comesIn(ingress(block), { ip: "10.2.3.4" })).toBe(true);
    expect(comesIn(ingress(block), { ip: "10.1.3.4" })).toBe(false);
    expect(comesIn(ingress(block), { ip: "11.2.3.4" })).toBe(false);
    expect(comesIn(ingress(block), { ip: "fd00::1" })).toBe(false);
    expect(comesIn(ingress(block), {})).toBe(false);
    expect(comesIn(ingress({ podSelector: {} }), { ip: "10.2.3.4" })).toBe(false);
  });

  test.each([
    [[{ port: "http" }], 8080, true],
    [[{ port: "http" }], 80, false],
    [[{ port: "other" }], 8080, false],
    [[{ port: 8000, endPort: 8100 }], 8080, true],
    [[{ port: 8000, endPort: 8100 }], 8101, false],
    [[{ protocol: "TCP" }], 1, true],
    [[], 1, true],
  ])("ports %j and %d: %j", (ports, port, expected) => {
    expect(comesIn(ingress({ podSelector: {} }, ports), pod("a"), port)).toBe(expected);
  });

  test("a rule without peers is for all, a policy without rules for none", () => {
    expect(comesIn([policy({ policyTypes: ["Ingress"], ingress: [{}] })], { ip: "1.2.3.4" })).toBe(true);
    expect(comesIn([policy({ policyTypes: ["Ingress"] })], { ip: "1.2.3.4" })).toBe(false);
  });

  test.each([
    ["In", ["a", "b"], true],
    ["In", ["b"], false],
    ["NotIn", ["b"], true],
    ["NotIn", ["a"], false],
    ["Exists", undefined, true],
    ["DoesNotExist", undefined, false],
  ] as const)("an expression %s %j", (operator, values, expected) => {
    const selector = { matchExpressions: [{ key: "app", operator, ...(values ? { values } : {}) }] };
    expect(comesIn(ingress({ podSelector: selector }), pod("a"))).toBe(expected);
  });
});
