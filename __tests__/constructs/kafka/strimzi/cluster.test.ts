import { describe, expect, test } from "@jest/globals";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { Testing } from "cdktf";
import { Construct } from "constructs";
import { Cpu } from "../../../../constructs/core/cpu";
import { Duration } from "../../../../constructs/core/duration";
import { Size } from "../../../../constructs/core/size";
import { ConfigurationError } from "../../../../constructs/core/validation";
import type { KafkaConnection, TopicProps } from "../../../../constructs/kafka/cluster";
import { StrimziKafkaCluster, type StrimziKafkaClusterProps } from "../../../../constructs/kafka/strimzi/cluster";
import type {
  Kafka,
  KafkaNodePool,
  KafkaTopic,
  KafkaUser,
} from "../../../../constructs/kafka/strimzi/custom-resources";
import type { CustomResource } from "../../../../constructs/kubernetes/custom-resources";
import { PodGroup } from "../../../../constructs/kubernetes/network";
import type { KubernetesSiteProps } from "../../../../constructs/kubernetes/site";
import { MAX_MESSAGE_BYTES } from "../../../../contract/size-limits";
import { crdFiles, crdProblems } from "../../../support/crd-schema";
import { customResources } from "../../../support/custom-resources";
import { differences } from "../../../support/differences";
import { KubernetesJson, SITE, stackWithSite } from "../../../support/kubernetes-json";
import { required } from "../../../support/synthesized";

const SMALLEST: StrimziKafkaClusterProps = { brokers: 3, memory: Size.gibibytes(2), storage: Size.gibibytes(20) };
const LOGS: TopicProps = {
  name: "app-logs",
  partitions: 6,
  replicationFactor: 3,
  minInSyncReplicas: 2,
  retention: Duration.hours(24),
};

interface Options {
  readonly site?: Partial<KubernetesSiteProps>;
  readonly topics?: readonly TopicProps[];
  /** @default one client that writes, and its pods */
  readonly use?: (kafka: StrimziKafkaCluster, pods: (name: string) => PodGroup) => void;
}

/** A cluster that nothing was granted of yet. */
function made(change: Partial<StrimziKafkaClusterProps> = {}, { site: props, topics = [LOGS] }: Options = {}) {
  const { stack, site } = stackWithSite(props);
  new HelmProvider(stack, "helm");
  const kafka = new StrimziKafkaCluster(stack, "Kafka", site, { ...SMALLEST, ...change });
  for (const topic of topics) kafka.addTopic(topic);
  return { stack, site, kafka };
}

function synth(change: Partial<StrimziKafkaClusterProps> = {}, options: Options = {}) {
  const { stack, site, kafka } = made(change, options);
  const use = options.use ?? ((_, pods) => letThrough(pods("shipper"), kafka.grantProduce("app-logs", "shipper")));
  use(kafka, (name) => new PodGroup(new Construct(stack, name), site, name));
  const json = Testing.synth(stack, true);
  return { json: new KubernetesJson(json), release: releaseOf(json), objects: customResources(json, "kafka") };
}

function letThrough(pods: PodGroup, { endpoint }: KafkaConnection): void {
  pods.allowTo(required(endpoint, "endpoint"));
}

function releaseOf(json: string) {
  const { resource } = JSON.parse(json) as {
    resource: { helm_release: Record<string, { name: string; lifecycle?: { prevent_destroy?: boolean } }> };
  };
  return Object.values(resource.helm_release);
}

const kafkaOf = (objects: readonly CustomResource[]) => only<Kafka>(objects, "Kafka");
const only = <T extends CustomResource>(objects: readonly CustomResource[], kind: T["kind"], name?: string): T => {
  const found = objects.filter((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0] as T;
};
const poolOf = (objects: readonly CustomResource[], name: string) =>
  only<KafkaNodePool>(objects, "KafkaNodePool", name);
const names = (objects: readonly CustomResource[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

const smallest = synth();
const LARGEST: Partial<StrimziKafkaClusterProps> = {
  brokers: 6,
  zones: 3,
  controllers: { nodes: 3, memory: Size.gibibytes(1), storage: Size.gibibytes(10) },
  cruiseControl: { memory: Size.gibibytes(1) },
  storageClass: "fast",
};
const largest = synth(LARGEST, {
  site: { monitoringNamespace: "monitoring" },
  topics: [
    LOGS,
    { ...LOGS, name: "App_Logs.dead", maxMessageBytes: 2 * MAX_MESSAGE_BYTES, retention: Duration.days(30) },
  ],
  use: (kafka, pods) => {
    letThrough(pods("shipper"), kafka.grantProduce("app-logs", "shipper"));
    letThrough(pods("consumer"), kafka.grantConsume("app-logs", "group", "consumer"));
    letThrough(pods("consumer-too"), kafka.grantProduce("App_Logs.dead", "consumer"));
    letThrough(pods("people"), kafka.grantRead("App_Logs.dead"));
  },
});

describe("objects", () => {
  test("the smallest: brokers that keep the metadata as well, a topic, and a user for the one client", () => {
    expect(names(smallest.objects)).toEqual([
      "Kafka/kafka",
      "KafkaNodePool/brokers",
      "KafkaTopic/app-logs",
      "KafkaUser/shipper",
    ]);
  });

  test("the largest: also nodes for the metadata, and the user of those without a name", () => {
    expect(names(largest.objects)).toEqual([
      "Kafka/kafka",
      "KafkaNodePool/brokers",
      "KafkaNodePool/controllers",
      "KafkaTopic/app-logs",
      expect.stringMatching(/^KafkaTopic\/app-logs-dead-[0-9a-f]{8}$/),
      "KafkaUser/clients",
      "KafkaUser/consumer",
      "KafkaUser/shipper",
    ]);
  });

  test("all but Kafka say which cluster they belong to; Kafka says nothing that Strimzi keeps for itself", () => {
    for (const { kind, metadata } of largest.objects) {
      const own = Object.entries(metadata.labels ?? {}).filter(([label]) => label.startsWith("strimzi.io/"));
      expect(own).toEqual(kind === "Kafka" ? [] : [["strimzi.io/cluster", "kafka"]]);
    }
  });

  test("no label reaches the pods: Strimzi copies none of app.kubernetes.io but part-of, and sets that itself", () => {
    const labels = kafkaOf(largest.objects).metadata.labels ?? {};
    expect(Object.keys(labels).filter((label) => !label.startsWith("app.kubernetes.io/"))).toEqual([]);
  });

  const files = crdFiles(
    "strimzi-1.2.0",
    "040-Crd-kafka.yaml",
    "043-Crd-kafkatopic.yaml",
    "044-Crd-kafkauser.yaml",
    "045-Crd-kafkanodepool.yaml",
  );
  const withFiles = files.length > 0 ? test : test.skip;
  withFiles.each([
    ["smallest", smallest.objects],
    ["largest", largest.objects],
  ])("the real definitions take all of the %s", (_, objects) => {
    expect(objects.map((one) => [one.metadata.name, crdProblems(files, one)])).toEqual(
      objects.map((one) => [one.metadata.name, []]),
    );
  });
});

describe("defaults by value", () => {
  const { spec } = kafkaOf(smallest.objects);

  test("Kafka", () => {
    expect(spec).toEqual({
      kafka: {
        version: "4.3.1",
        metadataVersion: "4.3-IV0",
        listeners: [
          {
            name: "clients",
            port: 9093,
            type: "internal",
            tls: true,
            authentication: { type: "scram-sha-512" },
            networkPolicyPeers: [
              {
                podSelector: {
                  matchLabels: { "app.kubernetes.io/name": "shipper", "app.kubernetes.io/instance": SITE.environment },
                },
              },
            ],
          },
        ],
        authorization: { type: "simple" },
        config: {
          "auto.create.topics.enable": false,
          "default.replication.factor": 3,
          "min.insync.replicas": 2,
          "offsets.topic.replication.factor": 3,
          "transaction.state.log.replication.factor": 3,
          "transaction.state.log.min.isr": 2,
          "share.coordinator.state.topic.replication.factor": 3,
          "share.coordinator.state.topic.min.isr": 2,
          "offsets.retention.minutes": 7 * 24 * 60,
          "message.max.bytes": MAX_MESSAGE_BYTES,
          "replica.fetch.max.bytes": MAX_MESSAGE_BYTES,
          "log.segment.bytes": 128 * 1024 * 1024,
        },
        template: { podDisruptionBudget: { maxUnavailable: 1 } },
      },
      entityOperator: {
        topicOperator: halfHeap(512),
        userOperator: { ...halfHeap(512), secretPrefix: "kafka-user-" },
        template: { topicOperatorContainer: { env: [{ name: "STRIMZI_USE_FINALIZERS", value: "false" }] } },
      },
    });
  });

  test("brokers", () => {
    expect(poolOf(smallest.objects, "brokers").spec).toEqual({
      replicas: 3,
      roles: ["controller", "broker"],
      storage: {
        type: "jbod",
        volumes: [{ id: 0, type: "persistent-claim", size: "20480Mi", deleteClaim: false, kraftMetadata: "shared" }],
      },
      jvmOptions: { "-Xms": "1024m", "-Xmx": "1024m" },
      resources: { requests: { cpu: "500m", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
      template: {
        pod: {
          terminationGracePeriodSeconds: 120,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: { "strimzi.io/cluster": "kafka", "strimzi.io/pool-name": "brokers" } },
            },
          ],
        },
      },
    });
  });

  test("a topic, with nothing left out", () => {
    expect(only<KafkaTopic>(smallest.objects, "KafkaTopic").spec).toEqual({
      topicName: "app-logs",
      partitions: 6,
      replicas: 3,
      config: {
        "cleanup.policy": "delete",
        "max.message.bytes": String(MAX_MESSAGE_BYTES),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": "2",
        "retention.bytes": "-1",
        "retention.ms": "86400000",
      },
    });
  });

  function halfHeap(memory: number) {
    return {
      jvmOptions: { "-Xms": `${memory / 2}m`, "-Xmx": `${memory / 2}m` },
      resources: { requests: { cpu: "100m", memory: `${memory}Mi` }, limits: { memory: `${memory}Mi` } },
    };
  }
});

describe("what is kept", () => {
  const annotations = (objects: readonly CustomResource[]) =>
    Object.fromEntries(objects.map((one) => [one.kind, one.metadata.annotations ?? {}]));
  const keeps = { "helm.sh/resource-policy": "keep" };

  test("by default all that holds data stays, and Terraform refuses to destroy it; users go", () => {
    expect(annotations(smallest.objects)).toEqual({
      Kafka: keeps,
      KafkaNodePool: keeps,
      KafkaTopic: keeps,
      KafkaUser: {},
    });
    expect(smallest.release).toMatchObject([{ name: "kafka", lifecycle: { prevent_destroy: true } }]);
  });

  test("with 'delete' nothing does, and claims go with their brokers", () => {
    const { objects, release } = synth({ whenDestroyed: "delete" });
    expect(annotations(objects)).toEqual({ Kafka: {}, KafkaNodePool: {}, KafkaTopic: {}, KafkaUser: {} });
    expect(release[0]).not.toHaveProperty("lifecycle");
    expect(poolOf(objects, "brokers").spec.storage.volumes[0]).toHaveProperty("deleteClaim", true);
  });
});

type Facts = Record<string, unknown>;

describe("each of them alone changes what it names and nothing else", () => {
  const facts = ({ objects }: ReturnType<typeof synth>): Facts => ({
    kafka: kafkaOf(objects).spec,
    brokers: poolOf(objects, "brokers").spec,
    others: names(objects.slice(2)).join(),
  });

  test.each<[string, Partial<StrimziKafkaClusterProps>, Facts]>([
    ["brokers", { brokers: 5 }, { "brokers > replicas": 5 }],
    [
      "memory",
      { memory: Size.gibibytes(4) },
      {
        "brokers > jvmOptions > -Xms": "2048m",
        "brokers > jvmOptions > -Xmx": "2048m",
        "brokers > resources > requests > memory": "4096Mi",
        "brokers > resources > limits > memory": "4096Mi",
      },
    ],
    [
      "heap",
      { heap: Size.mebibytes(700) },
      { "brokers > jvmOptions > -Xms": "700m", "brokers > jvmOptions > -Xmx": "700m" },
    ],
    ["cpu", { cpu: Cpu.cores(2) }, { "brokers > resources > requests > cpu": "2" }],
    ["version", { version: "4.4.0" }, { "kafka > kafka > version": "4.4.0" }],
    ["metadataVersion", { metadataVersion: "4.2-IV1" }, { "kafka > kafka > metadataVersion": "4.2-IV1" }],
    [
      "entityOperatorMemory",
      { entityOperatorMemory: Size.gibibytes(1) },
      Object.fromEntries(
        ["topicOperator", "userOperator"].flatMap((operator) => [
          [`kafka > entityOperator > ${operator} > jvmOptions > -Xms`, "512m"],
          [`kafka > entityOperator > ${operator} > jvmOptions > -Xmx`, "512m"],
          [`kafka > entityOperator > ${operator} > resources > requests > memory`, "1024Mi"],
          [`kafka > entityOperator > ${operator} > resources > limits > memory`, "1024Mi"],
        ]),
      ),
    ],
    ["whenDestroyed, its default", { whenDestroyed: "keep" }, {}],
    ["zones, its default", { zones: 1 }, {}],
  ])("%s", (_, change, expected) => {
    expect(differences(facts(smallest), facts(synth(change)))).toEqual(expected);
  });

  test("storage and its class", () => {
    const volume = (change: Partial<StrimziKafkaClusterProps>) =>
      poolOf(synth(change).objects, "brokers").spec.storage.volumes[0];
    const before = poolOf(smallest.objects, "brokers").spec.storage.volumes[0];
    expect(differences(before, volume({ storage: Size.gibibytes(30) }))).toEqual({ size: "30720Mi" });
    expect(differences(before, volume({ storageClass: "fast" }))).toEqual({ class: "fast" });
  });

  test("controllers take the metadata from the brokers", () => {
    const after = synth({ controllers: { nodes: 5, memory: Size.gibibytes(1), storage: Size.gibibytes(8) } });
    expect(poolOf(after.objects, "brokers").spec).toMatchObject({ replicas: 3, roles: ["broker"] });
    expect(poolOf(after.objects, "brokers").spec.storage.volumes[0]).not.toHaveProperty("kraftMetadata");
    expect(poolOf(after.objects, "controllers").spec).toMatchObject({
      replicas: 5,
      roles: ["controller"],
      storage: { volumes: [{ size: "8192Mi", kraftMetadata: "shared" }] },
      jvmOptions: { "-Xmx": "512m" },
      resources: { requests: { cpu: "200m", memory: "1024Mi" } },
    });
  });

  test("cruiseControl balances when brokers come and before they go", () => {
    const { cruiseControl } = kafkaOf(synth({ cruiseControl: { memory: Size.gibibytes(1) } }).objects).spec;
    expect(cruiseControl).toEqual({
      jvmOptions: { "-Xms": "512m", "-Xmx": "512m" },
      resources: { requests: { cpu: "100m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      autoRebalance: [{ mode: "add-brokers" }, { mode: "remove-brokers" }],
    });
  });

  test("metrics are shown only where somebody reads them: Strimzi opens their port to every pod", () => {
    expect(kafkaOf(smallest.objects).spec.kafka).not.toHaveProperty("metricsConfig");
    expect(kafkaOf(largest.objects).spec.kafka.metricsConfig).toEqual({ type: "strimziMetricsReporter" });
  });

  test("the largest message and the longest retention of any topic are the brokers'", () => {
    expect(kafkaOf(largest.objects).spec.kafka.config).toMatchObject({
      "message.max.bytes": 2 * MAX_MESSAGE_BYTES,
      "replica.fetch.max.bytes": 2 * MAX_MESSAGE_BYTES,
      "offsets.retention.minutes": 30 * 24 * 60,
    });
  });
});

describe("zones", () => {
  test("are the racks of copies, and hold an equal part of every pool", () => {
    expect(kafkaOf(largest.objects).spec.kafka.rack).toEqual({
      type: "topology-label",
      topologyKey: "topology.kubernetes.io/zone",
    });
    for (const pool of ["brokers", "controllers"]) {
      const [zone, host, ...others] = poolOf(largest.objects, pool).spec.template.pod.topologySpreadConstraints;
      expect(others).toEqual([]);
      expect(zone).toEqual({
        maxSkew: 1,
        minDomains: 3,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { "strimzi.io/cluster": "kafka", "strimzi.io/pool-name": pool } },
      });
      expect(host).toMatchObject({ topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" });
    }
  });

  test("are not spoken of where there is one", () => {
    expect(kafkaOf(smallest.objects).spec.kafka).not.toHaveProperty("rack");
  });
});

describe("clients", () => {
  test("each has its own user, whose Secret has a name that no client's own can be", () => {
    const { kafka } = made();
    const { endpoint, ready, tls, credentials, ...rest } = kafka.grantConsume("app-logs", "group", "consumer");
    expect(rest).toEqual({
      bootstrapServers: ["kafka-kafka-bootstrap:9093"],
      topic: "app-logs",
      maxMessageBytes: MAX_MESSAGE_BYTES,
      group: "group",
      partitions: 6,
    });
    expect(String(tls?.ca)).toBe("kafka-cluster-ca-cert/ca.crt");
    expect({ ...credentials, password: String(credentials?.password) }).toEqual({
      mechanism: "SCRAM-SHA-512",
      username: "consumer",
      password: "kafka-user-consumer/password",
    });
    expect(ready).toHaveLength(1);
    expect(endpoint).toBe(kafka.grantProduce("app-logs").endpoint);
    expect(kafka.grantProduce("app-logs").credentials?.username).toBe("clients");
  });

  test("the Secret's name begins as the user operator is told", () => {
    const { secretPrefix } = kafkaOf(smallest.objects).spec.entityOperator.userOperator;
    const { kafka } = made();
    expect(kafka.grantProduce("app-logs", "a").credentials?.password.secret).toBe(`${secretPrefix}a`);
  });

  test("a user has the rights of all grants to it, and no other", () => {
    expect(only<KafkaUser>(largest.objects, "KafkaUser", "consumer").spec).toEqual({
      authentication: { type: "scram-sha-512" },
      authorization: {
        type: "simple",
        acls: [
          { resource: { type: "group", name: "group", patternType: "literal" }, operations: ["Read"] },
          {
            resource: { type: "topic", name: "App_Logs.dead", patternType: "literal" },
            operations: ["Write"],
          },
          { resource: { type: "topic", name: "app-logs", patternType: "literal" }, operations: ["Read"] },
        ],
      },
    });
  });

  test("a grant that comes late is in the user", () => {
    const { objects } = synth(
      {},
      {
        use: (kafka, pods) => {
          letThrough(pods("shipper"), kafka.grantProduce("app-logs", "shipper"));
          kafka.grantRead("app-logs", "shipper");
        },
      },
    );
    expect(only<KafkaUser>(objects, "KafkaUser").spec.authorization.acls).toMatchObject([
      { operations: ["Read", "Write"] },
    ]);
  });

  test("a client has a name that a user and a part of a Secret's name can have", () => {
    const { kafka } = made();
    expect(() => kafka.grantProduce("app-logs", "c".repeat(52))).not.toThrow();
    for (const name of ["c".repeat(53), "Consumer", "a.b", ""]) {
      expect(() => kafka.grantProduce("app-logs", name)).toThrow(
        new ConfigurationError([
          `Kafka: client '${name}' must be a DNS label of at most 52 characters, because a KafkaUser is named so: lower-case letters, digits and '-'; rename it`,
        ]),
      );
    }
    expect(() => kafka.grantProduce("app-logs", "clients")).toThrow(
      "Kafka: client 'clients' has the name of the user that all unnamed clients share: rename it",
    );
  });
});

describe("network", () => {
  const peers = (objects: readonly CustomResource[]) => kafkaOf(objects).spec.kafka.listeners[0]?.networkPolicyPeers;

  test("the listener is open to exactly the pods that were granted, each once", () => {
    const granted = Object.values(largest.json.policies())
      .filter(({ metadata }) => metadata.name.endsWith("-to-kafka"))
      .map(({ spec }) => spec.pod_selector.match_labels);
    expect(granted).toHaveLength(4);
    expect(peers(largest.objects)).toHaveLength(4);
    expect(peers(largest.objects)).toEqual(
      expect.arrayContaining(granted.map((matchLabels) => ({ podSelector: { matchLabels } }))),
    );
  });

  test("their side is a policy to the brokers' pods, at the listener's port", () => {
    const { port } = kafkaOf(smallest.objects).spec.kafka.listeners[0] ?? {};
    expect(smallest.json.policies()["shipper-to-kafka"]?.spec.egress).toEqual([
      {
        to: [{ pod_selector: { match_labels: { "strimzi.io/cluster": "kafka", "strimzi.io/name": "kafka-kafka" } } }],
        ports: [{ port: String(port), protocol: "TCP" }],
      },
    ]);
  });

  test("another namespace that is let in is a peer as well", () => {
    const { objects } = synth(
      {},
      { use: (kafka) => kafka.grantRead("app-logs").endpoint?.admitNamespace("tools", "people") },
    );
    expect(peers(objects)).toEqual([
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tools" } } },
    ]);
  });

  const flows = ({ json }: ReturnType<typeof synth>) =>
    Object.values(json.policies())
      .filter(({ metadata }) => !metadata.name.endsWith("-to-kafka"))
      .flatMap(({ spec }) =>
        (spec.egress ?? []).flatMap(({ to, ports }) =>
          ports.map(
            ({ port }) =>
              `${spec.pod_selector.match_labels?.["strimzi.io/name"]} -> ${to?.[0]?.pod_selector?.match_labels["strimzi.io/name"] ?? "any"}:${port}`,
          ),
        ),
      )
      .sort();
  const WITHOUT_CRUISE_CONTROL = [
    "kafka-entity-operator -> any:443",
    "kafka-entity-operator -> any:6443",
    "kafka-entity-operator -> kafka-kafka:9091",
    "kafka-kafka -> any:443",
    "kafka-kafka -> any:6443",
    "kafka-kafka -> kafka-kafka:9090",
    "kafka-kafka -> kafka-kafka:9091",
  ];

  test("Strimzi's own pods may go out where they must; who may come in is Strimzi's to say", () => {
    expect(flows(smallest)).toEqual(WITHOUT_CRUISE_CONTROL);
    expect(flows(largest)).toEqual(
      [
        ...WITHOUT_CRUISE_CONTROL,
        "kafka-cruise-control -> kafka-kafka:9091",
        "kafka-entity-operator -> kafka-cruise-control:9090",
      ].sort(),
    );
    // But for Cruise Control, to which Strimzi lets in only what is in its operator's namespace.
    const letIn = ({ json }: ReturnType<typeof synth>) =>
      Object.values(json.policies()).filter(({ spec }) => spec.policy_types.includes("Ingress"));
    expect(letIn(smallest)).toEqual([]);
    expect(letIn(largest).map(({ metadata }) => metadata.name)).toEqual([
      "kafka-cruise-control-from-kafka-entity-operator",
    ]);
  });

  test("a listener that would be open to everybody is refused", () => {
    const granted = (kafka: StrimziKafkaCluster) => void kafka.grantProduce("app-logs");
    expect(() => synth({}, { use: granted })).toThrow(
      "[stack/Kafka] Kafka: no pods were let through to it, and a listener that names none is open to every pod of the cluster: grant a topic and let the client's pods reach the connection's endpoint",
    );
  });
});

describe("what cannot work is refused, all of it at once", () => {
  test("in the constructor", () => {
    expect(() =>
      synth({
        brokers: 4,
        zones: 3,
        heap: Size.gibibytes(2),
        controllers: { nodes: 2, memory: Size.mebibytes(256), storage: Size.gibibytes(1) },
      }),
    ).toThrow(
      new ConfigurationError([
        "Kafka: 'brokers' (4) must be a multiple of 'zones' (3): where a zone has fewer than another, each of them holds more; add or take brokers",
        "Kafka: 'controllers.nodes' (2) must be odd: a majority of 2 can spare no more than one of 1; add or take one",
        "Kafka: 'controllers.nodes' (2) must be at least 3: with fewer, no node may be away; add nodes, or leave 'controllers' out",
        "Kafka: 'controllers.nodes' (2) in 'zones' (3) are 1 in one of them, and without it the metadata has no majority: add zones or nodes, or set 'zones' to 1 if the loss of one need not be survived",
        "Kafka: 'memory' (2 GiB) must be at least 2304 MiB: 'heap' (2 GiB) and 256 MiB beside it; give more memory or lower the heap",
        "controllers: Kafka: 'memory' (256 MiB) must be at least 384 MiB: 'heap' (128 MiB) and 256 MiB beside it; give more memory or lower the heap",
      ]),
    );
  });

  test("at synthesis: topics that may keep too much, or do not survive the loss of a zone", () => {
    const topic = { ...LOGS, replicationFactor: 3, minInSyncReplicas: 3, retentionBytes: Size.gibibytes(3) };
    const make = () => synth({ zones: 3 }, { topics: [topic] });
    expect(make).toThrow("'minInSyncReplicas' (3)");
    expect(make).toThrow("'storage' (20 GiB) of each of 3 brokers");
  });

  test("a topic with more copies than brokers", () => {
    expect(() => synth({}, { topics: [{ ...LOGS, replicationFactor: 4 }] })).toThrow(
      "topic 'app-logs': 'replicationFactor' (4) must be at most 'brokers' (3): lower it or add a broker",
    );
  });
});
