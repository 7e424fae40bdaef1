import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { elasticsearchHeap } from "../elasticsearch/heap";
import { type Derived, derived, grouped, readable, roundedUp, steps } from "./derived";
import type { CapacityLimits } from "./limits";
import type { Load } from "./load";
import { SOURCE } from "./sources";
import type { Objectives } from "./workload";

export type TierName = "hot" | "warm";

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
}

export function planElasticsearch(load: Load, objectives: Objectives, limits: CapacityLimits): ElasticsearchPlan {
  const { hot, warm } = objectives;
  const primaries = primaryShards(load, limits);
  const size = rolloverSize(load, limits);
  const age = rolloverAge(objectives, limits);
  const kept = Duration.milliseconds(hot.toMilliseconds() + warm.toMilliseconds());
  const layout = { primaries, size, age };
  const withWarm = warm.toMilliseconds() > 0;
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
    hot: planTier("hot", load, objectives, layout, limits),
    ...(withWarm ? { warm: planTier("warm", load, objectives, layout, limits) } : {}),
  };
}

export interface IndexLayout {
  readonly primaries: number;
  readonly size: Size;
  readonly age: Duration;
}

function planTier(
  tier: TierName,
  load: Load,
  objectives: Objectives,
  layout: IndexLayout,
  limits: CapacityLimits,
): TierPlan {
  const needs = tierNeeds(tier, load, objectives, layout);
  const least = leastNodes(tier, objectives.replicas);
  const nodesOf = (step: Size) => nodesNeeded(tier, needs, step, objectives, limits);
  const memory = MEMORY_STEPS.find((step) => mostOf(nodesOf(step)) <= least) ?? LARGEST_MEMORY;
  const counts = nodesOf(memory);
  const nodes = mostOf(counts);
  const ratio = diskPerMemory(tier, limits);
  const carrying = nodes - spareNodes(objectives.replicas);
  const spare = spareNodes(objectives.replicas) ? "; one that may be lost is in each" : "";
  return {
    nodes: derived(
      nodes,
      `the most of ${least} at least; ${counts.disk} for a disk of ${ratio} x ${memory}${tier === "hot" ? `; ${counts.writes} for ${grouped(needs.writes)} documents/s with copies; ${counts.searches} for searches` : ""}; ${counts.shards} for ${grouped(needs.shards)} shards${spare}`,
      `${SOURCE.elasticSizing}; ${SOURCE.quorum}`,
    ),
    memory: derived(
      memory,
      `the least of ${MEMORY_STEPS.map((step) => step.toBytes() / GIBIBYTE).join(", ")} GiB with which ${least} ${least === 1 ? "node is" : "nodes are"} enough, else the largest`,
      `1 GiB of memory for ${ratio} of disk: ${SOURCE.elasticSizing}`,
    ),
    heap: derived(elasticsearchHeap(memory), "half of the memory, at most 30 GiB", SOURCE.heap),
    disk: derived(
      roundedUp(needs.data / limits.elasticsearchDiskFill.value / carrying, Size.gibibytes(1)),
      `${readable(Size.bytes(Math.ceil(needs.data)))} / ${limits.elasticsearchDiskFill.value} / ${carrying}${carrying < nodes ? " nodes that are left if one is lost" : ""}`,
      SOURCE.watermark,
    ),
    data: derived(
      roundedUp(needs.data, Size.mebibytes(1)),
      `${readable(objectives[tier])} and one index of at most ${readable(layout.age)}, ${limits.indexedPerRawByte.value} bytes for each that was written, x ${1 + objectives.replicas} copies`,
      limits.indexedPerRawByte.source,
    ),
    shards: derived(
      needs.shards,
      `data / ${readable(layout.size)}, or an index every ${readable(layout.age)}; and two indices that change`,
      SOURCE.shards,
    ),
  };
}

function mostOf(counts: Readonly<Record<string, number>>): number {
  return Math.max(...Object.values(counts));
}

export interface TierNeeds {
  /** Bytes of all copies. */
  readonly data: number;
  /** All copies. */
  readonly shards: number;
  /** Documents a second, a copy counts as one. Zero where nothing is written. */
  readonly writes: number;
  /** Threads that searches hold. */
  readonly searches: number;
}

/** What a tier has to carry. */
export function tierNeeds(
  tier: TierName,
  load: Load,
  objectives: Objectives,
  { primaries, size, age }: IndexLayout,
): TierNeeds {
  const copies = 1 + objectives.replicas;
  const bytesPerSecond = load.average * load.indexedBytes;
  const time = objectives[tier];
  // An index moves and goes as a whole: the tier holds one more, up to its rollover by size or by age.
  const oneMore = Math.min(bytesPerSecond * seconds(age), primaries * size.toBytes());
  const primary = bytesPerSecond * seconds(time) + oneMore;
  const window = seconds(time) + seconds(age);
  const indices = Math.ceil(window / seconds(age)) * primaries;
  const shards = Math.max(steps(primary, size.toBytes()), indices) + 2 * primaries;
  return {
    data: primary * copies,
    shards: shards * copies,
    writes: tier === "hot" ? load.catchUp * copies : 0,
    searches: tier === "hot" ? (objectives.searchConcurrency ?? 1) * primaries : 0,
  };
}

/** How many nodes of so much memory carry it, with one of them lost where copies allow that: the most of these. */
export function nodesNeeded(
  tier: TierName,
  needs: TierNeeds,
  memory: Size,
  objectives: Pick<Objectives, "replicas">,
  limits: CapacityLimits,
): Readonly<Record<"least" | "disk" | "writes" | "searches" | "shards", number>> {
  const spare = spareNodes(objectives.replicas);
  const disk = memory.toBytes() * diskPerMemory(tier, limits);
  return {
    least: leastNodes(tier, objectives.replicas),
    disk: nodesForStorage(needs.data / limits.elasticsearchDiskFill.value, disk, spare),
    writes: needs.writes === 0 ? 0 : steps(needs.writes, bulkRate(memory, limits)) + spare,
    searches: needs.searches === 0 ? 0 : steps(needs.searches, searchThreads(memory, limits)) + spare,
    shards: steps(needs.shards, limits.maxShardsPerNode.value) + spare,
  };
}

/** Elastic's formula: ROUNDUP(total storage / memory per node / ratio), and a node for failover. */
export function nodesForStorage(storage: number, diskPerNode: number, spare: number): number {
  return steps(storage, diskPerNode) + spare;
}

/** Three can elect a master with one of them away; copies need a node each, with one away. Without copies one is enough. */
export function leastNodes(tier: TierName, replicas: number): number {
  if (replicas === 0) return 1;
  return tier === "hot" ? Math.max(3, replicas + 2) : replicas + 2;
}

/** Without copies nothing can stand in for a node. */
export function spareNodes(replicas: number): number {
  return replicas === 0 ? 0 : 1;
}

export function diskPerMemory(tier: TierName, limits: CapacityLimits): number {
  return tier === "hot" ? limits.hotDiskPerMemory.value : limits.warmDiskPerMemory.value;
}

/** Documents a second of a node; a copy costs as much as its original. */
export function bulkRate(memory: Size, limits: CapacityLimits): number {
  return cpusOf(memory, limits) * limits.bulkPerCpu.value * limits.bulkShare.value;
}

/** int(processors x 3 / 2) + 1 (thread pool `search`). */
function searchThreads(memory: Size, limits: CapacityLimits): number {
  return Math.floor((cpusOf(memory, limits) * 3) / 2) + 1;
}

function cpusOf(memory: Size, limits: CapacityLimits): number {
  return memory.toBytes() / limits.memoryPerCpu.value.toBytes();
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

function seconds(time: Duration): number {
  return time.toMilliseconds() / 1000;
}

const GIBIBYTE = 1024 ** 3;
const MEMORY_STEPS = [2, 4, 8, 16, 32, 64].map((amount) => Size.gibibytes(amount));
/** Twice the largest heap: more memory is for more nodes. */
const LARGEST_MEMORY = Size.gibibytes(64);
