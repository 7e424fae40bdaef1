import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { LogConsumer } from "../constructs/consumer/deployment";
import { ContentJob } from "../constructs/content/job";
import { ContainerImage } from "../constructs/core/container-image";
import { Credentials } from "../constructs/credentials/credentials";
import { FilebeatDaemonSet } from "../constructs/filebeat/daemon-set";
import { KibanaIngress } from "../constructs/kibana/ingress";
import { kibanaConnection } from "../constructs/kibana/kibana";
import { KubernetesSite } from "../constructs/kubernetes/site";
import { SampleServices } from "../constructs/services/stateful-sets";
import { Jaeger } from "../constructs/tracing/deployment";
import { TOPIC } from "../contract/names";
import type { KubernetesPlatform } from "../environments/environment";
import { topicsOf } from "../environments/topics";
import { pinned } from "../images/digests";
import { type CertainImage, publishedIn } from "../images/image-set";
import { elasticsearchContent, kibanaContent } from "./content";
import { addKafka, addSearch } from "./engines";
import { addHelmProvider } from "./helm-provider";
import { addKubernetesProvider } from "./kubernetes-provider";
import type { StackProps } from "./stack-props";
import { StateBackend } from "./state-backend";

/** The whole pipeline in one namespace of a Kubernetes cluster. */
export class PipelineStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StackProps<KubernetesPlatform>) {
    super(scope, id);
    const { environment, platform } = props;
    const { nodeDirectories, imageRegistry } = platform;
    const images = imageRegistry ? pinned(publishedIn(imageRegistry, props.images), props.digests ?? {}) : props.images;
    const image = (name: CertainImage) => ContainerImage.of(images[name]);

    new StateBackend(this, props);
    addKubernetesProvider(this, platform.cluster);
    if (platform.operators) addHelmProvider(this, platform.cluster);
    const site = new KubernetesSite(this, "Site", {
      environment: environment.name,
      namespace: platform.namespace.name,
      mayMountNodeDirectories: ["filebeat", "gateway", "orders", "payments"],
      keepData: platform.claims.whenDestroyed === "keep",
      ...(platform.monitoringNamespace ? { monitoringNamespace: platform.monitoringNamespace } : {}),
    });

    let made: Credentials | undefined;
    const credentials = () => (made ??= new Credentials(this, "Credentials", site, { image: image("consumer") }));
    const engine = { environment, platform, images, site, credentials };

    const kafka = addKafka(this, engine);
    for (const topic of topicsOf(environment)) kafka.addTopic(topic);
    const { elasticsearch, kibana } = addSearch(this, engine);
    const { allow, healContent } = environment.elasticsearch;
    const heal = healContent === undefined ? {} : { healEvery: healContent };
    const content = new ContentJob(this, "Content", site, {
      name: "content",
      image: image("consumer"),
      bundle: elasticsearchContent(this, environment, props.images),
      elasticsearch: elasticsearch.grantManageContent(),
      ...(allow ? { allow } : {}),
      ...heal,
    });
    const kibanaUser = kibana && elasticsearch.grantManageKibana();
    if (kibana && kibanaUser) {
      new ContentJob(this, "KibanaContentApply", site, {
        name: "kibana-content",
        image: image("consumer"),
        bundle: kibanaContent(this, environment),
        kibana: kibanaConnection(kibana, site.namespace, kibanaUser),
        ...heal,
      });
    }
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
      programImage: image("consumer"),
      kafka: kafka.grantProduce(TOPIC.logs, "filebeat"),
      nodeLogDirectory: nodeDirectories.logs,
      registryDirectory: nodeDirectories.filebeat,
    });
    new LogConsumer(this, "Consumer", site, {
      ...environment.consumer,
      image: image("consumer"),
      source: kafka.grantConsume(TOPIC.logs, "log-consumer", "log-consumer"),
      deadLetters: kafka.grantProduce(TOPIC.deadLetters, "log-consumer"),
      elasticsearch: elasticsearch.grantIndex(environment.name, environment.elasticsearch.indexing),
      after: [content.applied],
    });
    // For people, whose program runs in the consumer's pod and so as its user.
    kafka.grantRead(TOPIC.deadLetters, "log-consumer");
    if (kibana && platform.ingress) {
      new KibanaIngress(this, "Ingress", site, {
        ...platform.ingress,
        kibana,
        publicUrl: environment.kibana.publicUrl,
        credentials,
        ...(images.oauth2Proxy ? { proxyImage: ContainerImage.of(images.oauth2Proxy) } : {}),
      });
    }
  }
}
