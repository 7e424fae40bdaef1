import type { Topic } from "../../contract/topics";

/** A topic as the brokers have it. */
export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** What was set on the topic itself; the brokers' defaults are not. */
  readonly config: Readonly<Record<string, string>>;
}

export type TopicChange =
  | { readonly kind: "create"; readonly topic: Topic }
  | { readonly kind: "add-partitions"; readonly name: string; readonly from: number; readonly to: number }
  | { readonly kind: "configure"; readonly name: string; readonly set: Readonly<Record<string, string>> };

export interface TopicsPlan {
  readonly changes: readonly TopicChange[];
  /** Topics that are as they shall be. */
  readonly unchanged: readonly string[];
  /** What cannot be done; with any of these, nothing shall be done. */
  readonly problems: readonly string[];
}

/** What makes the topics what they shall be. Topics that are not mentioned are somebody else's. */
export function planTopics(wanted: readonly Topic[], existing: readonly ExistingTopic[]): TopicsPlan {
  const byName = new Map(existing.map((topic) => [topic.name, topic]));
  const changes: TopicChange[] = [];
  const unchanged: string[] = [];
  const problems: string[] = [];
  for (const topic of wanted) {
    const { name, partitions, replicationFactor } = topic;
    const current = byName.get(name);
    if (!current) {
      changes.push({ kind: "create", topic });
      continue;
    }
    const before = changes.length;
    if (partitions < current.partitions) {
      problems.push(
        `topic '${name}': 'partitions' (${partitions}) must be at least the ${current.partitions} that it has: Kafka cannot remove partitions; raise it, or delete the topic and its data first`,
      );
    } else if (partitions > current.partitions) {
      changes.push({ kind: "add-partitions", name, from: current.partitions, to: partitions });
    }
    if (replicationFactor !== current.replicationFactor) {
      problems.push(
        `topic '${name}': 'replicationFactor' (${replicationFactor}) must stay ${current.replicationFactor}: moving replicas is an operation of its own (kafka-reassign-partitions); do that first`,
      );
    }
    const set = Object.fromEntries(
      Object.entries(topic.config).filter(([key, value]) => current.config[key] !== value),
    );
    if (Object.keys(set).length > 0) changes.push({ kind: "configure", name, set });
    if (changes.length === before) unchanged.push(name);
  }
  return { changes, unchanged, problems };
}
