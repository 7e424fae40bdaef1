import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { LogConsumerContainer } from "../constructs/consumer/container";
import { ContentContainer } from "../constructs/content/container";
import { ContainerImage } from "../constructs/core/container-image";
import { DockerSite } from "../constructs/docker/site";
import { ElasticsearchContainer } from "../constructs/elasticsearch/container";
import { FilebeatContainer } from "../constructs/filebeat/container";
import { KafkaContainer } from "../constructs/kafka/container";
import { KibanaContainer } from "../constructs/kibana/container";
import { SampleServicesContainers } from "../constructs/services/container";
import { JaegerContainer } from "../constructs/tracing/container";
import { TOPIC } from "../contract/names";
import type { DockerPlatform } from "../environments/environment";
import { topicsOf } from "../environments/topics";
import type { CertainImage } from "../images/image-set";
import { elasticsearchContent, kibanaContent } from "./content";
import type { StackProps } from "./stack-props";
import { StateBackend } from "./state-backend";

/** The whole pipeline on one machine's Docker Engine. */
export class LocalStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StackProps<DockerPlatform>) {
    super(scope, id);
    const { environment, platform } = props;
    const image = (name: CertainImage) => ContainerImage.of(props.images[name]);

    new StateBackend(this, props);
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
      ...environment.kafka,
      machinePort: platform.ports.kafka,
    });
    for (const topic of topicsOf(environment)) kafka.addTopic(topic);

    const elasticsearch = new ElasticsearchContainer(this, "Elasticsearch", site, {
      ...environment.elasticsearch,
      image: image("elasticsearch"),
      machinePort: platform.ports.elasticsearch,
    });
    const content = new ContentContainer(this, "Content", site, {
      name: "content",
      image: image("consumer"),
      bundle: elasticsearchContent(this, environment, props.images),
      elasticsearch: elasticsearch.grantManageContent(),
      ...(environment.elasticsearch.allow ? { allow: environment.elasticsearch.allow } : {}),
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
      ...environment.filebeat,
      image: image("filebeat"),
      programImage: image("consumer"),
      metricsMachinePort: platform.ports["filebeat-metrics"],
      kafka: kafka.grantProduce(TOPIC.logs, "filebeat"),
      logVolume,
      hostName: environment.name,
      after: services?.ready ?? [],
    });
    new LogConsumerContainer(this, "Consumer", site, {
      ...environment.consumer,
      image: image("consumer"),
      source: kafka.grantConsume(TOPIC.logs, "log-consumer", "log-consumer"),
      deadLetters: kafka.grantProduce(TOPIC.deadLetters, "log-consumer"),
      elasticsearch: elasticsearch.grantIndex(environment.name, environment.elasticsearch.indexing),
      after: [content.applied],
      machinePort: platform.ports.consumer,
    });
    if (props.images.kibana) {
      const kibana = new KibanaContainer(this, "Kibana", site, {
        image: ContainerImage.of(props.images.kibana),
        memory: environment.kibana.memory,
        elasticsearch: elasticsearch.grantKibana(),
        machinePort: platform.ports.kibana,
      });
      new ContentContainer(this, "KibanaContentApply", site, {
        name: "kibana-content",
        image: image("consumer"),
        bundle: kibanaContent(this, environment),
        kibana: kibana.connection,
      });
    }
  }
}
