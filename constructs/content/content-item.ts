import { Construct } from "constructs";
import { type Content, type ContentApi, contentPath } from "../../contract/content";
import type { Json } from "../../contract/index-template";
import { Problems } from "../core/validation";

/** A thing that Elasticsearch or Kibana must know. `content apply` puts it; no Terraform provider does. */
export abstract class ContentItem<Api extends ContentApi = ContentApi> extends Construct {
  abstract readonly api: Api;

  /** @param name in Elasticsearch, or the id in Kibana */
  constructor(
    scope: Construct,
    id: string,
    readonly name: string,
  ) {
    super(scope, id);
  }

  /** What is put. Asked for at synthesis, when all that it refers to is known. */
  abstract body(): Json;

  content(): Content {
    return { api: this.api, name: this.name, body: this.body() };
  }

  /** @throws ConfigurationError for problems, each told with whose they are */
  protected refuse(problems: readonly string[]): void {
    new Problems().add(problems.map((problem) => `${contentPath(this)}: ${problem}`)).throwIfAny();
  }
}
