import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { parseContentSettings } from "../../contract/content-settings";
import { durationText } from "../../contract/elasticsearch-units";
import { parseCredentialsSettings } from "../../contract/credentials-settings";
import { dataStreamName, TOPIC } from "../../contract/names";
import { parseTopicsSettings } from "../../contract/topics";
import { managed } from "../../environments/examples/managed";
import { production } from "../../environments/production";
import { bodyOf, parseContentFile, pathsOf } from "../support/content";
import { allCustomResources } from "../support/custom-resources";
import { changed } from "../support/environments";
import type { KubernetesJson } from "../support/kubernetes-json";
import { brokenRelations, flows, foreignSecrets, letIn } from "../support/kubernetes-relations";
import { required } from "../support/synthesized";
import { pipelineOf, synth, WITHOUT_KIBANA, workloadsOf } from "./synthesized-stacks";

const { kafka, elasticsearch } = managed.platform;
const BROKERS = [1, 2, 3].map((broker) => `b-${broker}.kafka.example.com:9096`);
const SEARCH = "https://search.example.com:9243";

/** Secrets of users whom those who run it have made. */
const KAFKA_USERS = ["kafka-user-filebeat", "kafka-user-log-consumer", "kafka-user-topics"];
const ELASTICSEARCH_USERS = ["consumer", "content", "kibana", "kibana-content"].map(
  (user) => `elasticsearch-user-${user}`,
);
const INGRESS_SECRETS = ["kibana-oidc-client", "kibana-tls"];

const TO_KAFKA = ["consumer", "filebeat", "kafka-topics"].map((client) => `${client} > kafka@10.20.0.0/16:9096`);
const TO_ELASTICSEARCH = ["consumer", "content", "kibana"].map((client) => `${client} > elasticsearch:9243`);
const TO_OWN = [
  "credentials > api-server:443,6443",
  "kibana-content > kibana:5601",
  "oidc-proxy > kibana:5601",
  "oidc-proxy > oidc-provider:443",
];
const OF_STRIMZI = [
  "consumer > kafka-kafka:9093",
  "filebeat > kafka-kafka:9093",
  "kafka-cruise-control > kafka-kafka:9091",
  "kafka-entity-operator > api-server:443,6443",
  "kafka-entity-operator > kafka-cruise-control:9090",
  "kafka-entity-operator > kafka-kafka:9091",
  "kafka-kafka > api-server:443,6443",
  "kafka-kafka > kafka-kafka:9090,9091",
];
const OF_ECK = [
  "consumer > elasticsearch:9200",
  "content > elasticsearch:9200",
  "elasticsearch > elasticsearch:9200,9300",
  "elasticsearch > object-storage:443",
  "kibana > elasticsearch:9200",
];

/** How a program proves to a Kafka that somebody else runs who it is, and where its password comes from. */
function importedKafkaOf(json: KubernetesJson, kind: string, component: string) {
  const { KAFKA_PASSWORD_FILE: password, KAFKA_BROKERS, ...env } = json.env(kind, component);
  return {
    brokers: KAFKA_BROKERS?.split(","),
    tls: env["KAFKA_TLS"],
    mechanism: env["KAFKA_SASL_MECHANISM"],
    user: env["KAFKA_USERNAME"],
    password: json.secretFile(kind, component, required(password, "password")),
    authority: env["KAFKA_CA_FILE"],
  };
}

function asUser(user: string) {
  return {
    brokers: BROKERS,
    tls: "true",
    mechanism: "SCRAM-SHA-512",
    user,
    password: `kafka-user-${user}/password`,
    // Of a public one.
    authority: undefined,
  };
}

describe("Kafka and Elasticsearch that somebody else runs", () => {
  let platform: KubernetesJson;
  let pipeline: KubernetesJson;
  beforeAll(() => {
    const stacks = synth(managed);
    expect(Object.keys(stacks)).toEqual(["managed-pipeline", "managed-platform"]);
    platform = stacks["managed-platform"] as KubernetesJson;
    pipeline = stacks["managed-pipeline"] as KubernetesJson;
  });

  test("need neither an operator nor Helm", () => {
    expect(platform.names()).toEqual(["namespace_v1/log-pipeline"]);
    for (const stack of [platform, pipeline]) {
      const { provider, resource } = JSON.parse(stack.json) as Record<"provider" | "resource", Record<string, unknown>>;
      expect(Object.keys(provider)).toEqual(["kubernetes"]);
      expect(Object.keys(resource)).not.toContain("helm_release");
    }
  });

  test("leave these workloads, and no other", () => {
    expect(workloadsOf(pipeline)).toEqual([
      "consumer",
      "content",
      "content-heal",
      "credentials",
      "filebeat",
      "jaeger",
      "kafka-topics",
      "kibana",
      "kibana-content",
      "kibana-content-heal",
      "oidc-proxy",
    ]);
  });

  test("everything that is referred to is there, but for the users' Secrets", () => {
    const given = [...ELASTICSEARCH_USERS, ...KAFKA_USERS, ...INGRESS_SECRETS];
    expect(foreignSecrets(pipeline)).toEqual(given);
    expect(brokenRelations(pipeline, given)).toEqual([]);
  });

  test("are reached by those who were granted it, at the addresses that are named", () => {
    expect(flows(pipeline)).toEqual([...TO_KAFKA, ...TO_ELASTICSEARCH, ...TO_OWN].sort());
    const named = pipelineOf(changed(managed, { "platform.elasticsearch.cidrs": ["10.30.0.0/16", "10.31.0.0/16"] }));
    const toElasticsearch = ["consumer", "content", "kibana"].flatMap((client) =>
      ["10.30.0.0/16", "10.31.0.0/16"].map((cidr) => `${client} > elasticsearch@${cidr}:9243`),
    );
    expect(flows(named)).toEqual([...TO_KAFKA, ...toElasticsearch, ...TO_OWN].sort());
  });

  test("nothing is let in from outside but people, Prometheus and spans", () => {
    expect(letIn(pipeline)).toEqual([
      "ingress-controller > oidc-proxy:4180",
      "monitoring > consumer:9464",
      "monitoring > filebeat:9465",
      "shop > jaeger:4318",
    ]);
  });

  test("topics are made there, by TLS and as a user of their own", () => {
    const settings = parseTopicsSettings(pipeline.env("job_v1", "kafka-topics"));
    expect(settings).toMatchObject({ KAFKA_TLS: true, KAFKA_USERNAME: "topics" });
    expect(importedKafkaOf(pipeline, "job_v1", "kafka-topics")).toEqual(asUser("topics"));
    const { logs } = production.kafka;
    expect(
      settings.TOPICS.map(({ name, partitions, replicationFactor }) => [name, partitions, replicationFactor]),
    ).toEqual([
      [TOPIC.logs, logs.partitions, logs.replicationFactor],
      [TOPIC.deadLetters, 1, logs.replicationFactor],
    ]);
    for (const [kind, name] of [
      ["daemon_set_v1", "filebeat"],
      ["deployment_v1", "consumer"],
    ] as const) {
      const waits = pipeline.dependencies(pipeline.named(kind, name)).map((one) => one.replace(/-[0-9a-f]{8}$/, ""));
      expect([name, waits]).toEqual([name, expect.arrayContaining(["job_v1/kafka-topics"])]);
    }
  });

  test("unless they are there", () => {
    const json = pipelineOf(
      changed(managed, { "platform.kafka.manageTopics": false, "platform.kafka.credentials": undefined }),
    );
    expect(workloadsOf(json)).toEqual(workloadsOf(pipeline).filter((name) => name !== "kafka-topics"));
    expect(foreignSecrets(json)).not.toContain("kafka-user-topics");
  });

  test("the consumer reaches the given hosts, as its own users", () => {
    const settings = parseConsumerSettings(pipeline.env("deployment_v1", "consumer"));
    expect(settings).toMatchObject({
      KAFKA_TLS: true,
      ELASTICSEARCH_URLS: [SEARCH],
      ELASTICSEARCH_USERNAME: "consumer",
      ELASTICSEARCH_DATA_STREAM: dataStreamName("managed"),
    });
    expect(settings).not.toHaveProperty("ELASTICSEARCH_CA_FILE");
    expect(importedKafkaOf(pipeline, "deployment_v1", "consumer")).toEqual(asUser("log-consumer"));
    const file = required(settings.ELASTICSEARCH_PASSWORD_FILE, "password");
    expect(pipeline.secretFile("deployment_v1", "consumer", file)).toBe("elasticsearch-user-consumer/password");
  });

  test("so does Filebeat", () => {
    const { output } = parse(pipeline.file("filebeat", "filebeat.yml")) as { output: { kafka: object } };
    const { hosts, ...more } =
      asUser("filebeat").brokers.length > 0 ? { hosts: asUser("filebeat").brokers } : { hosts: [] };
    expect(more).toEqual({});
    expect(output.kafka).toMatchObject({
      hosts: BROKERS,
      ssl: { enabled: true },
      sasl: { mechanism: "SCRAM-SHA-512" },
      username: "filebeat",
    });
    expect(output.kafka).not.toHaveProperty("ssl.certificate_authorities");
    expect(Object.values(pipeline.env("daemon_set_v1", "filebeat"))).toContain("kafka-user-filebeat/password");
  });

  test("the content program makes indices there, and no snapshots, which are whose the cluster is", () => {
    expect(parseContentSettings(pipeline.env("job_v1", "content"))).toMatchObject({
      ELASTICSEARCH_URLS: [SEARCH],
      ELASTICSEARCH_USERNAME: "content",
    });
    const content = parseContentFile(pipeline.file("content", "content.json"));
    const phases = {
      delete: { min_age: durationText(production.elasticsearch.lifecycle.deleteAfter.toMilliseconds()) },
    };
    expect(bodyOf(content, "_ilm/policy", "logs-app")).toMatchObject({ policy: { phases } });
    expect(pathsOf(content).filter((path) => path.includes("_slm") || path.includes("_snapshot"))).toEqual([]);
    expect(JSON.stringify(content)).not.toContain("wait_for_snapshot");
  });

  test("no password of theirs is made here, only keys", () => {
    const { users, keys, fileRealm } = parseCredentialsSettings(pipeline.env("job_v1", "credentials")).CREDENTIALS;
    expect(users).toEqual([]);
    expect(fileRealm).toBeUndefined();
    expect(keys.map(({ secret }) => secret)).toEqual(["kibana-keys", "oidc-proxy"]);
  });

  test("without a user who may manage it, nothing is put into Kibana, and it is there", () => {
    const json = pipelineOf(changed(managed, { "platform.elasticsearch.credentials.kibanaContent": undefined }));
    expect(workloadsOf(json).filter((name) => name.startsWith("kibana"))).toEqual(["kibana"]);
  });

  test("without a user for it, and without its image, there is no Kibana and no way to it", () => {
    for (const json of [
      pipelineOf(
        changed(managed, { "platform.elasticsearch.credentials.kibana": undefined, "platform.ingress": undefined }),
      ),
      pipelineOf(managed, WITHOUT_KIBANA),
    ]) {
      expect(json.json).not.toContain("kibana");
      expect(workloadsOf(json)).toEqual(["consumer", "content", "content-heal", "filebeat", "jaeger", "kafka-topics"]);
    }
  });
});

describe("production with one line changed", () => {
  test("to a Kafka that somebody else runs keeps its Elasticsearch", () => {
    const stacks = synth(changed(production, { "platform.kafka": kafka }));
    const json = stacks["production-pipeline"] as KubernetesJson;
    expect(stacks["production-platform"]?.releases().map(({ name }) => name)).toEqual(["elastic-operator"]);
    expect(kindsOf(json)).toEqual(["Elasticsearch", "Kibana", "Secret"]);
    expect(workloadsOf(json)).toEqual(
      [
        "consumer",
        "content",
        "content-heal",
        "credentials",
        "filebeat",
        "jaeger",
        "kafka-topics",
        "kibana-content",
        "kibana-content-heal",
        "oidc-proxy",
      ].sort(),
    );
    expect(brokenRelations(json, [...KAFKA_USERS, ...INGRESS_SECRETS, "snapshot-credentials"])).toEqual([]);
    expect(flows(json)).toEqual([...TO_KAFKA, ...OF_ECK, ...TO_OWN].sort());
    expect(letIn(json)).toEqual([
      "ingress-controller > oidc-proxy:4180",
      "log-pipeline-operators > elasticsearch:9200",
      "monitoring > consumer:9464",
      "monitoring > filebeat:9465",
      "shop > jaeger:4318",
    ]);
    expect(importedKafkaOf(json, "deployment_v1", "consumer")).toEqual(asUser("log-consumer"));
  });

  test("to an Elasticsearch that somebody else runs keeps its Kafka", () => {
    const stacks = synth(changed(production, { "platform.elasticsearch": elasticsearch }));
    const json = stacks["production-pipeline"] as KubernetesJson;
    const operators = stacks["production-platform"]?.releases().map(({ name }) => name);
    expect(operators).toEqual(["strimzi-cluster-operator", "strimzi-crds"]);
    expect(kindsOf(json)).toEqual(["Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser"]);
    expect(workloadsOf(json)).toEqual(
      [
        "consumer",
        "content",
        "content-heal",
        "credentials",
        "filebeat",
        "jaeger",
        "kibana",
        "kibana-content",
        "kibana-content-heal",
        "oidc-proxy",
      ].sort(),
    );
    expect(brokenRelations(json, [...ELASTICSEARCH_USERS, ...INGRESS_SECRETS])).toEqual([]);
    expect(flows(json)).toEqual([...OF_STRIMZI, ...TO_ELASTICSEARCH, ...TO_OWN].sort());
    expect(parseConsumerSettings(json.env("deployment_v1", "consumer"))).toMatchObject({
      KAFKA_BROKERS: ["kafka-kafka-bootstrap:9093"],
      ELASTICSEARCH_URLS: [SEARCH],
    });
  });
});

function kindsOf(json: KubernetesJson): string[] {
  return [...new Set(allCustomResources(json.json).map(({ kind }) => kind))].sort();
}
