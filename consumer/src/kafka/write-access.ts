/** The part of Kafka's metadata response that decides whether a user may write to a topic. */
export interface TopicMetadata {
  readonly errorCode: number;
  /** One bit for each operation that the user may do. */
  readonly topicAuthorizedOperations: number;
  readonly partitions: readonly { readonly partitionIndex: number; readonly leaderId: number }[];
}

/**
 * The obstacle between a user and its first message to `topic`, with the command or resource that mends it.
 *
 * @param topic undefined if the broker's answer does not contain the topic
 * @returns undefined if the user may write, and every partition has a leader
 */
export function writeObstacle(name: string, user: string, topic: TopicMetadata | undefined): string | undefined {
  if (topic?.errorCode === TOPIC_AUTHORIZATION_FAILED)
    return `user '${user}' may not describe topic '${name}': ${aclMend(name, user)}`;
  if (topic === undefined || topic.errorCode === UNKNOWN_TOPIC_OR_PARTITION)
    return `topic '${name}' does not exist: run 'topics apply', or create the KafkaTopic`;
  const { topicAuthorizedOperations: operations, partitions } = topic;
  if (operations === NOT_REPORTED)
    return `the brokers do not report what user '${user}' may do with topic '${name}': Kafka does since 2.3`;
  if ((operations & (1 << WRITE)) === 0)
    return `user '${user}' may not write to topic '${name}': ${aclMend(name, user)}`;
  const leaderless = partitions.filter(({ leaderId }) => leaderId < 0).map(({ partitionIndex }) => partitionIndex);
  if (partitions.length === 0 || leaderless.length > 0)
    return `topic '${name}' has no leader for ${partitions.length === 0 ? "any partition" : `partition ${leaderless.join(", ")}`}: start the brokers that have its replicas`;
  if (topic.errorCode !== 0) return `the brokers answer error ${topic.errorCode} for topic '${name}'`;
  return undefined;
}

function aclMend(topic: string, user: string): string {
  return `grant it (KafkaUser '${user}', or kafka-acls.sh --add --allow-principal User:${user} --operation Write --topic ${topic})`;
}

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const TOPIC_AUTHORIZATION_FAILED = 29;
/** Code of the operation, which is the number of its bit. */
const WRITE = 4;
const NOT_REPORTED = -0x8000_0000;
