import type { TopicsSettings } from "../../../contract/topics";
import { isKafkaError } from "../kafka/errors";
import { TopicsAdmin } from "../kafka/topics-admin";
import type { Log } from "../log";
import { planTopics, type TopicChange } from "../topics-plan";
import { waitFor } from "./wait";

/** Makes the topics what they shall be. Doing it again does nothing. */
export async function applyTopics(settings: TopicsSettings, log: Log): Promise<void> {
  const { TOPICS: wanted, WAIT_DEADLINE_MS: deadline } = settings;
  const names = wanted.map(({ name }) => name);
  const admin = new TopicsAdmin(settings);
  try {
    const existing = await waitFor("Kafka", deadline, log, () => admin.describe(names));
    const plan = planTopics(wanted, existing);
    if (plan.problems.length > 0)
      throw new Error(`the topics cannot be changed like that:\n- ${plan.problems.join("\n- ")}`);
    for (const name of plan.unchanged) log.info({ topic: name }, "the topic is as it shall be");
    for (const change of plan.changes) {
      // A broker that has just started may still wait for others that a replica needs.
      await waitFor("Kafka", deadline, log, () => admin.apply(change), isRefusal);
      log.info(change, DONE[change.kind]);
    }
    // What was made must be there when this ends: a client that starts next would not find it.
    await waitFor("the topics", deadline, log, async () => {
      const left = planTopics(wanted, await admin.describe(names));
      if (left.changes.length > 0) throw new Error(`still to come: ${left.changes.map(({ kind }) => kind).join(", ")}`);
    });
  } finally {
    await admin.close();
  }
}

const DONE: Readonly<Record<TopicChange["kind"], string>> = {
  create: "created the topic",
  "add-partitions": "added partitions to the topic",
  configure: "configured the topic",
};

function isRefusal(error: unknown): boolean {
  return isKafkaError(
    error,
    "INVALID_CONFIG",
    "INVALID_REQUEST",
    "INVALID_PARTITIONS",
    "INVALID_TOPIC_EXCEPTION",
    "POLICY_VIOLATION",
    "CLUSTER_AUTHORIZATION_FAILED",
    "TOPIC_AUTHORIZATION_FAILED",
  );
}
