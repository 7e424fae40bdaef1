import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import type { TopicProps } from "../../../constructs/kafka/cluster";
import { KafkaCluster, type KafkaClusterProps } from "../../../constructs/kafka/stateful-set";
import { PodGroup } from "../../../constructs/kubernetes/network";
import { MAX_DEAD_LETTER_BYTES } from "../../../contract/size-limits";
import { differences } from "../../support/differences";
import { type KubernetesJson, SITE, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const PROPS: KafkaClusterProps = {
  image: ContainerImage.of("kafka:1"),
  topicsImage: ContainerImage.of("consumer:2"),
  memory: Size.mebibytes(768),
  storage: Size.gibibytes(5),
};
const LOGS: TopicProps = { name: "logs", partitions: 4, retention: Duration.hours(24) };

function synth(change: Partial<KafkaClusterProps> = {}, topic: Partial<TopicProps> = {}): KubernetesJson {
  return synthOnSite((stack, site) =>
    new KafkaCluster(stack, "Kafka", site, { ...PROPS, ...change }).addTopic({ ...LOGS, ...topic }),
  );
}

const smallest = synth();
const env = smallest.env("stateful_set_v1", "kafka");

test("there is one set, its Service, and a Job for the topics", () => {
  expect(smallest.names().filter((name) => !name.startsWith("network_policy_v1/"))).toEqual([
    expect.stringMatching(/^job_v1\/kafka-topics-[0-9a-f]{8}$/),
    "service_v1/kafka",
    "stateful_set_v1/kafka",
  ]);
  expect(brokenRelations(smallest)).toEqual([]);
});

test("defaults by value", () => {
  const { spec } = smallest.named("stateful_set_v1", "kafka");
  expect(spec).toMatchObject({
    replicas: "1",
    service_name: "kafka",
    revision_history_limit: 3,
    persistent_volume_claim_retention_policy: [{ when_deleted: "Retain", when_scaled: "Retain" }],
    volume_claim_template: [
      {
        metadata: { name: "data", namespace: SITE.namespace },
        spec: { access_modes: ["ReadWriteOnce"], resources: { requests: { storage: "5120Mi" } } },
      },
    ],
  });
  expect(spec.volume_claim_template[0].spec).not.toHaveProperty("storage_class_name");
  expect(smallest.container("stateful_set_v1", "kafka").resources).toEqual({
    requests: { cpu: "200m", memory: "768Mi" },
    limits: { memory: "768Mi" },
  });
  expect(env["KAFKA_HEAP_OPTS"]).toBe("-Xms384m -Xmx384m");
});

test.each<[string, Partial<KafkaClusterProps>, Record<string, unknown>]>([
  ["image", { image: ContainerImage.of("kafka:9") }, { image: "kafka:9" }],
  ["cpu", { cpu: Cpu.cores(2) }, { cpu: "2" }],
  ["memory", { memory: Size.gibibytes(1) }, { memory: "1024Mi", limit: "1024Mi", heap: "-Xms512m -Xmx512m" }],
  ["heap", { heap: Size.mebibytes(500) }, { heap: "-Xms500m -Xmx500m" }],
  ["storage", { storage: Size.gibibytes(7) }, { storage: "7168Mi" }],
  ["storageClass", { storageClass: "fast" }, { storageClass: "fast" }],
  ["whenDestroyed", { whenDestroyed: "delete" }, { whenDeleted: "Delete" }],
  ["whenDestroyed, its default", { whenDestroyed: "keep" }, {}],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  const facts = (json: KubernetesJson) => {
    const { spec } = json.named("stateful_set_v1", "kafka");
    const { image, resources } = json.container("stateful_set_v1", "kafka");
    return {
      image,
      cpu: resources.requests.cpu,
      memory: resources.requests.memory,
      limit: resources.limits["memory"],
      heap: json.env("stateful_set_v1", "kafka")["KAFKA_HEAP_OPTS"],
      storage: spec.volume_claim_template[0].spec.resources.requests.storage,
      storageClass: spec.volume_claim_template[0].spec.storage_class_name,
      whenDeleted: spec.persistent_volume_claim_retention_policy[0].when_deleted,
      rest: JSON.stringify(json.resources("service_v1")),
    };
  };
  expect(differences(facts(smallest), facts(synth(change)))).toEqual(expected);
});

describe("names", () => {
  test("clients begin at the Service and are sent to the pod's own name, at the one port that is open", () => {
    const service = smallest.named("service_v1", "kafka");
    const [listener] = env["KAFKA_ADVERTISED_LISTENERS"]?.split(",") ?? [];
    const { spec } = smallest.named("stateful_set_v1", "kafka");
    expect(listener).toBe(`CLIENT://kafka-0.${spec.service_name}:${service.spec.port[0].port}`);
    expect(spec.service_name).toBe(service.metadata.name);
    expect(smallest.env("job_v1", "kafka-topics")["KAFKA_BROKERS"]).toBe("kafka:9092");
    expect(smallest.container("stateful_set_v1", "kafka").port).toEqual([
      { name: "kafka", container_port: 9092, protocol: "TCP" },
    ]);
  });

  test("they are known before the node is ready, which needs them to become it", () => {
    expect(smallest.named("service_v1", "kafka").spec).toMatchObject({
      cluster_ip: "None",
      publish_not_ready_addresses: true,
    });
  });

  test("there is no listener for programs on the machine", () => {
    expect(env["KAFKA_LISTENERS"]).not.toContain("MACHINE");
  });
});

test("data is on the claim, below its root, where a new file system has a directory of its own", () => {
  const mounts = smallest.container("stateful_set_v1", "kafka").volume_mount ?? [];
  const claim = mounts.find(({ name }) => name === "data");
  expect(env["KAFKA_LOG_DIRS"]?.startsWith(`${claim?.mount_path}/`)).toBe(true);
});

test("whatever else the image writes to is in memory that goes with the pod, and belongs to its group", () => {
  const { spec } = smallest.pod("stateful_set_v1", "kafka");
  const mounts = smallest.container("stateful_set_v1", "kafka").volume_mount ?? [];
  const empty = (spec.volume ?? []).filter((volume) => volume.empty_dir).map(({ name }) => name);
  expect(
    mounts
      .filter(({ name }) => empty.includes(name))
      .map((mount) => mount.mount_path)
      .sort(),
  ).toEqual(["/opt/kafka/config", "/opt/kafka/logs", "/tmp"]);
  expect(spec.security_context).toMatchObject({ run_as_user: "1000", run_as_group: "1000", fs_group: "1000" });
});

test("ready is what answers for its metadata; after that a look at the port is enough", () => {
  const {
    startup_probe: startup,
    readiness_probe: readiness,
    liveness_probe: liveness,
  } = smallest.container("stateful_set_v1", "kafka");
  expect(startup?.exec?.command).toEqual([
    "env",
    "KAFKA_HEAP_OPTS=-Xmx64m",
    "/opt/kafka/bin/kafka-topics.sh",
    "--bootstrap-server",
    "127.0.0.1:9092",
    "--list",
  ]);
  // A JVM must have the time to start, and a broker that was killed the time to read its segments.
  expect(startup).toMatchObject({ timeout_seconds: 20, period_seconds: 5, failure_threshold: 120 });
  expect(readiness?.tcp_socket).toEqual([{ port: "9092" }]);
  expect(liveness?.tcp_socket).toEqual([{ port: "9092" }]);
  expect(smallest.pod("stateful_set_v1", "kafka").spec.termination_grace_period_seconds).toBe(60);
});

test("the broker takes the largest message of any topic", () => {
  expect(env["KAFKA_MESSAGE_MAX_BYTES"]).toBe(String(MAX_DEAD_LETTER_BYTES));
});

describe("order", () => {
  test("the topics wait for the broker, which waits for its Service; what was granted waits for the topics", () => {
    expect(smallest.dependencies(smallest.job("kafka-topics"))).toEqual(["stateful_set_v1/kafka"]);
    expect(smallest.named("stateful_set_v1", "kafka").wait_for_rollout).toBe(true);
    expect(smallest.dependencies(smallest.named("stateful_set_v1", "kafka"))).toEqual(["service_v1/kafka"]);
    expect(smallest.job("kafka-topics").wait_for_completion).toBe(true);
  });

  test("a topic that changes makes another Job", () => {
    const jobs = [smallest, synth({}, { retention: Duration.hours(25) })].map((json) => json.job("kafka-topics"));
    expect(new Set(jobs.map(({ metadata }) => metadata.name)).size).toBe(2);
  });
});

describe("network", () => {
  test("nobody reaches the broker but who makes the topics and who was granted one", () => {
    const policies = synthOnSite((stack, site) => {
      const kafka = new KafkaCluster(stack, "Kafka", site, PROPS);
      kafka.addTopic(LOGS);
      const client = new PodGroup(stack, site, "client");
      for (const { endpoint } of [kafka.grantProduce("logs"), kafka.grantConsume("logs", "group")]) {
        if (endpoint) client.allowTo(endpoint);
      }
    }).policies();
    expect(Object.keys(policies).sort()).toEqual([
      "client-to-kafka",
      "kafka-from-client",
      "kafka-from-kafka-topics",
      "kafka-topics-to-kafka",
    ]);
    expect(policies["kafka-from-client"]?.spec.ingress?.[0]?.ports).toEqual([{ port: "9092", protocol: "TCP" }]);
  });
});

describe("what cannot work is refused", () => {
  test("a heap that leaves too little beside it", () => {
    expect(() => synth({ heap: Size.mebibytes(512) })).not.toThrow();
    expect(() => synth({ heap: Size.mebibytes(513) })).toThrow(
      new ConfigurationError([
        "Kafka: 'memory' (768 MiB) must be at least 769 MiB: 'heap' (513 MiB) and 256 MiB beside it; give more memory or lower the heap",
      ]),
    );
  });

  test("topics that may keep more than there is storage for", () => {
    expect(() => synth({}, { retentionBytes: Size.gibibytes(1) })).not.toThrow();
    expect(() => synth({}, { retentionBytes: Size.mebibytes(1025) })).toThrow(
      "[stack/Kafka] Kafka: 'storage' (5 GiB) is too small for what its topics may keep: 'logs' 4 x (1025 MiB + a segment of 128 MiB) is 4612 MiB, and nine tenths of it are 4608 MiB; give more storage or lower 'retentionBytes'",
    );
  });
});
