import type { Construct } from "constructs";
import { ContainerImage } from "../constructs/core/container-image";
import type { Credentials } from "../constructs/credentials/credentials";
import type { IElasticsearch } from "../constructs/elasticsearch/cluster";
import { EckElasticsearch, type SnapshotAccess } from "../constructs/elasticsearch/eck/cluster";
import { Elasticsearch } from "../constructs/elasticsearch/stateful-set";
import type { IKafkaCluster } from "../constructs/kafka/cluster";
import { KafkaCluster } from "../constructs/kafka/stateful-set";
import { StrimziKafkaCluster } from "../constructs/kafka/strimzi/cluster";
import { Kibana } from "../constructs/kibana/deployment";
import { EckKibana } from "../constructs/kibana/eck";
import type { IKibana } from "../constructs/kibana/kibana";
import type { KubernetesSite } from "../constructs/kubernetes/site";
import type { EnvironmentConfig, KubernetesPlatform, Snapshots } from "../environments/environment";
import type { ImageSet } from "../images/image-set";

/** What the constructs of a component have in common, whichever of them runs it. */
export interface EngineProps {
  readonly environment: EnvironmentConfig;
  readonly platform: KubernetesPlatform;
  readonly images: ImageSet;
  readonly site: KubernetesSite;
  /** Where passwords and keys are made; there is none where nothing asks for it. */
  readonly credentials: () => Credentials;
}

/** Kafka, run by whom the environment says. */
export function addKafka(scope: Construct, { environment, platform, images, site }: EngineProps): IKafkaCluster {
  const { claims, kafka: engine, zones } = platform;
  const topicsImage = ContainerImage.of(images.consumer);
  switch (engine?.kind) {
    case "imported":
      return KafkaCluster.fromAttributes(scope, "Kafka", site, {
        ...engine,
        brokers: environment.kafka.brokers,
        ...(engine.manageTopics === false ? {} : { topicsImage }),
      });
    case "strimzi":
      return new StrimziKafkaCluster(scope, "Kafka", site, {
        ...environment.kafka,
        ...engine,
        ...claims,
        storage: claims.kafka,
        ...(zones === undefined ? {} : { zones }),
      });
    case undefined:
      return new KafkaCluster(scope, "Kafka", site, {
        ...environment.kafka,
        image: ContainerImage.of(images.kafka),
        topicsImage,
        ...claims,
        storage: claims.kafka,
      });
  }
}

/** Elasticsearch, and Kibana where it can be had. */
export interface Search {
  readonly elasticsearch: IElasticsearch;
  readonly kibana?: IKibana;
}

/** Elasticsearch and Kibana, run by whom the environment says. */
export function addSearch(scope: Construct, props: EngineProps): Search {
  const { environment, platform, images, site, credentials } = props;
  const { claims, elasticsearch: engine, zones } = platform;
  const kibanaImage = images.kibana ? ContainerImage.of(images.kibana) : undefined;
  const image = ContainerImage.of(images.elasticsearch);
  if (engine?.kind === "eck" && platform.operators) {
    const elasticsearch = new EckElasticsearch(scope, "Elasticsearch", site, {
      ...environment.elasticsearch,
      ...engine,
      ...claims,
      image,
      credentials: credentials(),
      operatorNamespace: platform.operators.namespace.name,
      storage: claims.elasticsearch,
      ...(zones === undefined ? {} : { zones }),
      ...(engine.snapshots ? { snapshots: snapshotAccess(engine.snapshots) } : {}),
    });
    if (!kibanaImage) return { elasticsearch };
    const kibana = new EckKibana(scope, "Kibana", site, {
      ...environment.kibana,
      image: kibanaImage,
      elasticsearch,
      credentials: credentials(),
    });
    return { elasticsearch, kibana };
  }
  const elasticsearch =
    engine?.kind === "imported"
      ? Elasticsearch.fromAttributes(scope, "Elasticsearch", engine)
      : new Elasticsearch(scope, "Elasticsearch", site, {
          ...environment.elasticsearch,
          ...claims,
          image,
          credentials: credentials(),
          storage: claims.elasticsearch,
        });
  // Who runs an Elasticsearch for us may run a Kibana as well: ours is there where it was given a user.
  if (!kibanaImage || (engine?.kind === "imported" && !engine.credentials.kibana)) return { elasticsearch };
  const kibana = new Kibana(scope, "Kibana", site, {
    ...environment.kibana,
    image: kibanaImage,
    elasticsearch: elasticsearch.grantKibana(),
    credentials: credentials(),
  });
  return { elasticsearch, kibana };
}

/** How nodes get to where snapshots are kept: what speaks S3 may listen on a port of its own. */
function snapshotAccess({ repository, credentialsSecret }: Snapshots): SnapshotAccess {
  const endpoint = repository.kind === "s3" ? repository.endpoint : undefined;
  const port = /:(\d+)\/?$/.exec(endpoint ?? "")?.[1] ?? (endpoint?.startsWith("http://") ? "80" : undefined);
  return {
    ...(credentialsSecret ? { credentialsSecret } : {}),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
