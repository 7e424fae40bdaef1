import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import { CONTENT, type ContentProps, contentSettings } from "./settings";

/** Runs the content program once: what Elasticsearch must know before the first document. */
export class ContentContainer extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: DockerSite, props: ContentProps) {
    super(scope, id);
    this.applied = new HardenedContainer(this, "Apply", site, {
      ...CONTENT,
      image: props.image,
      memory: Size.mebibytes(128),
      oneShot: true,
      env: contentSettings(props).env,
      dependsOn: props.elasticsearch.ready,
    }).ready;
  }
}
