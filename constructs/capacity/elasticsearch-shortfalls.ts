import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { elasticsearchHeap } from "../elasticsearch/heap";
import { grouped, readable, roundedUp, steps } from "./derived";
import {
  bulkRate,
  diskPerMemory,
  nodesNeeded,
  rolloverSize,
  spareNodes,
  type TierName,
  tierNeeds,
} from "./elasticsearch";
import type { CapacityPlan } from "./plan";
import { atLeast, atMost, type Shortfall } from "./shortfall";
import type { StatedElasticsearch, StatedTier } from "./stated-sizes";

/** Where stated sizes of Elasticsearch are beyond a bound for a plan's load. */
export function elasticsearchShortfalls(plan: CapacityPlan, stated: StatedElasticsearch): Shortfall[] {
  const { load, limits, objectives } = plan;
  const { rolloverSize: size, rolloverAge: age, deleteAge } = stated;
  const kept = Duration.milliseconds(objectives.hot.toMilliseconds() + objectives.warm.toMilliseconds());
  const oldest = Duration.milliseconds(age.toMilliseconds() + deleteAge.toMilliseconds());
  // A whole shard of small documents may be below 10 GiB.
  const smallest = Size.bytes(Math.min(limits.minShardSize.value.toBytes(), rolloverSize(load, limits).toBytes()));
  return [
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
      why: `an index's age counts from its rollover, so a line lives for 'rolloverAge' (${readable(age)}) and 'deleteAge' (${readable(deleteAge)}); lower one of them`,
    }),
    ...tierShortfalls("hot", plan, stated, stated.hot),
    ...(stated.warm ? tierShortfalls("warm", plan, stated, stated.warm) : []),
  ];
}

function tierShortfalls(
  tier: TierName,
  { load, limits, objectives }: CapacityPlan,
  { primaryShards, rolloverSize: size, rolloverAge: age }: StatedElasticsearch,
  { nodes, memory, heap, disk }: StatedTier,
): Shortfall[] {
  const fact = (name: string) => `elasticsearch.${tier}.${name}`;
  const needs = tierNeeds(tier, load, objectives, { primaries: primaryShards, size, age });
  const counts = nodesNeeded(tier, needs, memory, objectives, limits);
  const spare = spareNodes(objectives.replicas);
  const carrying = Math.max(nodes - spare, 1);
  const left = spare ? ` on the ${carrying} that are left if one of ${nodes} is lost` : "";
  const ratio = diskPerMemory(tier, limits);
  const heapBound = elasticsearchHeap(memory);
  return [
    ...atLeast({
      fact: fact("nodes"),
      stated: nodes,
      needed: objectives.replicas + 1 + spare,
      why: `copies never share a node, and with 'objectives.replicas' (${objectives.replicas}) one may be lost; add nodes or lower the replicas`,
    }),
    ...atLeast({
      fact: fact("disk"),
      stated: disk,
      needed: roundedUp(needs.data / limits.elasticsearchDiskFill.value / carrying, Size.mebibytes(1)),
      why: `${readable(Size.bytes(Math.ceil(needs.data)))}${left}, ${limits.elasticsearchDiskFill.value * 100} % full; give more disk or nodes, or keep less`,
    }),
    ...atLeast({
      fact: fact("memory"),
      stated: memory,
      needed: roundedUp(disk.toBytes() / ratio, Size.mebibytes(1)),
      why: `a ${tier} node searches at most ${ratio} times its memory, and its disk is ${readable(disk)}; give more memory or more, smaller nodes`,
    }),
    ...(heap
      ? atMost({
          fact: fact("heap"),
          stated: heap,
          needed: heapBound,
          why: `half of 'memory' (${memory}) and never above 30 GiB; lower it or give more memory`,
        })
      : []),
    ...atMost({
      fact: `shards of a ${tier} node`,
      stated: steps(needs.shards, carrying),
      needed: limits.maxShardsPerNode.value,
      why: `${grouped(needs.shards)} shards${left}; make larger shards, keep less or add nodes`,
    }),
    ...atLeast({
      fact: fact("nodes"),
      stated: nodes,
      needed: counts.writes,
      why: `${grouped(needs.writes)} documents/s with copies while catching up, and one of ${memory} takes ${grouped(bulkRate(memory, limits))}; add nodes`,
    }),
    ...atLeast({
      fact: fact("nodes"),
      stated: nodes,
      needed: counts.searches,
      why: `'objectives.searchConcurrency' (${objectives.searchConcurrency ?? 1}) searches of ${primaryShards} shards need ${grouped(needs.searches)} threads; add nodes`,
    }),
  ];
}
