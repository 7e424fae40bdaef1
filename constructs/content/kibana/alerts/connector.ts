import type { Json } from "../../../../contract/index-template";

/**
 * A connector that is in Kibana already, by its id: whom it tells, and its secrets, are nobody's business here. Two need no
 * licence beyond the basic one ({@link CONNECTOR_LICENCE}).
 */
export type Connector =
  /** A line in Kibana's own log. Basic licence. @default level: `warn` */
  | { readonly kind: "server-log"; readonly id: string; readonly level?: "info" | "warn" | "error" }
  /** A document in an index of its own. Basic licence. */
  | { readonly kind: "index"; readonly id: string }
  /** Gold licence. */
  | { readonly kind: "email"; readonly id: string; readonly to: readonly [string, ...string[]] }
  /** By an incoming webhook. Gold licence. */
  | { readonly kind: "slack"; readonly id: string }
  /** A JSON object to any URL. Gold licence. */
  | { readonly kind: "webhook"; readonly id: string };

/** Source: `minimumLicenseRequired` of x-pack/platform/plugins/shared/stack_connectors/server/connector_types in Kibana. */
export const CONNECTOR_LICENCE: Readonly<Record<Connector["kind"], "basic" | "gold">> = {
  "server-log": "basic",
  index: "basic",
  email: "gold",
  slack: "gold",
  webhook: "gold",
};

/** `active` when an alert begins, `recovered` when it is over. */
export type Turn = "active" | "recovered";

/** What a connector is told, with Kibana's own words for what is only known then. */
export function connectorParams(connector: Connector, turn: Turn): Json {
  const message = MESSAGE[turn];
  switch (connector.kind) {
    case "server-log":
      return { level: turn === "recovered" ? "info" : (connector.level ?? "warn"), message };
    case "index":
      return { documents: [EVENT[turn]] };
    case "email":
      return { to: connector.to, subject: `${STATE[turn]}: {{rule.name}}, {{alert.id}}`, message };
    case "slack":
      return { message };
    case "webhook":
      return { body: JSON.stringify(EVENT[turn]) };
  }
}

const STATE = { active: "Alert", recovered: "Recovered" } as const;

// `rule.url` is empty until Kibana's `server.publicBaseUrl` is set.
const MESSAGE: Readonly<Record<Turn, string>> = {
  active: "{{rule.name}}: {{alert.id}}. {{context.message}} {{rule.url}}",
  recovered: "{{rule.name}}: {{alert.id}} has recovered. {{rule.url}}",
};

const EVENT: Readonly<Record<Turn, Json>> = { active: event("active"), recovered: event("recovered") };

/** Names of the Elastic Common Schema where it has them. */
function event(turn: Turn): Json {
  return {
    "@timestamp": "{{date}}",
    "event.kind": "alert",
    "event.action": turn,
    "rule.id": "{{rule.id}}",
    "rule.name": "{{rule.name}}",
    "log_pipeline.alert.id": "{{alert.id}}",
    message: MESSAGE[turn],
  };
}
