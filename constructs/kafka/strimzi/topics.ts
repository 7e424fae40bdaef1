import { createHash } from "node:crypto";
import { isDnsLabel } from "../../core/validation";
import type { TopicProps } from "../cluster";
import { declaration } from "../cluster-base";
import { API_VERSION, type KafkaTopic } from "./custom-resources";
import { OF_CLUSTER } from "./names";

export function kafkaTopic(topic: TopicProps): KafkaTopic {
  const { name, partitions, replicationFactor, config } = declaration(topic);
  return {
    apiVersion: API_VERSION,
    kind: "KafkaTopic",
    metadata: { name: objectName(name), labels: OF_CLUSTER },
    spec: { topicName: name, partitions, replicas: replicationFactor, config },
  };
}

/** A topic may have a name that no object can: that gets a hash, so that no two become one. */
function objectName(topic: string): string {
  if (isDnsLabel(topic)) return topic;
  const readable = topic.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const hash = createHash("sha256").update(topic).digest("hex").slice(0, 8);
  return `${readable.join("-").slice(0, 200)}-${hash}`.replace(/^-/, "");
}
