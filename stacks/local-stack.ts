import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { LocalBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { LogConsumerContainer } from "../constructs/consumer/container";
import { ContentContainer } from "../constructs/content/container";
import { ContainerImage } from "../constructs/core/container-image";
import { DockerSite } from "../constructs/docker/site";
import { ElasticsearchContainer } from "../constructs/elasticsearch/container";
import { FilebeatContainer } from "../constructs/filebeat/container";
import type { IKafkaCluster } from "../constructs/kafka/cluster";
import { KafkaContainer } from "../constructs/kafka/container";
import { KibanaContainer } from "../constructs/kibana/container";
import { SampleServicesContainers } from "../constructs/services/container";
import { JaegerContainer } from "../constructs/tracing/container";
import { dataStreamName, TOPIC } from "../contract/names";
import { MAX_DEAD_LETTER_BYTES } from "../contract/size-limits";
import type { DockerPlatform, EnvironmentConfig } from "../environments/environment";
import type { ImageSet } from "../images/image-set";

export interface LocalStackProps {
  readonly environment: EnvironmentConfig;
  readonly platform: DockerPlatform;
  readonly images: ImageSet;
  /** Absolute path of Terraform's state file. */
  readonly stateFile: string;
}

/** The whole pipeline on one machine's Docker Engine. */
export class LocalStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: LocalStackProps) {
    super(scope, id);
    const { environment, platform } = props;
    const image = (name: Exclude<keyof ImageSet, "filebeatMajor" | "kibana">) => ContainerImage.of(props.images[name]);

    new LocalBackend(this, { path: props.stateFile });
    new DockerProvider(this, "docker");
    // The bindings are of 3.6; 4.x reads the same configuration and speaks to newer Engines.
    this.addOverride("terraform.required_providers.docker.version", ">= 3.6, < 5");

    const site = new DockerSite(this, "Site", {
      environment: environment.name,
      prefix: `log-pipeline-${environment.name}`,
    });
    const logVolume = site.addVolume("logs");

    const kafka = new KafkaContainer(this, "Kafka", site, {
      image: image("kafka"),
      topicsImage: image("consumer"),
      memory: environment.kafka.memory,
      machinePort: platform.ports.kafka,
    });
    addTopics(kafka, environment);

    const elasticsearch = new ElasticsearchContainer(this, "Elasticsearch", site, {
      image: image("elasticsearch"),
      memory: environment.elasticsearch.memory,
      machinePort: platform.ports.elasticsearch,
    });
    const content = new ContentContainer(this, "Content", site, {
      image: image("consumer"),
      elasticsearch: elasticsearch.grantManageContent(),
      indices: {
        CONTENT_SHARDS: environment.elasticsearch.shards,
        CONTENT_REPLICAS: environment.elasticsearch.replicas,
        CONTENT_REFRESH_INTERVAL: environment.elasticsearch.refreshInterval.toString(),
      },
    });

    const jaeger = new JaegerContainer(this, "Jaeger", site, {
      image: image("jaeger"),
      memory: environment.tracing.memory,
      machinePort: platform.ports.jaeger,
    });
    const services = environment.sampleServices
      ? new SampleServicesContainers(this, "SampleServices", site, {
          image: image("sampleServices"),
          memory: environment.sampleServices.memory,
          logVolume,
          otlpEndpoint: jaeger.otlpEndpoint,
          gatewayPort: platform.ports.gateway,
        })
      : undefined;

    new FilebeatContainer(this, "Filebeat", site, {
      image: image("filebeat"),
      major: props.images.filebeatMajor,
      memory: environment.filebeat.memory,
      kafka: kafka.grantProduce(TOPIC.logs),
      logVolume,
      hostName: environment.name,
      after: services?.ready ?? [],
    });
    new LogConsumerContainer(this, "Consumer", site, {
      image: image("consumer"),
      memory: environment.consumer.memory,
      source: kafka.grantConsume(TOPIC.logs, "log-consumer"),
      deadLetters: kafka.grantProduce(TOPIC.deadLetters),
      elasticsearch: elasticsearch.grantIndex(dataStreamName(environment.name)),
      after: [content.applied],
      machinePort: platform.ports.consumer,
      drainDeadline: environment.consumer.drainDeadline,
      batchSize: environment.consumer.batchSize,
    });
    if (props.images.kibana) {
      new KibanaContainer(this, "Kibana", site, {
        image: ContainerImage.of(props.images.kibana),
        memory: environment.kibana.memory,
        elasticsearch: elasticsearch.grantRead(),
        machinePort: platform.ports.kibana,
      });
    }
  }
}

function addTopics(kafka: IKafkaCluster, { kafka: { logs, deadLetters } }: EnvironmentConfig): void {
  kafka.addTopic({ name: TOPIC.logs, ...logs });
  kafka.addTopic({
    name: TOPIC.deadLetters,
    // Rare, and read by people: one partition keeps them in order.
    partitions: 1,
    replicationFactor: logs.replicationFactor,
    minInSyncReplicas: logs.minInSyncReplicas,
    retention: deadLetters.retention,
    // A message that was refused for its size must fit here, with its headers.
    maxMessageBytes: MAX_DEAD_LETTER_BYTES,
  });
}
