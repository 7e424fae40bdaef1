import { Construct } from "constructs";
import { CONTENT_APIS, type ContentApi, type ContentFile, contentPath } from "../../contract/content";
import { ContentItem } from "./content-item";

export interface ContentBundleProps {
  /** The APIs of which all that is ours is below this: what is found beyond it is removed. */
  readonly complete: readonly ContentApi[];
  /** What the server has not: nothing of it is put, and that is told. @default nothing is left out */
  readonly lacks?: Lacking;
}

/** What a server cannot do. */
export interface Lacking {
  readonly apis: readonly ContentApi[];
  /** For people. */
  readonly why: string;
}

/** Everything below it that is a {@link ContentItem}, for one run of `content apply`. */
export class ContentBundle extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ContentBundleProps,
  ) {
    super(scope, id);
  }

  lacks(api: ContentApi): boolean {
    return this.props.lacks?.apis.includes(api) ?? false;
  }

  /** What the program reads, in the order in which it puts it. */
  file(): ContentFile {
    const items = this.node.findAll().filter((construct) => construct instanceof ContentItem);
    const sorted = [...items].sort((a, b) => CONTENT_APIS.indexOf(a.api) - CONTENT_APIS.indexOf(b.api));
    return {
      content: sorted.filter(({ api }) => !this.lacks(api)).map((item) => item.content()),
      complete: this.props.complete.filter((api) => !this.lacks(api)),
      leftOut: sorted
        .filter(({ api }) => this.lacks(api))
        .map((item) => ({ what: contentPath(item), why: this.props.lacks?.why ?? "" })),
    };
  }

  render(): string {
    return JSON.stringify(this.file());
  }
}
