import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import { PROGRAM } from "../consumer/program";
import { CONTENT_COMMAND, contentNeeds, type ContentProps, contentSettings } from "./settings";

/** Runs the content program once, and again when what it puts has changed. */
export class ContentContainer extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: DockerSite, props: ContentProps) {
    super(scope, id);
    this.applied = new HardenedContainer(this, "Apply", site, {
      name: props.name,
      image: props.image,
      memory: Size.mebibytes(128),
      oneShot: true,
      entrypoint: PROGRAM,
      command: CONTENT_COMMAND,
      env: contentSettings(props, FILE).env,
      files: { [FILE]: props.bundle.render() },
      dependsOn: contentNeeds(props),
    }).ready;
  }
}

const FILE = "/tmp/content.json";
