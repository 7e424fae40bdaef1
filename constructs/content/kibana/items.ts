import type { Construct } from "constructs";
import type { Json } from "../../../contract/index-template";
import { ContentItem } from "../content-item";
import type { DashboardDefinition } from "../dashboards/panel";
import { type AlertTargets, renderAlertRule } from "./alerts/render";
import type { AlertRule as AlertRuleDefinition } from "./alerts/rule";
import { renderDashboard } from "./dashboard";
import { type DataViewProps, dataViewSpec } from "./data-view";
import { DATA_VIEW_ID, ID_PREFIX } from "./ids";

/** What streams or indices are called in Kibana, and how their fields are shown. */
export class DataView extends ContentItem<"data_view"> {
  readonly api = "data_view";

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DataViewProps,
  ) {
    super(scope, id, DATA_VIEW_ID[props.of]);
  }

  body(): Json {
    return { ...dataViewSpec(this.props) };
  }
}

/** A dashboard over the data views. */
export class Dashboard extends ContentItem<"dashboard"> {
  readonly api = "dashboard";

  constructor(
    scope: Construct,
    id: string,
    private readonly definition: DashboardDefinition,
  ) {
    super(scope, id, `${ID_PREFIX}${definition.name}`);
  }

  body(): Json {
    return renderDashboard(this.definition, DATA_VIEW_ID).body;
  }
}

/** A question that Kibana asks again and again. */
export class AlertRule extends ContentItem<"alert_rule"> {
  readonly api = "alert_rule";

  constructor(
    scope: Construct,
    id: string,
    private readonly definition: AlertRuleDefinition,
    private readonly targets: AlertTargets,
  ) {
    super(scope, id, `${ID_PREFIX}${definition.name}`);
  }

  body(): Json {
    return renderAlertRule(this.definition, this.targets).create;
  }
}
