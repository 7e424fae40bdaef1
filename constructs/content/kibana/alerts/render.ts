import type { Json } from "../../../../contract/index-template";
import type { Duration } from "../../../core/duration";
import { ConfigurationError } from "../../../core/validation";
import { TIME, type TimeField } from "../../query/fields";
import { ID_PREFIX, TAG } from "../ids";
import { type Connector, connectorParams, type Turn } from "./connector";
import { esqlCondition, quoted } from "./esql";
import { type AlertRule, ARRIVAL, DELAY, REASON } from "./rule";
import { alertRuleProblems } from "./validation";

export interface AlertTargets {
  /** The streams or indices of lines, as Elasticsearch's searches name them. */
  readonly lines: string;
  readonly deadLetters: string;
  /** Who is told. @default nobody: the alerts are in Kibana only */
  readonly connectors?: readonly Connector[];
}

/** A rule as Kibana's alerting API takes it. */
export interface RenderedRule {
  /** Any text, since Kibana 8.17; a UUID before. */
  readonly id: string;
  /** For `POST /api/alerting/rule/{id}`. */
  readonly create: Json;
  /** For `PUT /api/alerting/rule/{id}`, which refuses what cannot be changed, and leaves a rule on or off as it is. */
  readonly update: Json;
}

/**
 * Both rule types need no more than the basic licence (`minimumLicenseRequired` of `es_query/rule_type.ts` and
 * `index_threshold/rule_type.ts` in x-pack/platform/plugins/shared/stack_alerts/server/rule_types of Kibana).
 */
export const RULE_LICENCE = "basic";

/** @throws ConfigurationError for parameters that do not go together, all at once */
export function renderAlertRule(rule: AlertRule, targets: AlertTargets): RenderedRule {
  const problems = alertRuleProblems(rule);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { type, group, params } = ruleType(rule, targets);
  const update: Json = {
    name: rule.title,
    tags: [TAG],
    schedule: { interval: interval(rule.every) },
    params,
    actions: (targets.connectors ?? []).flatMap((connector) => [
      action(connector, group, "active"),
      action(connector, "recovered", "recovered"),
    ]),
  };
  return {
    id: `${ID_PREFIX}${rule.name}`,
    create: { ...update, rule_type_id: type, consumer: "stackAlerts", enabled: true },
    update,
  };
}

/** Once when an alert begins and once when it is over; at every check in between it would be read by nobody. */
function action(connector: Connector, group: string, turn: Turn): Json {
  return {
    id: connector.id,
    group,
    params: connectorParams(connector, turn),
    frequency: { summary: false, notify_when: "onActionGroupChange", throttle: null },
  };
}

interface RuleType {
  readonly type: ".es-query" | ".index-threshold";
  /** Of its actions: what Kibana calls it when an alert is active. */
  readonly group: "query matched" | "threshold met";
  readonly params: Json;
}

function ruleType(rule: AlertRule, { lines, deadLetters }: AlertTargets): RuleType {
  switch (rule.kind) {
    case "share":
      return esqlRule("row", TIME, rule.within, [
        `FROM ${quoted(lines)}`,
        `STATS matching = COUNT(*) WHERE ${esqlCondition(rule.that)}, lines = COUNT(*) BY ${rule.by}`,
        `EVAL share = TO_DOUBLE(matching) / lines`,
        `WHERE lines >= ${rule.lines} AND share > ${rule.above}`,
        `KEEP ${rule.by}, share, matching, lines`,
      ]);
    case "silence":
      return esqlRule("row", TIME, rule.seenWithin, [
        `FROM ${quoted(lines)}`,
        `WHERE ${rule.by} IS NOT NULL`,
        // Not `last`: that is a word of ES|QL.
        `STATS last_line = MAX(${TIME}) BY ${rule.by}`,
        `WHERE TO_DATETIME(last_line) < NOW() - ${rule.after.toSeconds()} seconds`,
        `KEEP ${rule.by}, last_line`,
      ]);
    case "delay":
      // By their arrival: lines that come later than the window is long would never be in a window of their own time.
      return esqlRule("all", ARRIVAL, rule.within, [
        `FROM ${quoted(lines)}`,
        `STATS late = PERCENTILE(${DELAY}, ${rule.percentile})`,
        `WHERE late > ${rule.above.toMilliseconds()}`,
        "KEEP late",
      ]);
    case "dead letters":
      // Not ES|QL, which fails where there is no index yet: none is made before the first dead letter.
      return {
        type: ".index-threshold",
        group: "threshold met",
        params: {
          index: [deadLetters],
          timeField: ARRIVAL,
          aggType: "count",
          groupBy: "top",
          termField: REASON,
          termSize: REASONS,
          thresholdComparator: ">",
          threshold: [rule.above],
          ...window(rule.within),
        },
      };
  }
}

/** More than there are. */
const REASONS = 10;

/** A row of the answer is an alert (`row`, told apart by what it is grouped by), or any row at all is one (`all`). */
function esqlRule(groupBy: "row" | "all", timeField: TimeField, within: Duration, steps: readonly string[]): RuleType {
  return {
    type: ".es-query",
    group: "query matched",
    params: {
      searchType: "esqlQuery",
      esqlQuery: { esql: steps.join("\n| ") },
      timeField,
      groupBy,
      ...window(within),
      // What Kibana requires of every rule of ES|QL: it is the query that says what is too much.
      thresholdComparator: ">",
      threshold: [0],
      size: 100,
    },
  };
}

function window(within: Duration): Json {
  const [amount, unit] = kibanaDuration(within);
  return { timeWindowSize: amount, timeWindowUnit: unit };
}

function interval(every: Duration): string {
  return kibanaDuration(every).join("");
}

/** In the largest unit that it is whole in: Kibana has no fractions. */
function kibanaDuration(duration: Duration): readonly [number, "d" | "h" | "m" | "s"] {
  const seconds = duration.toSeconds();
  if (seconds % 86_400 === 0) return [seconds / 86_400, "d"];
  if (seconds % 3600 === 0) return [seconds / 3600, "h"];
  if (seconds % 60 === 0) return [seconds / 60, "m"];
  return [seconds, "s"];
}
