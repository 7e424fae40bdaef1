import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { COMPONENT_NAMES, type Component, components, LISTENS } from "../../../tools/cluster/components";

const all = components({
  programs: "/programs",
  pauseImage: "docker.io/log-pipeline/pause:1",
  openFiles: 20_000,
  resolvConf: "search example\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver fd00::53\n",
  read: (file) => Buffer.from(file),
});

function component(name: string): Component {
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
}

function file(name: string, ending: string): string {
  const [, content = ""] = Object.entries(component(name).files).find(([path]) => path.endsWith(ending)) ?? [];
  return content;
}

test("they are described in the order that they are started", () => {
  expect(all.map(({ name }) => name)).toEqual(COMPONENT_NAMES);
});

test("none listens beyond this machine", () => {
  for (const { address } of Object.values(LISTENS).flat()) expect(["127.0.0.1", "10.231.0.1"]).toContain(address);
  expect(JSON.stringify(all)).not.toContain("0.0.0.0:");
});

test("no flag is given twice", () => {
  for (const { args } of all) {
    const names = args.map((arg) => arg.split("=")[0]);
    expect(new Set(names).size).toBe(names.length);
  }
});

describe("the API server", () => {
  test.each([
    "--anonymous-auth=false",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--bind-address=10.231.0.1",
    "--advertise-address=10.231.0.1",
    "--etcd-certfile=/var/lib/log-pipeline-cluster/pki/etcd-client.crt",
  ])("has %s", (flag) => {
    expect(component("kube-apiserver").args).toContain(flag);
  });
});

test("etcd answers only who has a certificate of its own authority", () => {
  expect(component("etcd").args).toEqual(
    expect.arrayContaining([
      "--client-cert-auth=true",
      "--peer-client-cert-auth=true",
      "--trusted-ca-file=/var/lib/log-pipeline-cluster/pki/etcd-ca.crt",
    ]),
  );
});

test("the kubelet knows nobody without a certificate or a token, and asks the API server who may what", () => {
  const configuration = parse(file("kubelet", "kubelet.yaml")) as unknown;
  expect(configuration).toMatchObject({
    address: "10.231.0.1",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
    authorization: { mode: "Webhook" },
    readOnlyPort: 0,
    healthzPort: 0,
    cgroupDriver: "cgroupfs",
    cgroupRoot: "/log-pipeline-cluster",
    failCgroupV1: false,
    imageGCHighThresholdPercent: 100,
    maxOpenFiles: 20_000,
  });
});

test("pods get the host's name servers, but not those that only the host can reach", () => {
  expect(file("kubelet", "resolv.conf")).toBe("nameserver 192.0.2.53\n");
});

test("containerd is this cluster's own", () => {
  const configuration = file("containerd", "containerd.toml");
  expect(configuration).toContain('root = "/var/lib/log-pipeline-cluster/containerd"\n');
  expect(configuration).toContain('state = "/run/log-pipeline-cluster/containerd"\n');
  expect(configuration).toContain('sandbox_image = "docker.io/log-pipeline/pause:1"\n');
  expect(configuration).toContain("restrict_oom_score_adj = true\n");
});

test("a kubeconfig holds the certificates themselves", () => {
  const data = (path: string) => Buffer.from(`/var/lib/log-pipeline-cluster/pki/${path}`).toString("base64");
  expect(parse(file("kube-proxy", "proxy.kubeconfig"))).toMatchObject({
    "current-context": "log-pipeline",
    clusters: [{ cluster: { server: "https://10.231.0.1:6443", "certificate-authority-data": data("ca.crt") } }],
    users: [{ user: { "client-certificate-data": data("proxy.crt"), "client-key-data": data("proxy.key") } }],
  });
});
