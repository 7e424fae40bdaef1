import type { FieldOfType } from "../../../../contract/log-event";
import { Duration } from "../../../core/duration";
import { ERRORS } from "../../dashboards/lines";
import type { TimeField } from "../../query/fields";
import type { Filter } from "../../query/filter";
import type { GroupField } from "./esql";

/** A question that is asked again and again, and an alert where the answer is bad. */
export type AlertRule = ShareRule | SilenceRule | DelayRule | DeadLettersRule;

interface Asked {
  /** The end of its id. */
  readonly name: string;
  readonly title: string;
  /** What it tells, and what to do about it. */
  readonly description: string;
  /** How often it is asked. */
  readonly every: Duration;
}

/** An alert for each value of a field among whose lines too many are such. */
export interface ShareRule extends Asked {
  readonly kind: "share";
  readonly by: GroupField;
  readonly that: Filter;
  /** From 0 to 1. */
  readonly above: number;
  /** Of fewer lines than this nothing is said: one of two is no rate. */
  readonly lines: number;
  /** How far back it looks. */
  readonly within: Duration;
}

/** An alert for each value of a field that wrote, and no longer does. */
export interface SilenceRule extends Asked {
  readonly kind: "silence";
  readonly by: GroupField;
  readonly after: Duration;
  /** What has been silent for longer is taken for gone: its alert recovers. */
  readonly seenWithin: Duration;
}

/** One alert while lines take too long to arrive. */
export interface DelayRule extends Asked {
  readonly kind: "delay";
  readonly percentile: number;
  readonly above: Duration;
  readonly within: Duration;
}

/** An alert for each reason for which lines could not be indexed. */
export interface DeadLettersRule extends Asked {
  readonly kind: "dead letters";
  /** So many are borne. */
  readonly above: number;
  readonly within: Duration;
}

/** When lines arrived, rather than when they were written. */
export const ARRIVAL = "event.ingested" satisfies TimeField;

/** How late a line came, in ms. */
export const DELAY = "log_pipeline.delay" satisfies FieldOfType<"long">;

/** Why a dead letter is one. */
export const REASON = "log_pipeline.dead_letter.reason" satisfies GroupField;

/** What may be told otherwise; everything has a default. */
export interface AlertParameters {
  /** How often every rule is asked. Kibana refuses less than its `xpack.alerting.rules.minimumScheduleInterval`. @default 1 minute */
  readonly every?: Duration;
  /** @default more than 5 % of at least 50 lines, within 5 minutes */
  readonly errorRate?: Partial<Pick<ShareRule, "above" | "lines" | "within">>;
  /** @default after 15 minutes, of services that wrote within a day */
  readonly silence?: Partial<Pick<SilenceRule, "after" | "seenWithin">>;
  /** @default the slowest 5 % take more than a minute, within 5 minutes */
  readonly delay?: Partial<Pick<DelayRule, "percentile" | "above" | "within">>;
  /** @default any, within 5 minutes */
  readonly deadLetters?: Partial<Pick<DeadLettersRule, "above" | "within">>;
}

/** The rules of this project. */
export function alertRules(parameters: AlertParameters = {}): readonly AlertRule[] {
  const { every = Duration.minutes(1), errorRate, silence, delay, deadLetters } = parameters;
  const within = Duration.minutes(5);
  return [
    {
      kind: "share",
      name: "error-rate",
      title: "A service fails more than it should",
      description: "Many of a service's lines tell of failures. The dashboard Errors has which, and since when.",
      every,
      by: "service.name",
      that: ERRORS,
      above: 0.05,
      lines: 50,
      within,
      ...errorRate,
    },
    {
      kind: "silence",
      name: "silent-service",
      title: "A service has gone silent",
      description:
        "A service wrote lines and no longer does: it is down, or its lines are not shipped. If all are silent, it is the pipeline.",
      every,
      by: "service.name",
      after: Duration.minutes(15),
      seenWithin: Duration.days(1),
      ...silence,
    },
    {
      kind: "delay",
      name: "ingest-delay",
      title: "Lines arrive late",
      description:
        "Lines take long from their service to a search. The dashboard Pipeline health has whose; the consumer's lag says more.",
      every,
      percentile: 95,
      above: Duration.minutes(1),
      within,
      ...delay,
    },
    {
      kind: "dead letters",
      name: "dead-letters",
      title: "Lines could not be indexed",
      description: "Nothing is lost: `npm run dead-letters` has the messages and what Elasticsearch said of each.",
      every,
      above: 0,
      within,
      ...deadLetters,
    },
  ];
}
