import { DASHBOARDS } from "../dashboards/all";
import type { Connector } from "./alerts/connector";
import { type RenderedRule, renderAlertRule } from "./alerts/render";
import { type AlertParameters, alertRules } from "./alerts/rule";
import { type KibanaObject, renderDashboard } from "./dashboard";
import { renderDataView } from "./data-view";
import { DATA_VIEW_ID } from "./ids";

export interface KibanaBodiesProps {
  /** The streams or indices of lines and of dead letters, as Elasticsearch's searches name them. */
  readonly indices: { readonly lines: string; readonly deadLetters: string };
  /** Where people open Jaeger. @default a trace's id links to nothing */
  readonly jaeger?: string;
  readonly alerts?: AlertParameters;
  /** Who is told of alerts. @default nobody */
  readonly connectors?: readonly Connector[];
}

export interface KibanaBodies {
  /** Come first: dashboards name them. */
  readonly dataViews: readonly KibanaObject[];
  readonly dashboards: readonly KibanaObject[];
  readonly alertRules: readonly RenderedRule[];
}

/**
 * Everything that this project has in Kibana, as the bodies of its public APIs.
 *
 * @throws ConfigurationError for parameters of alerts that cannot work
 */
export function renderKibanaBodies({ indices, jaeger, alerts, connectors }: KibanaBodiesProps): KibanaBodies {
  return {
    dataViews: (["lines", "deadLetters"] as const).map((of) =>
      renderDataView({ of, indexPattern: indices[of], ...(jaeger === undefined ? {} : { jaeger }) }),
    ),
    dashboards: DASHBOARDS.map((definition) => renderDashboard(definition, DATA_VIEW_ID)),
    alertRules: alertRules(alerts).map((rule) =>
      renderAlertRule(rule, { ...indices, ...(connectors ? { connectors } : {}) }),
    ),
  };
}
