import { Size } from "../../constructs/core/size";
import { dev } from "../../environments/dev";
import type { DockerPlatform, EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
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

/** A Kubernetes environment with nothing wrong in its facts, each of which differs from what it would be by default. */
export const KUBERNETES = {
  ...dev,
  name: "review",
  platform: {
    ...dev.platform,
    cluster: { kubeconfig: "/home/me/.kube/config", context: "review" },
    namespace: { name: "logs", create: false },
    claims: { ...dev.platform.claims, kafka: Size.gibibytes(15) },
  },
  state: { kind: "s3", bucket: "state", region: "eu-central-1", key: "logs" },
  kafka: { ...dev.kafka, logs: { ...dev.kafka.logs, partitions: 12 } },
  consumer: { ...dev.consumer, replicas: 12 },
} satisfies EnvironmentConfig;

export function kubernetesWith(change: Partial<EnvironmentConfig>): EnvironmentConfig {
  return { ...KUBERNETES, ...change };
}

/** Its namespace, cluster or directories differ. */
export function kubernetesPlatformWith(change: Partial<KubernetesPlatform>): EnvironmentConfig {
  return kubernetesWith({ platform: { ...KUBERNETES.platform, ...change } });
}
