import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { elasticsearchHeap } from "../elasticsearch/heap";
import { grouped, readable, roundedUp, steps } from "./derived";
import { rolloverSize } from "./elasticsearch";
import type { CapacityPlan } from "./plan";
import { atLeast, atMost, type Shortfall } from "./shortfall";
import type { StatedElasticsearch, StatedTier } from "./stated-sizes";
import {
  bulkRate,
  diskOf,
  diskPerMemory,
  type LossNeeds,
  nodesNeeded,
  searchThreads,
  type TierName,
  tierNeeds,
} from "./tier-needs";

/** Where stated sizes of Elasticsearch are beyond a bound for a plan's load. */
export function elasticsearchShortfalls(plan: CapacityPlan, stated: StatedElasticsearch): Shortfall[] {
  const { load, limits, objectives } = plan;
  const { primaryShards, rolloverSize: size, rolloverAge: age, warmAge, deleteAge, hot, warm } = stated;
  const kept = Duration.milliseconds(objectives.hot.toMilliseconds() + objectives.warm.toMilliseconds());
  const oldest = Duration.milliseconds(age.toMilliseconds() + deleteAge.toMilliseconds());
  // A whole shard of small documents may be below 10 GiB.
  const smallest = Size.bytes(Math.min(limits.minShardSize.value.toBytes(), rolloverSize(load, limits).toBytes()));
  return [
    ...(hot
      ? atLeast({
          fact: "elasticsearch.primaryShards",
          stated: primaryShards,
          needed: steps(load.catchUp, bulkRate(hot.memory, limits)),
          why: `${grouped(load.catchUp)} documents/s while catching up all go to one index, and the node that has one of its shards takes ${grouped(bulkRate(hot.memory, limits))} with 'elasticsearch.hot.memory' (${hot.memory}); add shards or give more memory`,
        })
      : []),
    ...atMost({
      fact: "elasticsearch.rolloverSize",
      stated: size,
      needed: rolloverSize(load, limits),
      why: `a shard of more than ${limits.maxShardSize.value} or ${grouped(limits.maxDocumentsPerShard.value)} documents is slow to search and to move; lower it`,
    }),
    ...atLeast({
      fact: "elasticsearch.rolloverSize",
      stated: size,
      needed: smallest,
      why: "each shard costs memory and time, however small; raise it",
    }),
    ...(warmAge
      ? atLeast({
          fact: "elasticsearch.warmAge",
          stated: warmAge,
          needed: objectives.hot,
          why: `'objectives.hot' (${readable(objectives.hot)}) promises so long on hot nodes; raise it or promise less`,
        })
      : []),
    ...atLeast({
      fact: "elasticsearch.deleteAge",
      stated: deleteAge,
      needed: kept,
      why: `'objectives.hot' (${readable(objectives.hot)}) and 'objectives.warm' (${readable(objectives.warm)}) promise so much; raise it or promise less`,
    }),
    ...atMost({
      fact: "elasticsearch.rolloverAge + deleteAge",
      stated: oldest,
      needed: objectives.delete,
      why: `an index's age counts from its rollover, so a line lives for 'elasticsearch.rolloverAge' (${readable(age)}) and 'elasticsearch.deleteAge' (${readable(deleteAge)}); lower one of them`,
    }),
    ...(hot ? tierShortfalls("hot", plan, stated, hot) : []),
    ...(warm ? tierShortfalls("warm", plan, stated, warm) : []),
  ];
}

function tierShortfalls(
  tier: TierName,
  { load, limits, objectives }: CapacityPlan,
  { primaryShards, rolloverSize: size, rolloverAge: age, warmAge, deleteAge }: StatedElasticsearch,
  { nodes, memory, heap, disk }: StatedTier,
): Shortfall[] {
  const fact = (name: string) => `elasticsearch.${tier}.${name}`;
  // What is stated counts, not what was promised: an index that moves later is on hot nodes for longer.
  const times = {
    hot: warmAge ?? deleteAge,
    warm: Duration.milliseconds(Math.max(0, deleteAge.toMilliseconds() - (warmAge ?? deleteAge).toMilliseconds())),
  };
  const needs = tierNeeds(tier, load, { ...objectives, ...times }, { primaries: primaryShards, size, age });
  const counts = nodesNeeded(tier, needs, memory, objectives, limits);
  const onWhatIsLeft = ({ loss }: LossNeeds) =>
    loss.when ? ` on the ${loss.left(nodes)} of ${nodes} that are left ${loss.when}` : "";
  const { bytes, worst } = diskOf(needs, nodes, limits);
  const crowded = mostBy(needs.losses, ({ shards, loss }) => shards / loss.left(nodes));
  const written = mostBy(needs.losses, (lossNeeds) =>
    lossNeeds.loss.nodesFor(steps(lossNeeds.written, bulkRate(memory, limits))),
  );
  const ratio = diskPerMemory(tier, limits);
  return [
    ...atLeast({
      fact: fact("nodes"),
      stated: nodes,
      needed: objectives.replicas === 0 ? 1 : objectives.replicas + 2,
      why: `copies never share a node, and with 'objectives.replicas' (${objectives.replicas}) one may be lost; add nodes or lower the replicas`,
    }),
    ...(disk
      ? [
          ...atLeast({
            fact: fact("disk"),
            stated: disk,
            needed: roundedUp(bytes, Size.mebibytes(1)),
            why: `${readable(Size.bytes(Math.ceil(worst.data)))}${onWhatIsLeft(worst)}, ${limits.elasticsearchDiskFill.value * 100} % full; give more disk or nodes, or keep less`,
          }),
          ...atLeast({
            fact: fact("memory"),
            stated: memory,
            needed: roundedUp(disk.toBytes() / ratio, Size.mebibytes(1)),
            why: `a ${tier} node searches at most ${ratio} times its memory, and its disk is ${readable(disk)}; give more memory or more, smaller nodes`,
          }),
        ]
      : []),
    ...(heap
      ? atMost({
          fact: fact("heap"),
          stated: heap,
          needed: elasticsearchHeap(memory),
          why: `half of '${fact("memory")}' (${memory}) and never above 30 GiB; lower it or give more memory`,
        })
      : []),
    ...atMost({
      fact: `shards of a ${tier} node`,
      stated: steps(crowded.shards, crowded.loss.left(nodes)),
      needed: limits.maxShardsPerNode.value,
      why: `${grouped(crowded.shards)} shards${onWhatIsLeft(crowded)}; make larger shards, keep less or add nodes`,
    }),
    ...atLeast({
      fact: fact("nodes"),
      stated: nodes,
      needed: counts.writes,
      why: `${grouped(written.written)} documents/s with copies ${written.loss.written === load.catchUp ? "while catching up" : "at the peak"}${onWhatIsLeft(written)}, and one of ${memory} takes ${grouped(bulkRate(memory, limits))}; add nodes`,
    }),
    ...atLeast({
      fact: fact("nodes"),
      stated: nodes,
      needed: counts.searches,
      why: `'objectives.searchConcurrency' (${objectives.searchConcurrency ?? 1}) searches at once, of ${primaryShards} shards each, hold ${grouped(needs.searches)} threads, and a node of ${memory} has ${searchThreads(memory, limits)}; add nodes`,
    }),
  ];
}

function mostBy<T>(all: readonly T[], amount: (one: T) => number): T {
  return all.reduce((most, one) => (amount(one) > amount(most) ? one : most));
}
