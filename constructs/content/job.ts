import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ProgramJob } from "../consumer/job";
import { literal } from "../core/literal";
import { PodVolume } from "../kubernetes/pod-volume";
import { rollsWith } from "../kubernetes/rolls-with";
import type { KubernetesSite } from "../kubernetes/site";
import { CONTENT_COMMAND, contentNeeds, type ContentProps, contentSettings, FINAL_EXIT_CODES } from "./settings";

/** Runs the content program once, and again when what it puts has changed. */
export class ContentJob extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: ContentProps) {
    super(scope, id);
    const content = props.bundle.render();
    const { env, mounts } = contentSettings(props, `${DIRECTORY}/${FILE}`);
    const file = new ConfigMapV1(this, "File", {
      metadata: site.metadata(props.name),
      data: { [FILE]: literal(content) },
    });
    const job = new ProgramJob(this, "Apply", site, {
      name: props.name,
      image: props.image,
      command: CONTENT_COMMAND,
      env,
      mounts: [{ volume: PodVolume.configMap("content", props.name), path: DIRECTORY, readOnly: true }, ...mounts],
      annotations: rollsWith(content),
      finalExitCodes: FINAL_EXIT_CODES,
      dependsOn: [file, ...contentNeeds(props)],
    });
    for (const { endpoint } of [props.elasticsearch, props.kibana].flatMap((one) => one ?? [])) {
      if (endpoint) job.pods.allowTo(endpoint);
    }
    this.applied = job.done;
  }
}

const DIRECTORY = "/etc/log-pipeline";
const FILE = "content.json";
