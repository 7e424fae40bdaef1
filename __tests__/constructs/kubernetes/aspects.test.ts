import { describe, expect, test } from "@jest/globals";
import { ClusterRoleV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-v1";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { CronJobV1 } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { DataKubernetesNamespaceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-namespace-v1";
import { DeploymentV1, type DeploymentV1SpecTemplate } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { App, Testing, type TerraformStack } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { podTemplate } from "../../../constructs/kubernetes/pod";
import { PodVolume } from "../../../constructs/kubernetes/pod-volume";
import type { KubernetesSite, KubernetesSiteProps } from "../../../constructs/kubernetes/site";
import { KubernetesJson, SITE, stackWithSite, synthOnSite } from "../../support/kubernetes-json";

const IMAGE = ContainerImage.of("web:1.2");
const LOGS = PodVolume.nodeDirectory("logs", "/var/log/myapp");
const STATE = PodVolume.nodeDirectory("state", "/var/lib/web", { ownedBy: { uid: 1000, gid: 1000 } });

function template(
  site: KubernetesSite,
  { image = IMAGE, volumes = [] as readonly PodVolume[] } = {},
): DeploymentV1SpecTemplate {
  return podTemplate(site, "web", {
    user: { uid: 1000, gid: 1000 },
    containers: [
      {
        name: "main",
        image,
        resources: { cpu: Cpu.millis(10), memory: Size.mebibytes(16) },
        mounts: volumes.map((volume) => ({ volume, path: `/${volume.name}` })),
      },
    ],
  });
}

type Change = (template: DeploymentV1SpecTemplate) => DeploymentV1SpecTemplate;

function deploy(stack: TerraformStack, site: KubernetesSite, pod: DeploymentV1SpecTemplate): DeploymentV1 {
  return new DeploymentV1(stack, "Web", {
    metadata: site.metadata("web"),
    spec: { selector: { matchLabels: site.labels("web") }, template: pod },
  });
}

describe("labels", () => {
  const COMMON = {
    "app.kubernetes.io/part-of": "log-pipeline",
    "app.kubernetes.io/managed-by": "cdktf",
    "app.kubernetes.io/instance": SITE.environment,
  };
  const NAMED = { "app.kubernetes.io/name": "web" };

  const json = synthOnSite((stack, site) => {
    const metadata = site.metadata("web");
    const selector = { matchLabels: site.labels("web") };
    const pod = template(site);
    deploy(stack, site, pod);
    new StatefulSetV1(stack, "Set", { metadata, spec: { serviceName: "web", selector, template: pod } });
    new DaemonSetV1(stack, "Daemons", { metadata, spec: { selector, template: pod } });
    new JobV1(stack, "Job", { metadata, spec: { template: pod } });
    new CronJobV1(stack, "Nightly", {
      metadata,
      spec: { schedule: "0 3 * * *", jobTemplate: { metadata: {}, spec: { template: pod } } },
    });
    new PodV1(stack, "Pod", { metadata, spec: pod.spec });
    new ServiceV1(stack, "Service", { metadata, spec: { selector: site.labels("web"), port: [{ port: 80 }] } });
    new ConfigMapV1(stack, "Config", { metadata, data: { "a.b": "c" } });
    new ServiceAccountV1(stack, "Account", { metadata });
    new ClusterRoleV1(stack, "Bare", { metadata: { name: "bare" } });
    new PersistentVolumeClaimV1(stack, "Claim", {
      metadata,
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    new NetworkPolicyV1(stack, "Policy", {
      metadata,
      spec: { podSelector: { matchLabels: site.labels("web") }, policyTypes: ["Ingress"] },
    });
  });
  const KINDS = [
    "deployment_v1",
    "stateful_set_v1",
    "daemon_set_v1",
    "job_v1",
    "cron_job_v1",
    "pod_v1",
    "service_v1",
    "config_map_v1",
    "service_account_v1",
    "persistent_volume_claim_v1",
  ];
  const templateOf = (kind: string) => {
    const { spec } = json.named(kind, "web");
    return spec.template ?? spec.job_template.spec.template;
  };

  test.each([...KINDS, "network_policy_v1"])("of a %s are its own and the common ones", (kind) => {
    expect(json.named(kind, "web").metadata).toEqual({
      name: "web",
      namespace: SITE.namespace,
      labels: { ...NAMED, ...COMMON },
    });
  });

  test("are there where a construct stated none", () => {
    expect(json.named("cluster_role_v1", "bare").metadata.labels).toEqual(COMMON);
  });

  test("are on the site's own policies too", () => {
    expect(json.named("network_policy_v1", "deny-all").metadata.labels).toMatchObject(COMMON);
  });

  test.each(["deployment_v1", "stateful_set_v1", "daemon_set_v1", "job_v1", "cron_job_v1"])(
    "of a pod template of a %s also tell the version",
    (kind) => {
      expect(templateOf(kind).metadata.labels).toEqual({
        ...NAMED,
        ...COMMON,
        "app.kubernetes.io/version": "1.2",
      });
      expect(templateOf(kind).spec.container).toMatchObject([{ name: "main", image: IMAGE.reference }]);
    },
  );

  test("leave selectors as they are, and each selects its pods", () => {
    const selector = { ...NAMED, "app.kubernetes.io/instance": SITE.environment };
    for (const kind of ["deployment_v1", "stateful_set_v1", "daemon_set_v1"]) {
      expect(json.named(kind, "web").spec.selector.match_labels).toEqual(selector);
      expect(templateOf(kind).metadata.labels).toMatchObject(selector);
    }
    expect(json.named("service_v1", "web").spec.selector).toEqual(selector);
    expect(json.named("network_policy_v1", "web").spec.pod_selector.match_labels).toEqual(selector);
  });

  test("are added to nothing that has no metadata, or is only read", () => {
    const { stack } = stackWithSite();
    new Manifest(stack, "Custom", { manifest: { kind: "Custom" } });
    new DataKubernetesNamespaceV1(stack, "Read", { metadata: { name: "read" } });
    const { resource, data } = JSON.parse(Testing.synth(stack, true));
    expect(Object.values(resource.kubernetes_manifest)).toEqual([{ manifest: { kind: "Custom" } }]);
    expect(Object.values(data.kubernetes_namespace_v1)).toEqual([{ metadata: { name: "read" } }]);
  });

  test("that a construct states are kept", () => {
    const kept = synthOnSite((stack) => {
      new ConfigMapV1(stack, "Config", {
        metadata: { name: "other", labels: { "app.kubernetes.io/part-of": "other" }, annotations: { "a.b/c": "d" } },
      });
    });
    expect(kept.named("config_map_v1", "other").metadata).toEqual({
      name: "other",
      labels: { ...COMMON, "app.kubernetes.io/part-of": "other" },
      annotations: { "a.b/c": "d" },
    });
  });

  const DIGEST = `sha256:${"0".repeat(64)}`;
  test.each<[string, string | undefined]>([
    ["web:1.2", "1.2"],
    ["registry:5000/team/web:2.0_rc.1", "2.0_rc.1"],
    [`registry:5000/web:3@${DIGEST}`, "3"],
    [`registry:5000/web@${DIGEST}`, undefined],
    [`web:${"a".repeat(62)}.b`, "a".repeat(62)],
    ["web:_4-", "4"],
  ])("of %s have the version %s", (reference, version) => {
    const changed = synthOnSite(
      (stack, site) => void deploy(stack, site, template(site, { image: ContainerImage.of(reference) })),
    );
    expect(changed.pod("deployment_v1", "web").metadata.labels["app.kubernetes.io/version"]).toBe(version);
  });
});

/** What is said about the pods of a Deployment that is changed so, where it is one sentence: without where it is. */
function refusal(
  change: Change,
  site: Partial<KubernetesSiteProps> = {},
  volumes: readonly PodVolume[] = [],
): string[] {
  const { stack, site: on } = stackWithSite(site);
  deploy(stack, on, change(template(on, { volumes })));
  try {
    Testing.synth(stack, true);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => {
      expect(problem).toMatch(/^\[stack\/Web\] /);
      return problem.replace("[stack/Web] ", "");
    });
  }
}

const containers = (pod: DeploymentV1SpecTemplate) =>
  pod.spec.container as unknown as readonly Record<string, unknown>[];
/** Changes its container. */
const inContainer =
  (change: object): Change =>
  (pod) => ({
    ...pod,
    spec: { ...pod.spec, container: containers(pod).map((one) => ({ ...one, ...change })) as never },
  });
const inSecurityOfContainer =
  (change: object): Change =>
  (pod) =>
    inContainer({ securityContext: { ...(containers(pod)[0]?.["securityContext"] as object), ...change } })(pod);
const inPod =
  (change: object): Change =>
  (pod) => ({ ...pod, spec: { ...pod.spec, ...change } });
const inSecurityOfPod =
  (change: object): Change =>
  (pod) =>
    inPod({ securityContext: { ...pod.spec.securityContext, ...change } })(pod);
/** Adds an init container that is as its container, but for what changes. */
const withInit =
  (change: object): Change =>
  (pod) => ({ ...pod, spec: { ...pod.spec, initContainer: [{ ...containers(pod)[0], name: "first", ...change }] } });
const unchanged: Change = (pod) => pod;

test("what podTemplate makes is refused by no rule", () => {
  expect(refusal(unchanged)).toEqual([]);
  expect(refusal(withInit({}))).toEqual([]);
});

describe("resources", () => {
  const says = (...missing: string[]) => `does not state ${missing.join(", ")}: add what it takes`;

  test.each<[object, string]>([
    [{ requests: { cpu: "1", memory: "1Gi" } }, says("resources.limits.memory")],
    [{ requests: { memory: "1Gi" }, limits: { memory: "1Gi" } }, says("resources.requests.cpu")],
    [{ requests: { cpu: "1" }, limits: { memory: "1Gi" } }, says("resources.requests.memory")],
    [{ limits: { cpu: "1" } }, says("resources.limits.memory", "resources.requests.cpu", "resources.requests.memory")],
  ])("%j are not enough", (resources, message) => {
    expect(refusal(inContainer({ resources }))).toEqual([`container 'main' ${message}`]);
    expect(refusal(withInit({ resources }))).toEqual([`container 'first' ${message}`]);
  });

  test("none are not enough", () => {
    expect(refusal(inContainer({ resources: undefined }))).toHaveLength(1);
  });
});

describe("images", () => {
  test.each(["web", "web:latest", "registry:5000/web"])("%s is no exact version", (image) => {
    const message = `image '${image}' names no exact version: give a tag other than 'latest', or a digest`;
    expect(refusal(inContainer({ image }))).toEqual([`container 'main': ${message}`]);
    expect(refusal(withInit({ image }))).toEqual([`container 'first': ${message}`]);
  });

  test.each(["web:1", `web@sha256:${"a".repeat(64)}`])("%s is", (image) => {
    expect(refusal(inContainer({ image }))).toEqual([]);
  });
});

describe("the restricted Pod Security Standard", () => {
  test.each<[string, Change, string]>([
    ["the node's network", inPod({ hostNetwork: true }), "'host_network' shows it the node's network: remove it"],
    ["the node's processes", inPod({ hostPid: true }), "'host_pid' shows it the node's processes: remove it"],
    [
      "the node's memory",
      inPod({ hostIpc: true }),
      "'host_ipc' shows it the memory that the node's processes share: remove it",
    ],
    [
      "SELinux options",
      inSecurityOfPod({ seLinuxOptions: { type: "spc_t" } }),
      "'se_linux_options' is for the node to decide: remove it",
    ],
    [
      "Windows options",
      inSecurityOfPod({ windowsOptions: { hostProcess: true } }),
      "'windows_options' has no meaning here: remove it",
    ],
    [
      "sysctls",
      inSecurityOfPod({ sysctl: [{ name: "kernel.shm_rmid_forced", value: "1" }] }),
      "'sysctl' is for the node to decide: remove it",
    ],
    ["user 0", inSecurityOfPod({ runAsUser: "0" }), "container 'main' runs as user 0, which is root: take another"],
    [
      "no seccomp profile",
      inSecurityOfPod({ seccompProfile: undefined }),
      "container 'main' has the seccomp profile 'none': take 'RuntimeDefault'",
    ],
    [
      "a network file system",
      inPod({ volume: [{ name: "far", nfs: { server: "files", path: "/" } }] }),
      "volume 'far' is of the kind 'nfs': take one of config_map, csi, downward_api, empty_dir, ephemeral, persistent_volume_claim, projected, secret",
    ],
    [
      "a port of the node",
      inContainer({ port: [{ containerPort: 80, hostPort: 80 }] }),
      "container 'main' takes a port of the node: remove 'host_port'",
    ],
  ])("refuses %s", (_, change, message) => {
    expect(refusal(change)).toEqual([message]);
  });

  test.each<[string, object, string]>([
    ["privilege", { privileged: true }, "is 'privileged': remove it"],
    [
      "a way to privilege",
      { allowPrivilegeEscalation: true },
      "may gain privileges: set 'allow_privilege_escalation' to false",
    ],
    [
      "an open way to privilege",
      { allowPrivilegeEscalation: undefined },
      "may gain privileges: set 'allow_privilege_escalation' to false",
    ],
    ["capabilities", { capabilities: undefined }, "keeps capabilities of its runtime: drop 'ALL'"],
    ["some capabilities", { capabilities: { drop: ["NET_RAW"] } }, "keeps capabilities of its runtime: drop 'ALL'"],
    [
      "added capabilities",
      { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN", "CHOWN"] } },
      "adds the capabilities SYS_ADMIN, CHOWN: remove them",
    ],
    ["root", { runAsNonRoot: false }, "may run as root: set 'run_as_non_root' to true"],
    ["nobody knows whom", { runAsNonRoot: undefined }, "may run as root: set 'run_as_non_root' to true"],
    ["user 0", { runAsUser: "0" }, "runs as user 0, which is root: take another"],
    [
      "no seccomp",
      { seccompProfile: { type: "Unconfined" } },
      "has the seccomp profile 'Unconfined': take 'RuntimeDefault'",
    ],
    [
      "SELinux options",
      { seLinuxOptions: { type: "spc_t" } },
      "has 'se_linux_options', which are for the node to decide: remove them",
    ],
  ])("refuses %s of a container and of an init container", (_, change, message) => {
    expect(refusal(inSecurityOfContainer(change))).toEqual([`container 'main' ${message}`]);
    expect(refusal((pod) => withInit(containers(inSecurityOfContainer(change)(pod))[0]!)(pod))).toEqual([
      `container 'main' ${message}`,
    ]);
  });

  test("takes what a container says itself for what its pod does not", () => {
    const own = { runAsUser: "1", seccompProfile: { type: "Localhost", localhostProfile: "p" } };
    const bare = inPod({ securityContext: undefined });
    expect(refusal((pod) => bare(inSecurityOfContainer(own)(pod)))).toEqual([]);
    expect(refusal(bare)).toHaveLength(1);
  });

  test("takes the volumes that it allows", () => {
    const volumes = [
      PodVolume.emptyDir("empty", Size.mebibytes(1)),
      PodVolume.configMap("config", "config"),
      PodVolume.secret("secret", "secret"),
    ];
    expect(refusal(unchanged, {}, volumes)).toEqual([]);
    const claim = { name: "claim", persistentVolumeClaim: { claimName: "claim" } };
    expect(refusal(inPod({ volume: [claim] }))).toEqual([]);
  });
});

describe("directories of the node", () => {
  const named = { mayMountNodeDirectories: ["other", "web"] };
  const refused = (name: string) =>
    `volume '${name}' is a directory of the node: name 'web' in the site's 'mayMountNodeDirectories', or take another volume`;

  test("are for the components that the site was told of", () => {
    expect(refusal(unchanged, named, [LOGS])).toEqual([]);
    expect(refusal(unchanged, {}, [LOGS])).toEqual([refused("logs")]);
    expect(refusal(unchanged, { mayMountNodeDirectories: ["other"] }, [LOGS])).toEqual([refused("logs")]);
  });

  test("may be given to the user of such a component, by root", () => {
    expect(refusal(unchanged, named, [LOGS, STATE])).toEqual([]);
    expect(refusal(unchanged, {}, [STATE])).toEqual([
      "container 'own-state' adds the capabilities CHOWN: remove them",
      "container 'own-state' may run as root: set 'run_as_non_root' to true",
      "container 'own-state' runs as user 0, which is root: take another",
      refused("state"),
    ]);
  });

  const inits = (pod: DeploymentV1SpecTemplate) => pod.spec.initContainer as readonly { securityContext: object }[];
  const inInit =
    (change: object): Change =>
    (pod) =>
      inPod({ initContainer: inits(pod).map((one) => ({ ...one, ...change })) })(pod);
  const asRoot = [
    expect.stringContaining("CHOWN"),
    expect.stringContaining("run_as_non_root"),
    expect.stringContaining("user 0"),
  ];

  test.each<[string, Change]>([
    ["by another name", inInit({ name: "own-web" })],
    [
      "and another volume",
      inInit({
        volumeMount: [
          { name: "state", mountPath: "/a" },
          { name: "logs", mountPath: "/b" },
        ],
      }),
    ],
  ])("are given by nothing but the step for it, not %s", (_, change) => {
    expect(refusal(change, named, [LOGS, STATE])).toEqual(asRoot);
  });

  test.each<[string, object, string]>([
    [
      "capability",
      { capabilities: { drop: ["ALL"], add: ["CHOWN", "FOWNER"] } },
      "adds the capabilities FOWNER: remove them",
    ],
    ["privilege", { privileged: true }, "is 'privileged': remove it"],
  ])("are given with no other %s", (_, change, message) => {
    const changed: Change = (pod) => inInit({ securityContext: { ...inits(pod)[0]!.securityContext, ...change } })(pod);
    expect(refusal(changed, named, [STATE])).toEqual([`container 'own-state' ${message}`]);
  });
});

describe("what breaks a rule", () => {
  test("is told for all rules, all pods and all that is missing, at once and without a stack", () => {
    const { stack, site } = stackWithSite();
    const wrong = (pod: DeploymentV1SpecTemplate) => inContainer({ image: "web", resources: {} })(pod);
    deploy(stack, site, inPod({ hostNetwork: true })(wrong(template(site))));
    new CronJobV1(stack, "Nightly", {
      metadata: site.metadata("nightly"),
      spec: { schedule: "0 3 * * *", jobTemplate: { metadata: {}, spec: { template: wrong(template(site)) } } },
    });
    new PodV1(stack, "Pod", { metadata: site.metadata("pod"), spec: wrong(template(site)).spec });
    site.node.addValidation({ validate: () => ["the site is not to somebody's liking"] });
    let said: unknown;
    try {
      Testing.synth(stack, true);
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(ConfigurationError);
    expect(
      (said as ConfigurationError).problems.map((problem) => problem.replace(/(does not state|names no).*/, "$1")),
    ).toEqual([
      "[stack/Site] the site is not to somebody's liking",
      "[stack/Web] container 'main' does not state",
      "[stack/Web] container 'main': image 'web' names no",
      "[stack/Web] 'host_network' shows it the node's network: remove it",
      "[stack/Nightly] container 'main' does not state",
      "[stack/Nightly] container 'main': image 'web' names no",
      "[stack/Pod] container 'main' does not state",
      "[stack/Pod] container 'main': image 'web' names no",
    ]);
  });

  test("is also what an override put there", () => {
    const { stack, site } = stackWithSite();
    deploy(stack, site, template(site)).addOverride("spec.template.spec.host_pid", true);
    expect(() => Testing.synth(stack, true)).toThrow("[stack/Web] 'host_pid' shows it the node's processes: remove it");
  });

  test("stops a whole app, as it does a stack", () => {
    const { stack, site } = stackWithSite();
    deploy(stack, site, inPod({ hostIpc: true })(template(site)));
    expect(() => App.of(stack).synth()).toThrow(ConfigurationError);
  });
});

test("a stack without a site is as it was", () => {
  const { stack } = stackWithSite();
  const elsewhere = new (stack.constructor as typeof TerraformStack)(App.of(stack), "elsewhere");
  new ConfigMapV1(elsewhere, "Config", { metadata: { name: "bare" } });
  expect(new KubernetesJson(Testing.synth(elsewhere)).named("config_map_v1", "bare").metadata).toEqual({
    name: "bare",
  });
});
