import { renderConsumerSettings } from "../../contract/consumer-settings";
import { Duration } from "../core/duration";
import { Size } from "../core/size";
import type { ElasticsearchIndexConnection } from "../elasticsearch/cluster";
import type { KafkaConnection, KafkaConsumerConnection } from "../kafka/cluster";
import type { Mount } from "../kubernetes/pod";
import { elasticsearchAccess, kafkaAccess, SecretFiles } from "./program";

/** What the consumer is told, wherever it runs. */
export interface ConsumerSettingsProps {
  readonly source: KafkaConsumerConnection;
  /** Reached as `source` is: the consumer is one client of Kafka. */
  readonly deadLetters: KafkaConnection;
  readonly elasticsearch: ElasticsearchIndexConnection;
  /** From SIGTERM until it gives up what it could not deliver. @default 20 s */
  readonly drainDeadline?: Duration;
  /** How long a line may wait for others before it is sent. @default 500 ms */
  readonly batchAge?: Duration;
  /** Documents sent in one bulk request. @default 5 MiB */
  readonly batchSize?: Size;
}

export const DEFAULT_DRAIN_DEADLINE = Duration.seconds(20);

/** Of its probes and metrics. */
export const HTTP_PORT = 9464;

/** The consumer's environment, and where the Secrets must be that it names. */
export function consumerSettings(props: ConsumerSettingsProps): { env: Record<string, string>; mounts: Mount[] } {
  const files = new SecretFiles();
  const env = renderConsumerSettings({
    ...kafkaAccess(props.source, files).settings,
    ...elasticsearchAccess(props.elasticsearch, files).settings,
    KAFKA_TOPIC: props.source.topic,
    KAFKA_GROUP: props.source.group,
    KAFKA_DEAD_LETTER_TOPIC: props.deadLetters.topic,
    ELASTICSEARCH_INDEXING: props.elasticsearch.indexing,
    ELASTICSEARCH_DATA_STREAM: props.elasticsearch.dataStream,
    ELASTICSEARCH_DEAD_LETTER_STREAM: props.elasticsearch.deadLetterStream,
    BATCH_MAX_AGE_MS: (props.batchAge ?? Duration.milliseconds(500)).toMilliseconds(),
    BATCH_MAX_BYTES: (props.batchSize ?? Size.mebibytes(5)).toBytes(),
    DRAIN_DEADLINE_MS: (props.drainDeadline ?? DEFAULT_DRAIN_DEADLINE).toMilliseconds(),
    HTTP_PORT,
  });
  return { env, mounts: files.mounts };
}
