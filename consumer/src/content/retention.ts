import type { Content } from "../../../contract/content";
import { durationOf } from "../../../contract/elasticsearch-units";
import type { ExistingIndices } from "./existing-indices";
import { LIFECYCLE } from "./index-plan";
import type { Effect } from "./template-effect";

interface Phase {
  readonly min_age?: string;
  readonly actions?: { readonly rollover?: { readonly max_age?: string } };
}

/** How long a policy lets the oldest line be, in ms; Infinity if it deletes none. */
export function keptFor({ api, body }: Pick<Content, "api" | "body">): number | undefined {
  if (api === "_slm/policy") {
    const { expire_after: expires } = (body["retention"] ?? {}) as { readonly expire_after?: string };
    return expires === undefined ? Infinity : durationOf(expires);
  }
  if (api !== "_ilm/policy") return undefined;
  const { phases = {} } = body["policy"] as { readonly phases?: Readonly<Record<string, Phase>> };
  const deleted = phases["delete"];
  if (!deleted) return Infinity;
  // An age counts from the rollover, and so from the index's last line (elastic/elasticsearch#85651).
  const rollover = phases["hot"]?.actions?.rollover?.max_age;
  return durationOf(deleted.min_age ?? "0ms") + (rollover === undefined ? 0 : durationOf(rollover));
}

/** What would be lost if lines were kept as `wanted` says; undefined if nothing would. For people. */
export function lossOf(wanted: Content, stored: unknown, existing: readonly Governed[]): string | undefined {
  const kept = keptFor(wanted);
  if (kept === undefined || kept === Infinity) return undefined;
  const what = wanted.api === "_slm/policy" ? "snapshots" : "logs";
  if (stored !== undefined) {
    const before = keptFor({ api: wanted.api, body: stored as Content["body"] }) ?? Infinity;
    if (before === Infinity) return `${what} were kept for ever, and all that is older than ${days(kept)} would go`;
    return kept >= before
      ? undefined
      : `${what} are kept for ${days(kept)} instead of ${days(before)}: ${days(before - kept)} of ${what} would go`;
  }
  if (wanted.api !== "_ilm/policy") return undefined;
  const oldest = Math.min(
    ...existing
      .filter(
        ({ effect, indices }) =>
          effect.settings[LIFECYCLE] === wanted.name && indices.settings[LIFECYCLE] === undefined,
      )
      .map(({ indices }) => indices.oldest),
  );
  const lost = Date.now() - oldest - kept;
  return lost > 0
    ? `logs were kept for ever, and the oldest are ${days(kept + lost)} old: ${days(lost)} of logs would go`
    : undefined;
}

/** Indices, and the template that speaks of them. */
export interface Governed {
  readonly indices: ExistingIndices;
  readonly effect: Effect;
}

function days(ms: number): string {
  const number = Number((ms / 86_400_000).toFixed(1));
  return `${number} ${number === 1 ? "day" : "days"}`;
}
