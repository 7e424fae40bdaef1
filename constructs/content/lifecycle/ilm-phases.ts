import { durationText, sizeText } from "../../../contract/elasticsearch-units";
import type { Json } from "../../../contract/index-template";
import type { Duration } from "../../core/duration";
import type { Size } from "../../core/size";

/**
 * How an index goes through its life, as index lifecycle management (ILM) has it. `after` counts from the index's rollover, not
 * from its first line (elastic/elasticsearch#85651); where nothing rolls over, from the day on which it was made.
 *
 * ILM is part of the free Basic licence. What needs more says so.
 */
export interface IlmPhases {
  readonly hot: HotPhase;
  readonly warm?: WarmPhase;
  readonly cold?: ColdPhase;
  readonly frozen?: FrozenPhase;
  readonly delete?: DeletePhase;
}

export type PhaseName = keyof IlmPhases;

/** It takes lines. */
export interface HotPhase {
  /** When the next index takes the lines; all else here is done after it. @default never */
  readonly rollover?: Rollover;
  readonly priority?: number;
  readonly readOnly?: boolean;
  readonly shrink?: Shrink;
  readonly forceMerge?: ForceMerge;
  readonly downsample?: Downsample;
  readonly searchableSnapshot?: SearchableSnapshot;
}

interface Later {
  readonly after: Duration;
}

/** It is searched often, and takes no lines. It moves to warm nodes by itself. */
export interface WarmPhase extends Later {
  readonly priority?: number;
  readonly readOnly?: boolean;
  readonly allocate?: Allocate;
  readonly shrink?: Shrink;
  readonly forceMerge?: ForceMerge;
  readonly downsample?: Downsample;
}

/** It is searched seldom. */
export interface ColdPhase extends Later {
  readonly priority?: number;
  readonly readOnly?: boolean;
  readonly allocate?: Allocate;
  readonly downsample?: Downsample;
  readonly searchableSnapshot?: SearchableSnapshot;
}

/** It is in the object storage, and nodes only hold what is searched at the time. Enterprise licence. */
export interface FrozenPhase extends Later {
  readonly searchableSnapshot: SearchableSnapshot;
}

export interface DeletePhase extends Later {
  /** The snapshot policy that must have a copy of it before. @default it is deleted without */
  readonly waitForSnapshotOf?: string;
}

/** Whichever comes first. */
export interface Rollover {
  readonly maxPrimaryShardSize: Size;
  /** However small it is then. */
  readonly maxAge: Duration;
}

/** Fewer primary shards: the index is copied to one node, which must have room for all of it. */
export interface Shrink {
  readonly shards: number;
}

/** Fewer segments: every byte is written again, needs as much disk once more meanwhile, and is new to the next snapshot. */
export interface ForceMerge {
  readonly segments: number;
}

/** One document for each interval. Of a time series data stream (TSDS) only: lines of a log are none. */
export interface Downsample {
  readonly interval: Duration;
}

/** The index is a snapshot that is mounted; it needs no replicas then. Enterprise licence. */
export interface SearchableSnapshot {
  readonly repository: string;
}

/** What is other than its template says. */
export interface Allocate {
  readonly replicas: number;
}

export const PHASE_ORDER = ["hot", "warm", "cold", "frozen", "delete"] as const satisfies readonly PhaseName[];

/** The body's `policy.phases`. */
export function renderPhases(phases: IlmPhases): Json {
  const { hot, warm, cold, frozen, delete: last } = phases;
  return {
    hot: { actions: actionsOf(hot) },
    ...(warm ? { warm: later(warm) } : {}),
    ...(cold ? { cold: later(cold) } : {}),
    ...(frozen ? { frozen: later(frozen) } : {}),
    ...(last
      ? {
          delete: {
            min_age: ageOf(last),
            actions: {
              ...(last.waitForSnapshotOf ? { wait_for_snapshot: { policy: last.waitForSnapshotOf } } : {}),
              delete: {},
            },
          },
        }
      : {}),
  };
}

function later(phase: Later & Actions): Json {
  return { min_age: ageOf(phase), actions: actionsOf(phase) };
}

function ageOf({ after }: Later): string {
  return durationText(after.toMilliseconds());
}

type Actions = Omit<HotPhase, "rollover"> & Pick<WarmPhase, "allocate"> & Pick<HotPhase, "rollover">;

function actionsOf(phase: Actions): Json {
  const { rollover, priority, readOnly, allocate, shrink, forceMerge, downsample, searchableSnapshot } = phase;
  return {
    ...(rollover
      ? {
          rollover: {
            max_primary_shard_size: sizeText(rollover.maxPrimaryShardSize.toBytes()),
            max_age: durationText(rollover.maxAge.toMilliseconds()),
          },
        }
      : {}),
    ...(priority === undefined ? {} : { set_priority: { priority } }),
    ...(readOnly ? { readonly: {} } : {}),
    ...(allocate ? { allocate: { number_of_replicas: allocate.replicas } } : {}),
    ...(shrink ? { shrink: { number_of_shards: shrink.shards } } : {}),
    ...(forceMerge ? { forcemerge: { max_num_segments: forceMerge.segments } } : {}),
    ...(downsample ? { downsample: { fixed_interval: durationText(downsample.interval.toMilliseconds()) } } : {}),
    ...(searchableSnapshot ? { searchable_snapshot: { snapshot_repository: searchableSnapshot.repository } } : {}),
  };
}
