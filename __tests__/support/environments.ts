import { Duration } from "../../constructs/core/duration";
import { SecretRef } from "../../constructs/core/secret-ref";
import { Size } from "../../constructs/core/size";
import { dev } from "../../environments/dev";
import type { DockerPlatform, EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { local } from "../../environments/local";
import type { ImageSet } from "../../images/image-set";

/** Images that could be had, and none that is. */
export const IMAGES = {
  kafka: "registry.test:5000/kafka:1.1",
  elasticsearch: "registry.test:5000/elasticsearch:9.5.2",
  kibana: "registry.test:5000/kibana:9.5.1",
  oauth2Proxy: "registry.test:5000/oauth2-proxy:7.15",
  filebeat: "registry.test:5000/filebeat:1.4",
  elasticsearchLacks: [],
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

/** An environment whose Kafka and Elasticsearch operators run, in three zones, with nothing wrong in its facts. */
export const OPERATED = {
  ...KUBERNETES,
  name: "operated",
  platform: {
    ...KUBERNETES.platform,
    operators: { namespace: { name: "log-operators", create: true }, alsoWatch: ["other-logs"] },
    zones: 3,
    kafka: {
      kind: "strimzi",
      controllers: { nodes: 3, memory: Size.gibibytes(1), storage: Size.gibibytes(5) },
      cruiseControl: { memory: Size.gibibytes(1) },
    },
    elasticsearch: {
      kind: "eck",
      masters: { nodes: 3, memory: Size.gibibytes(2), storage: Size.gibibytes(6) },
      warm: { nodes: 3, memory: Size.gibibytes(3), storage: Size.gibibytes(20) },
      snapshots: {
        repository: { kind: "s3", bucket: "snapshots", region: "eu-central-1", basePath: "operated" },
        credentialsSecret: "snapshot-credentials",
        schedule: "0 30 1 * * ?",
        expireAfter: Duration.days(30),
        minCount: 5,
        maxCount: 50,
      },
    },
    ingress: {
      className: "public",
      controllerNamespace: "ingress-controller",
      tlsSecret: "kibana-tls",
      annotations: { "example.com/body-size": "8m" },
      authentication: {
        kind: "oidc",
        issuerUrl: "https://accounts.test",
        clientId: "logs",
        clientSecret: SecretRef.of("kibana-oidc-client", "client-secret"),
        emailDomains: ["example.com"],
      },
    },
    claims: {
      kafka: Size.gibibytes(15),
      elasticsearch: Size.gibibytes(12),
      storageClass: "fast",
      whenDestroyed: "keep",
    },
    monitoringNamespace: "monitoring",
  },
  objectives: {
    kafkaBridgesOutageOf: Duration.hours(12),
    hot: Duration.days(3),
    warm: Duration.days(4),
    delete: Duration.days(8),
    replicas: 1,
    headroom: 0.2,
  },
  kafka: {
    ...KUBERNETES.kafka,
    brokers: 3,
    logs: { ...KUBERNETES.kafka.logs, replicationFactor: 3, minInSyncReplicas: 2 },
  },
  elasticsearch: {
    nodes: 3,
    memory: Size.gibibytes(4),
    shards: 1,
    replicas: 1,
    refreshInterval: Duration.seconds(5),
    lifecycle: {
      rolloverSize: Size.gibibytes(10),
      rolloverAge: Duration.hours(24),
      warmAfter: Duration.days(3),
      deleteAfter: Duration.days(7),
    },
  },
  kibana: { memory: Size.mebibytes(1024), replicas: 2, publicUrl: "https://logs.test" },
} satisfies EnvironmentConfig;

/** `OPERATED`, with some facts changed; see {@link changed}. */
export function operated(changes: Readonly<Record<string, unknown>>): EnvironmentConfig {
  return changed(OPERATED, changes);
}

/** An environment of which some facts are others, by their paths, as in `kafka.logs.partitions`; undefined removes one. */
export function changed(environment: EnvironmentConfig, changes: Readonly<Record<string, unknown>>): EnvironmentConfig {
  return Object.entries(changes).reduce(
    (facts, [path, value]) => changedAt(facts, path.split("."), value) as EnvironmentConfig,
    environment,
  );
}

function changedAt(facts: unknown, [name = "", ...more]: readonly string[], value: unknown): unknown {
  const { [name]: old, ...others } = facts as Record<string, unknown>;
  if (more.length > 0 && (typeof old !== "object" || old === null)) throw new Error(`there is no fact '${name}'`);
  const now = more.length > 0 ? changedAt(old, more, value) : value;
  return now === undefined ? others : { ...others, [name]: now };
}
