import type { Construct } from "constructs";
import { type Json, managed } from "../../../contract/index-template";
import { ContentItem } from "../content-item";

export interface ComponentTemplateProps {
  readonly name: string;
  readonly mappings?: Json;
  /** Without `index.` before each. */
  readonly settings?: () => Json;
}

/** A part of index templates. */
export class ComponentTemplate extends ContentItem<"_component_template"> {
  readonly api = "_component_template";

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ComponentTemplateProps,
  ) {
    super(scope, id, props.name);
  }

  body(): Json {
    const { mappings, settings } = this.props;
    return managed({
      template: { ...(mappings ? { mappings } : {}), ...(settings ? { settings: { index: settings() } } : {}) },
    });
  }
}
