import { entriesOf, type Data, textAt } from "./data";
import type { Item } from "./items";
import { variablesOf } from "./pods";

/** A topic as it is declared. */
export interface Topic {
  readonly name: string;
  readonly item: Item;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
  /** Milliseconds; infinite where it is unlimited. */
  readonly retention: number;
  /** Of a partition; infinite where it is unlimited. */
  readonly retentionBytes: number;
}

/** Every topic by its name: those that the consumer's program makes, and those that Strimzi makes. */
export function topicsOf(items: readonly Item[]): ReadonlyMap<string, Topic> {
  const ours = variablesOf(items)
    .filter(({ name }) => name === "TOPICS")
    .flatMap(({ item, value }) => entriesOf(value).map(([name, body]) => topic(item, name, body, "replicationFactor")));
  const strimzi = items
    .filter(({ kind }) => kind === "KafkaTopic")
    .map((item) => {
      const { spec = {} } = item.body as { readonly spec?: Data };
      return topic(item, textAt(spec, "topicName") ?? item.name, spec, "replicas");
    });
  return new Map([...ours, ...strimzi].map((one) => [one.name, one]));
}

function topic(item: Item, name: string, body: Data, replicas: string): Topic {
  const limit = (setting: string) => unlimited(Number(textAt(body, "config", setting) ?? -1));
  return {
    name,
    item,
    partitions: Number(textAt(body, "partitions")),
    replicationFactor: Number(textAt(body, replicas)),
    minInSyncReplicas: Number(textAt(body, "config", "min.insync.replicas") ?? 1),
    retention: limit("retention.ms"),
    retentionBytes: limit("retention.bytes"),
  };
}

function unlimited(amount: number): number {
  return amount < 0 ? Infinity : amount;
}

/** Topics that are on both sides. */
export function topicsOnBothSides(
  before: readonly Item[],
  after: readonly Item[],
): readonly { readonly before: Topic; readonly after: Topic }[] {
  const current = topicsOf(after);
  return [...topicsOf(before).values()].flatMap((old) => {
    const same = current.get(old.name);
    return same ? [{ before: old, after: same }] : [];
  });
}
