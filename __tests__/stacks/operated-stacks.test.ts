import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { SecretRef } from "../../constructs/core/secret-ref";
import type { ElasticsearchResource, KibanaResource } from "../../constructs/elasticsearch/eck/custom-resources";
import type { Kafka, KafkaNodePool, KafkaTopic, KafkaUser } from "../../constructs/kafka/strimzi/custom-resources";
import type { CustomResource } from "../../constructs/kubernetes/custom-resources";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { parseContentSettings } from "../../contract/content-settings";
import { durationText, sizeText } from "../../contract/elasticsearch-units";
import { parseCredentialsSettings } from "../../contract/credentials-settings";
import { dataStreamName, LOG_FILES, TOPIC } from "../../contract/names";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { imageSet } from "../../images/image-set";
import { referencesIn } from "../../tools/images/digests";
import { bodyOf, contentOf, parseContentFile } from "../support/content";
import { allCustomResources, customResources, objectsOfKind } from "../support/custom-resources";
import { changed, IMAGES } from "../support/environments";
import { KubernetesJson } from "../support/kubernetes-json";
import { brokenRelations, flows, foreignSecrets, letIn } from "../support/kubernetes-relations";
import { required, unescaped } from "../support/synthesized";
import { pipelineOf, synth, WITHOUT_KIBANA, workloadsOf } from "./synthesized-stacks";

const OF_SERVICES = ["gateway", "orders", "payments"];

/** Secrets that somebody puts there before. */
const GIVEN = ["kibana-oidc-client", "kibana-tls", "snapshot-credentials"];

/** What runs a command of the consumer's image. */
const OF_CONSUMER = ["consumer", "content", "content-heal", "credentials", "kibana-content", "kibana-content-heal"];

const withoutHash = (name: string) => name.replace(/-[0-9a-f]{8}$/, "");

describe.each([
  { environment: production, services: [] as string[] },
  { environment: staging, services: OF_SERVICES },
])("$environment.name", ({ environment, services }) => {
  const { name, platform: facts } = environment;
  const namespace = facts.namespace.name;
  let platform: KubernetesJson;
  let pipeline: KubernetesJson;
  beforeAll(() => {
    const stacks = synth(environment);
    expect(Object.keys(stacks)).toEqual([`${name}-pipeline`, `${name}-platform`]);
    platform = stacks[`${name}-platform`] as KubernetesJson;
    pipeline = stacks[`${name}-pipeline`] as KubernetesJson;
  });

  describe("there are", () => {
    test("two namespaces, the operators, and their definitions", () => {
      const operators = facts.operators.namespace.name;
      expect(platform.names()).toEqual([`namespace_v1/${namespace}`, `namespace_v1/${operators}`]);
      expect(platform.releases().map((one) => [one.name, one.namespace])).toEqual([
        ["elastic-operator", operators],
        ["strimzi-cluster-operator", operators],
        ["strimzi-crds", operators],
      ]);
    });

    test("the workloads, and no other", () => {
      expect(workloadsOf(pipeline)).toEqual(
        [
          "consumer",
          "content",
          "content-heal",
          "credentials",
          "filebeat",
          "jaeger",
          "kibana-content",
          "kibana-content-heal",
          "oidc-proxy",
          ...services,
        ].sort(),
      );
    });

    test("what is beside them, and nothing else", () => {
      const others = pipeline
        .names()
        .filter((one) => !/^(network_policy|job|cron_job|deployment|daemon_set|stateful_set)_v1\//.test(one));
      expect(others).toEqual(
        [
          "config_map_v1/content",
          "config_map_v1/filebeat",
          "config_map_v1/kibana-content",
          "horizontal_pod_autoscaler_v2/consumer",
          "ingress_v1/kibana",
          "pod_disruption_budget_v1/consumer",
          "pod_disruption_budget_v1/kibana",
          "pod_disruption_budget_v1/oidc-proxy",
          "role_binding_v1/credentials",
          "role_v1/credentials",
          "service_account_v1/credentials",
          "service_v1/jaeger",
          "service_v1/oidc-proxy",
          ...services.map((service) => `service_v1/${service}`),
        ].sort(),
      );
    });

    test("three releases of our own chart, each with its objects", () => {
      const releases = pipeline.releases();
      expect(new Set(releases.map(({ chart }) => chart.replace(/^(\.\.\/)+/, "")))).toEqual(
        new Set(["charts/custom-resources"]),
      );
      const carried = releases.map((release): [string, string[]] => [
        release.name,
        customResources(pipeline.json, release.name).map(({ kind, metadata }) => `${kind}/${metadata.name}`),
      ]);
      expect(Object.fromEntries(carried)).toEqual({
        kafka: [
          "Kafka/kafka",
          "KafkaNodePool/brokers",
          "KafkaNodePool/controllers",
          "KafkaTopic/app-logs",
          "KafkaTopic/app-logs-dead-letter",
          "KafkaUser/filebeat",
          "KafkaUser/log-consumer",
        ],
        elasticsearch: ["Secret/elasticsearch-roles", "Elasticsearch/elasticsearch"],
        kibana: ["Kibana/kibana"],
      });
    });

    test("as many nodes and partitions as the facts say", () => {
      const objects = allCustomResources(pipeline.json);
      const [elasticsearch] = objectsOfKind<ElasticsearchResource>(objects, "Elasticsearch");
      const [kibana] = objectsOfKind<KibanaResource>(objects, "Kibana");
      const { masters, warm } = facts.elasticsearch;
      expect(
        Object.fromEntries(
          objectsOfKind<KafkaNodePool>(objects, "KafkaNodePool").map((one) => [one.metadata.name, one.spec.replicas]),
        ),
      ).toEqual({ brokers: environment.kafka.brokers, controllers: facts.kafka.controllers.nodes });
      expect(elasticsearch?.spec.nodeSets.map((set) => [set.name, set.count])).toEqual([
        ["masters", masters.nodes],
        ["hot", environment.elasticsearch.nodes],
        ["warm", warm.nodes],
      ]);
      expect(kibana?.spec.count).toBe(environment.kibana.replicas);
      expect(
        objectsOfKind<KafkaTopic>(objects, "KafkaTopic").map(({ spec }) => [
          spec.topicName,
          spec.partitions,
          spec.replicas,
        ]),
      ).toEqual([
        [TOPIC.logs, environment.kafka.logs.partitions, environment.kafka.logs.replicationFactor],
        [TOPIC.deadLetters, 1, environment.kafka.logs.replicationFactor],
      ]);
    });
  });

  test("everything is in the environment's namespace, and says whose it is", () => {
    const { resource } = JSON.parse(pipeline.json) as {
      resource: Record<string, Record<string, Partial<CustomResource>>>;
    };
    const ours = Object.entries(resource).flatMap(([type, objects]) =>
      type === "helm_release" ? [] : Object.values(objects),
    );
    const metadata = [...ours, ...allCustomResources(pipeline.json)].map(
      (one) => one.metadata as { namespace?: string; labels: Record<string, string> },
    );
    const spaces = [...metadata, ...pipeline.releases()].map((one) => one.namespace);
    expect(new Set(spaces)).toEqual(new Set([namespace]));
    expect(new Set(metadata.map(({ labels }) => labels["app.kubernetes.io/instance"]))).toEqual(new Set([name]));
    expect(new Set(metadata.map(({ labels }) => labels["app.kubernetes.io/part-of"]))).toEqual(
      new Set(["log-pipeline"]),
    );
  });

  describe("everything that is referred to", () => {
    test("is there", () => {
      expect(brokenRelations(pipeline, GIVEN)).toEqual([]);
    });

    test("is made here or by an operator, but for the Secrets that the facts name", () => {
      expect(foreignSecrets(pipeline)).toEqual(GIVEN);
      expect(secretsOf(facts)).toEqual(GIVEN);
      expect(pipeline.json).not.toContain('"kubernetes_secret');
    });

    test("is waited for where it is made here", () => {
      const waits = (one: { readonly depends_on?: readonly string[] }) => pipeline.dependencies(one).map(withoutHash);
      expect(
        Object.fromEntries([
          ...pipeline.releases().map((one) => [one.name, waits(one)] as const),
          ...["consumer", "oidc-proxy"].map((one) => [one, waits(pipeline.named("deployment_v1", one))] as const),
          ["content", waits(pipeline.job("content"))] as const,
          ["content-heal", waits(pipeline.named("cron_job_v1", "content-heal"))] as const,
          ["filebeat", waits(pipeline.named("daemon_set_v1", "filebeat"))] as const,
          ["ingress", waits(pipeline.named("ingress_v1", "kibana"))] as const,
        ]),
      ).toEqual({
        kafka: [],
        elasticsearch: ["job_v1/credentials"],
        kibana: ["helm_release/elasticsearch", "job_v1/credentials"],
        content: ["config_map_v1/content", "helm_release/elasticsearch"],
        "content-heal": ["job_v1/content"],
        consumer: ["helm_release/elasticsearch", "helm_release/kafka", "job_v1/content"],
        filebeat: ["config_map_v1/filebeat", "helm_release/kafka"],
        "oidc-proxy": ["helm_release/kibana", "job_v1/credentials"],
        ingress: ["deployment_v1/oidc-proxy"],
      });
    });
  });

  describe("flows", () => {
    /** The one table of who may reach whom: client, server, port. */
    const GRANTED = [
      "consumer > elasticsearch:9200",
      "consumer > kafka-kafka:9093",
      "content > elasticsearch:9200",
      "credentials > api-server:443,6443",
      "elasticsearch > elasticsearch:9200,9300",
      "elasticsearch > object-storage:443",
      "filebeat > kafka-kafka:9093",
      "kafka-cruise-control > kafka-kafka:9091",
      "kafka-entity-operator > api-server:443,6443",
      "kafka-entity-operator > kafka-cruise-control:9090",
      "kafka-entity-operator > kafka-kafka:9091",
      "kafka-kafka > api-server:443,6443",
      "kafka-kafka > kafka-kafka:9090,9091",
      "kibana > elasticsearch:9200",
      "kibana-content > kibana:5601",
      "oidc-proxy > kibana:5601",
      "oidc-proxy > oidc-provider:443",
    ];
    const AMONG_SERVICES = [
      "gateway > jaeger:4318",
      "gateway > orders:8080",
      "orders > jaeger:4318",
      "orders > payments:8080",
      "payments > jaeger:4318",
    ];

    test("are those that were granted, and no other", () => {
      expect(flows(pipeline)).toEqual([...GRANTED, ...(services.length > 0 ? AMONG_SERVICES : [])].sort());
    });

    test("come in from outside at three places, and from everybody where Strimzi shows metrics", () => {
      expect(letIn(pipeline)).toEqual([
        "everybody > kafka-kafka:9404",
        `${facts.ingress.controllerNamespace} > oidc-proxy:4180`,
        `${facts.operators.namespace.name} > elasticsearch:9200`,
        `${facts.monitoringNamespace} > consumer:9464`,
        `${facts.monitoringNamespace} > filebeat:9465`,
        "shop > jaeger:4318",
      ]);
    });

    test("to Kafka are its clients', by the listener's own list", () => {
      const [kafka] = objectsOfKind<Kafka>(allCustomResources(pipeline.json), "Kafka");
      const peers = kafka?.spec.kafka.listeners.map(({ port, networkPolicyPeers }) => [port, networkPolicyPeers]);
      const podsOf = (component: string) => ({
        podSelector: {
          matchLabels: { "app.kubernetes.io/name": component, "app.kubernetes.io/instance": name },
        },
      });
      expect(peers).toEqual([[9093, [podsOf("consumer"), podsOf("filebeat")]]]);
    });

    test("are denied by default, for every pod and both ways", () => {
      expect(pipeline.named("network_policy_v1", "deny-all").spec).toEqual({
        pod_selector: {},
        policy_types: ["Ingress", "Egress"],
      });
    });
  });

  describe("programs understand what they are told", () => {
    const source = (kind: string, component: string, path: string | undefined) =>
      pipeline.secretFile(kind, component, required(path, "path"));

    test("the consumer: by TLS, each with its own user", () => {
      const settings = parseConsumerSettings(pipeline.env("deployment_v1", "consumer"));
      expect(settings).toMatchObject({
        KAFKA_BROKERS: ["kafka-kafka-bootstrap:9093"],
        KAFKA_TLS: true,
        KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
        KAFKA_USERNAME: "log-consumer",
        KAFKA_TOPIC: TOPIC.logs,
        KAFKA_DEAD_LETTER_TOPIC: TOPIC.deadLetters,
        KAFKA_GROUP: "log-consumer",
        ELASTICSEARCH_URLS: [`https://elasticsearch-es-http.${namespace}.svc:9200`],
        ELASTICSEARCH_USERNAME: `index-${dataStreamName(name)}`,
        ELASTICSEARCH_DATA_STREAM: dataStreamName(name),
        DRAIN_DEADLINE_MS: environment.consumer.drainDeadline.toMilliseconds(),
        BATCH_MAX_BYTES: environment.consumer.batchSize.toBytes(),
      });
      const files = {
        KAFKA_CA_FILE: "kafka-cluster-ca-cert/ca.crt",
        KAFKA_PASSWORD_FILE: "kafka-user-log-consumer/password",
        ELASTICSEARCH_CA_FILE: "elasticsearch-es-http-certs-public/ca.crt",
        ELASTICSEARCH_PASSWORD_FILE: `elasticsearch-user-index-${dataStreamName(name)}/password`,
      } as const;
      for (const [variable, secret] of Object.entries(files)) {
        const path = settings[variable as keyof typeof files];
        expect([variable, source("deployment_v1", "consumer", path)]).toEqual([variable, secret]);
      }
    });

    test("the content program: the lifecycle and the snapshots of the facts", () => {
      const settings = parseContentSettings(pipeline.env("job_v1", "content"));
      const content = parseContentFile(pipeline.file("content", "content.json"));
      expect(settings).toMatchObject({
        ELASTICSEARCH_URLS: [`https://elasticsearch-es-http.${namespace}.svc:9200`],
        ELASTICSEARCH_USERNAME: "content",
      });
      expect(content).toEqual(contentOf(environment));
      const { rolloverSize, rolloverAge, warmAfter, deleteAfter } = environment.elasticsearch.lifecycle;
      expect(bodyOf(content, "_ilm/policy", "logs-app")).toMatchObject({
        policy: {
          phases: {
            hot: {
              actions: {
                rollover: {
                  max_primary_shard_size: sizeText(rolloverSize.toBytes()),
                  max_age: durationText(rolloverAge.toMilliseconds()),
                },
              },
            },
            warm: { min_age: durationText(warmAfter.toMilliseconds()) },
            delete: {
              min_age: durationText(deleteAfter.toMilliseconds()),
              actions: { wait_for_snapshot: { policy: "log-pipeline" } },
            },
          },
        },
      });
      const { repository, schedule, expireAfter, minCount, maxCount } = facts.elasticsearch.snapshots;
      expect(bodyOf(content, "_snapshot", "log-pipeline")).toMatchObject({ type: repository.kind });
      expect(bodyOf(content, "_slm/policy", "log-pipeline")).toMatchObject({
        schedule,
        retention: {
          expire_after: durationText(expireAfter.toMilliseconds()),
          min_count: minCount,
          max_count: maxCount,
        },
      });
      expect(source("job_v1", "content", settings.ELASTICSEARCH_CA_FILE)).toBe(
        "elasticsearch-es-http-certs-public/ca.crt",
      );
      expect(source("job_v1", "content", settings.ELASTICSEARCH_PASSWORD_FILE)).toBe(
        "elasticsearch-user-content/password",
      );
    });

    test("what heals at night: what a deploy tells them, for Elasticsearch and for Kibana", () => {
      for (const component of ["content", "kibana-content"]) {
        const { spec } = pipeline.named("cron_job_v1", `${component}-heal`);
        expect(spec).toMatchObject({ schedule: environment.elasticsearch.healContent, timezone: "Etc/UTC" });
        expect(pipeline.pod("cron_job_v1", `${component}-heal`)).toEqual(pipeline.pod("job_v1", component));
      }
    });

    test("Filebeat: by TLS, as its own user, what services write", () => {
      const { "filebeat.inputs": inputs, output } = parse(pipeline.file("filebeat", "filebeat.yml")) as {
        "filebeat.inputs": { paths: string[] }[];
        output: { kafka: { ssl: { enabled: boolean; certificate_authorities: string[] }; password: string } };
      };
      expect(inputs.map(({ paths }) => paths)).toEqual([[LOG_FILES]]);
      expect(output.kafka).toMatchObject({
        hosts: ["kafka-kafka-bootstrap:9093"],
        topic: TOPIC.logs,
        ssl: { enabled: true },
        sasl: { mechanism: "SCRAM-SHA-512" },
        username: "filebeat",
      });
      const { certificate_authorities: authorities } = output.kafka.ssl;
      expect(authorities.map((path) => source("daemon_set_v1", "filebeat", path))).toEqual([
        "kafka-cluster-ca-cert/ca.crt",
      ]);
      const env = pipeline.env("daemon_set_v1", "filebeat");
      const [, variable = ""] = /^\$\{(\w+)\}$/.exec(output.kafka.password) ?? [];
      const [, quoted = ""] = /^'\$\((\w+)\)'$/.exec(env[variable] ?? "") ?? [];
      expect(env[quoted]).toBe("kafka-user-filebeat/password");
    });

    test("the proxy: Kibana by TLS, and secrets from where they are", () => {
      const env = pipeline.env("deployment_v1", "oidc-proxy");
      expect(env).toMatchObject({
        OAUTH2_PROXY_UPSTREAMS: `https://kibana-kb-http.${namespace}.svc:5601/`,
        OAUTH2_PROXY_OIDC_ISSUER_URL: facts.ingress.authentication.issuerUrl,
        OAUTH2_PROXY_CLIENT_ID: facts.ingress.authentication.clientId,
        OAUTH2_PROXY_CLIENT_SECRET: facts.ingress.authentication.clientSecret.toString(),
        OAUTH2_PROXY_COOKIE_SECRET: "oidc-proxy/cookie-secret",
        OAUTH2_PROXY_REDIRECT_URL: `${environment.kibana.publicUrl}/oauth2/callback`,
      });
      const [own] = (env["SSL_CERT_DIR"] ?? "").split(":").slice(-1);
      expect(source("deployment_v1", "oidc-proxy", `${own}/ca.crt`)).toBe("kibana-kb-http-certs-public/ca.crt");
    });

    test("the autoscaler: within the partitions", () => {
      const { minReplicas: min_replicas, maxReplicas: max_replicas } = environment.consumer.autoscaling;
      expect(pipeline.named("horizontal_pod_autoscaler_v2", "consumer").spec).toMatchObject({
        min_replicas,
        max_replicas,
      });
      expect(pipeline.named("deployment_v1", "consumer").spec).not.toHaveProperty("replicas");
      expect(max_replicas).toBeLessThanOrEqual(environment.kafka.logs.partitions);
    });
  });

  describe("rights", () => {
    test("of Kafka's users are what was granted to them, and no more", () => {
      const users = objectsOfKind<KafkaUser>(allCustomResources(pipeline.json), "KafkaUser");
      const table = users.flatMap(({ metadata, spec: { authorization } }) =>
        authorization.acls.flatMap(({ resource: { type, name: of, patternType }, operations }) =>
          operations.map((operation) => `${metadata.name} -> ${type} ${of} (${patternType}): ${operation}`),
        ),
      );
      expect(table).toEqual([
        "filebeat -> topic app-logs (literal): Write",
        "log-consumer -> group log-consumer (literal): Read",
        "log-consumer -> topic app-logs (literal): Read",
        "log-consumer -> topic app-logs-dead-letter (literal): Read",
        "log-consumer -> topic app-logs-dead-letter (literal): Write",
      ]);
      const [kafka] = objectsOfKind<Kafka>(allCustomResources(pipeline.json), "Kafka");
      expect(kafka?.spec.kafka.authorization).toEqual({ type: "simple" });
      expect(users.map(({ spec }) => spec.authentication.type)).toEqual(["scram-sha-512", "scram-sha-512"]);
      expect(kafka?.spec.kafka.listeners.map(({ tls, authentication }) => [tls, authentication.type])).toEqual([
        [true, "scram-sha-512"],
      ]);
    });

    test("of Elasticsearch's users: each has one role, which is its own", () => {
      const index = `index-${dataStreamName(name)}`;
      const { users, fileRealm } = parseCredentialsSettings(pipeline.env("job_v1", "credentials")).CREDENTIALS;
      expect(users.map(({ username, secret, roles }) => [username, secret, roles])).toEqual(
        ["content", index, "kibana-content", "read"].map((user) => [user, `elasticsearch-user-${user}`, [user]]),
      );
      const objects = allCustomResources(pipeline.json);
      const [secret] = objects.filter(({ kind }) => kind === "Secret") as (CustomResource & {
        stringData: Record<string, string>;
      })[];
      const [elasticsearch] = objectsOfKind<ElasticsearchResource>(objects, "Elasticsearch");
      expect(elasticsearch?.spec.auth).toEqual({
        fileRealm: [{ secretName: fileRealm }],
        roles: [{ secretName: secret?.metadata.name }],
      });
      expect(Object.keys(secret?.stringData ?? {})).toEqual(["roles.yml"]);
      const kept = ["logs-app-*", "logs-app.dead_letter-*", "logs-20*-*"];
      expect(parse(secret?.stringData["roles.yml"] ?? "")).toEqual({
        // Creates documents in the environment's streams, and nothing else.
        [index]: {
          cluster: ["monitor"],
          indices: [
            {
              names: [`logs-app-${name}`, `logs-app.dead_letter-${name}`],
              privileges: ["create_doc", "auto_configure"],
            },
          ],
        },
        read: { indices: [{ names: kept, privileges: ["read", "view_index_metadata"] }] },
        content: {
          cluster: [
            ...["monitor", "manage_index_templates", "manage_ilm", "manage_ingest_pipelines"],
            ...["manage_slm", "create_snapshot", "cluster:admin/repository/put"],
          ],
          indices: [{ names: kept, privileges: ["manage"] }],
        },
        // Rules search as whoever put them.
        "kibana-content": {
          indices: [{ names: kept, privileges: ["read", "view_index_metadata"] }],
          applications: [{ application: "kibana-.kibana", privileges: ["space_all"], resources: ["space:default"] }],
        },
      });
    });

    test("at the API server has the credentials program alone, to the Secrets that it makes", () => {
      const accounts = pipeline.workloads().flatMap(({ name: workload, pod: { spec } }) => {
        return spec.automount_service_account_token ? [[withoutHash(workload), spec.service_account_name]] : [];
      });
      expect(accounts).toEqual([["job_v1/credentials", "credentials"]]);
      const { rule } = pipeline.named("role_v1", "credentials") as unknown as {
        rule: readonly { resource_names?: readonly string[] }[];
      };
      const named = rule.flatMap(({ resource_names = [] }) => resource_names);
      expect(named).toEqual([
        "elasticsearch-file-realm",
        "elasticsearch-user-content",
        `elasticsearch-user-index-${dataStreamName(name)}`,
        "elasticsearch-user-kibana-content",
        "elasticsearch-user-read",
        "kibana-keys",
        "oidc-proxy",
        "credentials",
      ]);
    });
  });

  describe("what holds data", () => {
    const protectedIn = (json: KubernetesJson) => [
      ...json.releases().flatMap(({ name: release, lifecycle }) => (lifecycle?.prevent_destroy ? [release] : [])),
      ...json
        .resources("namespace_v1")
        .flatMap(({ metadata, ...rest }) => ("lifecycle" in rest ? [`namespace ${metadata.name}`] : [])),
    ];
    const kept = (json: KubernetesJson) =>
      allCustomResources(json.json)
        .filter(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"] === "keep")
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    const claims = (json: KubernetesJson) => ({
      kafka: objectsOfKind<KafkaNodePool>(allCustomResources(json.json), "KafkaNodePool").flatMap(({ spec }) =>
        spec.storage.volumes.map(({ deleteClaim }) => deleteClaim),
      ),
      elasticsearch: objectsOfKind<ElasticsearchResource>(allCustomResources(json.json), "Elasticsearch").map(
        ({ spec }) => spec.volumeClaimDeletePolicy,
      ),
    });

    test("is protected, and stays when its release goes", () => {
      expect([...protectedIn(pipeline), ...protectedIn(platform)]).toEqual([
        "elasticsearch",
        "kafka",
        `namespace ${namespace}`,
      ]);
      expect(kept(pipeline)).toEqual([
        "Elasticsearch/elasticsearch",
        "Kafka/kafka",
        "KafkaNodePool/brokers",
        "KafkaNodePool/controllers",
        "KafkaTopic/app-logs",
        "KafkaTopic/app-logs-dead-letter",
      ]);
      expect(claims(pipeline)).toEqual({ kafka: [false, false], elasticsearch: ["DeleteOnScaledownOnly"] });
    });

    test("goes where it shall go", () => {
      const stacks = synth(changed(environment, { "platform.claims.whenDestroyed": "delete" }));
      expect(Object.values(stacks).flatMap(protectedIn)).toEqual([]);
      const json = stacks[`${name}-pipeline`] as KubernetesJson;
      expect(kept(json)).toEqual([]);
      expect(claims(json)).toEqual({
        kafka: [true, true],
        elasticsearch: ["DeleteOnScaledownAndClusterDeletion"],
      });
    });
  });

  describe("images", () => {
    const byDigest = (digests: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(digests).map(([reference, digest]) => [`${reference}@${digest}`, true]));
    const OF_FILEBEATS_POD = ["metrics", "wait-for-kafka"];
    const imagesIn = (json: KubernetesJson) => [
      ...json.workloads().flatMap(({ object, pod: { spec } }) =>
        [...spec.container, ...(spec.init_container ?? [])].map(({ name: container, image }): [string, string] => [
          // Filebeat's pod has programs of the consumer's image, too.
          OF_FILEBEATS_POD.includes(container) ? container : withoutHash(object.metadata.name),
          image,
        ]),
      ),
      ...allCustomResources(json.json).flatMap((object): [string, string][] => {
        const { spec } = object as { spec?: { image?: string } };
        return spec?.image ? [[object.kind, spec.image]] : [];
      }),
    ];

    test("are each component's own", () => {
      expect(Object.fromEntries(imagesIn(pipeline))).toEqual({
        ...Object.fromEntries([...OF_CONSUMER, ...OF_FILEBEATS_POD].map((one) => [one, IMAGES.consumer])),
        ...Object.fromEntries(services.map((one) => [one, IMAGES.sampleServices])),
        filebeat: IMAGES.filebeat,
        jaeger: IMAGES.jaeger,
        "oidc-proxy": IMAGES.oauth2Proxy,
        Elasticsearch: IMAGES.elasticsearch,
        Kibana: IMAGES.kibana,
      });
      const [elasticsearch, kibana] = ["Elasticsearch", "Kibana"].flatMap((kind) =>
        allCustomResources(pipeline.json).filter((one) => one.kind === kind),
      ) as [ElasticsearchResource, KibanaResource];
      expect(IMAGES.elasticsearch).toMatch(new RegExp(`:${elasticsearch.spec.version}$`));
      expect(IMAGES.kibana).toMatch(new RegExp(`:${kibana.spec.version}$`));
    });

    test("of the registry are exact versions, and ours are in the environment's own", () => {
      const images = imagesIn(pipelineOf(environment, imageSet("registry", join(__dirname, "../.."))));
      expect(images.filter(([, image]) => !/:v?\d+\.\d+\.\d+(-[0-9a-f]{12})?$/.test(image))).toEqual([]);
      const ours = images.filter(([, image]) => image.startsWith(`${facts.imageRegistry}/`)).map(([one]) => one);
      expect(new Set(ours)).toEqual(new Set([...OF_CONSUMER, ...OF_FILEBEATS_POD, ...services]));
    });

    test("are referred to by their digests once a registry has said them, beside the version that ECK must be told", () => {
      const root = join(__dirname, "../..");
      const references = referencesIn(facts.imageRegistry, "registry");
      const digests = Object.fromEntries(
        references.map((reference, at) => [reference, `sha256:${String(at).padStart(64, "0")}`]),
      );
      const json = pipelineOf(environment, imageSet("registry", root), digests);
      const images = imagesIn(json).map(([, image]) => image);
      expect(images.length).toBeGreaterThan(10);
      expect(images.filter((image) => !(image in byDigest(digests)))).toEqual([]);
      const [elasticsearch] = allCustomResources(json.json).filter(({ kind }) => kind === "Elasticsearch");
      const { image, version } = (elasticsearch as ElasticsearchResource).spec as { image: string; version: string };
      expect(image).toContain(`:${version}@sha256:`);
    });

    test("of operators are those of charts at exact versions", () => {
      const charts = platform.releases().filter(({ chart }) => !chart.includes("/"));
      expect(charts.map(({ chart }) => chart)).toEqual(["eck-operator", "strimzi-kafka-operator"]);
      for (const { version } of charts) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    });
  });

  test("without Kibana's image there is neither Kibana nor a way to it", () => {
    const json = pipelineOf(environment, WITHOUT_KIBANA);
    const isKibanas = (one: string) => /kibana|oidc-proxy|\/.*-to-kibana/.test(one);
    expect(json.names().filter(isKibanas)).toEqual([]);
    expect(json.names().map(withoutHash)).toEqual(
      pipeline
        .names()
        .map(withoutHash)
        .filter((one) => !isKibanas(one)),
    );
    expect(json.releases().map((release) => release.name)).toEqual(["elasticsearch", "kafka"]);
    expect(letIn(json)).not.toContainEqual(expect.stringContaining(facts.ingress.controllerNamespace));
    expect(brokenRelations(json, ["snapshot-credentials"])).toEqual([]);
  });
});

test("staging is production at another size: with sample services, production differs from it in numbers and names only", () => {
  // What each calls itself towards people and towards their provider.
  const named = {
    "kibana.publicUrl": production.kibana.publicUrl,
    "platform.ingress.authentication.clientId": production.platform.ingress.authentication.clientId,
  };
  const shapes = [changed(staging, named), { ...production, sampleServices: staging.sampleServices }].map(
    (environment) =>
      Object.entries(synth(environment)).map(([stack, json]) => [
        stack.replace(environment.name, "<environment>"),
        shapeOf(json, environment.name),
      ]),
  );
  expect(shapes[0]).toEqual(shapes[1]);
});

/** Everything that is synthesized, but for its numbers and the environment's name. */
function shapeOf({ json }: KubernetesJson, environment: string): unknown {
  const shape = (_: string, value: unknown): unknown => {
    if (typeof value === "number") return 0;
    if (typeof value !== "string") return value;
    if (value.startsWith("{") && !value.startsWith("${")) return JSON.parse(value, shape);
    // The version in a mark, and what is annotated with a file's: both follow from what else is compared.
    if (/^(?=.*[a-f])([0-9a-f]{12}|[0-9a-f]{16})$/.test(value)) return "<hash>";
    return value
      .replaceAll(environment, "<environment>")
      .replace(/-[0-9a-f]{8}$/, "-<hash>")
      .replace(/(?<![\w.])\d+(\.\d+)?([KMG]iB?|gb|mb|d|h|m|s)?\b/g, "0");
  };
  return JSON.parse(json, shape);
}

/** Where the facts name a Secret; sorted. */
function secretsOf(facts: unknown): string[] {
  if (facts instanceof SecretRef) return [facts.secret];
  if (typeof facts !== "object" || facts === null) return [];
  return Object.entries(facts)
    .flatMap(([fact, value]: [string, unknown]) =>
      typeof value === "string" && /Secret$/.test(fact) ? [value] : secretsOf(value),
    )
    .sort();
}

describe("of what operators make, what is not there is found", () => {
  // Any of it can be changed.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  type Anything = any;
  type Change = (stack: Changed) => void;
  class Changed {
    private readonly stack: { resource: Record<string, Record<string, Anything>> };
    constructor(json: string) {
      this.stack = JSON.parse(json) as typeof this.stack;
    }
    /** An object of ours. */
    named(kind: string, name: string): Anything {
      const all = Object.values(this.stack.resource[`kubernetes_${kind}`] ?? {});
      return required(
        all.find(({ metadata }) => withoutHash((metadata as { name: string }).name) === name),
        `${kind} ${name}`,
      );
    }
    remove(kind: string, name: string): void {
      const object: Anything = this.named(kind, name);
      const all = this.stack.resource[`kubernetes_${kind}`] ?? {};
      for (const [id, one] of Object.entries(all)) if (one === object) delete all[id];
    }
    container(kind: string, name: string): Anything {
      return (this.named(kind, name) as Anything).spec.template.spec.container[0];
    }
    variable(kind: string, name: string, variable: string): { value: string } {
      const { env } = this.container(kind, name) as { env: { name: string; value: string }[] };
      return required(
        env.find((one) => one.name === variable),
        variable,
      );
    }
    /** The objects of all releases; what is answered takes their place. */
    objects(change: (objects: Anything[]) => Anything[]): void {
      for (const release of Object.values(this.stack.resource["helm_release"] ?? {})) {
        const { objects } = JSON.parse(unescaped(release.values[0])) as { objects: Anything[] };
        release.values = [JSON.stringify({ objects: change(objects) })];
      }
    }
    object(kind: string, name: string, change: (object: Anything) => void): void {
      this.objects((objects) => {
        for (const one of objects) if (one.kind === kind && one.metadata.name === name) change(one);
        return objects;
      });
    }
    without(kind: string, name: string): void {
      this.objects((objects) => objects.filter((one) => one.kind !== kind || one.metadata.name !== name));
    }
    get json(): string {
      return JSON.stringify(this.stack);
    }
  }

  let json: string;
  beforeAll(() => {
    json = pipelineOf(production).json;
  });

  const kafkaPolicy = "network_policy_v1/kafka-network-policy-kafka";
  test.each<[string, Change, readonly string[]]>([
    ["nothing is wrong", () => undefined, []],
    [
      "a client that the listener does not name",
      (stack) =>
        stack.object("Kafka", "kafka", ({ spec }) => {
          spec.kafka.listeners[0].networkPolicyPeers.pop();
        }),
      ["network_policy_v1/filebeat-to-kafka: the server's side does not allow it"],
    ],
    [
      "a client of the listener that is nobody",
      (stack) =>
        stack.object("Kafka", "kafka", ({ spec }) => {
          spec.kafka.listeners[0].networkPolicyPeers.push({
            podSelector: { matchLabels: { "strimzi.io/name": "no" } },
          });
        }),
      [`${kafkaPolicy}: lets in no, which is no pod`],
    ],
    [
      "a listener at another port than clients are let out to",
      (stack) =>
        stack.object("Kafka", "kafka", ({ spec }) => {
          spec.kafka.listeners[0].port = 9094;
        }),
      [
        "deployment_v1/consumer: there is no Service 'kafka-kafka-bootstrap' with port 9093",
        "config_map_v1/filebeat: there is no Service 'kafka-kafka-bootstrap' with port 9093",
        "daemon_set_v1/filebeat: there is no Service 'kafka-kafka-bootstrap' with port 9093",
        "network_policy_v1/consumer-to-kafka: the server's side does not allow it",
        "network_policy_v1/filebeat-to-kafka: the server's side does not allow it",
        `${kafkaPolicy}: the client's side does not allow it`,
      ],
    ],
    [
      "a client that is not let out",
      (stack) => stack.remove("network_policy_v1", "consumer-to-kafka"),
      [`${kafkaPolicy}: the client's side does not allow it`],
    ],
    [
      "an operator of Strimzi that is not let out",
      (stack) => stack.remove("network_policy_v1", "kafka-entity-operator-to-kafka-kafka"),
      [`${kafkaPolicy}: the client's side does not allow it`],
    ],
    [
      "Elasticsearch that does not let Kibana in",
      (stack) => stack.remove("network_policy_v1", "elasticsearch-from-kibana"),
      ["network_policy_v1/kibana-to-elasticsearch: the server's side does not allow it"],
    ],
    [
      "nodes at a port that nobody listens on",
      (stack) => {
        stack.named("network_policy_v1", "elasticsearch-from-operator").spec.ingress[0].ports[0].port = "9201";
      },
      ["network_policy_v1/elasticsearch-from-operator: lets in to port 9201, which nobody listens on"],
    ],
    [
      "Kibana that is none",
      (stack) => stack.without("Kibana", "kibana"),
      [
        "pod_disruption_budget_v1/kibana: is about no pods",
        "network_policy_v1/kibana-to-elasticsearch: is about no pods",
        "network_policy_v1/kibana-from-oidc-proxy: is about no pods",
        "network_policy_v1/elasticsearch-from-kibana: lets in kibana, which is no pod",
        "network_policy_v1/oidc-proxy-to-kibana: leads to kibana, which is no pod",
        "network_policy_v1/kibana-from-kibana-content: is about no pods",
        "network_policy_v1/kibana-content-to-kibana: leads to kibana, which is no pod",
        "job_v1/kibana-content: there is no Secret 'kibana-kb-http-certs-public'",
        "job_v1/kibana-content: there is no Service 'kibana-kb-http' with port 5601",
        "cron_job_v1/kibana-content-heal: there is no Secret 'kibana-kb-http-certs-public'",
        "cron_job_v1/kibana-content-heal: there is no Service 'kibana-kb-http' with port 5601",
        "deployment_v1/oidc-proxy: there is no Secret 'kibana-kb-http-certs-public'",
        "deployment_v1/oidc-proxy: there is no Service 'kibana-kb-http' with port 5601",
      ],
    ],
    [
      "a user who is none",
      (stack) => stack.without("KafkaUser", "filebeat"),
      ["daemon_set_v1/filebeat: there is no Secret 'kafka-user-filebeat'"],
    ],
    [
      "users' Secrets of another name",
      (stack) =>
        stack.object("Kafka", "kafka", ({ spec }) => {
          spec.entityOperator.userOperator.secretPrefix = "";
        }),
      [
        "deployment_v1/consumer: there is no Secret 'kafka-user-log-consumer'",
        "daemon_set_v1/filebeat: there is no Secret 'kafka-user-filebeat'",
      ],
    ],
    [
      "a topic that is none",
      (stack) => stack.without("KafkaTopic", TOPIC.deadLetters),
      [`KafkaUser/log-consumer: there is no topic '${TOPIC.deadLetters}'`],
    ],
    [
      "a Kafka that is none",
      (stack) =>
        stack.object("KafkaTopic", TOPIC.logs, ({ metadata }) => {
          metadata.labels["strimzi.io/cluster"] = "other";
        }),
      [`KafkaTopic/${TOPIC.logs}: there is no Kafka 'other'`],
    ],
    [
      "an Elasticsearch that is none",
      (stack) =>
        stack.object("Kibana", "kibana", ({ spec }) => {
          spec.elasticsearchRef.name = "other";
        }),
      ["Kibana/kibana: there is no Elasticsearch 'other'"],
    ],
    [
      "a Service with nobody behind it",
      (stack) =>
        stack.object("Elasticsearch", "elasticsearch", ({ spec }) => {
          spec.nodeSets[1].config["node.roles"] = ["data"];
        }),
      [
        'Elasticsearch/elasticsearch: there is no pod with {"common.k8s.elastic.co/type":"elasticsearch","elasticsearch.k8s.elastic.co/cluster-name":"elasticsearch","elasticsearch.k8s.elastic.co/node-data_hot":"true"}',
      ],
    ],
    [
      "roles in a Secret that is none",
      (stack) => stack.without("Secret", "elasticsearch-roles"),
      ["Elasticsearch/elasticsearch: there is no Secret 'elasticsearch-roles'"],
    ],
    [
      "a key that its Secret does not have",
      (stack) =>
        stack.object("Kibana", "kibana", ({ spec }) => {
          spec.secureSettings[0].entries[0].key = "other";
        }),
      ["Kibana/kibana: Secret 'kibana-keys' has no key 'other'"],
    ],
    [
      "a Secret that the credentials program does not make",
      (stack) => {
        const told = stack.variable("job_v1", "credentials", "CREDENTIALS");
        told.value = told.value.replace('"secret":"oidc-proxy"', '"secret":"other"');
      },
      ["deployment_v1/oidc-proxy: there is no Secret 'oidc-proxy'"],
    ],
    [
      "a host that no Service has",
      (stack) => {
        stack.variable("deployment_v1", "consumer", "KAFKA_BROKERS").value = "kafka:9092";
      },
      ["deployment_v1/consumer: there is no Service 'kafka' with port 9092"],
    ],
    [
      "a file that is not mounted",
      (stack) => {
        stack.variable("job_v1", "content", "ELASTICSEARCH_CA_FILE").value =
          "/run/secrets/elasticsearch-es-http-certs-public/tls.crt";
      },
      [
        "job_v1/content: ELASTICSEARCH_CA_FILE names '/run/secrets/elasticsearch-es-http-certs-public/tls.crt', which is mounted nowhere",
      ],
    ],
    [
      "a way in that leads nowhere",
      (stack) => {
        stack.named("ingress_v1", "kibana").spec.rule[0].http.path[0].backend.service.port.number = 80;
      },
      ["ingress_v1/kibana: there is no Service 'oidc-proxy' with port 80"],
    ],
    [
      "an autoscaler of nothing",
      (stack) => {
        stack.named("horizontal_pod_autoscaler_v2", "consumer").spec.scale_target_ref.name = "other";
      },
      ["horizontal_pod_autoscaler_v2/consumer: there is no Deployment 'other'"],
    ],
    [
      "an account that is none",
      (stack) => stack.remove("service_account_v1", "credentials"),
      ["job_v1/credentials: there is no account 'credentials'"],
    ],
  ])("%s", (_, change, expected) => {
    const stack = new Changed(json);
    change(stack);
    const found = brokenRelations(new KubernetesJson(stack.json), GIVEN);
    expect(found.map((one) => one.replace(/-[0-9a-f]{8}:/, ":")).sort()).toEqual([...expected].sort());
  });

  test("a Secret that is given and used by nobody", () => {
    expect(brokenRelations(new KubernetesJson(json), [...GIVEN, "spare"])).toEqual([
      "Secret 'spare' is given to nobody",
    ]);
  });
});
