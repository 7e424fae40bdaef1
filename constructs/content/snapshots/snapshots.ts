import { z } from "zod";
import { durationText } from "../../../contract/elasticsearch-units";
import { markOf, type Json } from "../../../contract/index-template";
import { SNAPSHOT_REPOSITORY } from "../../../contract/names";
import { name } from "../../../contract/settings";

const basePath = z
  .string()
  .regex(/^[^/](.*[^/])?$/, "must not be empty, nor begin or end with '/'")
  .optional();

/** Where snapshots are kept. Credentials are in Elasticsearch's keystore, or the nodes' own. */
export const snapshotRepositorySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("s3"),
    bucket: name,
    /** @default the one of the nodes */
    region: name.optional(),
    /** Of what speaks S3 and is not AWS. @default AWS */
    endpoint: name.optional(),
    basePath,
  }),
  z.strictObject({ kind: z.literal("gcs"), bucket: name, basePath }),
  z.strictObject({ kind: z.literal("azure"), container: name, basePath }),
]);

export type SnapshotRepository = Readonly<z.output<typeof snapshotRepositorySchema>>;

/** When snapshots are taken, and how long they are kept. */
export const snapshotsSchema = z
  .strictObject({
    repository: snapshotRepositorySchema,
    /** Elasticsearch's cron, in UTC. */
    schedule: z
      .string()
      .refine(
        isSchedule,
        "must be second, minute, hour, day of month, month, day of week and perhaps year, as in '0 30 1 * * ?': " +
          "second and minute are numbers, for Elasticsearch takes no snapshots in quick succession, and one of the days is '?'",
      ),
    expireAfterMs: z.int().positive(),
    /** Kept whatever their age. */
    minCount: z.int().positive(),
    maxCount: z.int().positive(),
  })
  .superRefine(({ minCount, maxCount }, context) => {
    if (minCount <= maxCount) return;
    context.addIssue({
      code: "custom",
      message: `'minCount' (${minCount}) must be at most 'maxCount' (${maxCount}): lower it, or raise 'maxCount'`,
    });
  });

export type Snapshots = Readonly<z.output<typeof snapshotsSchema>>;

/** The rest of the grammar is Elasticsearch's to check: it refuses the policy, and `content apply` says so. */
function isSchedule(text: string): boolean {
  const fields = text.split(" ");
  if (fields.length < 6 || fields.length > 7 || !fields.every((field) => /^[\dA-Z*?,/#-]+$/i.test(field))) return false;
  const [second = "", minute = "", , dayOfMonth, , dayOfWeek] = fields;
  const isMoment = [second, minute].every((field) => /^[0-5]?\d$/.test(field));
  return isMoment && (dayOfMonth === "?") !== (dayOfWeek === "?");
}

/** Body of `PUT /_snapshot/<name>`. It has no place for our mark: Elasticsearch keeps type and settings only. */
export function renderSnapshotRepository({ kind, basePath: base_path, ...settings }: SnapshotRepository): Json {
  return { type: kind, settings: { ...settings, ...(base_path === undefined ? {} : { base_path }) } };
}

/** Body of `PUT /_slm/policy/<name>`. */
export function renderSnapshotPolicy(snapshots: Snapshots, indices: readonly string[]): Json {
  const { schedule, expireAfterMs, minCount, maxCount } = snapshots;
  const config = {
    // The streams, not the indices behind them: a snapshot of those alone cannot bring a stream back.
    indices: [...indices],
    // All that the cluster's state would add is in code and put by `content apply`; restored with the lines, it would take
    // the place of newer content. No feature's own indices then either.
    include_global_state: false,
  };
  const policy = {
    name: "<logs-{now/d}>",
    schedule,
    repository: SNAPSHOT_REPOSITORY,
    config,
    retention: { expire_after: durationText(expireAfterMs), min_count: minCount, max_count: maxCount },
  };
  // The policy has no `_meta`, and drops one that it is given; this is copied into each snapshot as well.
  return { ...policy, config: { ...config, metadata: markOf(policy) } };
}
