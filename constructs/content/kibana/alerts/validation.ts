import type { Duration } from "../../../core/duration";
import { Problems } from "../../../core/validation";
import type { AlertRule } from "./rule";

/** What is wrong with a rule's parameters. */
export function alertRuleProblems(rule: AlertRule): readonly string[] {
  const problems = new Problems();
  const at = (name: string, value: unknown) => `alert rule '${rule.name}': '${name}' (${String(value)})`;
  for (const [name, value] of durationsOf(rule)) {
    problems.require(
      value.toMilliseconds() >= 1000 && value.toMilliseconds() % 1000 === 0,
      `${at(name, value)} must be whole seconds and at least one: Kibana knows nothing shorter`,
    );
  }
  switch (rule.kind) {
    case "share":
      problems
        .require(
          rule.above > 0 && rule.above < 1,
          `${at("above", rule.above)} must be between 0 and 1: it is a part of all`,
        )
        .require(Number.isInteger(rule.lines) && rule.lines >= 1, `${at("lines", rule.lines)} must be at least 1`);
      break;
    case "silence":
      problems.require(
        longer(rule.seenWithin, rule.after),
        `${at("seenWithin", rule.seenWithin)} must be longer than 'after' (${rule.after}): who is silent would be forgotten before an alert`,
      );
      break;
    case "delay":
      problems.require(
        rule.percentile > 0 && rule.percentile < 100,
        `${at("percentile", rule.percentile)} must be between 0 and 100`,
      );
      break;
    case "dead letters":
      problems.require(Number.isInteger(rule.above) && rule.above >= 0, `${at("above", rule.above)} must be 0 or more`);
      break;
  }
  const window = rule.kind === "silence" ? rule.seenWithin : rule.within;
  problems.require(
    !longer(rule.every, window),
    `${at("every", rule.every)} must be at most ${window}, how far back it looks: what happens in between would be seen by nobody`,
  );
  return problems.list();
}

function durationsOf(rule: AlertRule): readonly (readonly [string, Duration])[] {
  switch (rule.kind) {
    case "share":
    case "dead letters":
      return [
        ["every", rule.every],
        ["within", rule.within],
      ];
    case "silence":
      return [
        ["every", rule.every],
        ["after", rule.after],
        ["seenWithin", rule.seenWithin],
      ];
    case "delay":
      // The threshold is compared in ms; only what Kibana is told in its own units must be whole seconds.
      return [
        ["every", rule.every],
        ["within", rule.within],
      ];
  }
}

function longer(one: Duration, other: Duration): boolean {
  return one.toMilliseconds() > other.toMilliseconds();
}
