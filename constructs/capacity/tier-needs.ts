import type { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { steps } from "./derived";
import type { CapacityLimits } from "./limits";
import type { Load } from "./load";
import { type Loss, lossesOf } from "./losses";
import type { Objectives, SpreadObjectives } from "./workload";

export type TierName = "hot" | "warm";

export interface IndexLayout {
  readonly primaries: number;
  readonly size: Size;
  readonly age: Duration;
}

export interface TierNeeds {
  /** Bytes of all copies. */
  readonly data: number;
  /** All copies. */
  readonly shards: number;
  /** Documents a second, a copy counts as one. Zero where nothing is written. */
  readonly written: number;
  /** Threads that searches hold. */
  readonly searches: number;
  readonly losses: readonly LossNeeds[];
}

/** What is carried by the nodes that a loss leaves. */
export interface LossNeeds extends Omit<TierNeeds, "losses"> {
  readonly loss: Loss;
}

/** What a tier has to carry. */
export function tierNeeds(
  tier: TierName,
  load: Load,
  objectives: SpreadObjectives,
  { primaries, size, age }: IndexLayout,
): TierNeeds {
  const copies = 1 + objectives.replicas;
  const time = objectives[tier];
  const window = seconds(time) + seconds(age);
  const indices = Math.ceil(window / seconds(age)) * primaries;
  const carried = ({ load: { average, indexedBytes }, written }: Pick<Loss, "load" | "written">) => {
    const bytesPerSecond = average * indexedBytes;
    // An index moves and goes as a whole: the tier holds one more, up to its rollover by size or by age.
    const oneMore = Math.min(bytesPerSecond * seconds(age), primaries * size.toBytes());
    const primary = bytesPerSecond * seconds(time) + oneMore;
    const shards = Math.max(steps(primary, size.toBytes()), indices) + 2 * primaries;
    return {
      data: primary * copies,
      shards: shards * copies,
      written: tier === "hot" ? written * copies : 0,
      searches: tier === "hot" ? (objectives.searchConcurrency ?? 1) * primaries : 0,
    };
  };
  return {
    ...carried({ load, written: load.catchUp }),
    losses: lossesOf(load, objectives).map((loss) => ({ ...carried(loss), loss })),
  };
}

/** The disk that a node of so many needs, and the loss that asks for it. */
export function diskOf(
  { losses }: TierNeeds,
  nodes: number,
  limits: CapacityLimits,
): { readonly bytes: number; readonly worst: LossNeeds } {
  const shares = losses.map((needs) => ({
    worst: needs,
    bytes: needs.data / limits.elasticsearchDiskFill.value / needs.loss.left(nodes),
  }));
  return shares.reduce((most, share) => (share.bytes > most.bytes ? share : most));
}

/** How many nodes of so much memory carry it, whatever of them is lost: the most of these. */
export function nodesNeeded(
  tier: TierName,
  needs: TierNeeds,
  memory: Size,
  objectives: Pick<Objectives, "replicas">,
  limits: CapacityLimits,
): Readonly<Record<"least" | "disk" | "writes" | "searches" | "shards", number>> {
  const disk = memory.toBytes() * diskPerMemory(tier, limits);
  const most = (nodes: (needs: LossNeeds) => number) => Math.max(...needs.losses.map(nodes));
  return {
    least: leastNodes(tier, objectives.replicas),
    disk: most(({ data, loss }) => nodesForStorage(data / limits.elasticsearchDiskFill.value, disk, loss)),
    writes: most(({ written, loss }) => (written === 0 ? 0 : loss.nodesFor(steps(written, bulkRate(memory, limits))))),
    searches: most(({ searches, loss }) =>
      searches === 0 ? 0 : loss.nodesFor(steps(searches, searchThreads(memory, limits))),
    ),
    shards: most(({ shards, loss }) => loss.nodesFor(steps(shards, limits.maxShardsPerNode.value))),
  };
}

/** Elastic's formula: ROUNDUP(total storage / memory per node / ratio), and what may be lost: one for failover. */
export function nodesForStorage(storage: number, diskPerNode: number, loss: Pick<Loss, "nodesFor">): number {
  return loss.nodesFor(steps(storage, diskPerNode));
}

/** Three can elect a master with one of them away; copies need a node each, with one away. Without copies one is enough. */
export function leastNodes(tier: TierName, replicas: number): number {
  if (replicas === 0) return 1;
  return tier === "hot" ? Math.max(3, replicas + 2) : replicas + 2;
}

export function diskPerMemory(tier: TierName, limits: CapacityLimits): number {
  return tier === "hot" ? limits.hotDiskPerMemory.value : limits.warmDiskPerMemory.value;
}

/** Documents a second of a node; a copy costs as much as its original. */
export function bulkRate(memory: Size, limits: CapacityLimits): number {
  return cpusOf(memory, limits) * limits.bulkPerCpu.value * limits.bulkShare.value;
}

/** int(processors x 3 / 2) + 1 (thread pool `search`). */
export function searchThreads(memory: Size, limits: CapacityLimits): number {
  return Math.floor((cpusOf(memory, limits) * 3) / 2) + 1;
}

function cpusOf(memory: Size, limits: CapacityLimits): number {
  return memory.toBytes() / limits.memoryPerCpu.value.toBytes();
}

function seconds(time: Duration): number {
  return time.toMilliseconds() / 1000;
}
