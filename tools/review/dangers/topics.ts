import type { EnvironmentChange } from "../compare";
import { at, textAt } from "../data";
import { type Topic, topicsOf, topicsOnBothSides } from "../topics";
import { durationInWords, sizeInWords } from "../words";
import type { DangerRule, Finding } from "./danger";

/** A topic that is declared no more. */
export const topicRemoved: DangerRule = {
  name: "topic-removed",
  finds: { danger: "a Kafka topic is declared no more, or under another name" },
  find: ({ before, after }) => {
    const current = topicsOf(after);
    return [...topicsOf(before).values()]
      .filter(({ name }) => !current.has(name))
      .map((topic) => ({
        ...named(topic),
        severity: "danger",
        from: "declared",
        to: "gone",
        why: "Lines that are in it and were not indexed yet are read by nobody any more, and an operator may delete it with all that is in it.",
        safeWay:
          "Let the consumer read it to the end first (consumer lag 0, and nothing writes to it any more), then remove it; to rename one, add the new topic, move Filebeat, drain the old one.",
      }));
  },
};

/** Partitions of a topic. */
export const partitions: DangerRule = {
  name: "partitions",
  finds: {
    danger: "a topic has fewer partitions",
    warning: "a topic has more partitions: keys order lines",
  },
  find: (change) =>
    changedTopics(change, ({ partitions: count }) => count).map(([topic, from, to]) =>
      to < from
        ? {
            ...named(topic, "partitions"),
            severity: "danger",
            from: String(from),
            to: String(to),
            why: "Kafka cannot take partitions away: the change is refused, and making the topic anew deletes every line in it that is not indexed yet.",
            safeWay: `Keep ${from}. If it must be fewer, make a topic of another name, move Filebeat to it, let the consumer drain the old one, then remove that.`,
          }
        : {
            ...named(topic, "partitions"),
            severity: "warning",
            from: String(from),
            to: String(to),
            why: "A file's lines stay in order because they share a key and so a partition. With more partitions keys go to others: lines of a file that are still queued and those that come after may be read in another order. It cannot be taken back.",
            safeWay:
              "Do it when the consumer's lag is near 0, and raise it once to what the load of years takes (`npm run capacity`). Every line is indexed all the same: its id and time do not depend on the order.",
          },
    ),
};

/** How often a line is kept in Kafka. */
export const topicReplication: DangerRule = {
  name: "topic-replication",
  finds: { danger: "a topic's or a broker's replication factor or `min.insync.replicas` is lowered" },
  find: (change) => [
    ...changedTopics(change, ({ replicationFactor }) => replicationFactor)
      .filter(([, from, to]) => to < from)
      .map(([topic, from, to]): Finding => ({
        ...named(topic, "replication factor"),
        severity: "danger",
        from: String(from),
        to: String(to),
        why: `Lines that are not indexed yet are kept ${to === 1 ? "once: the loss of one broker's disk loses them" : `${to} times only`}.`,
        safeWay: `Keep ${from}; for room, lower the retention or raise the claims instead.`,
      })),
    ...changedTopics(change, ({ minInSyncReplicas }) => minInSyncReplicas)
      .filter(([, from, to]) => to < from)
      .map(([topic, from, to]): Finding => ({
        ...named(topic, "`min.insync.replicas`"),
        severity: "danger",
        from: String(from),
        to: String(to),
        why: `Kafka says that a line is safe when ${to} broker(s) have it. If these are lost before others have copied it, the line is lost although Filebeat was told otherwise.`,
        safeWay: `Keep ${from}. If writes stop because brokers are away, bring the brokers back: Filebeat waits, its files are the buffer.`,
      })),
    ...brokerSettings(change),
  ],
};

/** What topics have that say nothing, and Kafka's own ones. */
function brokerSettings({ before, after }: EnvironmentChange): Finding[] {
  return after.flatMap((item) => {
    const old = before.find(({ id }) => id === item.id);
    if (item.kind !== "Kafka" || !old) return [];
    const settings = Object.keys((at(item.body, "spec", "kafka", "config") ?? {}) as object).filter((name) =>
      /replication\.factor$|min\.isr$|min\.insync\.replicas$/.test(name),
    );
    return settings.flatMap((name): Finding[] => {
      const [from, to] = [old, item].map((one) => Number(textAt(one.body, "spec", "kafka", "config", name))) as [
        number,
        number,
      ];
      if (!(to < from)) return [];
      return [
        {
          component: item.component,
          what: `Kafka's own \`${name}\``,
          severity: "danger",
          from: String(from),
          to: String(to),
          why: "What brokers keep for themselves, such as how far the consumer has read, is kept fewer times: if it is lost, lines are read again or skipped.",
          safeWay: `Keep ${from}.`,
        },
      ];
    });
  });
}

/** How long Kafka keeps a line for a consumer that is away. */
export const kafkaRetention: DangerRule = {
  name: "kafka-retention",
  finds: {
    danger: "a topic keeps lines shorter than the outage that the environment says Kafka bridges",
    warning: "a topic keeps lines shorter, or fewer bytes, than before",
  },
  find: (change) => topicsOnBothSides(change.before, change.after).flatMap((pair) => retentionFindings(change, pair)),
};

function retentionFindings(
  { facts }: EnvironmentChange,
  { before, after }: { readonly before: Topic; readonly after: Topic },
): Finding[] {
  const objective = objectiveOf(facts.after);
  const shorter = after.retention < before.retention;
  // An objective that grew above what is kept is as wrong as a retention that fell below it.
  const wasBridged = before.retention >= (objectiveOf(facts.before) ?? 0);
  const under =
    objective !== undefined && after.retention < objective && !isDeadLetters(after) && (shorter || wasBridged);
  const findings: Finding[] = [];
  if (under) {
    findings.push({
      ...named(after, "retention"),
      severity: "danger",
      from: kept(before.retention),
      to: kept(after.retention),
      why: `The environment says that Kafka bridges an outage of ${durationInWords(objective)} (\`objectives.kafkaBridgesOutageOf\`): Kafka would delete lines that nobody has indexed yet, before such an outage ends.`,
      safeWay: `Keep at least ${durationInWords(objective)} and the time to catch up (\`npm run capacity\`), or lower the objective knowingly. Filebeat cannot help: it has shipped those lines.`,
    });
  } else if (shorter) {
    findings.push({
      ...named(after, "retention"),
      severity: "warning",
      from: kept(before.retention),
      to: kept(after.retention),
      why: `Within minutes of the deploy Kafka deletes what is older than ${kept(after.retention)}: ${isDeadLetters(after) ? "dead letters, which are all that is left of their lines" : "lines that a consumer which is behind has not read"}.`,
      safeWay: isDeadLetters(after)
        ? "Export what is still wanted first: `npm run dead-letters`."
        : "See that the consumer's lag is near 0 before the deploy.",
    });
  }
  if (after.retentionBytes < before.retentionBytes) {
    findings.push({
      ...named(after, "bytes kept of a partition"),
      severity: "warning",
      from: bytes(before.retentionBytes),
      to: bytes(after.retentionBytes),
      why: "Kafka deletes the oldest lines beyond that at once, however young they are: under a peak it bridges a shorter outage.",
      safeWay: "Compare with `npm run capacity`, and see that the consumer's lag is near 0 before the deploy.",
    });
  }
  return findings;
}

function objectiveOf(facts: Parameters<typeof textAt>[0]): number | undefined {
  const text = textAt(facts, "objectives", "kafkaBridgesOutageOf", "milliseconds");
  return text === undefined ? undefined : Number(text);
}

/** contract/topics.ts names it so. */
function isDeadLetters({ name }: Topic): boolean {
  return name.endsWith("dead-letter");
}

function kept(milliseconds: number): string {
  return milliseconds === Infinity ? "for ever" : durationInWords(milliseconds);
}

function bytes(amount: number): string {
  return amount === Infinity ? "unlimited" : sizeInWords(amount);
}

function changedTopics(
  { before, after }: EnvironmentChange,
  of: (topic: Topic) => number,
): (readonly [topic: Topic, from: number, to: number])[] {
  return topicsOnBothSides(before, after)
    .map((pair) => [pair.after, of(pair.before), of(pair.after)] as const)
    .filter(([, from, to]) => from !== to && !Number.isNaN(from) && !Number.isNaN(to));
}

function named({ item, name }: Topic, what?: string): Pick<Finding, "component" | "what"> {
  return { component: item.component, what: `topic \`${name}\`${what === undefined ? "" : `: ${what}`}` };
}
