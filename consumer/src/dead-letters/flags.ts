import { DEAD_LETTER_REASONS, type DeadLetterReason } from "../../../contract/dead-letter";
import { SettingsError } from "../../../contract/settings";
import type { Choice, Place } from "./choose";

/** @throws SettingsError */
export function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw new SettingsError(`--limit (${text}) must be a whole number of at least 1`);
  return limit;
}

/** @throws SettingsError */
export function timeOf(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new SettingsError(`--${name} (${text}) must be a time such as 2026-01-31T10:00:00Z`);
  return time;
}

/** What the command line says of which dead letters are meant. */
export interface ChoiceFlags {
  readonly until?: string;
  readonly reason?: readonly string[];
  readonly service?: readonly string[];
  readonly at?: string;
}

/** @throws SettingsError */
export function choiceOf({ until, reason, service, at }: ChoiceFlags): Choice {
  const before = timeOf("until", until);
  return {
    ...(before ? { until: before } : {}),
    ...(reason ? { reasons: reason.map(reasonOf) } : {}),
    ...(service ? { services: service } : {}),
    ...(at === undefined ? {} : { place: placeOf(at) }),
  };
}

function reasonOf(text: string): DeadLetterReason {
  const reason = DEAD_LETTER_REASONS.find((one) => one === text);
  if (!reason) throw new SettingsError(`--reason (${text}) must be one of ${DEAD_LETTER_REASONS.join(", ")}`);
  return reason;
}

function placeOf(text: string): Place {
  const [, partition, offset] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined)
    throw new SettingsError(`--at (${text}) must be <partition>/<offset>, such as 3/1742`);
  return { partition: Number(partition), offset };
}
