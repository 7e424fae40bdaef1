import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ProgramJob } from "../consumer/job";
import type { KubernetesSite } from "../kubernetes/site";
import { CONTENT, type ContentProps, contentSettings } from "./settings";

/** Runs the content program once: what Elasticsearch must know before the first document. */
export class ContentJob extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: ContentProps) {
    super(scope, id);
    const job = new ProgramJob(this, "Apply", site, {
      ...CONTENT,
      image: props.image,
      ...contentSettings(props),
      dependsOn: props.elasticsearch.ready,
    });
    if (props.elasticsearch.endpoint) job.pods.allowTo(props.elasticsearch.endpoint);
    this.applied = job.done;
  }
}
