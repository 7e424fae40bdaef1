import { describe, expect, test } from "@jest/globals";
import { ProgramJob, type ProgramJobProps } from "../../../constructs/consumer/job";
import { ContainerImage } from "../../../constructs/core/container-image";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { externalEndpoint } from "../../../constructs/kubernetes/network";
import { PodVolume } from "../../../constructs/kubernetes/pod-volume";
import { differences } from "../../support/differences";
import { type KubernetesJson, SITE, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const SMALLEST: ProgramJobProps = {
  name: "apply",
  image: ContainerImage.of("consumer:1"),
  command: ["topics", "apply"],
  env: { A: "1" },
};

function synth(change: Partial<ProgramJobProps> = {}): KubernetesJson {
  return synthOnSite((stack, site) => void new ProgramJob(stack, "Job", site, { ...SMALLEST, ...change }));
}

const nameOf = (json: KubernetesJson) => json.job("apply").metadata.name;
const smallest = synth();

test("defaults by value: it runs to its end, which a deploy waits for, and is tried again if it fails", () => {
  expect(smallest.job("apply")).toMatchObject({
    wait_for_completion: true,
    timeouts: { create: "10m", update: "10m" },
    metadata: { namespace: SITE.namespace },
    spec: { backoff_limit: 10, template: { spec: { restart_policy: "OnFailure" } } },
  });
  expect(smallest.job("apply")).not.toHaveProperty("depends_on");
  expect(smallest.container("job_v1", "apply")).toMatchObject({
    args: ["topics", "apply"],
    image: "consumer:1",
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "128Mi" } },
  });
  // It writes nothing but its log.
  expect(smallest.container("job_v1", "apply").volume_mount ?? []).toEqual([]);
  expect(smallest.pod("job_v1", "apply").spec).toMatchObject({
    automount_service_account_token: false,
    security_context: { run_as_user: "1000", run_as_group: "1000" },
  });
  expect(brokenRelations(smallest)).toEqual([]);
});

test.each<[string, Partial<ProgramJobProps>, Record<string, unknown>]>([
  ["image", { image: ContainerImage.of("consumer:2") }, { image: "consumer:2" }],
  ["command", { command: ["content", "apply"] }, { args: ["content", "apply"] }],
  ["env", { env: { A: "2", B: SecretRef.of("s", "k") } }, { "env > A": "2", "env > B": "s/k" }],
  ["lateEnv", { lateEnv: { LATE: () => "x" } }, { "env > LATE": "x" }],
  ["mounts", { mounts: [{ volume: PodVolume.secret("s", "s"), path: "/s" }] }, { mounts: ["/s"] }],
  ["memory", { memory: Size.mebibytes(256) }, { memory: "256Mi" }],
  ["serviceAccount", { serviceAccount: "account" }, { account: "account" }],
])("'%s' alone changes what it names, and the Job's name with it", (_, change, expected) => {
  const facts = (json: KubernetesJson) => {
    const { image, args, resources, volume_mount: mounts = [] } = json.container("job_v1", "apply");
    return {
      name: nameOf(json),
      image,
      args,
      env: json.env("job_v1", "apply"),
      mounts: mounts.map((mount) => mount.mount_path),
      memory: resources.limits["memory"],
      account: json.pod("job_v1", "apply").spec.service_account_name,
    };
  };
  const { name, ...changed } = differences(facts(smallest), facts(synth(change)));
  expect(changed).toEqual(expected);
  expect(name).toMatch(/^apply-[0-9a-f]{8}$/);
});

describe("its name", () => {
  test("is the same for the same Job, so that nothing is applied twice", () => {
    expect(nameOf(synth())).toBe(nameOf(smallest));
  });

  test("follows what is known only late", () => {
    const late = (text: string) => nameOf(synth({ lateEnv: { LATE: () => text } }));
    expect(late("one")).toBe(late("one"));
    expect(late("one")).not.toBe(late("two"));
  });

  test("does not tell what a late variable is until everything was declared", () => {
    const declared: string[] = [];
    const json = synthOnSite((stack, site) => {
      new ProgramJob(stack, "Job", site, { ...SMALLEST, lateEnv: { LATE: () => declared.join() } });
      declared.push("late");
    });
    expect(json.env("job_v1", "apply")["LATE"]).toBe("late");
  });
});

test("it waits for what it needs, who waits for it depends on it, and its pods reach what they were allowed to", () => {
  const json = synthOnSite((stack, site) => {
    const first = new ProgramJob(stack, "First", site, { ...SMALLEST, name: "first" });
    const second = new ProgramJob(stack, "Second", site, { ...SMALLEST, name: "second", dependsOn: [first.done] });
    second.pods.allowTo(externalEndpoint("cloud", [443]));
  });
  expect(json.dependencies(json.job("second"))).toEqual([`job_v1/${json.job("first").metadata.name}`]);
  expect(brokenRelations(json)).toEqual([]);
  expect(Object.keys(json.policies())).toEqual(["second-to-cloud"]);
});
