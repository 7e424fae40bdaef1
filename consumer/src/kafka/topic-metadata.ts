import { Admin, metadataV8, parseBroker } from "@platformatic/kafka";
import type { WriteAccessSettings } from "../../../contract/write-access-settings";
import { connectionOptions } from "./client-options";
import { closeClient } from "./close-client";
import { responseOf } from "./errors";
import type { TopicMetadata } from "./write-access";

/**
 * Asks a broker for the topic's metadata and the user's operations on it (KIP-430), which writes nothing. Each question has its
 * own client, so that a renewed password or authority is read.
 *
 * @throws Error if no broker answers, or the password is refused
 */
export async function askTopicMetadata(settings: WriteAccessSettings): Promise<TopicMetadata | undefined> {
  const admin = new Admin({ ...connectionOptions(settings), retries: 0 });
  try {
    const brokers = settings.KAFKA_BROKERS.map((broker) => parseBroker(broker));
    const connection = await admin.connections.getFirstAvailable(brokers);
    // Version 8 is the oldest that carries the operations, and Kafka 4 still answers it.
    const answer = await metadataV8.api
      .async(connection, [settings.KAFKA_TOPIC], false, true)
      .catch((error: unknown) => {
        // The client turns a topic's error code into a failure; the code itself tells more.
        const response = responseOf(error) as metadataV8.MetadataResponse | undefined;
        if (response === undefined) throw error;
        return response;
      });
    return answer.topics.find(({ name }) => name === settings.KAFKA_TOPIC);
  } finally {
    await closeClient(admin);
  }
}
