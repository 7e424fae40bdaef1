import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { elasticsearchHeap } from "../elasticsearch/heap";
import { type Derived, derived, grouped, readable, roundedUp, steps } from "./derived";
import type { CapacityLimits } from "./limits";
import type { Load } from "./load";
import { evenly } from "./losses";
import { SOURCE } from "./sources";
import {
  bulkRate,
  diskOf,
  diskPerMemory,
  type IndexLayout,
  leastNodes,
  type LossNeeds,
  nodesNeeded,
  type TierName,
  tierNeeds,
} from "./tier-needs";
import type { Objectives, SpreadObjectives } from "./workload";

export interface TierPlan {
  readonly nodes: Derived<number>;
  /** Of one node. */
  readonly memory: Derived<Size>;
  readonly heap: Derived<Size>;
  /** Of one node. */
  readonly disk: Derived<Size>;
  /** All copies of the data that the tier holds. */
  readonly data: Derived<Size>;
  /** All copies of shards. */
  readonly shards: Derived<number>;
}

export interface ElasticsearchPlan {
  /** Of an index. */
  readonly primaryShards: Derived<number>;
  /** `max_primary_shard_size`. */
  readonly rolloverSize: Derived<Size>;
  /** `max_age`. */
  readonly rolloverAge: Derived<Duration>;
  /** `min_age` of the warm phase, if there is one. It counts from the rollover. */
  readonly warmAge?: Derived<Duration>;
  /** `min_age` of the delete phase. */
  readonly deleteAge: Derived<Duration>;
  readonly hot: TierPlan;
  readonly warm?: TierPlan;
  /** Absent where hot nodes keep the cluster together beside their other work. */
  readonly masters?: MastersPlan;
}

/** Nodes that only keep the cluster together. */
export interface MastersPlan {
  readonly nodes: Derived<number>;
  /** Of one node. */
  readonly memory: Derived<Size>;
}

export function planElasticsearch(load: Load, objectives: SpreadObjectives, limits: CapacityLimits): ElasticsearchPlan {
  const { hot, warm } = objectives;
  const primaries = primaryShards(load, limits);
  const size = rolloverSize(load, limits);
  const age = rolloverAge(objectives, limits);
  const kept = Duration.milliseconds(hot.toMilliseconds() + warm.toMilliseconds());
  const layout = { primaries, size, age };
  const withWarm = warm.toMilliseconds() > 0;
  const hotTier = planTier("hot", load, objectives, layout, limits);
  const warmTier = withWarm ? planTier("warm", load, objectives, layout, limits) : undefined;
  return {
    primaryShards: derived(
      primaries,
      `${grouped(load.catchUp)} documents/s while catching up / ${grouped(bulkRate(LARGEST_MEMORY, limits))} of a node's share`,
      `${SOURCE.bulk}; ${limits.bulkShare.source}`,
    ),
    rolloverSize: derived(
      size,
      `at most ${limits.maxShardSize.value}, and ${grouped(limits.maxDocumentsPerShard.value)} documents of ${grouped(load.indexedBytes)} B`,
      SOURCE.shards,
    ),
    rolloverAge: derived(
      age,
      `'delete' ${readable(objectives.delete)} - 'hot' ${readable(hot)} - 'warm' ${readable(warm)}, at most ${readable(limits.maxRolloverAge.value)}: what is deleted is up to this older than its age says`,
      SOURCE.rolloverAge,
    ),
    ...(withWarm
      ? { warmAge: derived(hot, "'hot', counted from the rollover: nothing leaves earlier", SOURCE.rolloverAge) }
      : {}),
    deleteAge: derived(
      kept,
      `'hot' and 'warm', counted from the rollover; with ${readable(age)} before it no line is older than ${readable(objectives.delete)}`,
      SOURCE.rolloverAge,
    ),
    hot: hotTier,
    ...(warmTier ? { warm: warmTier } : {}),
    ...planMasters(
      warmTier ? [hotTier, warmTier] : [hotTier],
      primaries * (1 + objectives.replicas),
      objectives,
      limits,
    ),
  };
}

function planMasters(
  tiers: readonly TierPlan[],
  shardsOfIndex: number,
  { zones = 1 }: SpreadObjectives,
  limits: CapacityLimits,
): Pick<ElasticsearchPlan, "masters"> {
  const total = (of: (tier: TierPlan) => number) => tiers.reduce((sum, tier) => sum + of(tier), 0);
  const nodes = total((tier) => tier.nodes.value);
  if (nodes < limits.dedicatedMastersFrom.value) return {};
  const indices = steps(
    total((tier) => tier.shards.value),
    shardsOfIndex,
  );
  const { value: least } = limits.masterMemory;
  // Half of the memory is heap.
  const memory = roundedUp(((2 * indices) / limits.indicesPerMasterHeap.value) * GIBIBYTE, Size.gibibytes(1));
  return {
    masters: {
      nodes: derived(
        3,
        `from ${limits.dedicatedMastersFrom.value} data nodes on, and there are ${grouped(nodes)}; two of three can elect${zones >= 3 ? ", one in each of three zones" : ""}`,
        limits.dedicatedMastersFrom.source,
      ),
      memory: derived(
        memory.toBytes() > least.toBytes() ? memory : least,
        `at least ${least}; 1 GiB of heap for ${grouped(limits.indicesPerMasterHeap.value)} indices, and there are about ${grouped(indices)}`,
        `${limits.masterMemory.source}; ${limits.indicesPerMasterHeap.source}`,
      ),
    },
  };
}

function planTier(
  tier: TierName,
  load: Load,
  objectives: SpreadObjectives,
  layout: IndexLayout,
  limits: CapacityLimits,
): TierPlan {
  const needs = tierNeeds(tier, load, objectives, layout);
  const { replicas } = objectives;
  // Without copies there is nothing to spread.
  const zones = replicas === 0 ? 1 : (objectives.zones ?? 1);
  const least = evenly(leastNodes(tier, replicas), zones);
  const nodesOf = (step: Size) => nodesNeeded(tier, needs, step, objectives, limits);
  const memory = MEMORY_STEPS.find((step) => evenly(mostOf(nodesOf(step)), zones) <= least) ?? LARGEST_MEMORY;
  const counts = nodesOf(memory);
  const nodes = evenly(mostOf(counts), zones);
  const ratio = diskPerMemory(tier, limits);
  return {
    nodes: derived(
      nodes,
      `the most of ${least} at least; ${counts.disk} for a disk of ${ratio} x ${memory}${tier === "hot" ? `; ${counts.writes} for ${grouped(needs.written)} documents/s with copies; ${counts.searches} for searches` : ""}; ${counts.shards} for ${grouped(needs.shards)} shards${spareOf(replicas, zones)}`,
      `${SOURCE.elasticSizing}; ${zones > 1 ? SOURCE.zones : SOURCE.quorum}`,
    ),
    memory: derived(
      memory,
      `the least of ${MEMORY_STEPS.map((step) => step.toBytes() / GIBIBYTE).join(", ")} GiB with which ${least} ${least === 1 ? "node is" : "nodes are"} enough, else the largest`,
      `1 GiB of memory for ${ratio} of disk: ${SOURCE.elasticSizing}`,
    ),
    heap: derived(elasticsearchHeap(memory), "half of the memory, at most 30 GiB", SOURCE.heap),
    disk: derived(
      roundedUp(diskOf(needs, nodes, limits).bytes, Size.gibibytes(1)),
      needs.losses.map((loss) => shareOf(loss, nodes, limits)).join("; or "),
      SOURCE.watermark,
    ),
    data: derived(
      roundedUp(needs.data, Size.mebibytes(1)),
      `${readable(objectives[tier])} and one index of at most ${readable(layout.age)}, ${limits.indexedPerRawByte.value} bytes for each that was written, x ${1 + replicas} copies`,
      limits.indexedPerRawByte.source,
    ),
    shards: derived(
      needs.shards,
      `data / ${readable(layout.size)}, or an index every ${readable(layout.age)}; and two indices that change`,
      SOURCE.shards,
    ),
  };
}

function spareOf(replicas: number, zones: number): string {
  if (replicas === 0) return "";
  return zones > 1
    ? `; with what may be lost in each, one node or one of ${zones} zones; and as many in every zone`
    : "; one that may be lost is in each";
}

function shareOf({ loss, data }: LossNeeds, nodes: number, limits: CapacityLimits): string {
  const left = loss.left(nodes);
  return `${readable(Size.bytes(Math.ceil(data)))} / ${limits.elasticsearchDiskFill.value} / ${left}${loss.when ? ` nodes that are left ${loss.when}` : ""}`;
}

function mostOf(counts: Readonly<Record<string, number>>): number {
  return Math.max(...Object.values(counts));
}

/** So many that nodes share the writing of the one index that takes lines. */
export function primaryShards(load: Load, limits: CapacityLimits): number {
  return Math.max(1, steps(load.catchUp, bulkRate(LARGEST_MEMORY, limits)));
}

/** `max_primary_shard_size`: a shard of small documents has too many of them before it has 50 GiB. */
export function rolloverSize(load: Pick<Load, "indexedBytes">, limits: CapacityLimits): Size {
  const documents = limits.maxDocumentsPerShard.value * load.indexedBytes;
  return Size.gibibytes(Math.max(1, Math.floor(Math.min(limits.maxShardSize.value.toBytes(), documents) / GIBIBYTE)));
}

/** `max_age`: what 'delete' leaves beside 'hot' and 'warm'. */
export function rolloverAge(objectives: Objectives, limits: CapacityLimits): Duration {
  const { hot, warm } = objectives;
  const left = objectives.delete.toMilliseconds() - hot.toMilliseconds() - warm.toMilliseconds();
  return Duration.milliseconds(Math.min(left, limits.maxRolloverAge.value.toMilliseconds()));
}

const GIBIBYTE = 1024 ** 3;
const MEMORY_STEPS = [2, 4, 8, 16, 32, 64].map((amount) => Size.gibibytes(amount));
/** Twice the largest heap: more memory is for more nodes. */
const LARGEST_MEMORY = Size.gibibytes(64);
