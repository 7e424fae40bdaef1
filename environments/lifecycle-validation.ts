import { Duration } from "../constructs/core/duration";
import { MIN_ROLLOVER_AGE } from "../constructs/capacity/workload";
import { isDnsLabel, Problems } from "../constructs/core/validation";
import { snapshotsSchema } from "../constructs/content/snapshots/snapshots";
import type { EnvironmentConfig, IndexLifecycle, Snapshots } from "./environment";
import { spelledAs } from "./paths";

/** What cannot work in how indices go through their life and are copied; empty if nothing. */
export function lifecycleProblems({ elasticsearch: { lifecycle }, platform }: EnvironmentConfig): string[] {
  if (platform.kind === "docker") {
    return new Problems()
      .add(lifecycle ? phaseProblems(lifecycle) : [])
      .require(
        !lifecycle?.warmAfter,
        `'elasticsearch.lifecycle.warmAfter' (${lifecycle?.warmAfter}) needs nodes to move to, and one Docker Engine runs one: remove it`,
      )
      .list();
  }
  const { elasticsearch: engine, claims } = platform;
  const eck = engine?.kind === "eck" ? engine : undefined;
  return new Problems()
    .add(lifecycle ? phaseProblems(lifecycle) : [])
    .require(
      !lifecycle?.warmAfter || eck?.warm !== undefined || engine?.kind === "imported",
      `'elasticsearch.lifecycle.warmAfter' (${lifecycle?.warmAfter}) needs nodes to move to: add 'platform.elasticsearch.warm' or remove it`,
    )
    .require(
      !eck?.warm || lifecycle?.warmAfter !== undefined,
      "'platform.elasticsearch.warm' would hold nothing: without 'elasticsearch.lifecycle.warmAfter' no index moves there; state it or remove the nodes",
    )
    .require(
      !lifecycle || !eck || eck.snapshots !== undefined || claims.whenDestroyed === "delete",
      `'elasticsearch.lifecycle.deleteAfter' (${lifecycle?.deleteAfter}) would delete what nobody has a copy of, and 'platform.claims.whenDestroyed' is 'keep': add 'platform.elasticsearch.snapshots', from which the delete phase waits for one, or remove the lifecycle`,
    )
    .add(eck?.snapshots ? snapshotProblems(eck.snapshots) : [])
    .list();
}

function phaseProblems({ rolloverSize, rolloverAge, warmAfter, deleteAfter }: IndexLifecycle): string[] {
  const path = "elasticsearch.lifecycle";
  const positive = { rolloverSize: rolloverSize.toBytes(), deleteAfter: deleteAfter.toMilliseconds() };
  return new Problems()
    .require(
      rolloverAge.toMilliseconds() >= MIN_ROLLOVER_AGE.toMilliseconds(),
      `'${path}.rolloverAge' (${rolloverAge}) must be at least ${MIN_ROLLOVER_AGE}: Elasticsearch looks every ten minutes only, and each index costs memory; raise it`,
    )
    .add(
      Object.entries(positive)
        .filter(([, amount]) => amount <= 0)
        .map(([fact]) => `'${path}.${fact}' (0) must be above 0: raise it`),
    )
    .require(
      warmAfter === undefined || warmAfter.toMilliseconds() < deleteAfter.toMilliseconds(),
      `'${path}.warmAfter' (${warmAfter}) must be less than '${path}.deleteAfter' (${deleteAfter}): an index would be deleted before it is moved; lower it, or leave it out`,
    )
    .list();
}

function snapshotProblems(snapshots: Snapshots): string[] {
  const { repository, credentialsSecret, schedule, expireAfter, minCount, maxCount } = snapshots;
  const path = "platform.elasticsearch.snapshots";
  const parsed = snapshotsSchema.safeParse({
    repository,
    schedule,
    expireAfterMs: expireAfter.toMilliseconds(),
    minCount,
    maxCount,
  });
  const taken = parsed.success ? snapshotsWithin(expireAfter, schedule) : undefined;
  return new Problems()
    .require(
      credentialsSecret === undefined || isDnsLabel(credentialsSecret),
      `'${path}.credentialsSecret' ('${credentialsSecret}') must be a DNS label: lower-case letters, digits and '-'`,
    )
    .add(parsed.success ? [] : issueProblems(path, snapshots, parsed.error))
    .require(
      taken === undefined || maxCount >= taken,
      `'${path}.maxCount' (${maxCount}) must be at least ${taken}: 'schedule' ('${schedule}') takes so many within 'expireAfter' (${expireAfter}), and what is beyond 'maxCount' goes before it expires; raise it or lower 'expireAfter'`,
    )
    .list();
}

/** What the content program would refuse, as the file spells it. */
function issueProblems(path: string, facts: object, { issues }: ZodProblems): string[] {
  const paths = Object.fromEntries(Object.keys(facts).map((fact) => [fact, `${path}.${fact}`]));
  return issues.map((issue) => {
    const names = issue.path.map((name) => String(name).replace(/(Ms|Bytes)$/, ""));
    // About several facts: it names them.
    if (names.length === 0) return spelledAs(paths, [issue.message]).join();
    const value: unknown = names.reduce<unknown>((fact, name) => (fact as Record<string, unknown>)[name], facts);
    const fact = `'${[path, ...names].join(".")}'`;
    return value === "" ? `${fact} is empty: state it` : `${fact} (${told(value)}) ${mend(issue)}`;
  });
}

/** As much as is asked of an error of a schema, which is the same in every edition of the library. */
interface ZodProblems {
  readonly issues: readonly {
    readonly code?: string;
    readonly path: readonly PropertyKey[];
    readonly message: string;
  }[];
}

function told(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}

function mend({ code = "", message }: ZodProblems["issues"][number]): string {
  return MENDS[code] ?? (message.startsWith("must ") ? message : `is wrong: ${message}`);
}

/** Where the schema's own words say less. */
const MENDS: Readonly<Record<string, string>> = {
  too_small: "must be above 0",
  invalid_type: "must be a whole number",
};

/** How many a schedule takes in a time, where that can be told: every day at the same hours. */
function snapshotsWithin(time: Duration, schedule: string): number | undefined {
  const [, , hour = "", dayOfMonth = "", month = "", dayOfWeek = ""] = schedule.split(" ");
  const daily = ["*", "?"].includes(dayOfMonth) && month === "*" && ["*", "?"].includes(dayOfWeek);
  const hours = hoursOf(hour);
  if (!daily || hours === undefined) return undefined;
  return Math.floor((time.toMilliseconds() / Duration.days(1).toMilliseconds()) * hours);
}

function hoursOf(field: string): number | undefined {
  if (field === "*") return 24;
  if (/^\d+(,\d+)*$/.test(field)) return field.split(",").length;
  const every = /^(?:\*|0)\/(\d+)$/.exec(field)?.[1];
  return every === undefined ? undefined : Math.ceil(24 / Number(every));
}
