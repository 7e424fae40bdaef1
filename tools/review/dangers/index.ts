import type { EnvironmentChange } from "../compare";
import { claims } from "./claims";
import { consumerGroup } from "./consumer";
import { contentRemoved } from "./content-removed";
import { type DangerRule, type Finding, SEVERITIES } from "./danger";
import { disruptionBudgets } from "./disruption";
import { indexCopies } from "./index-copies";
import { logRetention } from "./log-retention";
import { mapping } from "./mapping";
import { network } from "./network";
import { plainSecrets } from "./plain-secrets";
import { protections } from "./protections";
import { nodesReduced, statefulRemoved } from "./stateful";
import { terraform } from "./terraform";
import { kafkaRetention, partitions, topicRemoved, topicReplication } from "./topics";
import { versions } from "./versions";

/** Every danger that a review knows. */
export const RULES: readonly DangerRule[] = [
  statefulRemoved,
  nodesReduced,
  claims,
  protections,
  topicRemoved,
  partitions,
  topicReplication,
  kafkaRetention,
  consumerGroup,
  indexCopies,
  logRetention,
  mapping,
  contentRemoved,
  versions,
  network,
  plainSecrets,
  disruptionBudgets,
  terraform,
];

/** A finding, and the rule that knows it. */
export interface Danger extends Finding {
  readonly rule: string;
}

/** What is dangerous about a change, the worst first; of the same severity in the order of the rules. */
export function dangersOf(change: EnvironmentChange): readonly Danger[] {
  // Of an environment that is gone everything is: that is one thing to say.
  const rules = change.is ? RULES : [terraform];
  const all = rules.flatMap((rule) => rule.find(change).map((finding) => ({ rule: rule.name, ...finding })));
  const told = new Set<string>();
  const once = all.filter((danger) => {
    const text = JSON.stringify(danger);
    return !told.has(text) && told.add(text);
  });
  return SEVERITIES.flatMap((severity) => once.filter((danger) => danger.severity === severity));
}
