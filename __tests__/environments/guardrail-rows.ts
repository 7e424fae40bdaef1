import { Cpu } from "../../constructs/core/cpu";
import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig } from "../../environments/environment";
import { memoryLimits } from "../../environments/environment-validation";
import { managed } from "../../environments/examples/managed";
import type { GuardrailName } from "../../environments/guardrails";
import { local } from "../../environments/local";
import { production } from "../../environments/production";
import {
  changed,
  KUBERNETES,
  kubernetesPlatformWith,
  kubernetesWith,
  localWith,
  OPERATED,
  operated,
  platformWith,
} from "../support/environments";

/** A rule for environments at its bound and just beyond it. */
export interface EnvironmentRow {
  readonly guardrail: GuardrailName;
  readonly rule: string;
  /** At the bound: nothing to say. */
  readonly good: EnvironmentConfig;
  /** Just beyond it: what is said, and nothing else is. */
  readonly bad: EnvironmentConfig;
  /** @default what the catalogue says of the guardrail: each has one such row */
  readonly message?: string;
}

const { kafka, elasticsearch, consumer } = local;
const logs = kafka.logs;
const total = Size.sum(Object.values(memoryLimits(local)));

type Changes = Readonly<Record<string, unknown>>;
const onDocker = (changes: Changes) => changed(local, changes);
const reviewed = (changes: Changes) => changed(KUBERNETES, changes);
/** Kafka and Elasticsearch that somebody else runs, and a way to their Kibana. */
const imported = (changes: Changes) =>
  changed(managed, { "platform.ingress": OPERATED.platform.ingress, "platform.zones": undefined, ...changes });

/** Only Kafka is in more zones than one. */
const inTwoZones = (changes: Changes) =>
  operated({
    "platform.zones": 2,
    "platform.elasticsearch": managed.platform.elasticsearch,
    "platform.kafka.cruiseControl": undefined,
    "kafka.brokers": 4,
    "kafka.logs.replicationFactor": 4,
    "elasticsearch.nodes": 4,
    ...changes,
  });

/** In mebibytes, what `OPERATED` needs of a node. */
const HOT_DISK = 4607;
const WARM_DISK = 5759;
/** With six nodes that take lines, and no headroom that could be used up. */
const ZONE_DISK = 1920;

function withLogs(base: EnvironmentConfig, change: Partial<EnvironmentConfig["kafka"]["logs"]>): EnvironmentConfig {
  return { ...base, kafka: { ...base.kafka, logs: { ...base.kafka.logs, ...change } } };
}

function withPort(gateway: number): EnvironmentConfig {
  return localWith({ platform: platformWith({ ports: { ...local.platform.ports, gateway } }) });
}

const { workload, objectives } = dev;
const devObjectives = (change: Partial<typeof objectives>) => ({ ...dev, objectives: { ...objectives, ...change } });
const devLogs = (change: Partial<EnvironmentConfig["kafka"]["logs"]>) => withLogs(dev, change);
const devWithout = (...facts: ("workload" | "objectives")[]) =>
  changed(dev, Object.fromEntries(facts.map((fact) => [fact, undefined])));
/** Only consumers bound it. */
const withLoad = (eventsPerSecond: number): EnvironmentConfig =>
  changed(dev, {
    "kafka.logs.retentionBytes": undefined,
    "platform.claims.kafka": Size.gibibytes(10_000),
    "workload.eventsPerSecond": eventsPerSecond,
    "workload.peakFactor": 1,
    "objectives.headroom": 0,
  });
/** Only time bounds what is kept. */
const kafkaClaim = (mebibytes: number) =>
  changed(dev, { "kafka.logs.retentionBytes": undefined, "platform.claims.kafka": Size.mebibytes(mebibytes) });

export const ENVIRONMENT_ROWS: readonly EnvironmentRow[] = [
  {
    guardrail: "names are DNS labels",
    rule: "the name is a DNS label",
    good: localWith({ name: "a".repeat(63) }),
    bad: localWith({ name: "Local_1" }),
  },
  {
    guardrail: "Kafka's copies fit its brokers",
    rule: "copies of a topic",
    good: withLogs(KUBERNETES, { replicationFactor: 1 }),
    bad: withLogs(KUBERNETES, { replicationFactor: 2 }),
  },
  {
    guardrail: "Kafka's copies fit its brokers",
    rule: "copies in sync",
    good: withLogs(KUBERNETES, { minInSyncReplicas: 1 }),
    bad: withLogs(KUBERNETES, { minInSyncReplicas: 2 }),
    message:
      "topic 'app-logs': 'kafka.logs.minInSyncReplicas' (2) must be at most 'kafka.logs.replicationFactor' (1): lower it or raise the replication",
  },
  {
    guardrail: "consumers have partitions",
    rule: "consumers and partitions",
    good: kubernetesWith({ consumer: { ...consumer, replicas: 12 } }),
    bad: kubernetesWith({ consumer: { ...consumer, replicas: 13 } }),
  },
  {
    guardrail: "copies of a shard have a node each",
    rule: "copies of a shard",
    good: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, replicas: 0 } }),
    bad: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, replicas: 1 } }),
  },
  {
    guardrail: "an index has shards",
    rule: "shards",
    good: localWith({ elasticsearch: { ...elasticsearch, shards: 1 } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, shards: 0 } }),
  },
  {
    guardrail: "a dead letter outlives its line",
    rule: "a dead letter outlives its line",
    good: localWith({ kafka: { ...kafka, deadLetters: { retention: logs.retention } } }),
    bad: localWith({ kafka: { ...kafka, deadLetters: { retention: Duration.hours(23) } } }),
  },
  {
    guardrail: "the consumer's memory holds its batches",
    rule: "the consumer's batches fit into its memory",
    good: localWith({ consumer: { ...consumer, memory: Size.mebibytes(8 * 5 + 150) } }),
    bad: localWith({ consumer: { ...consumer, memory: Size.mebibytes(8 * 5 + 149) } }),
  },
  {
    guardrail: "one machine holds everything",
    rule: "the machine's memory",
    good: localWith({ platform: platformWith({ memoryBudget: total }) }),
    bad: localWith({ platform: platformWith({ memoryBudget: Size.bytes(total.toBytes() - 1) }) }),
  },
  {
    guardrail: "one Engine runs one of each",
    rule: "one of each on one Engine: brokers",
    good: localWith({ kafka: { ...kafka, brokers: 1 } }),
    bad: localWith({ kafka: { ...kafka, brokers: 2 } }),
  },
  {
    guardrail: "one Engine runs one of each",
    rule: "one of each on one Engine: nodes",
    good: localWith({ elasticsearch: { ...elasticsearch, nodes: 1 } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, nodes: 3 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (3) and 'consumer.replicas' (1) to 1",
  },
  {
    guardrail: "one Engine runs one of each",
    rule: "one of each on one Engine: consumers",
    good: localWith({ consumer: { ...consumer, replicas: 1 } }),
    bad: localWith({ consumer: { ...consumer, replicas: 2 } }),
    message:
      "one Docker Engine runs one of each: set 'kafka.brokers' (1), 'elasticsearch.nodes' (1) and 'consumer.replicas' (2) to 1",
  },
  {
    guardrail: "ports can be had",
    rule: "no port that needs root",
    good: withPort(1024),
    bad: withPort(1023),
    message: "'platform.ports.gateway' (1023) must be between 1024 and 65535: lower ones need root",
  },
  {
    guardrail: "ports can be had",
    rule: "no port beyond the last",
    good: withPort(65_535),
    bad: withPort(65_536),
    message: "'platform.ports.gateway' (65536) must be between 1024 and 65535: lower ones need root",
  },
  {
    guardrail: "ports can be had",
    rule: "no port twice",
    good: withPort(9095),
    bad: withPort(9094),
  },
  {
    guardrail: "heaps leave room beside them",
    rule: "Kafka's heap leaves room beside it",
    good: localWith({ kafka: { ...kafka, heap: Size.mebibytes(512) } }),
    bad: localWith({ kafka: { ...kafka, heap: Size.mebibytes(513) } }),
    message:
      "'kafka.memory' (768 MiB) must be at least 769 MiB: 'kafka.heap' (513 MiB) and 256 MiB beside it; give more memory or lower the heap",
  },
  {
    guardrail: "heaps leave room beside them",
    rule: "Elasticsearch's heap is half of its memory at most",
    good: localWith({ elasticsearch: { ...elasticsearch, heap: Size.mebibytes(640) } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, heap: Size.mebibytes(641) } }),
  },
  {
    guardrail: "heaps leave room beside them",
    rule: "Elasticsearch's memory",
    good: localWith({ elasticsearch: { ...elasticsearch, memory: Size.mebibytes(1024) } }),
    bad: localWith({ elasticsearch: { ...elasticsearch, memory: Size.mebibytes(1023) } }),
    message:
      "'elasticsearch.memory' (1023 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
  },
  {
    guardrail: "Kafka's disk holds what it keeps",
    rule: "Kafka's topics fit on its disk",
    good: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, kafka: Size.gibibytes(15) } }),
    bad: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, kafka: Size.gibibytes(14) } }),
    message:
      "'platform.claims.kafka' (14 GiB) is too small for what its topics may keep: 'app-logs' 12 x (1 GiB + a segment of 128 MiB) is 13824 MiB, and nine tenths of it are 12902 MiB; give more storage or lower 'kafka.logs.retentionBytes'",
  },
  {
    guardrail: "Elasticsearch's disks hold what they keep",
    rule: "Elasticsearch's disk",
    good: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, elasticsearch: Size.mebibytes(1024) } }),
    bad: kubernetesPlatformWith({ claims: { ...KUBERNETES.platform.claims, elasticsearch: Size.mebibytes(1023) } }),
    message:
      "'platform.claims.elasticsearch' (1023 MiB) must be at least 1 GiB: with less it would take no documents soon; give more",
  },
  {
    guardrail: "Filebeat's memory holds its queue",
    rule: "32 of the longest lines",
    good: localWith({ filebeat: { memory: Size.mebibytes(247) } }),
    bad: localWith({ filebeat: { memory: Size.mebibytes(246) } }),
  },
  {
    guardrail: "a line fits wherever it goes",
    rule: "the longest line fits into a message",
    good: localWith({
      filebeat: { memory: Size.mebibytes(448), maxLine: Size.bytes(1_395_370) },
      platform: { ...local.platform, memoryBudget: Size.gibibytes(5) },
    }),
    bad: localWith({
      filebeat: { memory: Size.mebibytes(448), maxLine: Size.bytes(1_395_371) },
      platform: { ...local.platform, memoryBudget: Size.gibibytes(5) },
    }),
  },
  {
    guardrail: "a line fits wherever it goes",
    rule: "a message fits into a dead letter",
    good: withLogs(local, { maxMessage: Size.mebibytes(8) }),
    bad: withLogs(local, { maxMessage: Size.bytes(8 * 1024 * 1024 + 1) }),
    message:
      "'kafka.logs.maxMessage' (8388609 B) must be at most 8 MiB: beyond it no dead letter could hold the message",
  },
  {
    guardrail: "the consumer is not killed while it drains",
    rule: "the consumer is not killed while it drains",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, gracePeriod: Duration.milliseconds(20_001) } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, gracePeriod: Duration.seconds(20) } }),
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "autoscaling needs Kubernetes",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 1, maxReplicas: 1 } } }),
    bad: localWith({ consumer: { ...consumer, autoscaling: { minReplicas: 1, maxReplicas: 1 } } }),
    message: "'consumer.autoscaling' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "containers' logs need Kubernetes",
    good: kubernetesWith({ filebeat: { ...KUBERNETES.filebeat, containerLogs: true } }),
    bad: localWith({ filebeat: { ...local.filebeat, containerLogs: true } }),
    message: "'filebeat.containerLogs' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "a priority class needs Kubernetes",
    good: kubernetesWith({ filebeat: { ...KUBERNETES.filebeat, priorityClass: "node-agents" } }),
    bad: localWith({ filebeat: { ...local.filebeat, priorityClass: "node-agents" } }),
    message: "'filebeat.priorityClass' means nothing on Docker: remove it",
  },
  {
    guardrail: "consumers have partitions",
    rule: "autoscaled consumers and partitions",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 1, maxReplicas: 12 } } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 1, maxReplicas: 13 } } }),
    message:
      "'consumer.autoscaling.maxReplicas' (13) must be at most 'kafka.logs.partitions' (12): the others would have nothing to read; lower it or add partitions",
  },
  {
    guardrail: "consumers have partitions",
    rule: "the fewest consumers are at most the most",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 4, maxReplicas: 4 } } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, autoscaling: { minReplicas: 5, maxReplicas: 4 } } }),
    message: "'consumer.autoscaling.minReplicas' (5) must be between 1 and 'maxReplicas' (4)",
  },
  {
    guardrail: "consumers have partitions",
    rule: "at least one consumer",
    good: kubernetesWith({ consumer: { ...KUBERNETES.consumer, replicas: 1 } }),
    bad: kubernetesWith({ consumer: { ...KUBERNETES.consumer, replicas: 0 } }),
    message: "'consumer.replicas' (0) must be at least 1",
  },
  {
    guardrail: "a deploy cannot hit another cluster",
    rule: "a cluster has a file",
    good: kubernetesPlatformWith({ cluster: "in-cluster" }),
    bad: kubernetesPlatformWith({ cluster: { kubeconfig: "", context: "review" } }),
    message: `'platform.cluster.kubeconfig' is empty: name the file, so that a deploy cannot hit another cluster, or say "in-cluster"`,
  },
  {
    guardrail: "a deploy cannot hit another cluster",
    rule: "a cluster has a context",
    good: kubernetesPlatformWith({ cluster: { kubeconfig: "~/.kube/config", context: "review" } }),
    bad: kubernetesPlatformWith({ cluster: { kubeconfig: "~/.kube/config", context: "" } }),
  },
  {
    guardrail: "names are DNS labels",
    rule: "the namespace is a DNS label",
    good: kubernetesPlatformWith({ namespace: { name: "n".repeat(63), create: true } }),
    bad: kubernetesPlatformWith({ namespace: { name: "n".repeat(64), create: true } }),
    message: `'platform.namespace.name' ('${"n".repeat(64)}') must be a DNS label: lower-case letters, digits and '-'`,
  },
  {
    guardrail: "images can be pulled",
    rule: "a registry is named without a scheme",
    good: kubernetesPlatformWith({ imageRegistry: "registry.test:5000/team/logs" }),
    bad: kubernetesPlatformWith({ imageRegistry: "https://registry.test" }),
  },
  {
    guardrail: "directories of the node are Filebeat's own",
    rule: "directories of the node are absolute",
    good: kubernetesPlatformWith({ nodeDirectories: { logs: "/logs", filebeat: "/state" } }),
    bad: kubernetesPlatformWith({ nodeDirectories: { logs: "logs", filebeat: "/state" } }),
    message: "'platform.nodeDirectories.logs' ('logs') must be an absolute path of a directory below '/'",
  },
  {
    guardrail: "directories of the node are Filebeat's own",
    rule: "directories of the node differ",
    good: kubernetesPlatformWith({ nodeDirectories: { logs: "/logs", filebeat: "/logs/state" } }),
    bad: kubernetesPlatformWith({ nodeDirectories: { logs: "/logs", filebeat: "/logs" } }),
  },
  {
    guardrail: "one of each where no operator runs more",
    rule: "one of each without operators: brokers",
    good: kubernetesWith({ kafka: { ...KUBERNETES.kafka, brokers: 1 } }),
    bad: kubernetesWith({ kafka: { ...KUBERNETES.kafka, brokers: 3 } }),
  },
  {
    guardrail: "one of each where no operator runs more",
    rule: "one of each without operators: nodes",
    good: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, nodes: 1 } }),
    bad: kubernetesWith({ elasticsearch: { ...KUBERNETES.elasticsearch, nodes: 3 } }),
    message:
      "'elasticsearch.nodes' (3) must be 1 where no operator runs them: lower it, or say who runs more in 'platform.elasticsearch'",
  },
  {
    guardrail: "the state's backend is told what it needs",
    rule: "the state's bucket",
    good: kubernetesWith({ state: { kind: "s3", bucket: "b", region: "r", key: "k" } }),
    bad: kubernetesWith({ state: { kind: "s3", bucket: "", region: "r", key: "k" } }),
  },
  {
    guardrail: "the state's backend is told what it needs",
    rule: "the state's prefix",
    good: kubernetesWith({ state: { kind: "gcs", bucket: "b", prefix: "p" } }),
    bad: kubernetesWith({ state: { kind: "gcs", bucket: "b", prefix: "" } }),
    message: "'state.prefix' is empty: a backend of kind 'gcs' needs bucket, prefix",
  },
  {
    guardrail: "the state's backend is told what it needs",
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
    guardrail: "the state's backend is told what it needs",
    rule: "state in a cluster needs one",
    good: kubernetesWith({ state: { kind: "kubernetes", namespace: "states" } }),
    bad: localWith({ state: { kind: "kubernetes", namespace: "states" } }),
    message: "'state.kind' is 'kubernetes', but the environment has no cluster to keep it in: choose another kind",
  },
  {
    guardrail: "the state's backend is told what it needs",
    rule: "state over HTTP is encrypted on its way",
    good: kubernetesWith({ state: { kind: "http", address: "https://states.test/logs" } }),
    bad: kubernetesWith({ state: { kind: "http", address: "http://states.test/logs" } }),
    message:
      "'state.address' ('http://states.test/logs') must begin with https://: the password goes with every request",
  },
  {
    guardrail: "the state's backend is told what it needs",
    rule: "state in PostgreSQL has a schema",
    good: kubernetesWith({ state: { kind: "pg", schemaPrefix: "log_pipeline" } }),
    bad: kubernetesWith({ state: { kind: "pg", schemaPrefix: "log-pipeline" } }),
    message: "'state.schemaPrefix' ('log-pipeline') must be a name of at most 31 lower-case letters, digits and '_'",
  },
  {
    guardrail: "a workload says what it asks for",
    rule: "a workload has objectives",
    good: devWithout("workload", "objectives"),
    bad: devWithout("objectives"),
  },
  {
    guardrail: "a workload says what it asks for",
    rule: "objectives have a workload",
    good: dev,
    bad: devWithout("workload"),
    message: "'objectives' is stated without 'workload': neither says anything alone; state both or remove it",
  },
  {
    guardrail: "a workload says what it asks for",
    rule: "a workload makes sense",
    good: localWith({ workload: { ...workload, peakFactor: 1 } }),
    bad: localWith({ workload: { ...workload, peakFactor: 0.5 } }),
    message: "'workload.peakFactor' (0.5) must be at least 1: no peak is below the average",
  },
  {
    guardrail: "Kafka bridges the outage",
    rule: "Kafka's retention bridges the outage",
    good: devObjectives({ kafkaBridgesOutageOf: Duration.hours(12) }),
    bad: devObjectives({ kafkaBridgesOutageOf: Duration.hours(13) }),
  },
  {
    guardrail: "Kafka bridges the outage",
    rule: "Kafka's retention in bytes bridges the outage",
    good: devLogs({ retentionBytes: Size.mebibytes(198) }),
    bad: devLogs({ retentionBytes: Size.mebibytes(197) }),
    message:
      "'kafka.logs.retentionBytes' (197 MiB) must be at least 198 MiB: so much reaches the fullest of 4 partitions in an outage of 12h and 12h to catch up; raise it or lower 'objectives.kafkaBridgesOutageOf'",
  },
  {
    guardrail: "Kafka carries the load",
    rule: "brokers have processors for it",
    good: changed(production, { "kafka.cpu": Cpu.millis(3995) }),
    bad: changed(production, { "kafka.cpu": Cpu.millis(3994) }),
  },
  {
    guardrail: "Kafka's disk holds what it keeps",
    rule: "Kafka's disk holds what is kept for a time",
    good: kafkaClaim(1223),
    bad: kafkaClaim(1222),
    message:
      "'platform.claims.kafka' (1222 MiB) must be at least 1223 MiB: 527 MiB that 'kafka.logs.retention' (24h) keeps at this load, a segment of 128 MiB for each of 4 partitions, x 1 / 1, and 85 % full; give more, as a claim on Kubernetes, or lower the retention",
  },
  {
    guardrail: "consumers carry the load",
    rule: "consumers carry the peak and what an outage left behind",
    good: withLoad(32_000),
    bad: withLoad(32_001),
  },
  {
    guardrail: "writes survive one broker",
    rule: "fewer copies in sync than there are",
    good: operated({ "kafka.logs.minInSyncReplicas": 2 }),
    bad: operated({ "kafka.logs.minInSyncReplicas": 3, "platform.zones": 1 }),
    message:
      "'kafka.logs.minInSyncReplicas' (3) must be below 'kafka.logs.replicationFactor' (3): nothing could be written while one broker restarts; lower the one or raise the other",
  },
  {
    guardrail: "writes survive one broker",
    rule: "two copies of what is acknowledged",
    good: operated({ "kafka.logs.minInSyncReplicas": 2 }),
    bad: operated({ "kafka.logs.minInSyncReplicas": 1 }),
  },
  {
    guardrail: "writes survive the loss of a zone",
    rule: "copies in sync without a zone",
    good: operated({
      "kafka.logs.replicationFactor": 4,
      "kafka.logs.minInSyncReplicas": 2,
      "kafka.brokers": 6,
      "platform.kafka.cruiseControl": undefined,
    }),
    bad: operated({
      "kafka.logs.replicationFactor": 4,
      "kafka.logs.minInSyncReplicas": 3,
      "kafka.brokers": 6,
      "platform.kafka.cruiseControl": undefined,
    }),
  },
  {
    guardrail: "writes survive the loss of a zone",
    rule: "as many brokers in each zone",
    good: operated({ "kafka.brokers": 6 }),
    bad: operated({ "kafka.brokers": 5 }),
    message:
      "'kafka.brokers' (5) must be a multiple of 'platform.zones' (3): where a zone has fewer than another, each of them holds more; add or take brokers",
  },
  {
    guardrail: "writes survive the loss of a zone",
    rule: "Cruise Control has a zone for every copy",
    good: operated({ "platform.zones": 3 }),
    bad: operated({ "kafka.logs.replicationFactor": 4, "kafka.brokers": 6 }),
    message:
      "topic 'app-logs': 'kafka.logs.replicationFactor' (4) must be at most 'platform.zones' (3) with 'platform.kafka.cruiseControl', which wants every copy in another zone: lower it, add zones or leave Cruise Control out",
  },
  {
    guardrail: "a majority elects",
    rule: "an odd number of controllers",
    good: operated({ "platform.kafka.controllers.nodes": 5 }),
    bad: operated({ "platform.kafka.controllers.nodes": 4, "platform.zones": 1 }),
    message:
      "'platform.kafka.controllers.nodes' (4) must be odd: a majority of 4 can spare no more than one of 3; add or take one",
  },
  {
    guardrail: "a majority elects",
    rule: "three controllers at least",
    good: operated({ "platform.kafka.controllers.nodes": 3 }),
    bad: operated({ "platform.kafka.controllers.nodes": 1, "platform.zones": 1 }),
    message:
      "'platform.kafka.controllers.nodes' (1) must be at least 3: with fewer, no node may be away; add nodes, or leave 'platform.kafka.controllers' out",
  },
  {
    guardrail: "a majority elects",
    rule: "controllers without a zone",
    good: inTwoZones({ "platform.zones": 1 }),
    bad: inTwoZones({}),
    message:
      "'platform.kafka.controllers.nodes' (3) in 'platform.zones' (2) are 2 in one of them, and without it the metadata has no majority: add zones or nodes, or set 'platform.zones' to 1 if the loss of one need not be survived",
  },
  {
    guardrail: "a majority elects",
    rule: "an odd number of brokers without controllers",
    good: operated({ "platform.kafka.controllers": undefined }),
    bad: operated({ "platform.kafka.controllers": undefined, "kafka.brokers": 6 }),
    message:
      "'kafka.brokers' (6) must be odd without 'platform.kafka.controllers', because they keep the metadata as well: a majority of 6 can spare no more than one of 5; add or take one, or name 'platform.kafka.controllers'",
  },
  {
    guardrail: "a majority elects",
    rule: "three masters at least",
    good: operated({ "platform.elasticsearch.masters.nodes": 3 }),
    bad: operated({ "platform.elasticsearch.masters.nodes": 1, "platform.zones": 1 }),
  },
  {
    guardrail: "a majority elects",
    rule: "masters without a zone",
    good: operated({
      "platform.kafka": managed.platform.kafka,
      "platform.zones": 4,
      "elasticsearch.nodes": 4,
      "platform.elasticsearch.warm.nodes": 4,
    }),
    bad: operated({ "platform.kafka": managed.platform.kafka, "platform.zones": 2, "elasticsearch.nodes": 4 }),
    message:
      "Elasticsearch: of 'platform.elasticsearch.masters.nodes' (3) the loss of one of 'platform.zones' (2) takes 2, and the 1 that are left are no majority: spread over 3 zones, or count them as 1",
  },
  {
    guardrail: "a majority elects",
    rule: "not two nodes that elect",
    good: operated({ "platform.elasticsearch.masters": undefined }),
    bad: operated({
      "platform.elasticsearch.masters": undefined,
      "elasticsearch.nodes": 2,
      "platform.zones": 1,
      workload: undefined,
      objectives: undefined,
    }),
    message:
      "'elasticsearch.nodes' (2) elect the master by majority, so neither may be lost: take 1 or 3, or add 'platform.elasticsearch.masters'",
  },
  {
    guardrail: "shards survive the loss of a zone",
    rule: "copies over zones",
    good: operated({ "elasticsearch.replicas": 1 }),
    bad: operated({ "elasticsearch.replicas": 0, "objectives.replicas": 0 }),
  },
  {
    guardrail: "shards survive the loss of a zone",
    rule: "nodes that take lines in each zone",
    good: operated({ "elasticsearch.nodes": 3 }),
    bad: operated({ "elasticsearch.nodes": 2, workload: undefined, objectives: undefined }),
    message:
      "'elasticsearch.nodes' (2) must be at least 'platform.zones' (3): a zone without such a node takes no copy; add nodes or lower 'platform.zones'",
  },
  {
    guardrail: "shards survive the loss of a zone",
    rule: "warm nodes in each zone",
    good: operated({ "platform.elasticsearch.warm.nodes": 3 }),
    bad: operated({ "platform.elasticsearch.warm.nodes": 2, workload: undefined, objectives: undefined }),
    message:
      "'platform.elasticsearch.warm.nodes' (2) must be at least 'platform.zones' (3): a zone without such a node takes no copy; add nodes or lower 'platform.zones'",
  },
  {
    guardrail: "zones are counted",
    rule: "a whole number of zones",
    good: operated({ "platform.zones": 1 }),
    bad: operated({ "platform.zones": 1.5 }),
  },
  {
    guardrail: "copies of a shard have a node each",
    rule: "copies of a shard on warm nodes",
    good: operated({
      "elasticsearch.replicas": 2,
      "objectives.replicas": 2,
      "elasticsearch.nodes": 6,
      "platform.elasticsearch.warm.nodes": 6,
    }),
    bad: operated({
      "elasticsearch.replicas": 3,
      "elasticsearch.nodes": 6,
      workload: undefined,
      objectives: undefined,
    }),
    message:
      "'elasticsearch.replicas' (3) must be below 'platform.elasticsearch.warm.nodes' (3): a copy never shares a node with its original; lower it or add a node",
  },
  {
    guardrail: "a machine with Elasticsearch can be drained",
    rule: "one node that takes lines beside others",
    good: operated({
      "platform.elasticsearch.masters": undefined,
      "platform.elasticsearch.warm": undefined,
      "elasticsearch.lifecycle.warmAfter": undefined,
      "elasticsearch.nodes": 3,
    }),
    bad: operated({
      "elasticsearch.nodes": 1,
      "elasticsearch.replicas": 0,
      "platform.zones": 1,
      workload: undefined,
      objectives: undefined,
    }),
  },
  {
    guardrail: "operators are there for whom they run",
    rule: "Kafka's operator",
    good: operated({ "platform.operators.namespace.create": true }),
    bad: operated({
      "platform.operators": undefined,
      "platform.elasticsearch": undefined,
      "platform.ingress": undefined,
      "elasticsearch.nodes": 1,
      "elasticsearch.replicas": 0,
      "elasticsearch.lifecycle": undefined,
      workload: undefined,
      objectives: undefined,
    }),
  },
  {
    guardrail: "operators are there for whom they run",
    rule: "operators that run nothing",
    good: reviewed({ "platform.operators": undefined }),
    bad: reviewed({ "platform.operators": { namespace: { name: "log-operators", create: true } } }),
    message:
      "'platform.operators' means nothing: neither 'platform.kafka' nor 'platform.elasticsearch' is of a kind that an operator runs; remove it, or say 'strimzi' or 'eck'",
  },
  {
    guardrail: "operators have a namespace of their own",
    rule: "operators' namespace has a name",
    good: operated({ "platform.operators.namespace.name": "o" }),
    bad: operated({ "platform.operators.namespace.name": "Operators" }),
    message:
      "'platform.operators.namespace.name' ('Operators') must be a DNS label: lower-case letters, digits and '-'",
  },
  {
    guardrail: "operators have a namespace of their own",
    rule: "it is not the pipeline's",
    good: operated({ "platform.operators.namespace.name": "logs-operators" }),
    bad: operated({ "platform.operators.namespace.name": "logs" }),
  },
  {
    guardrail: "operators watch what they are told",
    rule: "what else operators watch has a name",
    good: operated({ "platform.operators.alsoWatch": ["a", "b"] }),
    bad: operated({ "platform.operators.alsoWatch": ["a", "B"] }),
    message: "'platform.operators.alsoWatch' has 'B', which must be a DNS label: lower-case letters, digits and '-'",
  },
  {
    guardrail: "operators watch what they are told",
    rule: "the pipeline's namespace is watched anyway",
    good: operated({ "platform.operators.alsoWatch": [] }),
    bad: operated({ "platform.operators.alsoWatch": ["logs"] }),
    message:
      "'platform.operators.alsoWatch' has 'logs', which is 'platform.namespace.name' and watched anyway: remove it",
  },
  {
    guardrail: "operators watch what they are told",
    rule: "what operators watch is named once",
    good: operated({ "platform.operators.alsoWatch": ["a", "aa"] }),
    bad: operated({ "platform.operators.alsoWatch": ["a", "a"] }),
  },
  {
    guardrail: "operators watch what they are told",
    rule: "whoever installed operators says what they watch",
    good: operated({ "platform.operators": { namespace: { name: "o", create: false } } }),
    bad: operated({ "platform.operators.namespace.create": false }),
    message:
      "'platform.operators.alsoWatch' (other-logs) means nothing where 'platform.operators.namespace.create' is false: who installed them says what they watch; remove it",
  },
  {
    guardrail: "heaps leave room beside them",
    rule: "a controller's memory",
    good: operated({ "platform.kafka.controllers.memory": Size.mebibytes(512) }),
    bad: operated({ "platform.kafka.controllers.memory": Size.mebibytes(510) }),
    message:
      "'platform.kafka.controllers.memory' (510 MiB) must be at least 511 MiB: 'kafka.heap' (255 MiB) and 256 MiB beside it; give more memory or lower the heap",
  },
  {
    guardrail: "heaps leave room beside them",
    rule: "a master's memory",
    good: operated({ "platform.elasticsearch.masters.memory": Size.mebibytes(1024) }),
    bad: operated({ "platform.elasticsearch.masters.memory": Size.mebibytes(1023) }),
    message:
      "'platform.elasticsearch.masters.memory' (1023 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
  },
  {
    guardrail: "heaps leave room beside them",
    rule: "a warm node's memory",
    good: operated({ "platform.elasticsearch.warm.memory": Size.mebibytes(1024) }),
    bad: operated({ "platform.elasticsearch.warm.memory": Size.mebibytes(1023) }),
    message:
      "'platform.elasticsearch.warm.memory' (1023 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
  },
  {
    guardrail: "Kafka's disk holds what it keeps",
    rule: "all copies on several brokers",
    good: operated({ "platform.claims.kafka": Size.gibibytes(15) }),
    bad: operated({ "platform.claims.kafka": Size.gibibytes(14) }),
  },
  {
    guardrail: "Elasticsearch's disks hold what they keep",
    rule: "a master's disk",
    good: operated({ "platform.elasticsearch.masters.storage": Size.gibibytes(1) }),
    bad: operated({ "platform.elasticsearch.masters.storage": Size.mebibytes(1023) }),
    message:
      "'platform.elasticsearch.masters.storage' (1023 MiB) must be at least 1 GiB: with less it would take no documents soon; give more",
  },
  {
    guardrail: "Elasticsearch's disks hold what they keep",
    rule: "hot nodes, with one lost",
    good: operated({ "platform.claims.elasticsearch": Size.mebibytes(HOT_DISK) }),
    bad: operated({ "platform.claims.elasticsearch": Size.mebibytes(HOT_DISK - 1) }),
  },
  {
    guardrail: "Elasticsearch's disks hold what they keep",
    rule: "warm nodes, with one lost",
    good: operated({ "platform.elasticsearch.warm.storage": Size.mebibytes(WARM_DISK) }),
    bad: operated({ "platform.elasticsearch.warm.storage": Size.mebibytes(WARM_DISK - 1) }),
    message:
      "'platform.elasticsearch.warm.storage' (5758 MiB) must be at least 5759 MiB: 9.56 GiB on the 2 of 3 that are left if one is lost, 85 % full; give more disk or nodes, or keep less",
  },
  {
    guardrail: "Elasticsearch's disks hold what they keep",
    rule: "with a zone lost",
    good: operated({
      "objectives.headroom": 0,
      "elasticsearch.nodes": 6,
      "platform.claims.elasticsearch": Size.mebibytes(ZONE_DISK),
    }),
    bad: operated({
      "objectives.headroom": 0,
      "elasticsearch.nodes": 6,
      "platform.claims.elasticsearch": Size.mebibytes(ZONE_DISK - 1),
    }),
    message:
      "'platform.claims.elasticsearch' (1.87 GiB) must be at least 1.88 GiB: 6.37 GiB on the 4 of 6 that are left if a zone is lost, headroom used up, 85 % full; give more disk or nodes, or keep less",
  },
  {
    guardrail: "Elasticsearch's disks hold what they keep",
    rule: "no more than their memory searches",
    good: operated({ "platform.claims.elasticsearch": Size.gibibytes(120) }),
    bad: operated({ "platform.claims.elasticsearch": Size.gibibytes(121) }),
    message:
      "'elasticsearch.memory' (4 GiB) must be at least 4.03 GiB: a hot node searches at most 30 times its memory, and its disk is 121 GiB; give more memory or more, smaller nodes",
  },
  {
    guardrail: "shards have a size to search and to move",
    rule: "not too large",
    good: operated({ "elasticsearch.lifecycle.rolloverSize": Size.gibibytes(50) }),
    bad: operated({ "elasticsearch.lifecycle.rolloverSize": Size.gibibytes(51) }),
  },
  {
    guardrail: "shards have a size to search and to move",
    rule: "not too small",
    good: operated({ "elasticsearch.lifecycle.rolloverSize": Size.gibibytes(10) }),
    bad: operated({ "elasticsearch.lifecycle.rolloverSize": Size.gibibytes(9) }),
    message:
      "'elasticsearch.lifecycle.rolloverSize' (9 GiB) must be at least 10 GiB: each shard costs memory and time, however small; raise it",
  },
  {
    guardrail: "shards have a size to search and to move",
    rule: "not too many on a node",
    good: operated({ "elasticsearch.nodes": 300, "elasticsearch.shards": 142 }),
    bad: operated({ "elasticsearch.nodes": 300, "elasticsearch.shards": 143 }),
    message:
      "'shards of a warm node' (1,001) must be at most 1,000: 2,002 shards on the 2 of 3 that are left if one is lost; make larger shards, keep less or add nodes",
  },
  {
    guardrail: "Elasticsearch carries the load",
    rule: "shards share the writing",
    good: operated({ "workload.eventsPerSecond": 25, "elasticsearch.nodes": 6 }),
    bad: operated({ "workload.eventsPerSecond": 26, "elasticsearch.nodes": 6 }),
    message:
      "'elasticsearch.shards' (1) must be at least 2: 3,182 documents/s while catching up all go to one index, and the node that has one of its shards takes 3,131 with 'elasticsearch.memory' (4 GiB); add shards or give more memory",
  },
  {
    guardrail: "Elasticsearch carries the load",
    rule: "nodes share the writing",
    good: operated({ "workload.eventsPerSecond": 25, "elasticsearch.shards": 2 }),
    bad: operated({ "workload.eventsPerSecond": 26, "elasticsearch.shards": 2 }),
  },
  {
    guardrail: "Elasticsearch carries the load",
    rule: "threads for searches",
    good: operated({ "objectives.searchConcurrency": 4 }),
    bad: operated({ "objectives.searchConcurrency": 5 }),
    message:
      "'elasticsearch.nodes' (3) must be at least 5: 'objectives.searchConcurrency' (5) searches at once, of 1 shards each, hold 5 threads, and a node of 4 GiB has 2; add nodes",
  },
  {
    guardrail: "lines live as long as promised",
    rule: "deleted no sooner",
    good: operated({ "elasticsearch.lifecycle.deleteAfter": Duration.days(7) }),
    bad: operated({ "elasticsearch.lifecycle.deleteAfter": Duration.hours(167) }),
    message:
      "'elasticsearch.lifecycle.deleteAfter' (167h) must be at least 7d: 'objectives.hot' (3d) and 'objectives.warm' (4d) promise so much; raise it or promise less",
  },
  {
    guardrail: "lines live as long as promised",
    rule: "deleted no later",
    good: operated({ "objectives.delete": Duration.days(8) }),
    bad: operated({ "objectives.delete": Duration.hours(191) }),
  },
  {
    guardrail: "lines live as long as promised",
    rule: "hot as long",
    good: operated({ "elasticsearch.lifecycle.warmAfter": Duration.hours(72) }),
    bad: operated({ "elasticsearch.lifecycle.warmAfter": Duration.hours(71) }),
    message:
      "'elasticsearch.lifecycle.warmAfter' (71h) must be at least 3d: 'objectives.hot' (3d) promises so long on hot nodes; raise it or promise less",
  },
  {
    guardrail: "an index's life makes sense",
    rule: "an index takes lines for an hour",
    good: operated({ "elasticsearch.lifecycle.rolloverAge": Duration.hours(1) }),
    bad: operated({ "elasticsearch.lifecycle.rolloverAge": Duration.minutes(59) }),
    message:
      "'elasticsearch.lifecycle.rolloverAge' (59m) must be at least 1h: Elasticsearch looks every ten minutes only, and each index costs memory; raise it",
  },
  {
    guardrail: "an index's life makes sense",
    rule: "it is warm before it is deleted",
    good: operated({ "elasticsearch.lifecycle.warmAfter": Duration.hours(167) }),
    bad: operated({ "elasticsearch.lifecycle.warmAfter": Duration.hours(168) }),
    message:
      "'elasticsearch.lifecycle.warmAfter' (168h) must be less than 'elasticsearch.lifecycle.deleteAfter' (168h): an index would be deleted before it is moved; lower it, or leave it out",
  },
  {
    guardrail: "an index's life makes sense",
    rule: "it moves to nodes that are there",
    good: operated({ "platform.elasticsearch.warm": undefined, "elasticsearch.lifecycle.warmAfter": undefined }),
    bad: operated({ "platform.elasticsearch.warm": undefined }),
  },
  {
    guardrail: "an index's life makes sense",
    rule: "nodes that are there get indices",
    good: operated({ "elasticsearch.lifecycle.warmAfter": Duration.days(3) }),
    bad: operated({ "elasticsearch.lifecycle.warmAfter": undefined }),
    message:
      "'platform.elasticsearch.warm' would hold nothing: without 'elasticsearch.lifecycle.warmAfter' no index moves there; state it or remove the nodes",
  },
  {
    guardrail: "what is deleted was copied before",
    rule: "snapshots where data is kept",
    good: operated({ "platform.elasticsearch.snapshots": undefined, "platform.claims.whenDestroyed": "delete" }),
    bad: operated({ "platform.elasticsearch.snapshots": undefined }),
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "a schedule of Elasticsearch's",
    good: operated({ "platform.elasticsearch.snapshots.schedule": "0 0 3 ? * MON-FRI" }),
    bad: operated({ "platform.elasticsearch.snapshots.schedule": "30 1 * * *" }),
    message:
      "'platform.elasticsearch.snapshots.schedule' ('30 1 * * *') must be second, minute, hour, day of month, month, day of week and perhaps year, as in '0 30 1 * * ?': second and minute are numbers, for Elasticsearch takes no snapshots in quick succession, and one of the days is '?'",
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "a time until they expire",
    good: operated({ "platform.elasticsearch.snapshots.expireAfter": Duration.milliseconds(1) }),
    bad: operated({ "platform.elasticsearch.snapshots.expireAfter": Duration.milliseconds(0) }),
    message: "'platform.elasticsearch.snapshots.expireAfter' (0ms) must be above 0",
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "some are kept",
    good: operated({ "platform.elasticsearch.snapshots.minCount": 1 }),
    bad: operated({ "platform.elasticsearch.snapshots.minCount": 0 }),
    message: "'platform.elasticsearch.snapshots.minCount' (0) must be above 0",
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "the least are not more than the most",
    good: operated({ "platform.elasticsearch.snapshots.minCount": 50 }),
    bad: operated({ "platform.elasticsearch.snapshots.minCount": 51 }),
    message:
      "'platform.elasticsearch.snapshots.minCount' (51) must be at most 'platform.elasticsearch.snapshots.maxCount' (50): lower it, or raise 'platform.elasticsearch.snapshots.maxCount'",
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "as many as are taken until they expire",
    good: operated({ "platform.elasticsearch.snapshots.maxCount": 30 }),
    bad: operated({ "platform.elasticsearch.snapshots.maxCount": 29 }),
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "several a day",
    good: operated({
      "platform.elasticsearch.snapshots.schedule": "0 0 */6 * * ?",
      "platform.elasticsearch.snapshots.maxCount": 120,
    }),
    bad: operated({
      "platform.elasticsearch.snapshots.schedule": "0 0 */6 * * ?",
      "platform.elasticsearch.snapshots.maxCount": 119,
    }),
    message:
      "'platform.elasticsearch.snapshots.maxCount' (119) must be at least 120: 'schedule' ('0 0 */6 * * ?') takes so many within 'expireAfter' (720h), and what is beyond 'maxCount' goes before it expires; raise it or lower 'expireAfter'",
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "a bucket",
    good: operated({ "platform.elasticsearch.snapshots.repository.bucket": "b" }),
    bad: operated({ "platform.elasticsearch.snapshots.repository.bucket": "" }),
    message: "'platform.elasticsearch.snapshots.repository.bucket' is empty: state it",
  },
  {
    guardrail: "snapshots are taken and last",
    rule: "a Secret",
    good: operated({ "platform.elasticsearch.snapshots.credentialsSecret": "c" }),
    bad: operated({ "platform.elasticsearch.snapshots.credentialsSecret": "C" }),
    message:
      "'platform.elasticsearch.snapshots.credentialsSecret' ('C') must be a DNS label: lower-case letters, digits and '-'",
  },
  {
    guardrail: "content is healed at times that come",
    rule: "values of a schedule's fields",
    good: operated({ "elasticsearch.healContent": "17 23 * * *" }),
    bad: operated({ "elasticsearch.healContent": "17 24 * * *" }),
  },
  {
    guardrail: "content is healed at times that come",
    rule: "five fields of a schedule",
    good: operated({ "elasticsearch.healContent": "30 1 * * ?" }),
    bad: operated({ "elasticsearch.healContent": "0 30 1 * * ?" }),
    message:
      "'elasticsearch.healContent' ('0 30 1 * * ?') has 6 fields, and a CronJob's has five: state minute, hour, day of month, month and day of week in UTC, as in '17 3 * * *'",
  },
  {
    guardrail: "content is healed at times that come",
    rule: "a day that a month has",
    good: operated({ "elasticsearch.healContent": "0 3 29 2 *" }),
    bad: operated({ "elasticsearch.healContent": "0 3 30 2 *" }),
    message:
      "'elasticsearch.healContent' ('0 3 30 2 *') never comes: no month '2' has a day '30'; name another, as in '17 3 * * *'",
  },
  {
    guardrail: "copies are as many as sizes are for",
    rule: "copies that disks are compared with",
    good: operated({ "elasticsearch.replicas": 1 }),
    bad: operated({ "elasticsearch.replicas": 2 }),
  },
  {
    guardrail: "kept data has a locked state",
    rule: "kept data and a file",
    good: operated({ state: { kind: "local" }, "platform.claims.whenDestroyed": "delete" }),
    bad: operated({ state: { kind: "local" } }),
  },
  {
    guardrail: "Kibana can be opened",
    rule: "a whole number of Kibanas",
    good: operated({ "kibana.replicas": 1 }),
    bad: operated({ "kibana.replicas": 0 }),
    message: "'kibana.replicas' (0) must be a whole number of at least 1: leave Kibana out where none is wanted",
  },
  {
    guardrail: "Kibana can be opened",
    rule: "an address for an Ingress",
    good: operated({ "platform.ingress": undefined, "kibana.publicUrl": undefined }),
    bad: operated({ "kibana.publicUrl": undefined }),
    message: "'kibana.publicUrl' is not stated, so that it has no host: state it, as in 'https://logs.example.com'",
  },
  {
    guardrail: "Kibana can be opened",
    rule: "with TLS",
    good: operated({ "kibana.publicUrl": "https://l" }),
    bad: operated({ "kibana.publicUrl": "http://logs.test" }),
    message:
      "'kibana.publicUrl' (http://logs.test) must be 'https://' and the host's name, without a path, as in 'https://logs.example.com': correct it",
  },
  {
    guardrail: "Kibana can be opened",
    rule: "without a path",
    good: operated({ "kibana.publicUrl": "https://logs.test:8443" }),
    bad: operated({ "kibana.publicUrl": "https://logs.test/kibana" }),
  },
  {
    guardrail: "Kibana can be opened",
    rule: "an IngressClass",
    good: operated({ "platform.ingress.className": "a.b" }),
    bad: operated({ "platform.ingress.className": "" }),
    message: "'platform.ingress.className' () can be no IngressClass: correct it",
  },
  {
    guardrail: "Kibana can be opened",
    rule: "a certificate",
    good: operated({ "platform.ingress.tlsSecret": "tls" }),
    bad: operated({ "platform.ingress.tlsSecret": "TLS" }),
    message: "'platform.ingress.tlsSecret' (TLS) can be no Secret: correct it",
  },
  {
    guardrail: "Kibana can be opened",
    rule: "a controller",
    good: operated({ "platform.ingress.controllerNamespace": "i" }),
    bad: operated({ "platform.ingress.controllerNamespace": "" }),
    message: "'platform.ingress.controllerNamespace' () can be no namespace: correct it",
  },
  {
    guardrail: "Kibana can be opened",
    rule: "a controller of its own",
    good: operated({ "platform.ingress.controllerNamespace": "l" }),
    bad: operated({ "platform.ingress.controllerNamespace": "logs" }),
    message:
      "'platform.ingress.controllerNamespace' (logs) is the environment's own namespace, whose pods reach nothing that no grant opened: name the controller's",
  },
  {
    guardrail: "people prove who they are",
    rule: "to a provider with TLS",
    good: operated({ "platform.ingress.authentication.issuerUrl": "https://accounts.test/realms/1" }),
    bad: operated({ "platform.ingress.authentication.issuerUrl": "http://accounts.test" }),
  },
  {
    guardrail: "people prove who they are",
    rule: "as a client of the provider's",
    good: operated({ "platform.ingress.authentication.clientId": "1" }),
    bad: operated({ "platform.ingress.authentication.clientId": "" }),
    message:
      "'platform.ingress.authentication.clientId' is empty: state the one that the provider knows this client by",
  },
  {
    guardrail: "people prove who they are",
    rule: "from a domain",
    good: operated({ "platform.ingress.authentication.emailDomains": ["a.test"] }),
    bad: operated({ "platform.ingress.authentication.emailDomains": [] }),
    message:
      "'platform.ingress.authentication.emailDomains' is empty, so that nobody is let in: name the domains of people's addresses",
  },
  {
    guardrail: "people prove who they are",
    rule: "from a domain that can be one",
    good: operated({ "platform.ingress.authentication.emailDomains": ["a.test"] }),
    bad: operated({ "platform.ingress.authentication.emailDomains": ["@a.test"] }),
    message:
      "'platform.ingress.authentication.emailDomains' has '@a.test', which is no domain, such as example.com: name those of people's addresses",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "processor time that is set aside needs Kubernetes: kafka",
    good: onDocker({ "kafka.cpu": undefined }),
    bad: onDocker({ "kafka.cpu": Cpu.cores(1) }),
    message: "'kafka.cpu' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "processor time that is set aside needs Kubernetes: elasticsearch",
    good: onDocker({ "elasticsearch.cpu": undefined }),
    bad: onDocker({ "elasticsearch.cpu": Cpu.cores(1) }),
    message: "'elasticsearch.cpu' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "processor time that is set aside needs Kubernetes: consumer",
    good: onDocker({ "consumer.cpu": undefined }),
    bad: onDocker({ "consumer.cpu": Cpu.cores(1) }),
    message: "'consumer.cpu' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "healing at times needs Kubernetes",
    good: onDocker({ "elasticsearch.healContent": undefined }),
    bad: onDocker({ "elasticsearch.healContent": "17 3 * * *" }),
    message: "'elasticsearch.healContent' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "spans from other namespaces need Kubernetes",
    good: onDocker({ "tracing.fromNamespaces": undefined }),
    bad: onDocker({ "tracing.fromNamespaces": ["shop"] }),
    message: "'tracing.fromNamespaces' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "Kibanas need Kubernetes",
    good: onDocker({ "kibana.replicas": undefined }),
    bad: onDocker({ "kibana.replicas": 2 }),
    message: "'kibana.replicas' means nothing on Docker: remove it",
  },
  {
    guardrail: "facts mean something where they are stated",
    rule: "an address for people needs Kubernetes",
    good: onDocker({ "kibana.publicUrl": undefined }),
    bad: onDocker({ "kibana.publicUrl": "https://logs.example.com" }),
  },
  {
    guardrail: "an index's life makes sense",
    rule: "on Docker no index moves: there is one node",
    good: onDocker({ "elasticsearch.lifecycle": { ...OPERATED.elasticsearch.lifecycle, warmAfter: undefined } }),
    bad: onDocker({ "elasticsearch.lifecycle": OPERATED.elasticsearch.lifecycle }),
    message:
      "'elasticsearch.lifecycle.warmAfter' (72h) needs nodes to move to, and one Docker Engine runs one: remove it",
  },
  {
    guardrail: "what others run is reached safely",
    rule: "brokers are named",
    good: imported({ "platform.kafka.bootstrapServers": ["b:9093"] }),
    bad: imported({ "platform.kafka.bootstrapServers": [] }),
    message: "'platform.kafka.bootstrapServers' is empty: name one broker or more",
  },
  {
    guardrail: "what others run is reached safely",
    rule: "brokers by host and port",
    good: imported({ "platform.kafka.bootstrapServers": ["b:1"] }),
    bad: imported({ "platform.kafka.bootstrapServers": ["b"] }),
    message: "imported Kafka: bootstrap server 'b' is not host:port, such as 'b-1.example.com:9096': correct it",
  },
  {
    guardrail: "what others run is reached safely",
    rule: "no password without TLS, to Kafka",
    good: imported({ "platform.kafka.tls": {} }),
    bad: imported({ "platform.kafka.tls": undefined, "platform.kafka.users": undefined }),
    message:
      "imported Kafka: user 'topics' without 'platform.kafka.tls' would send a password across the network that anybody on it could read: set 'platform.kafka.tls', which may be {} for a public authority",
  },
  {
    guardrail: "what others run is reached safely",
    rule: "somebody makes topics",
    good: imported({ "platform.kafka.manageTopics": false, "platform.kafka.credentials": undefined }),
    bad: imported({ "platform.kafka.credentials": undefined }),
    message:
      "imported Kafka: there are 'platform.kafka.users' of clients and no user who makes topics: name 'platform.kafka.credentials', or set 'platform.kafka.manageTopics' to false",
  },
  {
    guardrail: "what others run is reached safely",
    rule: "addresses of brokers",
    good: imported({ "platform.kafka.cidrs": ["10.0.0.0/8"] }),
    bad: imported({ "platform.kafka.cidrs": ["10.0.0.0"] }),
    message: "'10.0.0.0' in 'platform.kafka.cidrs' is no range such as '10.0.0.0/16': correct it",
  },
  {
    guardrail: "what others run is reached safely",
    rule: "no password without TLS, to Elasticsearch",
    good: imported({ "platform.elasticsearch.urls": ["https://search.test"] }),
    bad: imported({ "platform.elasticsearch.urls": ["http://search.test"] }),
  },
  {
    guardrail: "what others run is reached safely",
    rule: "Kibana where it has a user",
    good: imported({ "platform.ingress": undefined, "platform.elasticsearch.credentials.kibana": undefined }),
    bad: imported({ "platform.elasticsearch.credentials.kibana": undefined }),
    message:
      "'platform.ingress' leads nowhere: there is no Kibana where 'platform.elasticsearch' is imported without 'credentials.kibana'; name that user or remove it",
  },
];

/** Beside `OPERATED` in its cluster. */
export const another = (changes: Changes) =>
  changed(OPERATED, {
    name: "another",
    "platform.namespace.name": "elsewhere",
    "platform.operators.namespace.create": false,
    ...changes,
  });

/** A rule for environments of one cluster, beside `OPERATED`. */
export const NEIGHBOUR_ROWS: readonly EnvironmentRow[] = [
  {
    guardrail: "environments of a cluster get on",
    rule: "one of them installs operators",
    good: another({}),
    bad: another({ "platform.operators.namespace.create": true }),
  },
  {
    guardrail: "environments of a cluster get on",
    rule: "each has a namespace",
    good: another({}),
    bad: another({ "platform.namespace.name": OPERATED.platform.namespace.name }),
    message: `environments '${OPERATED.name}' and 'another' of one cluster have the same 'platform.namespace.name' ('${OPERATED.platform.namespace.name}'): each would change what the other made; give each its own`,
  },
];
