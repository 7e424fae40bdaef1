import { steps } from "./derived";
import { type Load, withoutHeadroom } from "./load";
import type { SpreadObjectives } from "./workload";

/** Something that fails, and what the nodes that are left carry meanwhile. */
export interface Loss {
  /** After "that are left", as in `if one is lost`; empty where nothing can stand in for a node. */
  readonly when: string;
  readonly load: Load;
  /** Documents a second. */
  readonly written: number;
  /** How many of so many nodes are left: at least one. */
  left(nodes: number): number;
  /** How many nodes leave so many: the fewest. */
  nodesFor(left: number): number;
}

/**
 * What a tier is to survive. One node may be lost at any time, also while an outage is caught up with, and copies are made
 * again on the others. A whole zone is lost so seldom that headroom is used up then, and no outage is caught up with: the others
 * carry the load with its growth, and copies are made again there as well ("sized so that it can sustain your workload on the
 * remaining data centers", see the source).
 */
export function lossesOf(load: Load, { replicas, headroom, zones = 1 }: SpreadObjectives): readonly Loss[] {
  if (replicas === 0) {
    return [{ when: "", load, written: load.catchUp, left: (nodes) => nodes, nodesFor: (left) => left }];
  }
  const node: Loss = {
    when: "if one is lost",
    load,
    written: load.catchUp,
    left: (nodes) => Math.max(nodes - 1, 1),
    nodesFor: (left) => left + 1,
  };
  if (zones === 1) return [node];
  const strained = withoutHeadroom(load, { headroom });
  const zone: Loss = {
    when: "if a zone is lost, headroom used up",
    load: strained,
    written: strained.peak,
    left: (nodes) => Math.max(nodes - steps(nodes, zones), 1),
    nodesFor: (left) => left + steps(left, zones - 1),
  };
  return [node, zone];
}

/** So many, or a few more, so that each zone has as many as another. */
export function evenly(count: number, zones = 1): number {
  return steps(count, zones) * zones;
}
