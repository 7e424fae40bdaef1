import { describe, expect, test } from "@jest/globals";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Construct } from "constructs";
import { LogConsumer, type LogConsumerProps } from "../../../constructs/consumer/deployment";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Duration } from "../../../constructs/core/duration";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { externalEndpoint, PodGroup } from "../../../constructs/kubernetes/network";
import type { KubernetesSiteProps } from "../../../constructs/kubernetes/site";
import { parseConsumerSettings, renderConsumerSettings } from "../../../contract/consumer-settings";
import { MAX_DEAD_LETTER_BYTES, MAX_MESSAGE_BYTES } from "../../../contract/size-limits";
import { differences } from "../../support/differences";
import { type KubernetesJson, SITE, synthOnSite } from "../../support/kubernetes-json";
import { brokenRelations } from "../../support/kubernetes-relations";

const KAFKA = { bootstrapServers: ["a:9092", "b:9092"], ready: [] };
const PROPS: LogConsumerProps = {
  image: ContainerImage.of("consumer:1"),
  replicas: 1,
  memory: Size.mebibytes(320),
  source: { ...KAFKA, topic: "logs", group: "readers", partitions: 4, maxMessageBytes: MAX_MESSAGE_BYTES },
  deadLetters: { ...KAFKA, topic: "dead", maxMessageBytes: MAX_DEAD_LETTER_BYTES },
  elasticsearch: {
    urls: ["http://one:9200", "http://two:9200"],
    indexing: "data-stream",
    dataStream: "logs-app-test",
    deadLetterStream: "logs-app.dead_letter-test",
    ready: [],
  },
  after: [],
};
const KIND = "deployment_v1";
const NAME = "consumer";

function synth(change: Partial<LogConsumerProps> = {}, site: Partial<KubernetesSiteProps> = {}): KubernetesJson {
  return synthOnSite((stack, on) => void new LogConsumer(stack, "Consumer", on, { ...PROPS, ...change }), site);
}

const smallest = synth();
const { spec } = smallest.named(KIND, NAME);
const container = smallest.container(KIND, NAME);
const settingsOf = (json: KubernetesJson) => parseConsumerSettings(json.env(KIND, NAME));

test("one consumer is a Deployment and nothing else", () => {
  expect(smallest.names().filter((name) => !name.startsWith("network_policy_v1/"))).toEqual(["deployment_v1/consumer"]);
  expect(smallest.policies()).toEqual({});
  expect(brokenRelations(smallest)).toEqual([]);
});

test("defaults by value", () => {
  expect(smallest.named(KIND, NAME)).toMatchObject({ wait_for_rollout: true });
  expect(spec).toMatchObject({
    replicas: "1",
    strategy: { type: "RollingUpdate", rolling_update: { max_surge: "0", max_unavailable: "1" } },
  });
  expect(container).toMatchObject({
    image: "consumer:1",
    resources: { requests: { cpu: "250m", memory: "320Mi" }, limits: { memory: "320Mi" } },
  });
  expect(container).not.toHaveProperty("command");
  expect(smallest.pod(KIND, NAME).spec).toMatchObject({
    termination_grace_period_seconds: 30,
    automount_service_account_token: false,
    security_context: { run_as_user: "1000", run_as_group: "1000", run_as_non_root: true },
  });
  expect(smallest.pod(KIND, NAME).spec).not.toHaveProperty("volume");
});

test("its pods prefer different nodes", () => {
  expect(smallest.pod(KIND, NAME).spec.topology_spread_constraint).toEqual([
    {
      max_skew: 1,
      topology_key: "kubernetes.io/hostname",
      when_unsatisfiable: "ScheduleAnyway",
      label_selector: [{ match_labels: spec.selector.match_labels }],
    },
  ]);
});

describe("its settings", () => {
  test("are what the construct was told, and the program's own defaults agree with the construct's", () => {
    const stated = {
      KAFKA_BROKERS: ["a:9092", "b:9092"],
      KAFKA_TOPIC: "logs",
      KAFKA_DEAD_LETTER_TOPIC: "dead",
      KAFKA_GROUP: "readers",
      ELASTICSEARCH_URLS: ["http://one:9200", "http://two:9200"],
      ELASTICSEARCH_DATA_STREAM: "logs-app-test",
      ELASTICSEARCH_DEAD_LETTER_STREAM: "logs-app.dead_letter-test",
    } as const;
    expect(settingsOf(smallest)).toMatchObject(stated);
    expect(settingsOf(smallest)).toEqual(parseConsumerSettings(renderConsumerSettings(stated)));
  });

  const SECURE = {
    tls: { ca: SecretRef.of("kafka-ca", "ca.crt") },
    credentials: {
      mechanism: "SCRAM-SHA-256" as const,
      username: "reader",
      password: SecretRef.of("kafka-user", "password"),
    },
  };
  const secure = synth({
    source: { ...PROPS.source, ...SECURE },
    deadLetters: { ...PROPS.deadLetters, ...SECURE },
    elasticsearch: {
      ...PROPS.elasticsearch,
      urls: ["https://one:9200"],
      ca: SecretRef.of("elasticsearch-ca", "tls.crt"),
      credentials: { username: "indexer", password: SecretRef.of("elasticsearch-user", "secret") },
    },
  });

  test("have who it is and whom it trusts", () => {
    expect(differences(settingsOf(smallest), settingsOf(secure))).toEqual({
      KAFKA_TLS: true,
      KAFKA_CA_FILE: expect.anything(),
      KAFKA_SASL_MECHANISM: "SCRAM-SHA-256",
      KAFKA_USERNAME: "reader",
      KAFKA_PASSWORD_FILE: expect.anything(),
      ELASTICSEARCH_URLS: ["https://one:9200"],
      ELASTICSEARCH_CA_FILE: expect.anything(),
      ELASTICSEARCH_USERNAME: "indexer",
      ELASTICSEARCH_PASSWORD_FILE: expect.anything(),
    });
  });

  test.each([
    ["KAFKA_CA_FILE", "kafka-ca/ca.crt"],
    ["KAFKA_PASSWORD_FILE", "kafka-user/password"],
    ["ELASTICSEARCH_CA_FILE", "elasticsearch-ca/tls.crt"],
    ["ELASTICSEARCH_PASSWORD_FILE", "elasticsearch-user/secret"],
  ] as const)("%s is a file of a Secret, of which nothing else is mounted", (setting, reference) => {
    const [secret, key] = reference.split("/");
    const { spec: pod } = secure.pod(KIND, NAME);
    const mounts = (secure.container(KIND, NAME).volume_mount ?? []).filter(
      ({ mount_path: path }) => settingsOf(secure)[setting] === `${path}/${key}`,
    );
    expect(mounts).toMatchObject([{ read_only: true }]);
    expect((pod.volume ?? []).find(({ name }) => name === mounts[0]?.name)?.secret).toMatchObject({
      secret_name: secret,
      items: [{ key, path: key }],
      default_mode: "0440",
    });
    expect(brokenRelations(secure)).toEqual([]);
  });

  test("may have both passwords in one Secret", () => {
    const password = (key: string) => SecretRef.of("passwords", key);
    const credentials = { ...SECURE.credentials, password: password("kafka") };
    const json = synth({
      source: { ...PROPS.source, credentials },
      deadLetters: { ...PROPS.deadLetters, credentials },
      elasticsearch: {
        ...PROPS.elasticsearch,
        credentials: { username: "indexer", password: password("elasticsearch") },
      },
    });
    expect(brokenRelations(json)).toEqual([]);
    expect(json.pod(KIND, NAME).spec.volume).toMatchObject([
      { secret: { items: [{ key: "kafka" }, { key: "elasticsearch" }] } },
    ]);
  });

  test("are refused at synth where the program would refuse them", () => {
    expect(() => synth({ elasticsearch: { ...PROPS.elasticsearch, urls: ["elasticsearch:9200"] } })).toThrow(
      'ELASTICSEARCH_URLS ("elasticsearch:9200") at 0: ',
    );
  });
});

test.each<[string, Partial<LogConsumerProps>, Record<string, unknown>]>([
  ["image", { image: ContainerImage.of("consumer:9") }, { image: "consumer:9" }],
  ["memory", { memory: Size.mebibytes(400) }, { memory: "400Mi", limit: "400Mi" }],
  ["cpu", { cpu: Cpu.cores(1) }, { cpu: "1" }],
  ["replicas", { replicas: 3 }, { replicas: "3", budgets: 1 }],
  ["drainDeadline", { drainDeadline: Duration.seconds(7) }, { DRAIN_DEADLINE_MS: 7_000, grace: 17 }],
  ["gracePeriod", { gracePeriod: Duration.seconds(95) }, { grace: 95 }],
  ["batchAge", { batchAge: Duration.seconds(2) }, { BATCH_MAX_AGE_MS: 2_000 }],
  ["batchSize", { batchSize: Size.mebibytes(1) }, { BATCH_MAX_BYTES: 1_048_576 }],
  ["source", { source: { ...PROPS.source, topic: "other" } }, { KAFKA_TOPIC: "other" }],
  ["metrics", { metrics: "none" }, { annotations: undefined }],
  ["metrics, its default", { metrics: "annotations" }, {}],
])("'%s' alone changes what it names and nothing else", (_, change, expected) => {
  const facts = (json: KubernetesJson) => {
    const { image, resources } = json.container(KIND, NAME);
    const { metadata, spec: pod } = json.pod(KIND, NAME);
    return {
      ...settingsOf(json),
      image,
      cpu: resources.requests.cpu,
      memory: resources.requests.memory,
      limit: resources.limits["memory"],
      replicas: json.named(KIND, NAME).spec.replicas,
      grace: pod.termination_grace_period_seconds,
      // A list: the keys of an object would be looked at one by one.
      annotations: metadata.annotations && Object.entries(metadata.annotations),
      budgets: json.resources("pod_disruption_budget_v1").length,
      autoscalers: json.resources("horizontal_pod_autoscaler_v2").length,
    };
  };
  expect(differences(facts(smallest), facts(synth(change)))).toEqual(expected);
});

describe("probes and metrics", () => {
  const port = settingsOf(smallest).HTTP_PORT;

  test("are where the program serves them", () => {
    expect(container.port).toEqual([{ name: "http", container_port: port, protocol: "TCP" }]);
    for (const [probe, path] of [
      [container.startup_probe, "/livez"],
      [container.liveness_probe, "/livez"],
      [container.readiness_probe, "/readyz"],
    ] as const)
      expect(probe?.http_get).toEqual({ path, port: String(port) });
  });

  test("give a start a minute, and what is late as long as the program gives itself", () => {
    for (const probe of [container.startup_probe, container.liveness_probe])
      expect((probe?.period_seconds ?? 0) * (probe?.failure_threshold ?? 0)).toBe(60);
  });

  test("are announced to Prometheus, which is let in", () => {
    const json = synth({}, { monitoringNamespace: "prometheus" });
    expect(json.pod(KIND, NAME).metadata.annotations).toEqual({
      "prometheus.io/scrape": "true",
      "prometheus.io/port": String(port),
      "prometheus.io/path": "/metrics",
    });
    expect(json.policies()["consumer-from-monitoring"]?.spec.ingress).toEqual([
      {
        from: [{ namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "prometheus" } } }],
        ports: [{ port: String(port), protocol: "TCP" }],
      },
    ]);
    expect(brokenRelations(json)).toEqual([]);
  });

  test("are neither with metrics 'none'", () => {
    const json = synth({ metrics: "none" }, { monitoringNamespace: "prometheus" });
    expect(json.pod(KIND, NAME).metadata).not.toHaveProperty("annotations");
    expect(json.policies()).toEqual({});
  });
});

test.each([Duration.milliseconds(1), Duration.seconds(20), Duration.milliseconds(59_500)])(
  "with %s to drain, the platform waits longer before it kills",
  (drainDeadline) => {
    const json = synth({ drainDeadline });
    expect(json.pod(KIND, NAME).spec.termination_grace_period_seconds * 1000).toBeGreaterThanOrEqual(
      settingsOf(json).DRAIN_DEADLINE_MS + 10_000,
    );
  },
);

describe("its network", () => {
  test("is open to what it was granted, on both sides", () => {
    const json = synthOnSite((stack, site) => {
      const endpoint = (name: string, port: number) =>
        new PodGroup(new Construct(stack, name), site, name).endpoint([port]);
      const kafka = endpoint("kafka", 9092);
      new LogConsumer(stack, "Consumer", site, {
        ...PROPS,
        source: { ...PROPS.source, endpoint: kafka },
        deadLetters: { ...PROPS.deadLetters, endpoint: kafka },
        elasticsearch: { ...PROPS.elasticsearch, endpoint: endpoint("elasticsearch", 9200) },
      });
    });
    expect(Object.keys(json.policies()).sort()).toEqual([
      "consumer-to-elasticsearch",
      "consumer-to-kafka",
      "elasticsearch-from-consumer",
      "kafka-from-consumer",
    ]);
    for (const name of ["consumer-to-elasticsearch", "consumer-to-kafka"])
      expect(json.policies()[name]?.spec.pod_selector.match_labels).toEqual(spec.selector.match_labels);
  });

  test("may lead to two clusters outside", () => {
    const json = synth({
      source: { ...PROPS.source, endpoint: externalEndpoint("kafka", [9093]) },
      deadLetters: { ...PROPS.deadLetters, endpoint: externalEndpoint("dead-letters", [9094]) },
    });
    expect(Object.keys(json.policies()).sort()).toEqual(["consumer-to-dead-letters", "consumer-to-kafka"]);
  });
});

test("it waits for Kafka, Elasticsearch and what else must be there first", () => {
  const json = synthOnSite((stack, site) => {
    const ready = (name: string) => [new ConfigMapV1(stack, name, { metadata: site.metadata(name) })];
    new LogConsumer(stack, "Consumer", site, {
      ...PROPS,
      source: { ...PROPS.source, ready: ready("source") },
      deadLetters: { ...PROPS.deadLetters, ready: ready("dead-letters") },
      elasticsearch: { ...PROPS.elasticsearch, ready: ready("elasticsearch") },
      after: ready("content"),
    });
  });
  expect(json.dependencies(json.named(KIND, NAME))).toEqual(
    ["content", "dead-letters", "elasticsearch", "source"].map((name) => `config_map_v1/${name}`),
  );
});

describe("more than one", () => {
  const three = synth({ replicas: 3 });

  test("are never all taken from their nodes at once", () => {
    const [budget] = three.resources("pod_disruption_budget_v1");
    expect(budget).toMatchObject({
      metadata: { name: NAME, namespace: SITE.namespace },
      spec: { max_unavailable: "1", selector: { match_labels: spec.selector.match_labels } },
    });
    expect(three.resources("horizontal_pod_autoscaler_v2")).toEqual([]);
  });

  test.each([
    [4, 4],
    [1, 1],
  ])("%d read %d partitions", (replicas, partitions) => {
    const json = synth({ replicas, source: { ...PROPS.source, partitions } });
    expect(json.named(KIND, NAME).spec.replicas).toBe(String(replicas));
  });

  test.each<[number, string]>([
    [
      5,
      "'replicas' (5) must be at most the partitions of topic 'logs' (4): the others would have nothing to read; lower it or add partitions",
    ],
    [0, "'replicas' (0) must be a whole number of at least 1"],
    [1.5, "'replicas' (1.5) must be a whole number of at least 1"],
  ])("%d are refused", (replicas, message) => {
    expect(() => synth({ replicas })).toThrow(new ConfigurationError([message]));
  });
});

describe("autoscaled", () => {
  const autoscaling = { minReplicas: 2, maxReplicas: 4 };
  const json = synth({ autoscaling });
  const autoscalerOf = (from: KubernetesJson) => from.named("horizontal_pod_autoscaler_v2", NAME).spec;

  test("the number is the autoscaler's to state, not the Deployment's", () => {
    expect(json.named(KIND, NAME).spec).not.toHaveProperty("replicas");
    expect(autoscalerOf(json)).toMatchObject({ min_replicas: 2, max_replicas: 4 });
    expect(json.resources("horizontal_pod_autoscaler_v2")).toHaveLength(1);
  });

  test("it is about this Deployment", () => {
    expect(autoscalerOf(json).scale_target_ref).toEqual({
      api_version: "apps/v1",
      kind: "Deployment",
      name: json.named(KIND, NAME).metadata.name,
    });
  });

  test("it adds by processor time, at 70 % unless told otherwise", () => {
    const at = (percent: number) => [
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", average_utilization: percent } },
      },
    ];
    expect(autoscalerOf(json).metric).toEqual(at(70));
    expect(autoscalerOf(synth({ autoscaling: { ...autoscaling, cpuUtilization: 45 } })).metric).toEqual(at(45));
  });

  test("it takes away late, and both in one step: each change is a rebalance", () => {
    const step = { select_policy: "Max", policy: [{ type: "Percent", value: 100, period_seconds: 60 }] };
    expect(autoscalerOf(json).behavior).toEqual({
      scale_up: [{ ...step, stabilization_window_seconds: 60 }],
      scale_down: [{ ...step, stabilization_window_seconds: 900 }],
    });
  });

  test("a disruption budget is there if there may be more than one", () => {
    const budgets = (maxReplicas: number) =>
      synth({ autoscaling: { minReplicas: 1, maxReplicas } }).resources("pod_disruption_budget_v1");
    expect(budgets(2)).toHaveLength(1);
    expect(budgets(1)).toHaveLength(0);
  });

  test.each<[object, string[]]>([
    [
      { maxReplicas: 5 },
      [
        "'autoscaling.maxReplicas' (5) must be at most the partitions of topic 'logs' (4): the others would have nothing to read; lower it or add partitions",
      ],
    ],
    [
      { minReplicas: 4, maxReplicas: 3 },
      ["'autoscaling.minReplicas' (4) must be at most 'autoscaling.maxReplicas' (3): lower the one or raise the other"],
    ],
    [{ minReplicas: 0 }, ["'autoscaling.minReplicas' (0) must be a whole number of at least 1"]],
    [{ cpuUtilization: 0 }, ["'autoscaling.cpuUtilization' (0) must be a whole number of at least 1"]],
  ])("%j is refused", (change, messages) => {
    expect(() => synth({ autoscaling: { ...autoscaling, ...change } })).toThrow(new ConfigurationError(messages));
  });

  test("both bounds may be the same, and one for each partition", () => {
    expect(autoscalerOf(synth({ autoscaling: { minReplicas: 4, maxReplicas: 4 } }))).toMatchObject({
      min_replicas: 4,
      max_replicas: 4,
    });
  });
});

describe("what cannot work is refused", () => {
  const killed = (grace: string, drain: string) =>
    `'gracePeriod' (${grace}) must be longer than 'drainDeadline' (${drain}): it would be killed while it still delivers; raise the one or lower the other`;

  test("a grace period that is not longer than the drain", () => {
    expect(() => synth({ gracePeriod: Duration.seconds(20) })).toThrow(new ConfigurationError([killed("20s", "20s")]));
    const longer = { gracePeriod: Duration.milliseconds(20_001) };
    expect(synth(longer).pod(KIND, NAME).spec.termination_grace_period_seconds).toBe(21);
    expect(() => synth({ ...longer, drainDeadline: Duration.seconds(30) })).toThrow(killed("20001ms", "30s"));
  });

  test("two clusters of Kafka, or two users of one", () => {
    const user = (username: string) => ({
      mechanism: "SCRAM-SHA-512" as const,
      username,
      password: SecretRef.of("kafka", "password"),
    });
    expect(() =>
      synth({
        source: { ...PROPS.source, credentials: user("reader") },
        deadLetters: { ...PROPS.deadLetters, bootstrapServers: ["c:9092"], credentials: user("writer") },
      }),
    ).toThrow(
      new ConfigurationError([
        "KAFKA_BROKERS is 'a:9092,b:9092' for topic 'logs' and 'c:9092' for topic 'dead': the consumer is one client of Kafka; grant both to one user of one cluster",
        "KAFKA_USERNAME is 'reader' for topic 'logs' and 'writer' for topic 'dead': the consumer is one client of Kafka; grant both to one user of one cluster",
      ]),
    );
  });

  test("all at once", () => {
    const wrong = {
      replicas: 5,
      gracePeriod: Duration.seconds(1),
      deadLetters: { ...PROPS.deadLetters, tls: {} },
    };
    expect(() => synth(wrong)).toThrow(
      new ConfigurationError([
        "'replicas' (5) must be at most the partitions of topic 'logs' (4): the others would have nothing to read; lower it or add partitions",
        killed("1s", "20s"),
        "KAFKA_TLS is 'not set' for topic 'logs' and 'true' for topic 'dead': the consumer is one client of Kafka; grant both to one user of one cluster",
      ]),
    );
  });
});
