import { Admin } from "@platformatic/kafka";
import type { KafkaConnectionSettings } from "../../../contract/settings";
import type { Topic } from "../../../contract/topics";
import type { ExistingTopic, TopicChange } from "../topics-plan";
import { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { isKafkaError } from "./errors";

const TOPIC_RESOURCE = 2;
const SET = 0;
/** Where a value comes from: the topic itself, not a broker's default. */
const DYNAMIC_TOPIC_CONFIG = 1;

/** The few administrative requests that `topics apply` makes. */
export class TopicsAdmin {
  private readonly admin: Admin;

  constructor(connection: KafkaConnectionSettings) {
    this.admin = new Admin({ ...connectionOptions(connection), retries: 0 });
  }

  /** @throws Error if the brokers do not answer */
  async describe(names: readonly string[]): Promise<ExistingTopic[]> {
    const listed = new Set(await this.admin.listTopics());
    const present = names.filter((name) => listed.has(name));
    if (present.length === 0) return [];
    const metadata = await this.admin.metadata({ topics: present, forceUpdate: true });
    const described = await this.admin.describeConfigs({
      resources: present.map((resourceName) => ({
        resourceType: TOPIC_RESOURCE,
        resourceName,
        configurationKeys: null,
      })),
    });
    return present.map((name) => {
      const topic = metadata.topics.get(name)!;
      const configs = described.find((each) => each.resourceName === name)?.configs ?? [];
      const own = configs.filter(({ configSource, value }) => configSource === DYNAMIC_TOPIC_CONFIG && value != null);
      return {
        name,
        partitions: topic.partitionsCount,
        replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
        config: Object.fromEntries(own.map(({ name: key, value }) => [key, value!])),
      };
    });
  }

  async apply(change: TopicChange): Promise<void> {
    switch (change.kind) {
      case "create":
        return this.create(change.topic);
      case "add-partitions":
        return this.admin.createPartitions({
          topics: [{ name: change.name, count: change.to, assignments: null }],
        } as never);
      case "configure": {
        const configs = Object.entries(change.set).map(([name, value]) => ({ name, configOperation: SET, value }));
        return this.admin.incrementalAlterConfigs({
          resources: [{ resourceType: TOPIC_RESOURCE, resourceName: change.name, configs }],
        } as never);
      }
    }
  }

  async close(): Promise<void> {
    await closeClient(this.admin);
  }

  private async create({ name, partitions, replicationFactor, config }: Topic): Promise<void> {
    try {
      await this.admin.createTopics({
        topics: [{ topic: name, partitions, replicas: replicationFactor }],
        configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      });
    } catch (error) {
      // Another run was faster; the next comparison tells whether it made the same.
      if (!isKafkaError(error, "TOPIC_ALREADY_EXISTS")) throw error;
    }
  }
}
