import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { LogConsumer } from "../constructs/consumer/deployment";
import { ContentJob } from "../constructs/content/job";
import { ContainerImage } from "../constructs/core/container-image";
import { Credentials } from "../constructs/credentials/credentials";
import { Elasticsearch } from "../constructs/elasticsearch/stateful-set";
import { FilebeatDaemonSet } from "../constructs/filebeat/daemon-set";
import { KafkaCluster } from "../constructs/kafka/stateful-set";
import { Kibana } from "../constructs/kibana/deployment";
import { KubernetesSite } from "../constructs/kubernetes/site";
import { SampleServices } from "../constructs/services/stateful-sets";
import { Jaeger } from "../constructs/tracing/deployment";
import { dataStreamName, TOPIC } from "../contract/names";
import type { KubernetesPlatform } from "../environments/environment";
import { topicsOf } from "../environments/topics";
import { type ImageSet, publishedIn } from "../images/image-set";
import { contentIndices } from "./content-indices";
import { addKubernetesProvider } from "./kubernetes-provider";
import type { StackProps } from "./stack-props";
import { StateBackend } from "./state-backend";

/** The whole pipeline in one namespace of a Kubernetes cluster. */
export class PipelineStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StackProps<KubernetesPlatform>) {
    super(scope, id);
    const { environment, platform } = props;
    const { claims, nodeDirectories, imageRegistry } = platform;
    const images = imageRegistry ? publishedIn(imageRegistry, props.images) : props.images;
    const image = (name: Exclude<keyof ImageSet, "filebeatMajor" | "kibana">) => ContainerImage.of(images[name]);

    new StateBackend(this, props);
    addKubernetesProvider(this, platform.cluster);
    const site = new KubernetesSite(this, "Site", {
      environment: environment.name,
      namespace: platform.namespace.name,
      mayMountNodeDirectories: ["filebeat", "gateway", "orders", "payments"],
      ...(platform.monitoringNamespace ? { monitoringNamespace: platform.monitoringNamespace } : {}),
    });

    const kafka = new KafkaCluster(this, "Kafka", site, {
      ...environment.kafka,
      image: image("kafka"),
      topicsImage: image("consumer"),
      ...claims,
      storage: claims.kafka,
    });
    for (const topic of topicsOf(environment)) kafka.addTopic(topic);

    const credentials = new Credentials(this, "Credentials", site, { image: image("consumer") });
    const elasticsearch = new Elasticsearch(this, "Elasticsearch", site, {
      ...environment.elasticsearch,
      image: image("elasticsearch"),
      credentials,
      ...claims,
      storage: claims.elasticsearch,
    });
    const content = new ContentJob(this, "Content", site, {
      image: image("consumer"),
      elasticsearch: elasticsearch.grantManageContent(),
      indices: contentIndices(environment),
    });
    // For people and for `npm run verify`.
    elasticsearch.grantRead();

    const jaeger = new Jaeger(this, "Jaeger", site, { ...environment.tracing, image: image("jaeger") });
    if (environment.sampleServices) {
      new SampleServices(this, "SampleServices", site, {
        ...environment.sampleServices,
        image: image("sampleServices"),
        tracing: jaeger.grantSend(),
        nodeLogDirectory: nodeDirectories.logs,
      });
    }
    new FilebeatDaemonSet(this, "Filebeat", site, {
      ...environment.filebeat,
      image: image("filebeat"),
      major: images.filebeatMajor,
      kafka: kafka.grantProduce(TOPIC.logs, "filebeat"),
      nodeLogDirectory: nodeDirectories.logs,
      registryDirectory: nodeDirectories.filebeat,
    });
    new LogConsumer(this, "Consumer", site, {
      ...environment.consumer,
      image: image("consumer"),
      source: kafka.grantConsume(TOPIC.logs, "log-consumer", "log-consumer"),
      deadLetters: kafka.grantProduce(TOPIC.deadLetters, "log-consumer"),
      elasticsearch: elasticsearch.grantIndex(dataStreamName(environment.name)),
      after: [content.applied],
    });
    if (images.kibana) {
      new Kibana(this, "Kibana", site, {
        ...environment.kibana,
        image: ContainerImage.of(images.kibana),
        elasticsearch: elasticsearch.grantKibana(),
        credentials,
      });
    }
  }
}
