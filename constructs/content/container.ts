import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { renderContentSettings, type ContentSettingsInput } from "../../contract/content-settings";
import type { ContainerImage } from "../core/container-image";
import { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";

export interface ContentContainerProps {
  /** The consumer's image: it carries `content apply`. */
  readonly image: ContainerImage;
  readonly elasticsearch: ElasticsearchConnection;
  readonly indices: Omit<ContentSettingsInput, "ELASTICSEARCH_URLS">;
}

/** Runs the content program once: what Elasticsearch must know before the first document. */
export class ContentContainer extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: DockerSite, props: ContentContainerProps) {
    super(scope, id);
    this.applied = new HardenedContainer(this, "Apply", site, {
      name: "content",
      image: props.image,
      command: ["content", "apply"],
      memory: Size.mebibytes(128),
      oneShot: true,
      env: renderContentSettings({ ...props.indices, ELASTICSEARCH_URLS: props.elasticsearch.urls }),
      dependsOn: props.elasticsearch.ready,
    }).ready;
  }
}
