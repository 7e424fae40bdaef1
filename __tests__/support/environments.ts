import { Size } from "../../constructs/core/size";
import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import { local } from "../../environments/local";
import type { ImageSet } from "../../images/image-set";

/** Images that could be had, and none that is. */
export const IMAGES = {
  kafka: "registry.test:5000/kafka:1.1",
  elasticsearch: "registry.test:5000/elasticsearch:1.2",
  kibana: "registry.test:5000/kibana:1.3",
  filebeat: "registry.test:5000/filebeat:1.4",
  filebeatMajor: 9,
  jaeger: "registry.test:5000/jaeger:1.5",
  consumer: "registry.test:5000/consumer:1.6",
  sampleServices: "registry.test:5000/sample-services:1.7",
} as const satisfies ImageSet;

/** `local`, of which some facts differ. */
export function localWith(change: Partial<EnvironmentConfig>): EnvironmentConfig {
  return { ...local, ...change };
}

export function platformWith(change: Partial<DockerPlatform>): DockerPlatform {
  return { ...local.platform, ...change } as DockerPlatform;
}

/** A Kubernetes environment with nothing wrong in its facts. */
export const KUBERNETES = {
  ...local,
  name: "staging",
  platform: {
    kind: "kubernetes",
    cluster: { kubeconfig: "/home/me/.kube/config", context: "staging" },
    namespace: "logs",
  },
  state: { kind: "s3", bucket: "state", region: "eu-central-1", key: "logs/staging" },
  kafka: {
    ...local.kafka,
    brokers: 3,
    logs: { ...local.kafka.logs, partitions: 12, replicationFactor: 3, minInSyncReplicas: 2 },
  },
  elasticsearch: { ...local.elasticsearch, nodes: 3, shards: 3, replicas: 1, memory: Size.gibibytes(8) },
  consumer: { ...local.consumer, replicas: 12 },
} satisfies EnvironmentConfig;
