import { elasticsearchShortfalls } from "./elasticsearch-shortfalls";
import { consumerShortfalls, kafkaShortfalls } from "./kafka-shortfalls";
import type { CapacityPlan } from "./plan";
import type { Shortfall } from "./shortfall";
import type { StatedSizes } from "./stated-sizes";

/** What in stated sizes does not carry a plan's load: each with both values and the mend; empty if nothing. */
export function capacityProblems(plan: CapacityPlan, stated: StatedSizes): string[] {
  return shortfalls(plan, stated).map(({ problem }) => problem);
}

export function shortfalls(plan: CapacityPlan, { kafka, consumer, elasticsearch }: StatedSizes): Shortfall[] {
  return [
    ...(kafka ? kafkaShortfalls(plan, kafka) : []),
    ...(consumer ? consumerShortfalls(plan, consumer, kafka?.partitions) : []),
    ...(elasticsearch ? elasticsearchShortfalls(plan, elasticsearch) : []),
  ];
}
