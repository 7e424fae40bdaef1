import { describe, expect, test } from "@jest/globals";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { ConfigurationError } from "../../constructs/core/validation";
import { allEnvironments, environmentsNamed } from "../../environments";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig } from "../../environments/environment";
import { environmentProblems, memoryLimits } from "../../environments/environment-validation";
import { local } from "../../environments/local";
import { KUBERNETES, kubernetesPlatformWith, kubernetesWith, localWith, platformWith } from "../support/environments";

test.each(
  [...allEnvironments(), ...allEnvironments("pr-42"), KUBERNETES].map(
    (environment) => [environment.name, environment] as const,
  ),
)("%s can work", (_, environment) => {
  expect(environmentProblems(environment)).toEqual([]);
});

interface Rule {
  readonly rule: string;
  /** At the bound: nothing to say. */
  readonly good: EnvironmentConfig;
  /** Just beyond it. */
  readonly bad: EnvironmentConfig;
  readonly message: string;
}

const { kafka, elasticsearch, consumer } = local;
const logs = kafka.logs;
const total = Size.sum(Object.values(memoryLimits(local)));

function withLogs(base: EnvironmentConfig, change: Partial<EnvironmentConfig["kafka"]["logs"]>): EnvironmentConfig {
  return { ...base, kafka: { ...base.kafka, logs: { ...base.kafka.logs, ...change } } };
}

function withPort(gateway: number): EnvironmentConfig {
  return localWith({ platform: platformWith({ ports: { ...local.platform.ports, gateway } }) });
}

const RULES: Rule[] = [
  {
    rule: "the name is a DNS label",
    good: localWith({ name: "a".repeat(63) }),
    bad: localWith({ name: "Local_1" }),
    message: "'name' ('Local_1') must be a DNS label: lower-case letters, digits and '-'",
  },
  {
    rule: "copies of a topic",
    good: withLogs(KUBERNETES, { replicationFactor: 1 }),
    bad: withLogs(KUBERNETES, { replicationFactor: 2 }),
    message: "topic 'app-logs': 'replicationFactor' (2) must be at most 'brokers' (1): lower it or add a broker",
  },
  {
    rule: "copies in sync",
    good: withLogs(KUBERNETES, { minInSyncReplicas: 1 }),
    bad: withLogs(KUBERNETES, { minInSyncReplicas: 2 }),
    message:
      "topic 'app-logs': 'minInSyncReplicas' (2) must be at most 'replicationFactor' (1): lower it or raise the replication",
  },
  {
    rule: "consumers and partitions",
    good: kubernetesWith({ consumer: { ...consumer, replicas: 12 } }),
    bad: kubernetesWith({ consumer: { ...consumer, replicas: 13 } }),
    message:
      "'consumer.replicas' (13) must be at most 'kafka.logs.partitions' (12): the others would have nothing to read; lower it or add partitions",
  },
  {
    rule: "copies of a shard",
    good: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, replicas: 0 } }),
    bad: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, replicas: 1 } }),
    message:
      "'elasticsearch.replicas' (1) must be below 'elasticsearch.nodes' (1): a copy never shares a node with its original; lower it or add a node",
  },
  {
    rule: "shards",
    good: localWith({ elasticsearch: { ...elasticsearch, shards: 1 } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, shards: 0 } }),
    message: "'elasticsearch.shards' (0) must be at least 1",
  },
  {
    rule: "a dead letter outlives its line",
    good: localWith({ kafka: { ...kafka, deadLetters: { retention: logs.retention } } }),
    bad: localWith({ kafka: { ...kafka, deadLetters: { retention: Duration.hours(23) } } }),
    message:
      "'kafka.deadLetters.retention' (23h) must be at least 'kafka.logs.retention' (24h): a dead letter is all that is left of its line",
  },
  {
    rule: "the consumer's batches fit into its memory",
    good: localWith({ consumer: { ...consumer, memory: Size.mebibytes(8 * 5 + 150) } }),
    bad: localWith({ consumer: { ...consumer, memory: Size.mebibytes(8 * 5 + 149) } }),
    message:
      "'consumer.memory' (189 MiB) cannot hold 8 batches of 'consumer.batchSize' (5 MiB) beside its own 150 MiB: lower the batch or give more memory",
  },
  {
    rule: "the machine's memory",
    good: localWith({ platform: platformWith({ memoryBudget: total }) }),
    bad: localWith({ platform: platformWith({ memoryBudget: Size.bytes(total.toBytes() - 1) }) }),
    message: `the memory limits add up to ${total} (kafka 768 MiB, elasticsearch 1280 MiB, kibana 960 MiB, filebeat 192 MiB, consumer 320 MiB, jaeger 256 MiB, services 192 MiB), above 'platform.memoryBudget' (${total.toBytes() - 1} B): lower one or raise the budget`,
  },
  {
    rule: "one of each on one Engine: brokers",
    good: localWith({ kafka: { ...kafka, brokers: 1 } }),
    bad: localWith({ kafka: { ...kafka, brokers: 2 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (2), 'elasticsearch.nodes' (1) and 'consumer.replicas' (1) to 1",
  },
  {
    rule: "one of each on one Engine: nodes",
    good: localWith({ elasticsearch: { ...elasticsearch, nodes: 1 } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, nodes: 3 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (3) and 'consumer.replicas' (1) to 1",
  },
  {
    rule: "one of each on one Engine: consumers",
    good: localWith({ consumer: { ...consumer, replicas: 1 } }),
    bad: localWith({ consumer: { ...consumer, replicas: 2 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (1) and 'consumer.replicas' (2) to 1",
  },
  {
    rule: "no port that needs root",
    good: withPort(1024),
    bad: withPort(1023),
    message: "'platform.ports.gateway' (1023) must be between 1024 and 65535: lower ones need root",
  },
  {
    rule: "no port beyond the last",
    good: withPort(65_535),
    bad: withPort(65_536),
    message: "'platform.ports.gateway' (65536) must be between 1024 and 65535: lower ones need root",
  },
  {
    rule: "no port twice",
    good: withPort(9095),
    bad: withPort(9094),
    message: "'platform.ports.kafka' (9094) is also 'gateway': give each its own",
  },
  {
    rule: "Kafka's heap leaves room beside it",
    good: localWith({ kafka: { ...kafka, heap: Size.mebibytes(512) } }),
    bad: localWith({ kafka: { ...kafka, heap: Size.mebibytes(513) } }),
    message:
      "Kafka: 'memory' (768 MiB) must be at least 769 MiB: 'heap' (513 MiB) and 256 MiB beside it; give more memory or lower the heap",
  },
  {
    rule: "Elasticsearch's heap is half of its memory at most",
    good: localWith({ elasticsearch: { ...elasticsearch, heap: Size.mebibytes(640) } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, heap: Size.mebibytes(641) } }),
    message:
      "Elasticsearch: 'heap' (641 MiB) must be at most 640 MiB: half of 'memory' (1280 MiB) and never above 30 GiB; lower it or give more memory",
  },
  {
    rule: "Elasticsearch's memory",
    good: localWith({ elasticsearch: { ...elasticsearch, memory: Size.mebibytes(1024) } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, memory: Size.mebibytes(1023) } }),
    message:
      "Elasticsearch: 'memory' (1023 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
  },
  {
    rule: "Kafka's topics fit on its disk",
    good: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, kafka: Size.gibibytes(15) } }),
    bad: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, kafka: Size.gibibytes(14) } }),
    message:
      "Kafka: 'storage' (14 GiB) is too small for what its topics may keep: 'app-logs' 12 x (1 GiB + a segment of 128 MiB) is 13824 MiB, and nine tenths of it are 12902 MiB; give more storage or lower 'retentionBytes'",
  },
  {
    rule: "Elasticsearch's disk",
    good: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, elasticsearch: Size.mebibytes(1024) } }),
    bad: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, elasticsearch: Size.mebibytes(1023) } }),
    message:
      "Elasticsearch: 'storage' (1023 MiB) must be at least 1 GiB: with less it would take no documents soon; give more",
  },
  {
    rule: "the longest line fits into a message",
    good: localWith({ filebeat: { ...local.filebeat, maxLine: Size.bytes(1_395_370) } }),
    bad: localWith({ filebeat: { ...local.filebeat, maxLine: Size.bytes(1_395_371) } }),
    message:
      "'filebeat.maxLine' (1395371 B) can need 8388610 B as JSON, above 'kafka.logs.maxMessage' (8 MiB): lower the one or raise the other",
  },
  {
    rule: "a message fits into a dead letter",
    good: withLogs(local, { maxMessage: Size.mebibytes(8) }),
    bad: withLogs(local, { maxMessage: Size.bytes(8 * 1024 * 1024 + 1) }),
    message:
      "'kafka.logs.maxMessage' (8388609 B) must be at most 8 MiB: beyond it no dead letter could hold the message",
  },
  {
    rule: "the consumer is not killed while it drains",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, gracePeriod: Duration.milliseconds(20_001) } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, gracePeriod: Duration.seconds(20) } }),
    message:
      "'consumer.gracePeriod' (20s) must be longer than 'consumer.drainDeadline' (20s): it would be killed while it still delivers; raise the one or lower the other",
  },
  {
    rule: "autoscaling needs Kubernetes",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 1, maxReplicas: 1 } } }),
    bad: localWith({ consumer: { ...consumer, autoscaling: { minReplicas: 1, maxReplicas: 1 } } }),
    message: "'consumer.autoscaling' means nothing on Docker: remove it",
  },
  {
    rule: "containers' logs need Kubernetes",
    good: kubernetesWith({ filebeat: { ...KUBERNETES.filebeat, containerLogs: true } }),
    bad: localWith({ filebeat: { ...local.filebeat, containerLogs: true } }),
    message: "'filebeat.containerLogs' means nothing on Docker: remove it",
  },
  {
    rule: "a priority class needs Kubernetes",
    good: kubernetesWith({ filebeat: { ...KUBERNETES.filebeat, priorityClass: "node-agents" } }),
    bad: localWith({ filebeat: { ...local.filebeat, priorityClass: "node-agents" } }),
    message: "'filebeat.priorityClass' means nothing on Docker: remove it",
  },
  {
    rule: "autoscaled consumers and partitions",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 1, maxReplicas: 12 } } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 1, maxReplicas: 13 } } }),
    message:
      "'consumer.autoscaling.maxReplicas' (13) must be at most 'kafka.logs.partitions' (12): the others would have nothing to read; lower it or add partitions",
  },
  {
    rule: "the fewest consumers are at most the most",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 4, maxReplicas: 4 } } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 5, maxReplicas: 4 } } }),
    message: "'consumer.autoscaling.minReplicas' (5) must be between 1 and 'maxReplicas' (4)",
  },
  {
    rule: "at least one consumer",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, replicas: 1 } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, replicas: 0 } }),
    message: "'consumer.replicas' (0) must be at least 1",
  },
  {
    rule: "a cluster has a file",
    good: kubernetesPlatformWith({ cluster: "in-cluster" }),
    bad: kubernetesPlatformWith({ cluster: { kubeconfig: "", context: "review" } }),
    message: `'platform.cluster.kubeconfig' is empty: name the file, so that a deploy cannot hit another cluster, or say "in-cluster"`,
  },
  {
    rule: "a cluster has a context",
    good: kubernetesPlatformWith({ cluster: { kubeconfig: "~/.kube/config", context: "review" } }),
    bad: kubernetesPlatformWith({ cluster: { kubeconfig: "~/.kube/config", context: "" } }),
    message:
      "'platform.cluster.context' is empty: name one of 'kubectl config get-contexts', so that a deploy cannot hit another cluster",
  },
  {
    rule: "the namespace is a DNS label",
    good: kubernetesPlatformWith({ namespace: { name: "n".repeat(63), create: true } }),
    bad: kubernetesPlatformWith({ namespace: { name: "n".repeat(64), create: true } }),
    message: `'platform.namespace.name' ('${"n".repeat(64)}') must be a DNS label: lower-case letters, digits and '-'`,
  },
  {
    rule: "a registry is named without a scheme",
    good: kubernetesPlatformWith({ imageRegistry: "registry.test:5000/team/logs" }),
    bad: kubernetesPlatformWith({ imageRegistry: "https://registry.test" }),
    message:
      "'platform.imageRegistry' ('https://registry.test') must be a host and a folder, without a scheme: registry.example.com/team",
  },
  {
    rule: "directories of the node are absolute",
    good: kubernetesPlatformWith({ nodeDirectories: { logs: "/logs", filebeat: "/state" } }),
    bad: kubernetesPlatformWith({ nodeDirectories: { logs: "logs", filebeat: "/state" } }),
    message: "'platform.nodeDirectories.logs' ('logs') must be an absolute path of a directory below '/'",
  },
  {
    rule: "directories of the node differ",
    good: kubernetesPlatformWith({ nodeDirectories: { logs: "/logs", filebeat: "/logs/state" } }),
    bad: kubernetesPlatformWith({ nodeDirectories: { logs: "/logs", filebeat: "/logs" } }),
    message: "'platform.nodeDirectories.logs' and '.filebeat' are both '/logs': give each its own",
  },
  {
    rule: "one of each without operators: brokers",
    good: kubernetesWith({ kafka: { ...KUBERNETES.kafka, brokers: 1 } }),
    bad: kubernetesWith({ kafka: { ...KUBERNETES.kafka, brokers: 3 } }),
    message: "without operators there is one of each: set 'kafka.brokers' (3) and 'elasticsearch.nodes' (1) to 1",
  },
  {
    rule: "one of each without operators: nodes",
    good: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, nodes: 1 } }),
    bad: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, nodes: 3 } }),
    message: "without operators there is one of each: set 'kafka.brokers' (1) and 'elasticsearch.nodes' (3) to 1",
  },
  {
    rule: "the state's bucket",
    good: kubernetesWith({ state: { kind: "s3", bucket: "b", region: "r", key: "k" } }),
    bad: kubernetesWith({ state: { kind: "s3", bucket: "", region: "r", key: "k" } }),
    message: "'state.bucket' is empty: a backend of kind 's3' needs bucket, region, key",
  },
  {
    rule: "the state's prefix",
    good: kubernetesWith({ state: { kind: "gcs", bucket: "b", prefix: "p" } }),
    bad: kubernetesWith({ state: { kind: "gcs", bucket: "b", prefix: "" } }),
    message: "'state.prefix' is empty: a backend of kind 'gcs' needs bucket, prefix",
  },
  {
    rule: "the state's container",
    good: kubernetesWith({
      state: { kind: "azurerm", resourceGroup: "g", storageAccount: "a", container: "c", key: "k" },
    }),
    bad: kubernetesWith({
      state: { kind: "azurerm", resourceGroup: "g", storageAccount: "a", container: "", key: "k" },
    }),
    message:
      "'state.container' is empty: a backend of kind 'azurerm' needs resourceGroup, storageAccount, container, key",
  },
  {
    rule: "state in a cluster needs one",
    good: kubernetesWith({ state: { kind: "kubernetes", namespace: "states" } }),
    bad: localWith({ state: { kind: "kubernetes", namespace: "states" } }),
    message: "'state.kind' is 'kubernetes', but the environment has no cluster to keep it in: choose another kind",
  },
  {
    rule: "state over HTTP is encrypted on its way",
    good: kubernetesWith({ state: { kind: "http", address: "https://states.test/logs" } }),
    bad: kubernetesWith({ state: { kind: "http", address: "http://states.test/logs" } }),
    message:
      "'state.address' ('http://states.test/logs') must begin with https://: the password goes with every request",
  },
  {
    rule: "state in PostgreSQL has a schema",
    good: kubernetesWith({ state: { kind: "pg", schemaPrefix: "log_pipeline" } }),
    bad: kubernetesWith({ state: { kind: "pg", schemaPrefix: "log-pipeline" } }),
    message: "'state.schemaPrefix' ('log-pipeline') must be a name of at most 31 lower-case letters, digits and '_'",
  },
];

describe.each(RULES)("$rule", ({ good, bad, message }) => {
  test("is kept at its bound", () => {
    expect(environmentProblems(good)).toEqual([]);
  });
  test("tells both values and the mend beyond it", () => {
    expect(environmentProblems(bad)).toEqual([message]);
  });
});

test("several problems are told together", () => {
  const wrong = localWith({
    name: "",
    kafka: { ...kafka, brokers: 0, logs: { ...logs, partitions: 0 } },
    elasticsearch: { ...elasticsearch, shards: 0, replicas: 1 },
    platform: platformWith({ memoryBudget: Size.mebibytes(1) }),
  });
  expect(environmentProblems(wrong).map((problem) => /'([\w.]+)' \(/.exec(problem)?.[1])).toEqual([
    "name",
    "partitions",
    "replicationFactor",
    "consumer.replicas",
    "elasticsearch.replicas",
    "elasticsearch.shards",
    "platform.memoryBudget",
    "kafka.brokers",
  ]);
});

test("memory of sample services counts three times, and not at all where there are none", () => {
  const { sampleServices, ...others } = local;
  expect(memoryLimits(local)["services"]?.toBytes()).toBe(3 * sampleServices.memory.toBytes());
  expect(memoryLimits(others)).not.toHaveProperty("services");
});

describe("environments by name", () => {
  test("none named is all of them", () => {
    expect(environmentsNamed([])).toEqual([local, dev]);
  });

  test("names choose, in the order in which environments are listed, each once", () => {
    expect(environmentsNamed(["local", "local"])).toEqual([local]);
  });

  test("an unknown name is told with those that are known, and every unknown one is told", () => {
    expect(() => environmentsNamed(["prod", "local", "Local"])).toThrow(
      new ConfigurationError([
        "there is no environment 'prod': choose from local, dev",
        "there is no environment 'Local': choose from local, dev",
      ]),
    );
  });

  test("no two environments have the same name", () => {
    const names = allEnvironments().map((environment) => environment.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("a preview", () => {
  const [, preview] = allEnvironments("pr-42");

  test("takes the place of what it is made from, and is known by either name", () => {
    expect(allEnvironments("pr-42").map((environment) => environment.name)).toEqual(["local", "dev-pr-42"]);
    expect(environmentsNamed(["dev"], "pr-42")).toEqual([preview]);
    expect(environmentsNamed(["dev-pr-42"], "pr-42")).toEqual([preview]);
    expect(() => environmentsNamed(["dev-pr-42"])).toThrow(
      new ConfigurationError(["there is no environment 'dev-pr-42': choose from local, dev"]),
    );
  });

  test("shares no name, no namespace and no directory with it, and every other fact", () => {
    expect(preview).toEqual({
      ...dev,
      name: "dev-pr-42",
      platform: {
        ...dev.platform,
        namespace: { name: "log-pipeline-dev-pr-42", create: true },
        nodeDirectories: { logs: "/var/log/myapp-pr-42", filebeat: "/var/lib/log-pipeline/dev/filebeat-pr-42" },
      },
    });
  });

  test("has a name that can be a namespace's", () => {
    const longest = 63 - "log-pipeline-dev-".length;
    expect(allEnvironments("x".repeat(longest))).toHaveLength(2);
    for (const suffix of ["x".repeat(longest + 1), "PR_42", "-"]) {
      expect(() => allEnvironments(suffix)).toThrow(
        new ConfigurationError([
          `ENVIRONMENT_SUFFIX ('${suffix}') makes 'log-pipeline-dev-${suffix}' of the namespace, which is no DNS label: use lower-case letters, digits and '-', and few of them`,
        ]),
      );
    }
  });
});
