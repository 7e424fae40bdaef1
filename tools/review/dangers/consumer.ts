import type { Item } from "../items";
import { type Variable, variablesOf } from "../pods";
import { code } from "../words";
import { type DangerRule } from "./danger";

/** Who the consumer is for Kafka, and where it reads. */
export const consumerGroup: DangerRule = {
  name: "consumer-group",
  finds: { danger: "the consumer's group is another, or the topic that it reads" },
  find: ({ before, after }) => [
    ...changed(before, after, "KAFKA_GROUP").map(([{ item }, from, to]) => ({
      component: item.component,
      what: "the consumer's group",
      severity: "danger" as const,
      from: code(from),
      to: code(to),
      why: "Kafka remembers for each group how far it has read. A new one begins at the oldest line that is kept: everything in the topic is read again (ids keep most of it from being doubled; what rolled over meanwhile is doubled), or, if it were to begin at the end, all that waits is skipped.",
      safeWay:
        "Keep the group. If it must be another: stop the consumer, copy the offsets (`kafka-consumer-groups --export`, then `--reset-offsets --from-file` for the new group), then deploy.",
    })),
    ...changed(before, after, "KAFKA_TOPIC").map(([{ item }, from, to]) => ({
      component: item.component,
      what: "the topic that the consumer reads",
      severity: "danger" as const,
      from: code(from),
      to: code(to),
      why: "What is still in the old topic is read by nobody any more.",
      safeWay: "Move Filebeat first, let the consumer drain the old topic (lag 0), then move the consumer.",
    })),
  ],
};

function changed(
  before: readonly Item[],
  after: readonly Item[],
  name: string,
): (readonly [Variable, from: string, to: string])[] {
  const old = variablesOf(before).filter((one) => one.name === name);
  return variablesOf(after).flatMap((variable) => {
    const same = old.find(({ container }) => container === variable.container);
    if (variable.name !== name || !same || same.value === variable.value) return [];
    return [[variable, String(same.value), String(variable.value)] as const];
  });
}
