import { expect, test } from "@jest/globals";
import { ProgramCronJob, type ProgramCronJobProps } from "../../../constructs/consumer/cron-job";
import { ProgramJob } from "../../../constructs/consumer/job";
import type { ProgramProps } from "../../../constructs/consumer/job-spec";
import { ContainerImage } from "../../../constructs/core/container-image";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { externalEndpoint } from "../../../constructs/kubernetes/network";
import { PodVolume } from "../../../constructs/kubernetes/pod-volume";
import { type KubernetesJson, SITE, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const SMALLEST: ProgramProps = {
  name: "apply",
  image: ContainerImage.of("consumer:1"),
  command: ["content", "apply"],
  env: { A: "1" },
};
const NIGHTLY: ProgramCronJobProps = { ...SMALLEST, cronJobName: "apply-nightly", schedule: "17 3 * * *" };

function synth(change: Partial<ProgramCronJobProps> = {}): KubernetesJson {
  return synthOnSite((stack, site) => void new ProgramCronJob(stack, "Nightly", site, { ...NIGHTLY, ...change }));
}

test("by value: at its times in UTC, never two at once, and a run that is missed or hangs has an end", () => {
  const json = synth();
  const { metadata, spec } = json.named("cron_job_v1", "apply-nightly");
  const { job_template: job, ...times } = spec;
  expect(metadata).toMatchObject({ namespace: SITE.namespace, labels: { "app.kubernetes.io/name": "apply" } });
  expect(times).toEqual({
    schedule: "17 3 * * *",
    timezone: "Etc/UTC",
    concurrency_policy: "Forbid",
    starting_deadline_seconds: 3600,
    successful_jobs_history_limit: 1,
    failed_jobs_history_limit: 1,
  });
  expect(job.spec).toMatchObject({ active_deadline_seconds: 3600, backoff_limit: 10 });
  expect(brokenRelations(json)).toEqual([]);
});

test("its Jobs say whose they are, as everything does", () => {
  const { metadata, spec } = synth().named("cron_job_v1", "apply-nightly");
  expect(spec.job_template.metadata.labels).toEqual(metadata.labels);
  expect(metadata.labels).toMatchObject({ "app.kubernetes.io/instance": SITE.environment });
});

test.each<[string, Partial<ProgramProps>]>([
  ["the smallest", {}],
  ["image", { image: ContainerImage.of("consumer:2") }],
  ["command", { command: ["topics", "apply"] }],
  ["env", { env: { B: SecretRef.of("s", "k") } }],
  ["mounts", { mounts: [{ volume: PodVolume.secret("s", "s"), path: "/s" }] }],
  ["memory", { memory: Size.mebibytes(256) }],
  ["finalExitCodes", { finalExitCodes: [2, 3] }],
  ["annotations", { annotations: { "checksum/config": "0" } }],
  ["serviceAccount", { serviceAccount: "account" }],
])("it runs what a Job of a deploy would run: %s", (_, change) => {
  const json = synthOnSite((stack, site) => {
    new ProgramJob(stack, "Job", site, { ...SMALLEST, ...change });
    new ProgramCronJob(stack, "Nightly", site, { ...NIGHTLY, ...change });
  });
  const { active_deadline_seconds: _deadline, ...spec } = json.named("cron_job_v1", "apply-nightly").spec.job_template
    .spec as Record<string, unknown>;
  expect(spec).toEqual(json.job("apply").spec);
});

test("its pods reach what those of the Job of its name may reach; it waits for what it needs", () => {
  const json = synthOnSite((stack, site) => {
    const job = new ProgramJob(stack, "Job", site, SMALLEST);
    job.pods.allowTo(externalEndpoint("cloud", [443]));
    new ProgramCronJob(stack, "Nightly", site, { ...NIGHTLY, dependsOn: [job.done] });
  });
  const selector = json.policies()["apply-to-cloud"]?.spec.pod_selector.match_labels;
  expect(json.pod("cron_job_v1", "apply-nightly").metadata.labels).toMatchObject(selector ?? { none: "" });
  expect(json.dependencies(json.named("cron_job_v1", "apply-nightly"))).toEqual([
    `job_v1/${json.job("apply").metadata.name}`,
  ]);
});

test("a schedule that Kubernetes would not take is refused, by its name", () => {
  const refused = () => synth({ schedule: "17 24 * * *" });
  expect(refused).toThrow(ConfigurationError);
  expect(refused).toThrow(
    "apply-nightly: 'schedule' ('17 24 * * *') has the hour '24', which must be of 0 to 23: correct it, as in '17 3 * * *'",
  );
});
