import { CronJobV1 } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Duration } from "../core/duration";
import { Problems } from "../core/validation";
import type { KubernetesSite } from "../kubernetes/site";
import { jobSpec, type ProgramProps } from "./job-spec";
import { scheduleProblems } from "./schedule";

export interface ProgramCronJobProps extends ProgramProps {
  /** The component of its pods. They reach what the pods of a `ProgramJob` of this name may reach: policies tell no two apart. */
  readonly name: string;
  /** What it is called itself, and what its Jobs' names begin with. Not `name`: a `ProgramJob`'s begin so. */
  readonly cronJobName: string;
  /** In UTC; see {@link scheduleProblems}. */
  readonly schedule: string;
  /** @default none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Runs one command of the consumer's image again and again, at the times of a schedule. No deploy waits for it. */
export class ProgramCronJob extends Construct {
  /** @throws ConfigurationError for a schedule that Kubernetes would not take, or that never comes */
  constructor(scope: Construct, id: string, site: KubernetesSite, props: ProgramCronJobProps) {
    super(scope, id);
    const { name, cronJobName, schedule, dependsOn } = props;
    new Problems().add(scheduleProblems(schedule).map((problem) => `${cronJobName}: ${problem}`)).throwIfAny();
    new CronJobV1(this, "Resource", {
      metadata: site.metadata(name, { name: cronJobName }),
      spec: {
        schedule,
        timezone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: LATEST.toSeconds(),
        // The last of each, for its log.
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          metadata: { labels: site.commonLabels(name) },
          spec: { ...jobSpec(site, props), activeDeadlineSeconds: LONGEST.toSeconds() },
        },
      },
      ...(dependsOn?.length ? { dependsOn: [...dependsOn] } : {}),
    });
  }
}

/**
 * One that is missed, as while the control plane is away, is made up for so long. Stated, because without it a CronJob that
 * has missed a hundred is never started again (Kubernetes, "CronJob", "Missed schedules").
 */
const LATEST = Duration.hours(1);
/** One that hangs, such as for its image, would keep all that come after it from starting. */
const LONGEST = Duration.hours(1);
