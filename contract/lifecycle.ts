import { z } from "zod";
import { durationText, sizeText } from "./elasticsearch-units";
import { managed, type Json } from "./index-template";

/**
 * How a backing index goes through its life. Ages but the first count from its rollover, not from its first line
 * (elastic/elasticsearch#85651): the oldest line is as old as `rolloverAgeMs` and `deleteAfterMs` together.
 */
export const lifecycleSchema = z
  .strictObject({
    /** Of one primary shard: the next index takes the lines then. */
    rolloverSizeBytes: z.int().positive(),
    /** The next index takes the lines then, however small this one is. */
    rolloverAgeMs: z.int().positive(),
    /** @default never: there is one tier */
    warmAfterMs: z.int().nonnegative().optional(),
    deleteAfterMs: z.int().positive(),
  })
  .superRefine(({ warmAfterMs, deleteAfterMs }, context) => {
    if (warmAfterMs === undefined || warmAfterMs < deleteAfterMs) return;
    context.addIssue({
      code: "custom",
      message:
        `'warmAfter' (${durationText(warmAfterMs)}) must be less than 'deleteAfter' (${durationText(deleteAfterMs)}): ` +
        "an index would be deleted before it is moved; lower it, or leave it out",
    });
  });

export type Lifecycle = Readonly<z.output<typeof lifecycleSchema>>;

export interface LifecycleOptions {
  /** The policy whose snapshots must have an index before it is deleted. @default it is deleted without a copy */
  readonly snapshotPolicy?: string;
}

/** Body of `PUT /_ilm/policy/<name>`. */
export function renderLifecyclePolicy(lifecycle: Lifecycle, { snapshotPolicy }: LifecycleOptions = {}): Json {
  const { rolloverSizeBytes, rolloverAgeMs, warmAfterMs, deleteAfterMs } = lifecycle;
  const phases = {
    hot: {
      actions: {
        rollover: { max_primary_shard_size: sizeText(rolloverSizeBytes), max_age: durationText(rolloverAgeMs) },
        set_priority: { priority: 100 },
      },
    },
    // Elasticsearch moves an index to the phase's tier by itself. No force merge: it writes every byte of an index again,
    // needs as much disk once more meanwhile, and makes the next snapshot copy all of it a second time.
    ...(warmAfterMs === undefined
      ? {}
      : { warm: { min_age: durationText(warmAfterMs), actions: { set_priority: { priority: 50 } } } }),
    delete: {
      min_age: durationText(deleteAfterMs),
      actions: { ...(snapshotPolicy ? { wait_for_snapshot: { policy: snapshotPolicy } } : {}), delete: {} },
    },
  };
  return { policy: managed({ phases }) };
}
