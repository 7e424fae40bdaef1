import type { CapacityLimits } from "./limits";
import { planCapacity } from "./plan";
import { shortfalls } from "./problems";
import { sizesOf, type StatedSizes } from "./stated-sizes";
import type { SpreadObjectives, Workload } from "./workload";

/** A size that a larger load exceeds. */
export interface Outgrown {
  readonly fact: string;
  /** The smallest multiple of today's load that exceeds it; 1 if today's does. In hundredths. */
  readonly factor: number;
  readonly stated: string;
  /** At the whole factor that was asked about. */
  readonly needed: string;
  /** Whether nobody stated it: a size of the plan. */
  readonly derived: boolean;
}

/**
 * What breaks first when the load grows to a multiple of today's, in the order in which it breaks. Growth and headroom are
 * what sizes have beyond today's load, so they are not asked for here: they are what is used up.
 *
 * @param stated sizes that were chosen; for what is not stated the plan's own are taken
 * @param times @default 2, twice the load
 */
export function outgrown(
  workload: Workload,
  objectives: SpreadObjectives,
  stated: StatedSizes = {},
  own: Partial<CapacityLimits> = {},
  times = 2,
): Outgrown[] {
  const sizes: StatedSizes = { ...sizesOf(planCapacity(workload, objectives, own)), ...stated };
  const at = (factor: number) =>
    shortfalls(
      planCapacity(
        { ...workload, growth: 0, eventsPerSecond: workload.eventsPerSecond * factor },
        { ...objectives, headroom: 0 },
        own,
      ),
      sizes,
    );
  const atTheEnd = new Map(at(times).map((found) => [found.fact, found]));
  const first = new Map<string, number>();
  for (let hundredths = 100; hundredths <= Math.round(times * 100); hundredths++) {
    for (const { fact } of at(hundredths / 100)) {
      if (!first.has(fact)) first.set(fact, hundredths / 100);
    }
  }
  return [...first]
    .flatMap(([fact, factor]) => {
      const found = atTheEnd.get(fact);
      return found
        ? [{ fact, factor, stated: found.stated, needed: found.needed, derived: !isStated(fact, stated) }]
        : [];
    })
    .sort((a, b) => a.factor - b.factor || a.fact.localeCompare(b.fact, "en"));
}

/** By the component that a fact is of. */
function isStated(fact: string, { kafka, consumer, elasticsearch }: StatedSizes): boolean {
  if (fact.startsWith("elasticsearch") || fact.startsWith("shards of")) return elasticsearch !== undefined;
  if (fact.startsWith("consumer")) return consumer !== undefined;
  return kafka !== undefined;
}
