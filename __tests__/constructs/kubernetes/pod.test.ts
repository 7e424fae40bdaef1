import { describe, expect, test } from "@jest/globals";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Lazy } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Duration } from "../../../constructs/core/duration";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { type ContainerProps, type PodProps, podTemplate } from "../../../constructs/kubernetes/pod";
import { PodVolume } from "../../../constructs/kubernetes/pod-volume";
import { differences } from "../../support/differences";
import { type ContainerJson, type PodJson, SITE, synthOnSite } from "../../support/kubernetes-json";

const CONTAINER: ContainerProps = {
  name: "main",
  image: ContainerImage.of("thing:1"),
  resources: { cpu: Cpu.millis(100), memory: Size.mebibytes(64) },
};
const SMALLEST: PodProps = { user: { uid: 7, gid: 8 }, containers: [CONTAINER] };

function pod(change: Partial<PodProps> = {}): PodJson {
  return synthOnSite((stack, site) => {
    new DeploymentV1(stack, "Thing", {
      metadata: site.metadata("thing"),
      spec: {
        selector: { matchLabels: site.labels("thing") },
        template: podTemplate(site, "thing", { ...SMALLEST, ...change }),
      },
    });
  }).pod("deployment_v1", "thing");
}

function container(change: Partial<ContainerProps>): ContainerJson {
  const [only] = pod({ containers: [{ ...CONTAINER, ...change }] }).spec.container;
  if (!only) throw new Error("there is no container");
  return only;
}

const smallest = pod();

test("defaults by value: every field of the restricted Pod Security Standard, no token, nothing to write to", () => {
  expect(smallest.spec).toEqual({
    automount_service_account_token: false,
    enable_service_links: false,
    termination_grace_period_seconds: 30,
    security_context: {
      run_as_non_root: true,
      run_as_user: "7",
      run_as_group: "8",
      fs_group: "8",
      fs_group_change_policy: "OnRootMismatch",
      seccomp_profile: { type: "RuntimeDefault" },
    },
    container: [
      {
        name: "main",
        image: "thing:1",
        image_pull_policy: "IfNotPresent",
        resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } },
        security_context: {
          allow_privilege_escalation: false,
          run_as_non_root: true,
          read_only_root_filesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  });
  expect(smallest.metadata.labels).toMatchObject({
    "app.kubernetes.io/name": "thing",
    "app.kubernetes.io/instance": SITE.environment,
  });
});

describe("every container is held to the same", () => {
  const second: ContainerProps = { ...CONTAINER, name: "second", image: ContainerImage.of("other:1") };
  const { spec } = pod({ containers: [CONTAINER, second], initContainers: [{ ...CONTAINER, name: "first" }] });

  test("also the second, and those that run before", () => {
    expect(spec.container.map(({ name }) => name)).toEqual(["main", "second"]);
    expect(spec.init_container?.map(({ name }) => name)).toEqual(["first"]);
    for (const one of [...spec.container, ...(spec.init_container ?? [])]) {
      expect(one.security_context).toEqual(smallest.spec.container[0]?.security_context);
      expect(Object.keys(one.resources.limits)).toEqual(["memory"]);
    }
  });
});

test.each<[string, Partial<PodProps>, Record<string, unknown>]>([
  [
    "user",
    { user: { uid: 1, gid: 2 } },
    {
      "spec > security_context > run_as_user": "1",
      "spec > security_context > run_as_group": "2",
      "spec > security_context > fs_group": "2",
    },
  ],
  ["fsGroup", { fsGroup: 9 }, { "spec > security_context > fs_group": "9" }],
  ["gracePeriod", { gracePeriod: Duration.milliseconds(1500) }, { "spec > termination_grace_period_seconds": 2 }],
  ["annotations", { annotations: { a: "b" } }, { "metadata > annotations > a": "b" }],
  [
    "serviceAccount",
    { serviceAccount: "account" },
    { "spec > service_account_name": "account", "spec > automount_service_account_token": true },
  ],
  ["priorityClass", { priorityClass: "high" }, { "spec > priority_class_name": "high" }],
  [
    "tolerations",
    { tolerations: [{ operator: "Exists" }, { key: "k", operator: "Exists", effect: "NoExecute" }] },
    { "spec > toleration": [{ operator: "Exists" }, { key: "k", operator: "Exists", effect: "NoExecute" }] },
  ],
  [
    "spread",
    { spread: true },
    {
      "spec > topology_spread_constraint": [
        {
          max_skew: 1,
          topology_key: "kubernetes.io/hostname",
          when_unsatisfiable: "ScheduleAnyway",
          label_selector: [
            {
              match_labels: { "app.kubernetes.io/name": "thing", "app.kubernetes.io/instance": SITE.environment },
            },
          ],
        },
      ],
    },
  ],
  ["spread, its default", { spread: false }, {}],
  ["restart", { restart: "Never" }, { "spec > restart_policy": "Never" }],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  expect(differences(smallest, pod(change))).toEqual(expected);
});

test.each<[string, Partial<ContainerProps>, Record<string, unknown>]>([
  ["name", { name: "other" }, { name: "other" }],
  ["image", { image: ContainerImage.of("thing:2") }, { image: "thing:2" }],
  ["entrypoint", { entrypoint: ["program"] }, { command: ["program"] }],
  ["command", { command: ["an", "argument"] }, { args: ["an", "argument"] }],
  [
    "resources",
    { resources: { cpu: Cpu.cores(1), memory: Size.kibibytes(64 * 1024 + 1) } },
    {
      "resources > requests > cpu": "1",
      "resources > requests > memory": "65Mi",
      "resources > limits > memory": "65Mi",
    },
  ],
  [
    "ports",
    { ports: { http: 80, https: 443 } },
    {
      port: [
        { name: "http", container_port: 80, protocol: "TCP" },
        { name: "https", container_port: 443, protocol: "TCP" },
      ],
    },
  ],
  [
    "env",
    { env: { VALUE: "1", SECRET: SecretRef.of("secret", "key"), FIELD: { field: "spec.nodeName" } } },
    {
      env: [
        { name: "VALUE", value: "1" },
        { name: "SECRET", value_from: { secret_key_ref: { name: "secret", key: "key" } } },
        { name: "FIELD", value_from: { field_ref: { field_path: "spec.nodeName" } } },
      ],
    },
  ],
])("of a container, '%s' alone changes what it names and nothing else", (_, change, expected) => {
  expect(differences(smallest.spec.container[0], container(change))).toEqual(expected);
});

describe("variables", () => {
  test("Terraform takes a value as it is, and one that Kubernetes expands is left to it", () => {
    expect(container({ env: { A: "${x} %{y}", B: "$(A)" } }).env).toEqual([
      { name: "A", value: "$${x} %%{y}" },
      { name: "B", value: "$(A)" },
    ]);
  });

  test("one that is known late is waited for", () => {
    expect(container({ env: { A: Lazy.stringValue({ produce: () => "late" }) } }).env).toEqual([
      { name: "A", value: "late" },
    ]);
  });
});

describe("probes", () => {
  const defaults = { period_seconds: 5, timeout_seconds: 5, failure_threshold: 3 };

  test.each<[string, ContainerProps["startup"], unknown]>([
    ["HTTP", { ask: { http: "/health", port: 80 } }, { ...defaults, http_get: { path: "/health", port: "80" } }],
    ["TCP", { ask: { tcp: 81 } }, { ...defaults, tcp_socket: [{ port: "81" }] }],
    ["a command", { ask: { command: ["a", "b"] } }, { ...defaults, exec: { command: ["a", "b"] } }],
    [
      "with times of its own",
      { ask: { tcp: 81 }, period: Duration.seconds(6), timeout: Duration.seconds(7), failures: 8 },
      { tcp_socket: [{ port: "81" }], period_seconds: 6, timeout_seconds: 7, failure_threshold: 8 },
    ],
  ])("%s", (_, probe, expected) => {
    if (!probe) throw new Error("there is no probe");
    const before = smallest.spec.container[0];
    const asked = (change: Partial<ContainerProps>) => ({ ...before, ...container(change) });
    expect(asked({ startup: probe })).toEqual({ ...before, startup_probe: expected });
    expect(asked({ readiness: probe })).toEqual({ ...before, readiness_probe: expected });
    expect(asked({ liveness: probe })).toEqual({ ...before, liveness_probe: expected });
  });
});

describe("mounts", () => {
  const config = PodVolume.configMap("config", "settings");

  test("a volume is listed once, whoever mounts it, and by the name that it is mounted by", () => {
    const mounts = [{ volume: config, path: "/config", readOnly: true }];
    const { spec } = pod({
      containers: [
        { ...CONTAINER, mounts: [...mounts, { volume: config, path: "/file", subPath: "file" }] },
        { ...CONTAINER, name: "second", mounts },
      ],
      initContainers: [{ ...CONTAINER, name: "first", mounts }],
    });
    expect(spec.volume).toEqual([{ name: "config", config_map: { name: "settings" } }]);
    expect(spec.container[0]?.volume_mount).toEqual([
      { name: "config", mount_path: "/config", read_only: true },
      { name: "config", mount_path: "/file", read_only: false, sub_path: "file" },
    ]);
    for (const one of [spec.container[1], spec.init_container?.[0]]) {
      expect(one?.volume_mount).toEqual([{ name: "config", mount_path: "/config", read_only: true }]);
    }
  });

  test("a claim is listed by the StatefulSet, not by the pod", () => {
    const { spec } = pod({ containers: [{ ...CONTAINER, mounts: [{ volume: PodVolume.claim("data"), path: "/d" }] }] });
    expect(spec).not.toHaveProperty("volume");
    expect(spec.container[0]?.volume_mount).toEqual([{ name: "data", mount_path: "/d", read_only: false }]);
  });
});
