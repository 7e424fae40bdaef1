import { afterAll, describe, expect, test } from "@jest/globals";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { allEnvironments } from "../../../environments";
import type { EnvironmentConfig } from "../../../environments/environment";
import { dev } from "../../../environments/dev";
import { local } from "../../../environments/local";
import { production } from "../../../environments/production";
import { RULES } from "../../../tools/review/dangers";
import type { Snapshot } from "../../../tools/review/snapshot";
import { changed, IMAGES } from "../../support/environments";
import { allDangers, dangers, dangersIn, edited, isGrave, lacking, reviewed, snapshotOf } from "./reviewed";

/** Environments as they are, but for sizes, which synth would refuse to change alone. */
const [PRODUCTION, DEV, LOCAL] = [production, dev, local].map((environment: EnvironmentConfig) =>
  changed(environment, { workload: undefined, objectives: undefined }),
) as [EnvironmentConfig, EnvironmentConfig, EnvironmentConfig];

const snapshots = new Map(
  [PRODUCTION, DEV, LOCAL, production].map((environment) => [environment, snapshotOf([environment])] as const),
);

function base(environment: EnvironmentConfig): Snapshot {
  const snapshot = snapshots.get(environment);
  if (!snapshot) throw new Error(`there is no base of '${environment.name}'`);
  return snapshot;
}

const found = new Set<string>();

function noted(texts: readonly string[]): readonly string[] {
  for (const text of texts) found.add(text.split(" ")[1]?.replace(":", "") ?? "");
  return texts;
}

describe("facts of an environment that change", () => {
  const rows: readonly [
    what: string,
    environment: EnvironmentConfig,
    changes: Readonly<Record<string, unknown>>,
    there: readonly string[],
    back: readonly string[],
  ][] = [
    [
      "partitions",
      PRODUCTION,
      { "kafka.logs.partitions": 8 },
      ["danger partitions: topic app-logs: partitions: 12 → 8"],
      ["warning partitions: topic app-logs: partitions: 8 → 12"],
    ],
    [
      "replication",
      PRODUCTION,
      { "kafka.logs.replicationFactor": 2, "kafka.logs.minInSyncReplicas": 1 },
      [
        "danger topic-replication: topic app-logs: replication factor: 3 → 2",
        "danger topic-replication: topic app-logs-dead-letter: replication factor: 3 → 2",
        "danger topic-replication: topic app-logs: min.insync.replicas: 2 → 1",
        "danger topic-replication: topic app-logs-dead-letter: min.insync.replicas: 2 → 1",
      ],
      [],
    ],
    [
      "retention in Kafka",
      PRODUCTION,
      { "kafka.logs.retention": Duration.hours(12) },
      ["warning kafka-retention: topic app-logs: retention: 1 day → 12h"],
      [],
    ],
    [
      "bytes kept in Kafka",
      PRODUCTION,
      { "kafka.logs.retentionBytes": Size.gibibytes(50) },
      ["warning kafka-retention: topic app-logs: bytes kept of a partition: 103 GiB → 50 GiB"],
      [],
    ],
    [
      "retention of dead letters",
      PRODUCTION,
      { "kafka.deadLetters.retention": Duration.days(20) },
      ["warning kafka-retention: topic app-logs-dead-letter: retention: 30 days → 20 days"],
      [],
    ],
    ["brokers", PRODUCTION, { "kafka.brokers": 6 }, [], ["warning nodes-reduced: KafkaNodePool brokers: nodes: 6 → 3"]],
    [
      "claims of brokers",
      PRODUCTION,
      { "platform.claims.kafka": Size.gibibytes(2000) },
      [],
      ["danger claims: KafkaNodePool brokers: claim volume 0: 2000 GiB → 1500 GiB"],
    ],
    [
      "claims of Elasticsearch",
      PRODUCTION,
      { "platform.claims.elasticsearch": Size.gibibytes(1000) },
      ["danger claims: Elasticsearch elasticsearch: claim hot: 1664 GiB → 1000 GiB"],
      [],
    ],
    [
      "claims of a StatefulSet",
      DEV,
      { "platform.claims.kafka": Size.gibibytes(10) },
      ["warning claims: StatefulSet kafka: claim data: 5 GiB → 10 GiB"],
      ["danger claims: StatefulSet kafka: claim data: 10 GiB → 5 GiB"],
    ],
    [
      "when lines are deleted",
      PRODUCTION,
      { "elasticsearch.lifecycle.deleteAfter": Duration.days(7) },
      [
        "danger log-retention: lifecycle policy logs-app: how long lines are kept: 14 days to 15 days → 7 days to 8 days",
      ],
      [],
    ],
    [
      "when an index rolls over",
      PRODUCTION,
      { "elasticsearch.lifecycle.rolloverAge": Duration.hours(12) },
      [
        "danger log-retention: lifecycle policy logs-app: how long lines are kept: 14 days to 15 days → 14 days to 14 days 12h",
      ],
      [],
    ],
    [
      "when snapshots expire",
      PRODUCTION,
      { "platform.elasticsearch.snapshots.expireAfter": Duration.days(30) },
      ["danger log-retention: snapshot policy log-pipeline: how long snapshots are kept: 90 days → 30 days"],
      [],
    ],
    [
      "a tier",
      PRODUCTION,
      { "platform.elasticsearch.warm": undefined, "elasticsearch.lifecycle.warmAfter": undefined },
      ["danger stateful-removed: Elasticsearch elasticsearch: nodes warm: 6 nodes → none"],
      [],
    ],
    [
      "nodes of a tier",
      PRODUCTION,
      { "platform.elasticsearch.warm.nodes": 3 },
      ["warning nodes-reduced: Elasticsearch elasticsearch: nodes warm: 6 → 3"],
      [],
    ],
    [
      "no lifecycle and no snapshots",
      PRODUCTION,
      {
        "elasticsearch.lifecycle": undefined,
        "platform.elasticsearch.warm": undefined,
        "platform.elasticsearch.snapshots": undefined,
      },
      [
        "danger stateful-removed: Elasticsearch elasticsearch: nodes warm: 6 nodes → none",
        "danger content-removed: lifecycle policy logs-app: there → removed",
        "danger content-removed: snapshot policy log-pipeline: there → removed",
        "warning content-removed: snapshot repository log-pipeline: there → removed",
      ],
      [
        "warning network: NetworkPolicy elasticsearch-to-object-storage: flow: no such policy → allowed to anywhere, port 443",
      ],
    ],
    [
      "monthly indices",
      PRODUCTION,
      { "elasticsearch.indexing": "monthly" },
      ["warning content-removed: data stream logs-app-production: there → removed"],
      [
        "danger content-removed: component template logs-monthly@settings: there → removed",
        "danger content-removed: lifecycle policy logs-monthly: there → removed",
        "danger content-removed: index template logs-monthly: there → removed",
      ],
    ],
    [
      "who may send spans",
      PRODUCTION,
      { "tracing.fromNamespaces": ["shop", "other"] },
      [
        "warning network: NetworkPolicy jaeger-from-other: flow: no such policy → allowed from namespace (metadata.name=other), port 4318",
      ],
      [],
    ],
    [
      "who may read metrics",
      PRODUCTION,
      { "platform.monitoringNamespace": undefined },
      [],
      [
        "warning network: NetworkPolicy consumer-from-monitoring: flow: no such policy → allowed from namespace (metadata.name=monitoring), port 9464",
        "warning network: NetworkPolicy filebeat-from-monitoring: flow: no such policy → allowed from namespace (metadata.name=monitoring), port 9465",
      ],
    ],
    [
      "one consumer",
      PRODUCTION,
      { "consumer.replicas": 1, "consumer.autoscaling": undefined },
      ["warning disruption-budgets: PodDisruptionBudget consumer: at most 1 away → one pod only"],
      [],
    ],
    [
      "the state's place",
      PRODUCTION,
      { "state.bucket": "other" },
      [
        "danger terraform: terraform setting backend: state of production-pipeline: s3.bucket: log-pipeline-terraform-state → other",
        "danger terraform: terraform setting backend: state of production-platform: s3.bucket: log-pipeline-terraform-state → other",
      ],
      [
        "danger terraform: terraform setting backend: state of production-pipeline: s3.bucket: other → log-pipeline-terraform-state",
        "danger terraform: terraform setting backend: state of production-platform: s3.bucket: other → log-pipeline-terraform-state",
      ],
    ],
    [
      "the cluster",
      DEV,
      { "platform.cluster.context": "other" },
      ["danger terraform: terraform provider kubernetes: config_context: log-pipeline → other"],
      ["danger terraform: terraform provider kubernetes: config_context: other → log-pipeline"],
    ],
    ["memory", PRODUCTION, { "kafka.memory": Size.gibibytes(20) }, [], []],
    ["alerts", PRODUCTION, { "kibana.publicUrl": "https://other.example.com" }, [], []],
  ];

  test.each(rows)("%s", (_, environment, changes, there, back) => {
    const [before, after] = [base(environment), snapshotOf([changed(environment, changes)])];
    for (const [report, expected] of [
      [reviewed(before, after), there],
      [reviewed(after, before), back],
    ] as const) {
      expect(noted(dangersIn(report).filter(isGrave))).toEqual(expected);
      expect(report.environments.map(({ headline }) => headline)).not.toEqual(["no change"]);
    }
  });

  test("data that is kept no more: every protection that goes is named, and none when they come", () => {
    const kept = base(PRODUCTION);
    const taken = snapshotOf([changed(PRODUCTION, { "platform.claims.whenDestroyed": "delete" })]);
    const lifted = noted(dangers(kept, taken));
    expect(lifted).toHaveLength(12);
    expect(lifted).toEqual(
      expect.arrayContaining([
        "danger protections: Helm release kafka: protection lifecycle.prevent_destroy: true → nothing",
        "danger protections: Kafka kafka: protection helm.sh/resource-policy: keep → nothing",
        "danger protections: KafkaNodePool brokers: protection deleteClaim: false → true",
        "danger protections: Namespace log-pipeline: protection lifecycle.prevent_destroy: true → nothing",
      ]),
    );
    expect(dangers(taken, kept)).toEqual([]);
  });

  test("another namespace makes everything anew that has data", () => {
    const after = snapshotOf([changed(PRODUCTION, { "platform.namespace.name": "logs" })]);
    expect(noted(dangers(base(PRODUCTION), after))).toEqual(
      expect.arrayContaining([
        "danger stateful-removed: Namespace log-pipeline: metadata.name: log-pipeline → logs",
        "danger stateful-removed: Elasticsearch elasticsearch: metadata.namespace: log-pipeline → logs",
        "danger stateful-removed: KafkaNodePool brokers: metadata.namespace: log-pipeline → logs",
      ]),
    );
  });

  test("the way out to Kibana: closed it is no danger, opened it is", () => {
    const closed = snapshotOf([changed(PRODUCTION, { "platform.ingress": undefined, "kibana.publicUrl": undefined })]);
    expect(dangers(base(PRODUCTION), closed)).toEqual([]);
    expect(dangers(closed, base(PRODUCTION))).toContain(
      "warning network: Ingress kibana: from outside: not reached → reached",
    );
  });

  test("an outage that Kafka would bridge no more", () => {
    const shorter = edited(base(production), '\\"retention.ms\\":\\"86400000\\"', '\\"retention.ms\\":\\"36000000\\"');
    const longer = edited(base(production), /("kafkaBridgesOutageOf":\{"milliseconds":)\d+/, "$1172800000");
    expect(dangers(base(production), shorter)).toEqual([
      "danger kafka-retention: topic app-logs: retention: 1 day → 10h",
    ]);
    expect(dangers(base(production), longer)).toEqual([
      "danger kafka-retention: topic app-logs: retention: 1 day → 1 day",
    ]);
    expect(dangers(shorter, base(production))).toEqual([]);
  });
});

describe("versions", () => {
  const elasticsearch = (version: string) =>
    snapshotOf([PRODUCTION], { ...IMAGES, elasticsearch: `registry.test:5000/elasticsearch:${version}` });

  test.each([
    ["9.5.1", "danger"],
    ["9.6.0", "notice"],
    ["10.0.0", "warning"],
    ["11.0.0", "danger"],
  ])("Elasticsearch from 9.5.2 to %s is a %s", (version, severity) => {
    const all = noted(allDangers(base(PRODUCTION), elasticsearch(version)));
    expect(all.filter((text) => text.includes("versions"))).toEqual([
      `${severity} versions: Elasticsearch: 9.5.2 → ${version}`,
    ]);
  });

  test.each([
    ['"version":"1.2.0"', '"version":"1.1.0"', "danger versions: chart strimzi-kafka-operator: 1.2.0 → 1.1.0"],
    ['"version":"3.5.0"', '"version":"5.0.0"', "danger versions: chart eck-operator: 3.5.0 → 5.0.0"],
    ["4.3-IV0", "4.4-IV0", "warning versions: Kafka's metadataVersion: 4.3-IV0 → 4.4-IV0"],
    ["4.3-IV0", "4.2-IV0", "danger versions: Kafka's metadataVersion: 4.3-IV0 → 4.2-IV0"],
  ])("%s to %s", (from, to, danger) => {
    expect(dangers(base(PRODUCTION), edited(base(PRODUCTION), new RegExp(from, "g"), to))).toEqual([danger]);
  });
});

describe("what follows from code rather than from facts", () => {
  const inText = (json: string) => json.replaceAll('"', '\\"');

  const rows: readonly [
    what: string,
    environment: EnvironmentConfig,
    from: string,
    to: string,
    there: string[],
    back: string[],
  ][] = [
    [
      "the consumer's group",
      DEV,
      '{"name":"KAFKA_GROUP","value":"log-consumer"}',
      '{"name":"KAFKA_GROUP","value":"log-consumer-2"}',
      ["danger consumer-group: the consumer's group: log-consumer → log-consumer-2"],
      ["danger consumer-group: the consumer's group: log-consumer-2 → log-consumer"],
    ],
    [
      "the consumer's topic",
      DEV,
      '{"name":"KAFKA_TOPIC","value":"app-logs"}',
      '{"name":"KAFKA_TOPIC","value":"app-logs-2"}',
      ["danger consumer-group: the topic that the consumer reads: app-logs → app-logs-2"],
      ["danger consumer-group: the topic that the consumer reads: app-logs-2 → app-logs"],
    ],
    [
      "a topic's name",
      DEV,
      inText('[{"name":"app-logs",'),
      inText('[{"name":"app-lines",'),
      ["danger topic-removed: topic app-logs: declared → gone"],
      ["danger topic-removed: topic app-lines: declared → gone"],
    ],
    [
      "a field's type",
      DEV,
      inText('"level":{"type":"keyword","ignore_above":1024}'),
      inText('"level":{"type":"long"}'),
      ["danger mapping: component template logs-app@mappings: type of field log.level: keyword → long"],
      ["danger mapping: component template logs-app@mappings: type of field log.level: long → keyword"],
    ],
    [
      "a field",
      DEV,
      inText('"level":{"type":"keyword","ignore_above":1024},'),
      "",
      ["warning mapping: component template logs-app@mappings: field log.level: keyword → not mapped"],
      [],
    ],
    [
      "what becomes of other fields",
      DEV,
      inText('"mappings":{"dynamic":false'),
      inText('"mappings":{"dynamic":"strict"'),
      ["danger mapping: component template logs-app@mappings: fields that are not mapped: false → strict"],
      [],
    ],
    [
      "copies of indices",
      PRODUCTION,
      inText('"number_of_replicas":"1"'),
      inText('"number_of_replicas":"0"'),
      ["danger index-copies: component template logs-app@settings: replicas of a shard: 1 → 0"],
      [],
    ],
    [
      "waiting for snapshots",
      PRODUCTION,
      inText('"wait_for_snapshot":{"policy":"log-pipeline"},'),
      "",
      [
        "danger log-retention: lifecycle policy logs-app: deletes only what a snapshot has: waits for log-pipeline → waits for none",
      ],
      [],
    ],
    [
      "a dashboard's name",
      DEV,
      inText('"name":"log-pipeline-errors"'),
      inText('"name":"log-pipeline-faults"'),
      ["warning content-removed: dashboard log-pipeline-errors: there → removed"],
      ["warning content-removed: dashboard log-pipeline-faults: there → removed"],
    ],
    [
      "a peer",
      DEV,
      '"from":[{"pod_selector":{"match_labels":{"app.kubernetes.io/instance":"dev","app.kubernetes.io/name":"consumer"}}}]',
      '"from":[{"namespace_selector":{}}]',
      [
        expect.stringMatching(
          /^danger network: NetworkPolicy \S+: flow: not allowed → allowed from namespace \(all\), port \d+$/,
        ) as never,
      ],
      [],
    ],
    [
      "a port of the machine's",
      LOCAL,
      '"internal":9094,"ip":"127.0.0.1"',
      '"internal":9094,"ip":"0.0.0.0"',
      ["danger network: container log-pipeline-local-kafka: address of port 9094/tcp: 127.0.0.1 → 0.0.0.0"],
      [],
    ],
    [
      "the budget of brokers",
      PRODUCTION,
      inText('"podDisruptionBudget":{"maxUnavailable":1}'),
      inText('"podDisruptionBudget":{"maxUnavailable":2}'),
      ["warning disruption-budgets: Kafka kafka: pods that may be away at once: 1 → 2"],
      [],
    ],
    [
      "offsets of Kafka's own",
      PRODUCTION,
      inText('"offsets.topic.replication.factor":3'),
      inText('"offsets.topic.replication.factor":1'),
      ["danger topic-replication: Kafka's own offsets.topic.replication.factor: 3 → 1"],
      [],
    ],
    [
      "a volume's name",
      LOCAL,
      '"name":"log-pipeline-local-kafka-data"',
      '"name":"log-pipeline-local-broker-data"',
      [
        "danger stateful-removed: volume log-pipeline-local-kafka-data: name: log-pipeline-local-kafka-data → log-pipeline-local-broker-data",
      ],
      [
        "danger stateful-removed: volume log-pipeline-local-broker-data: name: log-pipeline-local-broker-data → log-pipeline-local-kafka-data",
      ],
    ],
    [
      "a construct's place",
      DEV,
      '"Kafka_DE2CE4FA":{',
      '"Broker_Kafka_DE2CE4FA":{',
      [
        "danger stateful-removed: StatefulSet kafka: address in Terraform's state: kubernetes_stateful_set_v1.Kafka_DE2CE4FA → kubernetes_stateful_set_v1.Broker_Kafka_DE2CE4FA",
      ],
      [
        "danger stateful-removed: StatefulSet kafka: address in Terraform's state: kubernetes_stateful_set_v1.Broker_Kafka_DE2CE4FA → kubernetes_stateful_set_v1.Kafka_DE2CE4FA",
      ],
    ],
    [
      "Pod Security",
      PRODUCTION,
      '"pod-security.kubernetes.io/enforce":"restricted"',
      '"pod-security.kubernetes.io/enforce":"baseline"',
      ["warning network: Namespace log-pipeline-operators: Pod Security Standard: restricted → baseline"],
      [],
    ],
  ];

  test.each(rows)("%s", (_, environment, from, to, there, back) => {
    const [before, after] = [base(environment), edited(base(environment), from, to)];
    expect(noted(dangers(before, after))).toEqual(there);
    expect(noted(dangers(after, before))).toEqual(back);
  });

  test.each([
    [
      "kubernetes_network_policy_v1",
      "Site_DenyAll",
      DEV,
      "danger network: NetworkPolicy deny-all: what denies everything: Ingress and Egress → nothing denied",
    ],
    [
      "kubernetes_pod_disruption_budget_v1",
      "Consumer",
      PRODUCTION,
      "danger disruption-budgets: PodDisruptionBudget consumer: at most 1 away → no limit",
    ],
    ["kubernetes_stateful_set_v1", "Kafka", DEV, "danger stateful-removed: StatefulSet kafka: deployed → removed"],
    [
      "docker_volume",
      "Site_Volume-kafka-data",
      LOCAL,
      "danger stateful-removed: volume log-pipeline-local-kafka-data: deployed → removed",
    ],
  ])("no %s %s any more", (type, name, environment, danger) => {
    expect(noted(dangers(base(environment), lacking(base(environment), type, name)))).toEqual([danger]);
    expect(dangers(lacking(base(environment), type, name), base(environment))).toEqual([]);
  });

  test("a secret in plain sight is told of, and not shown", () => {
    const after = edited(
      base(DEV),
      '{"name":"KAFKA_GROUP","value":"log-consumer"}',
      '{"name":"KAFKA_GROUP","value":"log-consumer"},{"name":"KAFKA_PASSWORD","value":"hunter2"}',
    );
    expect(noted(dangers(base(DEV), after))).toEqual([
      "danger plain-secrets: Deployment consumer: a secret in plain sight at container.env.KAFKA_PASSWORD: value of 'KAFKA_PASSWORD' (withheld here)",
    ]);
    expect(JSON.stringify(reviewed(base(DEV), after))).not.toContain("hunter2");
    expect(dangers(after, base(DEV))).toEqual([]);
  });

  test("an environment that is in the code no more is one danger, and one that is new is none", () => {
    const none: Snapshot = { ...base(DEV), stacks: {}, facts: {} };
    expect(noted(dangers(base(DEV), none))).toEqual(["warning terraform: environment dev: in the code → gone"]);
    expect(dangers(none, base(DEV))).toEqual([]);
  });
});

test("nothing is found where nothing changes, and facts that stand in another order are no change", () => {
  const all = allEnvironments();
  const reversed = (value: unknown): unknown =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, one]) => [key, reversed(one)]),
        )
      : value;
  const report = reviewed(snapshotOf(all), snapshotOf(all.map((one) => reversed(one) as EnvironmentConfig)));
  expect(
    report.environments.map(({ environment, headline, dangers: found, facts }) => [
      environment,
      headline,
      found,
      facts,
    ]),
  ).toEqual(["dev", "local", "production", "staging"].map((name) => [name, "no change", [], []]));
});

afterAll(() => {
  // Every rule is found by something above, or it could be broken without anybody's notice.
  expect([...found].filter((name) => name !== "").sort()).toEqual(RULES.map(({ name }) => name).sort());
});
