import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { renderConsumerSettings } from "../../contract/consumer-settings";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { ElasticsearchIndexConnection } from "../elasticsearch/cluster";
import type { KafkaConnection, KafkaConsumerConnection } from "../kafka/cluster";

export interface LogConsumerContainerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  readonly source: KafkaConsumerConnection;
  readonly deadLetters: KafkaConnection;
  readonly elasticsearch: ElasticsearchIndexConnection;
  /** What must be there first, beside Kafka and Elasticsearch: the index template. */
  readonly after: readonly ITerraformDependable[];
  /** Port of its probes and metrics on the machine's loopback address. */
  readonly machinePort: number;
  /** From SIGTERM until it gives up what it could not deliver. @default 20 s */
  readonly drainDeadline?: Duration;
  /** How long a line may wait for others before it is sent. @default 500 ms */
  readonly batchAge?: Duration;
  /** Documents sent in one bulk request. @default 5 MiB */
  readonly batchSize?: Size;
}

/** The consumer in a container: from Kafka into the data stream, and what cannot be indexed into the dead letters. */
export class LogConsumerContainer extends Construct {
  constructor(scope: Construct, id: string, site: DockerSite, props: LogConsumerContainerProps) {
    super(scope, id);
    const drainDeadline = props.drainDeadline ?? Duration.seconds(20);
    new HardenedContainer(this, "Consumer", site, {
      name: "consumer",
      image: props.image,
      user: "1000:1000",
      memory: props.memory,
      ports: [{ container: HTTP_PORT, host: props.machinePort }],
      env: renderConsumerSettings({
        KAFKA_BROKERS: props.source.bootstrapServers,
        KAFKA_TOPIC: props.source.topic,
        KAFKA_GROUP: props.source.group,
        KAFKA_DEAD_LETTER_TOPIC: props.deadLetters.topic,
        ELASTICSEARCH_URLS: props.elasticsearch.urls,
        ELASTICSEARCH_DATA_STREAM: props.elasticsearch.dataStream,
        BATCH_MAX_AGE_MS: (props.batchAge ?? Duration.milliseconds(500)).toMilliseconds(),
        BATCH_MAX_BYTES: (props.batchSize ?? Size.mebibytes(5)).toBytes(),
        DRAIN_DEADLINE_MS: drainDeadline.toMilliseconds(),
        HTTP_PORT,
      }),
      healthCheck: { command: ["node", "/app/main.js", "healthcheck"], interval: Duration.seconds(10) },
      // Longer than the drain, so that the program ends by itself and says how.
      gracePeriod: Duration.milliseconds(drainDeadline.toMilliseconds() + 5000),
      dependsOn: [...props.source.ready, ...props.deadLetters.ready, ...props.elasticsearch.ready, ...props.after],
    });
  }
}

const HTTP_PORT = 9464;
