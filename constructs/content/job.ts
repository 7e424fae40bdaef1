import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ProgramCronJob } from "../consumer/cron-job";
import { ProgramJob } from "../consumer/job";
import type { ProgramProps } from "../consumer/job-spec";
import { literal } from "../core/literal";
import { PodVolume } from "../kubernetes/pod-volume";
import { rollsWith } from "../kubernetes/rolls-with";
import type { KubernetesSite } from "../kubernetes/site";
import { CONTENT_COMMAND, contentNeeds, type ContentProps, contentSettings, FINAL_EXIT_CODES } from "./settings";

export interface ContentJobProps extends ContentProps {
  /**
   * When it is put again, so that what somebody changed or deleted by hand is healed: a CronJob's schedule in UTC, as in
   * `17 3 * * *`. @default never
   */
  readonly healEvery?: string;
}

/**
 * Runs the content program once, and again when what it puts has changed. To heal, a CronJob runs it with the same file and
 * the same image, so that nothing older is put than by the Job.
 */
export class ContentJob extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: ContentJobProps) {
    super(scope, id);
    const content = props.bundle.render();
    const path = `${DIRECTORY}/${FILE}`;
    const { env, mounts } = contentSettings(props, path);
    const file = new ConfigMapV1(this, "File", {
      metadata: site.metadata(props.name),
      data: { [FILE]: literal(content) },
    });
    const program: ProgramProps = {
      name: props.name,
      image: props.image,
      command: CONTENT_COMMAND,
      env,
      mounts: [{ volume: PodVolume.configMap("content", props.name), path: DIRECTORY, readOnly: true }, ...mounts],
      annotations: rollsWith(content),
      finalExitCodes: FINAL_EXIT_CODES,
    };
    const job = new ProgramJob(this, "Apply", site, { ...program, dependsOn: [file, ...contentNeeds(props)] });
    for (const { endpoint } of [props.elasticsearch, props.kibana].flatMap((one) => one ?? [])) {
      if (endpoint) job.pods.allowTo(endpoint);
    }
    if (props.healEvery !== undefined) {
      new ProgramCronJob(this, "Heal", site, {
        ...program,
        // A deploy may take something away from people, once. What nobody watches may not: after a deploy that was refused, the
        // file is the new one already, and a retention may be longer because somebody needs the lines.
        env: contentSettings({ ...props, allow: [] }, path).env,
        cronJobName: `${props.name}-heal`,
        schedule: props.healEvery,
        dependsOn: [job.done],
      });
    }
    this.applied = job.done;
  }
}

const DIRECTORY = "/etc/log-pipeline";
const FILE = "content.json";
