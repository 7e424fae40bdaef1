import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { parseContentSettings } from "../../contract/content-settings";
import { parseCredentialsSettings } from "../../contract/credentials-settings";
import { dataStreamName, LOG_FILES, TOPIC } from "../../contract/names";
import { MAX_DEAD_LETTER_BYTES, MAX_MESSAGE_BYTES } from "../../contract/size-limits";
import { parseTopicsSettings } from "../../contract/topics";
import { allEnvironments } from "../../environments";
import { dev } from "../../environments/dev";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { contentOf, parseContentFile } from "../support/content";
import { IMAGES } from "../support/environments";
import type { KubernetesJson, PodJson } from "../support/kubernetes-json";
import { brokenRelations, flows, foreignSecrets, letIn } from "../support/kubernetes-relations";
import { pipelineOf, synth, without, WITHOUT_KIBANA, workloadsOf } from "./synthesized-stacks";

function devWith(change: Partial<EnvironmentConfig>, platform: Partial<KubernetesPlatform> = {}): EnvironmentConfig {
  return { ...dev, platform: { ...dev.platform, ...platform }, ...change };
}

let platform: KubernetesJson;
let pipeline: KubernetesJson;
beforeAll(() => {
  const stacks = synth(dev);
  platform = stacks["dev-platform"] as KubernetesJson;
  pipeline = stacks["dev-pipeline"] as KubernetesJson;
});

describe("the platform", () => {
  test("is one namespace, and all that needs a right beyond it", () => {
    expect(platform.names()).toEqual(["namespace_v1/log-pipeline-dev"]);
    const scoped = pipeline
      .names()
      .filter((name) => /cluster_role|namespace_v1|priority_class|storage_class/.test(name));
    expect(scoped).toEqual([]);
  });

  test("is not there where the namespace is", () => {
    const given = devWith({}, { namespace: { name: "given", create: false } });
    expect(Object.keys(synth(given))).toEqual(["dev-pipeline"]);
  });
});

test("the workloads, and no other", () => {
  expect(workloadsOf(pipeline)).toEqual([
    "consumer",
    "content",
    "credentials",
    "elasticsearch",
    "filebeat",
    "gateway",
    "jaeger",
    "kafka",
    "kafka-topics",
    "kibana",
    "kibana-content",
    "orders",
    "payments",
  ]);
});

test("everything that is referred to is there", () => {
  expect(brokenRelations(pipeline, [])).toEqual([]);
});

test("everything is in the environment's namespace", () => {
  const { resource } = JSON.parse(pipeline.json) as {
    resource: Record<string, Record<string, { metadata: { namespace: string; labels: Record<string, string> } }>>;
  };
  const all = Object.values(resource).flatMap((objects) => Object.values(objects));
  expect(new Set(all.map(({ metadata }) => metadata.namespace))).toEqual(new Set(["log-pipeline-dev"]));
  expect(new Set(all.map(({ metadata }) => metadata.labels["app.kubernetes.io/instance"]))).toEqual(new Set(["dev"]));
  expect(new Set(all.map(({ metadata }) => metadata.labels["app.kubernetes.io/part-of"]))).toEqual(
    new Set(["log-pipeline"]),
  );
});

describe("flows", () => {
  /** The one table of who may reach whom: client, server, port. */
  const GRANTED = [
    "consumer > elasticsearch:9200",
    "consumer > kafka:9092",
    "content > elasticsearch:9200",
    "credentials > api-server:443,6443",
    "filebeat > kafka:9092",
    "gateway > jaeger:4318",
    "gateway > orders:8080",
    "kafka-topics > kafka:9092",
    "kibana > elasticsearch:9200",
    "kibana-content > kibana:5601",
    "orders > jaeger:4318",
    "orders > payments:8080",
    "payments > jaeger:4318",
  ];

  test("are those that were granted, and no other", () => {
    expect(flows(pipeline)).toEqual(GRANTED);
  });

  test("nothing is let in from outside of the namespace", () => {
    expect(letIn(pipeline)).toEqual([]);
  });

  test("but Prometheus, where its namespace is named", () => {
    const json = pipelineOf(devWith({}, { monitoringNamespace: "monitoring" }));
    for (const [component, port] of [
      ["consumer", "9464"],
      ["filebeat", "9465"],
    ]) {
      expect(json.policies()[`${component}-from-monitoring`]?.spec.ingress).toEqual([
        {
          from: [{ namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "monitoring" } } }],
          ports: [{ port, protocol: "TCP" }],
        },
      ]);
    }
    expect(Object.keys(json.policies())).toHaveLength(Object.keys(pipeline.policies()).length + 2);
  });

  test("deny is the rule, for every pod and both ways; names may be looked up", () => {
    expect(pipeline.named("network_policy_v1", "deny-all").spec).toEqual({
      pod_selector: {},
      policy_types: ["Ingress", "Egress"],
    });
    const dns = pipeline.named("network_policy_v1", "allow-dns").spec as { egress: { ports: unknown }[] };
    expect(dns.egress.map(({ ports }) => ports)).toEqual([
      [
        { port: "53", protocol: "UDP" },
        { port: "53", protocol: "TCP" },
      ],
    ]);
  });
});

describe("programs understand what they are told", () => {
  const paths = (json: PodJson) =>
    json.spec.container.flatMap((one) => (one.volume_mount ?? []).map((m) => m.mount_path));

  test("the consumer", () => {
    const settings = parseConsumerSettings(pipeline.env("deployment_v1", "consumer"));
    expect(settings).toMatchObject({
      KAFKA_BROKERS: ["kafka:9092"],
      KAFKA_TOPIC: TOPIC.logs,
      KAFKA_DEAD_LETTER_TOPIC: TOPIC.deadLetters,
      ELASTICSEARCH_URLS: ["http://elasticsearch:9200"],
      ELASTICSEARCH_DATA_STREAM: dataStreamName("dev"),
      DRAIN_DEADLINE_MS: dev.consumer.drainDeadline.toMilliseconds(),
    });
    const pod = pipeline.pod("deployment_v1", "consumer");
    expect(pod.spec.termination_grace_period_seconds * 1000).toBeGreaterThan(settings.DRAIN_DEADLINE_MS);
    expect(paths(pod)).toContain((settings.ELASTICSEARCH_PASSWORD_FILE ?? "").replace(/\/[^/]*$/, ""));
  });

  test("the content program", () => {
    const { CONTENT_FILE, CONTENT_ALLOW } = parseContentSettings(pipeline.env("job_v1", "content"));
    expect([CONTENT_FILE, CONTENT_ALLOW]).toEqual(["/etc/log-pipeline/content.json", []]);
    expect(parseContentFile(pipeline.file("content", "content.json"))).toEqual(contentOf(dev));
  });

  test("the topics program, which makes both topics as the environment says", () => {
    const { TOPICS } = parseTopicsSettings(pipeline.env("job_v1", "kafka-topics"));
    expect(TOPICS.map(({ name, partitions }) => [name, partitions])).toEqual([
      [TOPIC.logs, dev.kafka.logs.partitions],
      [TOPIC.deadLetters, 1],
    ]);
    expect(TOPICS.map(({ config }) => config["max.message.bytes"])).toEqual([
      String(MAX_MESSAGE_BYTES),
      String(MAX_DEAD_LETTER_BYTES),
    ]);
    expect(TOPICS.map(({ config }) => config["message.timestamp.type"])).toEqual(["LogAppendTime", "LogAppendTime"]);
  });

  test("the credentials program, which makes every Secret that anything refers to, and Terraform none", () => {
    const { users } = parseCredentialsSettings(pipeline.env("job_v1", "credentials")).CREDENTIALS;
    expect(users.length).toBeGreaterThan(2);
    expect(foreignSecrets(pipeline)).toEqual([]);
    expect(pipeline.json).not.toContain('"kubernetes_secret');
  });

  test("Filebeat reads what the services write, on every node", () => {
    const config = parse(pipeline.file("filebeat", "filebeat.yml")) as { "filebeat.inputs": { paths: string[] }[] };
    expect(config["filebeat.inputs"].map(({ paths: globs }) => globs)).toEqual([[LOG_FILES]]);
    const nodePath = (kind: string, name: string) =>
      (pipeline.pod(kind, name).spec.volume ?? []).find((volume) => volume.name === "logs")?.host_path?.path;
    expect(nodePath("daemon_set_v1", "filebeat")).toBe(dev.platform.nodeDirectories.logs);
    for (const service of ["gateway", "orders", "payments"]) {
      expect(nodePath("stateful_set_v1", service)).toBe(dev.platform.nodeDirectories.logs);
    }
  });
});

describe("facts", () => {
  test("Kibana is there where its image is", () => {
    const json = pipelineOf(dev, WITHOUT_KIBANA);
    expect(pipeline.names()).toContain("deployment_v1/kibana");
    expect(json.names().filter((name) => name.includes("kibana"))).toEqual([]);
    expect(json.json).not.toContain("kibana");
  });

  test("sample services are there where they are asked for", () => {
    const names = pipelineOf(without(dev, "sampleServices")).names();
    expect(names.filter((name) => /gateway|orders|payments/.test(name))).toEqual([]);
    expect(names).toContain("daemon_set_v1/filebeat");
  });

  test("consumers are as many as the load needs, or as were said", () => {
    const scaled = pipelineOf(
      devWith({ consumer: { ...dev.consumer, autoscaling: { minReplicas: 2, maxReplicas: 4 } } }),
    );
    expect(scaled.named("deployment_v1", "consumer").spec).not.toHaveProperty("replicas");
    expect(scaled.named("horizontal_pod_autoscaler_v2", "consumer").spec).toMatchObject({
      min_replicas: 2,
      max_replicas: 4,
    });
    expect(pipeline.named("deployment_v1", "consumer").spec).toHaveProperty("replicas", "2");
    expect(pipeline.resources("horizontal_pod_autoscaler_v2")).toEqual([]);
  });

  test("images of ours come from the environment's registry, others from theirs", () => {
    const images = {
      ...IMAGES,
      consumer: "log-pipeline/consumer:1.6",
      sampleServices: "log-pipeline/sample-services:1.7",
    };
    const json = pipelineOf(devWith({}, { imageRegistry: "registry.test/team" }), images);
    const image = (kind: string, name: string) => json.container(kind, name).image;
    expect(image("deployment_v1", "consumer")).toBe("registry.test/team/consumer:1.6");
    expect(image("job_v1", "content")).toBe("registry.test/team/consumer:1.6");
    expect(image("stateful_set_v1", "gateway")).toBe("registry.test/team/sample-services:1.7");
    expect(image("stateful_set_v1", "kafka")).toBe(IMAGES.kafka);
  });
});

describe("the cluster", () => {
  const providerOf = (json: KubernetesJson) =>
    (JSON.parse(json.json) as { provider: { kubernetes: Record<string, unknown>[] } }).provider.kubernetes[0] ?? {};

  test("is the one of the facts in every stack, and nothing ambient decides", () => {
    for (const stack of [platform, pipeline]) {
      expect(providerOf(stack)).toEqual({
        ...Object.fromEntries(Object.keys(providerOf(stack)).map((setting) => [setting, ""])),
        insecure: false,
        config_path: "../../../.local/cluster/kubeconfig",
        config_context: "log-pipeline",
      });
      for (const ambient of [
        "host",
        "token",
        "client_certificate",
        "client_key",
        "cluster_ca_certificate",
        "proxy_url",
      ]) {
        expect(providerOf(stack)).toHaveProperty(ambient, "");
      }
    }
  });

  test("can be the one that Terraform itself runs in", () => {
    const { host, token, config_path } = providerOf(pipelineOf(devWith({}, { cluster: "in-cluster" })));
    expect(host).toBe("https://kubernetes.default.svc");
    expect(token).toBe('${file("/var/run/secrets/kubernetes.io/serviceaccount/token")}');
    expect(config_path).toBe("");
  });
});

test("a preview shares neither a namespace nor a directory of the node nor a state with what it is made from", () => {
  const preview = allEnvironments("pr-42")[1] as EnvironmentConfig;
  const stacks = synth(preview);
  expect(Object.keys(stacks)).toEqual(["dev-pr-42-pipeline", "dev-pr-42-platform"]);
  const json = stacks["dev-pr-42-pipeline"] as KubernetesJson;
  const directories = (one: KubernetesJson) =>
    one
      .workloads()
      .flatMap(({ pod: { spec } }) => (spec.volume ?? []).flatMap(({ host_path }) => host_path?.path ?? []));
  const own = new Set(directories(pipeline));
  expect(directories(json).length).toBe(directories(pipeline).length);
  expect(directories(json).filter((path) => own.has(path))).toEqual([]);
  expect(json.json).toContain("/state/dev-pr-42-pipeline.tfstate");
  expect(json.resources("service_v1").every(({ metadata }) => metadata.namespace === "log-pipeline-dev-pr-42")).toBe(
    true,
  );
});
