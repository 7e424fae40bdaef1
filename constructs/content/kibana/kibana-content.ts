import { Construct } from "constructs";
import { Problems } from "../../core/validation";
import type { ContentBundle } from "../content-bundle";
import { DASHBOARDS } from "../dashboards/all";
import type { AlertTargets } from "./alerts/render";
import { type AlertParameters, alertRules } from "./alerts/rule";
import { alertRuleProblems } from "./alerts/validation";
import { AlertRule, Dashboard, DataView } from "./items";

export interface KibanaContentProps extends AlertTargets {
  /** Where people open Jaeger. @default a trace's id links to nothing */
  readonly jaeger?: string;
  /** @default see each of them */
  readonly alerts?: AlertParameters;
}

/** Everything that this project has in Kibana: data views, dashboards over them, and rules that alert. */
export class KibanaContent extends Construct {
  /** @throws ConfigurationError for parameters of alerts that cannot work, all at once */
  constructor(bundle: ContentBundle, id: string, { jaeger, alerts, ...targets }: KibanaContentProps) {
    super(bundle, id);
    const rules = alertRules(alerts);
    new Problems().add(rules.flatMap(alertRuleProblems)).throwIfAny();
    for (const kind of ["lines", "deadLetters"] as const) {
      new DataView(this, `DataView-${kind}`, { of: kind, indexPattern: targets[kind], ...(jaeger ? { jaeger } : {}) });
    }
    for (const dashboard of DASHBOARDS) new Dashboard(this, `Dashboard-${dashboard.name}`, dashboard);
    for (const rule of rules) new AlertRule(this, `AlertRule-${rule.name}`, rule, targets);
  }
}
