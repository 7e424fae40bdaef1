import type { Construct } from "constructs";
import type { Json } from "../../../contract/index-template";
import { ContentItem } from "../content-item";
import type { IndexTemplate } from "./index-template";

/**
 * A data stream that is there before its first line, so that whoever looks finds it empty and not missing. It has no body: its
 * template says what it is. Nothing removes it: it is data.
 */
export class DataStream extends ContentItem<"_data_stream"> {
  readonly api = "_data_stream";

  constructor(
    scope: Construct,
    id: string,
    name: string,
    readonly template: IndexTemplate,
  ) {
    super(scope, id, name);
  }

  body(): Json {
    return {};
  }
}
