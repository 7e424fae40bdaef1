import type { Cpu } from "../../core/cpu";
import type { Size } from "../../core/size";
import { Problems } from "../../core/validation";
import { heapProblems, memoryProblems } from "../heap";
import { storageProblems } from "../node-environment";

/** Nodes of one kind. */
export interface Tier {
  readonly nodes: number;
  /** Of one of them. */
  readonly memory: Size;
  /** Of one of them. */
  readonly storage: Size;
  /** Set aside for one of them. @default 500m */
  readonly cpu?: Cpu;
}

/** Which nodes there are, and where. */
export interface Topology extends Tier {
  /** Of a node that takes lines. @default Elasticsearch's own choice */
  readonly heap?: Size;
  /** @default none: the nodes that take lines elect one of themselves */
  readonly masters?: Tier;
  /** @default none */
  readonly warm?: Tier;
  /** @default 1 */
  readonly zones?: number;
  /** Copies of a shard beside the first. @default unknown, and not compared with `zones` */
  readonly replicas?: number;
}

/** Everything that cannot work; empty if nothing. */
export function topologyProblems(topology: Topology): string[] {
  const { heap, memory, masters, warm } = topology;
  return new Problems()
    .add(tierProblems(topology))
    .add(heap ? heapProblems(heap, memory) : [])
    .add(masters ? tierProblems(masters, "masters.") : [])
    .add(warm ? tierProblems(warm, "warm.") : [])
    .add(masterProblems(topology))
    .add(zoneProblems(topology))
    .list();
}

/** What is wrong with nodes of one kind. @param prefix of the facts that state them, as in `warm.` */
export function tierProblems({ nodes, memory, storage }: Tier, prefix = ""): string[] {
  return new Problems()
    .require(
      Number.isInteger(nodes) && nodes >= 1,
      `Elasticsearch: '${prefix}nodes' (${nodes}) must be a whole number of at least 1: leave out what is not wanted`,
    )
    .add(memoryProblems(memory, `${prefix}memory`))
    .add(storageProblems(storage, `${prefix}storage`))
    .list();
}

type Nodes = { readonly nodes: number };
type Counts = Nodes & { readonly masters?: Nodes; readonly warm?: Nodes };

/** What is wrong with who elects the master, and with how few there are of what must be spared one at a time. */
export function masterProblems({ nodes, masters, warm }: Counts): string[] {
  return (
    new Problems()
      .require(
        !masters || (masters.nodes >= 3 && masters.nodes % 2 === 1),
        `Elasticsearch: 'masters.nodes' (${masters?.nodes}) must be odd and at least 3: a majority elects, so fewer bear no loss and one more bears no more; take 3`,
      )
      .require(
        masters !== undefined || nodes !== 2,
        `Elasticsearch: 'nodes' (${nodes}) elect the master by majority, so neither may be lost: take 1 or 3, or add 'masters'`,
      )
      // ECK's disruption budget is for all nodes together, and none while one node alone takes lines.
      .require(
        nodes !== 1 || !(masters ?? warm),
        `Elasticsearch: 'nodes' (${nodes}) beside ${masters ? "'masters'" : "'warm'"}: no machine with an Elasticsearch could ever be drained, because ECK spares what there is only one of; take ${masters ? 2 : 3} or leave the others out`,
      )
      .list()
  );
}

/** What is wrong with how nodes are spread over zones, so that the loss of one costs neither the master nor a shard. */
export function zoneProblems(
  topology: Counts & { readonly zones?: number | undefined; readonly replicas?: number | undefined },
): string[] {
  const { nodes, masters, warm, zones = 1, replicas } = topology;
  if (!Number.isInteger(zones) || zones < 1) {
    return [`Elasticsearch: 'zones' (${zones}) must be a whole number of at least 1: correct it`];
  }
  if (zones === 1) return [];
  const electing = masters?.nodes ?? nodes;
  const lost = Math.ceil(electing / zones);
  const problems = new Problems().require(
    electing - lost > electing / 2,
    `Elasticsearch: of '${masters ? "masters.nodes" : "nodes"}' (${electing}) the loss of one of 'zones' (${zones}) takes ${lost}, and the ${electing - lost} that are left are no majority: ${zones < 3 ? "spread over 3 zones, or count them as 1" : "add nodes, as many in each zone"}`,
  );
  for (const [fact, count] of [
    ["nodes", nodes],
    ["warm.nodes", warm?.nodes],
  ] as const) {
    problems.require(
      count === undefined || count >= zones,
      `Elasticsearch: '${fact}' (${count}) must be at least 'zones' (${zones}): a zone without such a node takes no copy; add nodes or lower 'zones'`,
    );
  }
  return problems
    .require(
      replicas === undefined || replicas >= 1,
      `Elasticsearch: 'replicas' (${replicas}) must be at least 1 over 'zones' (${zones}): the loss of a zone would be the loss of its shards; raise it`,
    )
    .list();
}
