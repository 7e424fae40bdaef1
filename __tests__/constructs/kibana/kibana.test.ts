import { describe, expect, test } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import { parse } from "yaml";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { SecretRef } from "../../../constructs/core/secret-ref";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { Credentials } from "../../../constructs/credentials/credentials";
import type { ElasticsearchConnection } from "../../../constructs/elasticsearch/cluster";
import { Elasticsearch } from "../../../constructs/elasticsearch/stateful-set";
import { KibanaContainer } from "../../../constructs/kibana/container";
import { Kibana, type KibanaProps } from "../../../constructs/kibana/deployment";
import {
  kibanaEnvironment,
  kibanaFile,
  kibanaSettings,
  nodeOptions,
  publicUrlProblems,
  secretVariables,
} from "../../../constructs/kibana/settings";
import { PodGroup } from "../../../constructs/kubernetes/network";
import type { KubernetesSite } from "../../../constructs/kubernetes/site";
import { parseCredentialsSettings } from "../../../contract/credentials-settings";
import { differences } from "../../support/differences";
import { synthOnSite as synthOnDocker } from "../../support/docker-json";
import { type KubernetesJson, synthOnSite } from "../../support/kubernetes-json";

type Change = Partial<Omit<KibanaProps, "credentials">>;

function kibanaOn(stack: TerraformStack, site: KubernetesSite, change: Change = {}): Kibana {
  const credentials = new Credentials(stack, "Credentials", site, { image: ContainerImage.of("consumer:2") });
  const owned = () =>
    new Elasticsearch(stack, "Elasticsearch", site, {
      image: ContainerImage.of("elasticsearch:1"),
      credentials,
      memory: Size.gibibytes(1),
      storage: Size.gibibytes(5),
    }).grantKibana();
  return new Kibana(stack, "Kibana", site, {
    image: ContainerImage.of("kibana:1"),
    credentials,
    memory: Size.gibibytes(1),
    ...change,
    elasticsearch: change.elasticsearch ?? owned(),
  });
}

const synth = (change: Change = {}): KubernetesJson => synthOnSite((stack, site) => void kibanaOn(stack, site, change));

const deployment = (json: KubernetesJson) => json.named("deployment_v1", "kibana");
const container = (json: KubernetesJson) => json.container("deployment_v1", "kibana");
const file = (json: KubernetesJson) => parse(json.file("kibana", "kibana.yml")) as Record<string, unknown>;
const declared = (json: KubernetesJson) => parseCredentialsSettings(json.env("job_v1", "credentials")).CREDENTIALS;

describe("the settings", () => {
  const SETTINGS = kibanaSettings({ elasticsearchUrls: ["http://a:1", "http://b:2"] });

  test("are these, and Kibana tells nobody how it is used", () => {
    expect(SETTINGS).toEqual({
      "elasticsearch.hosts": ["http://a:1", "http://b:2"],
      "server.name": "log-pipeline",
      "telemetry.optIn": false,
    });
    const url = { publicUrl: "https://logs" };
    expect(kibanaSettings({ elasticsearchUrls: [], ...url })).toHaveProperty(["server.publicBaseUrl"], url.publicUrl);
  });

  test("are written as variables for the image's entrypoint", () => {
    expect(kibanaEnvironment(SETTINGS)).toEqual({
      ELASTICSEARCH_HOSTS: '["http://a:1","http://b:2"]',
      SERVER_NAME: "log-pipeline",
      TELEMETRY_OPTIN: "false",
    });
  });

  test("are written as a file, which refers to the variables of secrets", () => {
    const secrets = ["elasticsearch.password"];
    expect(parse(kibanaFile(SETTINGS, secrets))).toEqual({
      ...SETTINGS,
      "elasticsearch.password": "${SECRET_ELASTICSEARCH_PASSWORD}",
    });
    expect(secretVariables({ "elasticsearch.password": 1 })).toEqual({ SECRET_ELASTICSEARCH_PASSWORD: 1 });
  });

  test("three quarters of the memory are Node.js's heap", () => {
    expect(nodeOptions(Size.mebibytes(1000))).toBe("--max-old-space-size=750");
  });

  test.each(["https://logs.example.com", "http://127.0.0.1:5601", "https://example.com/kibana"])(
    "%s is an address",
    (url) => {
      expect(publicUrlProblems(url)).toEqual([]);
    },
  );

  test.each(["logs.example.com", "https://logs.example.com/", "ftp://logs"])("%s is none", (url) => {
    expect(publicUrlProblems(url)).toEqual([
      `Kibana: 'publicUrl' (${url}) must be a URL without a slash at its end, such as 'https://logs.example.com': correct it`,
    ]);
  });
});

test("the container on Docker has the same settings", () => {
  const json = synthOnDocker((stack, site) => {
    new KibanaContainer(stack, "Kibana", site, {
      image: ContainerImage.of("kibana:1"),
      memory: Size.mebibytes(1000),
      elasticsearch: { urls: ["http://elasticsearch:9200"], ready: [] },
      machinePort: 15601,
    });
  });
  expect(json.env("kibana")).toEqual({
    ELASTICSEARCH_HOSTS: '["http://elasticsearch:9200"]',
    SERVER_NAME: "log-pipeline",
    SERVER_PUBLICBASEURL: "http://127.0.0.1:15601",
    TELEMETRY_OPTIN: "false",
    NODE_OPTIONS: "--max-old-space-size=750",
  });
});

describe("the smallest", () => {
  const json = synth();

  test("is these objects, and no other", () => {
    expect(json.names().filter((name) => name.includes("kibana"))).toEqual([
      "config_map_v1/kibana",
      "deployment_v1/kibana",
      "network_policy_v1/elasticsearch-from-kibana",
      "network_policy_v1/kibana-to-elasticsearch",
      "service_v1/kibana",
    ]);
  });

  test("is one pod, of which no two versions run at once", () => {
    expect(deployment(json).spec).toMatchObject({ replicas: "1", strategy: { type: "Recreate" } });
    expect(json.pod("deployment_v1", "kibana").spec).not.toHaveProperty("topology_spread_constraint");
    expect(container(json).resources).toEqual({
      requests: { cpu: "200m", memory: "1024Mi" },
      limits: { memory: "1024Mi" },
    });
  });

  test("reads this file", () => {
    expect(file(json)).toEqual({
      "elasticsearch.hosts": ["http://elasticsearch:9200"],
      "elasticsearch.username": "kibana-server",
      "elasticsearch.password": "${SECRET_ELASTICSEARCH_PASSWORD}",
      "server.host": "0.0.0.0",
      "server.name": "log-pipeline",
      "telemetry.optIn": false,
      "xpack.encryptedSavedObjects.encryptionKey": "${SECRET_XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY}",
      "xpack.reporting.encryptionKey": "${SECRET_XPACK_REPORTING_ENCRYPTIONKEY}",
      "xpack.security.encryptionKey": "${SECRET_XPACK_SECURITY_ENCRYPTIONKEY}",
    });
  });

  test("gets its secrets as variables: the keys that are made for it, and its user's password", () => {
    const { users, keys } = declared(json);
    expect(keys).toEqual([{ secret: "kibana-keys", keys: ["encryptedSavedObjects", "reporting", "security"] }]);
    const user = users.find(({ username }) => username === file(json)["elasticsearch.username"]);
    expect(user?.roles).toEqual(["kibana_system"]);
    expect(json.env("deployment_v1", "kibana")).toEqual({
      NODE_OPTIONS: "--max-old-space-size=768",
      SECRET_ELASTICSEARCH_PASSWORD: `${user?.secret}/password`,
      SECRET_XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY: "kibana-keys/encryptedSavedObjects",
      SECRET_XPACK_REPORTING_ENCRYPTIONKEY: "kibana-keys/reporting",
      SECRET_XPACK_SECURITY_ENCRYPTIONKEY: "kibana-keys/security",
    });
  });

  test("every variable that its file refers to is there", () => {
    const referred = [...json.file("kibana", "kibana.yml").matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    const variables = Object.keys(json.env("deployment_v1", "kibana")).filter((name) => name !== "NODE_OPTIONS");
    expect(referred.sort()).toEqual(variables.sort());
  });

  test("the file is mounted in the place of the image's own, and what it writes to can be written", () => {
    const { volume_mount: mounts = [] } = container(json);
    expect(mounts.map(({ mount_path: path, sub_path: sub, read_only: readOnly }) => [path, sub, readOnly])).toEqual([
      ["/usr/share/kibana/config/kibana.yml", "kibana.yml", true],
      ...["/usr/share/kibana/data", "/usr/share/kibana/logs", "/usr/share/kibana/plugins", "/tmp"].map((path) => [
        path,
        undefined,
        false,
      ]),
    ]);
    const volumes = json.pod("deployment_v1", "kibana").spec.volume ?? [];
    expect(mounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    expect(volumes[0]?.config_map?.name).toBe("kibana");
    expect(volumes.slice(1).every(({ empty_dir: directory }) => directory?.size_limit)).toBe(true);
    const { security_context: context } = json.pod("deployment_v1", "kibana").spec;
    expect(context).toMatchObject({ run_as_user: "1000", run_as_group: "0", fs_group: "0" });
  });

  test("it is ready when it says so, and not killed for want of Elasticsearch", () => {
    const { startup_probe: startup, readiness_probe: readiness, liveness_probe: liveness } = container(json);
    expect(readiness?.http_get).toEqual({ path: "/api/status", port: "5601" });
    expect(startup?.http_get).toEqual(readiness?.http_get);
    expect((startup?.failure_threshold ?? 0) * (startup?.period_seconds ?? 0)).toBe(600);
    expect(liveness).toMatchObject({ tcp_socket: [{ port: "5601" }] });
    expect(liveness).not.toHaveProperty("http_get");
  });

  test("the Service sends to its pods' port, where the probes ask", () => {
    const service = json.named("service_v1", "kibana");
    expect(service.spec.selector).toEqual(deployment(json).spec.selector.match_labels);
    expect(json.pod("deployment_v1", "kibana").metadata.labels).toMatchObject(service.spec.selector);
    const [port] = service.spec.port;
    const [own] = container(json).port ?? [];
    expect([port.target_port, port.port]).toEqual([own?.name, own?.container_port]);
    expect(container(json).readiness_probe?.http_get?.port).toBe(String(own?.container_port));
  });

  test("it waits for its file, its secrets and Elasticsearch", () => {
    const job = json.names().find((name) => name.startsWith("job_v1/credentials-"));
    expect(json.dependencies(deployment(json))).toEqual(["config_map_v1/kibana", job, "stateful_set_v1/elasticsearch"]);
    expect(deployment(json).wait_for_rollout).toBe(true);
  });
});

describe("changed", () => {
  const before = synth();
  const HASH = "checksum/config";
  const hash = (json: KubernetesJson) => json.pod("deployment_v1", "kibana").metadata.annotations?.[HASH];

  test.each<[string, Change, Record<string, unknown>, boolean]>([
    ["image", { image: ContainerImage.of("kibana:2") }, { image: "kibana:2" }, false],
    ["cpu", { cpu: Cpu.cores(1) }, { "resources > requests > cpu": "1" }, false],
    [
      "memory",
      { memory: Size.gibibytes(2) },
      { env: expect.anything(), "resources > requests > memory": "2048Mi", "resources > limits > memory": "2048Mi" },
      false,
    ],
    ["replicas", { replicas: 2 }, {}, false],
    ["address", { publicUrl: "https://logs.example.com" }, {}, true],
  ])("%s: of its container, nothing else", (_, change, expected, rolls) => {
    const json = synth(change);
    expect(differences(container(before), container(json))).toEqual(expected);
    expect(hash(json) !== hash(before)).toBe(rolls);
  });

  test("its address is in its file", () => {
    expect(file(synth({ publicUrl: "https://logs.example.com" }))["server.publicBaseUrl"]).toBe(
      "https://logs.example.com",
    );
  });

  test("several of them are on different nodes", () => {
    const json = synth({ replicas: 2 });
    expect(deployment(json).spec.replicas).toBe("2");
    expect(json.pod("deployment_v1", "kibana").spec.topology_spread_constraint).toHaveLength(1);
  });
});

describe("with an Elasticsearch of somebody else's", () => {
  const CLOUD: ElasticsearchConnection = {
    urls: ["https://search.example.com:9243"],
    credentials: { username: "theirs", password: SecretRef.of("their-kibana", "secret") },
    ca: SecretRef.of("their-ca", "authority.pem"),
    ready: [],
  };

  test("takes their user, and verifies with their authority", () => {
    const json = synth({ elasticsearch: CLOUD });
    expect(file(json)).toMatchObject({
      "elasticsearch.hosts": CLOUD.urls,
      "elasticsearch.username": "theirs",
      "elasticsearch.ssl.certificateAuthorities": ["/run/secrets/elasticsearch-ca/authority.pem"],
    });
    expect(json.env("deployment_v1", "kibana")["SECRET_ELASTICSEARCH_PASSWORD"]).toBe("their-kibana/secret");
    const mount = container(json).volume_mount?.find(
      ({ mount_path: path }) => path === "/run/secrets/elasticsearch-ca",
    );
    const volume = json.pod("deployment_v1", "kibana").spec.volume?.find(({ name }) => name === mount?.name);
    expect(volume?.secret?.["secret_name"]).toBe("their-ca");
    expect(declared(json).users).toEqual([]);
  });

  test("one that asks nobody needs no user", () => {
    const json = synth({ elasticsearch: { urls: ["http://open:9200"], ready: [] } });
    expect(Object.keys(file(json)).filter((name) => /elasticsearch\.(username|password|ssl)/.test(name))).toEqual([]);
    expect(json.env("deployment_v1", "kibana")).not.toHaveProperty("SECRET_ELASTICSEARCH_PASSWORD");
  });
});

test("who is given its endpoint may reach it, at its address", () => {
  let kibana: Kibana | undefined;
  const json = synthOnSite((stack, site) => {
    kibana = kibanaOn(stack, site);
    new PodGroup(stack, site, "content").allowTo(kibana.endpoint);
  });
  const ingress = json.policies()["kibana-from-content"]?.spec.ingress?.[0];
  expect(ingress?.ports).toEqual([{ port: "5601", protocol: "TCP" }]);
  expect(kibana?.url).toBe("http://kibana:5601");
  expect(kibana?.service).toEqual({ name: "kibana", port: 5601, https: false });
});

test("refused is what cannot work, all of it at once", () => {
  expect(() => synth({ replicas: 0, publicUrl: "logs" })).toThrow(
    new ConfigurationError([
      "Kibana: 'replicas' (0) must be a whole number of at least 1: leave Kibana out where none is wanted",
      "Kibana: 'publicUrl' (logs) must be a URL without a slash at its end, such as 'https://logs.example.com': correct it",
    ]),
  );
  expect(() => synth({ replicas: 1.5 })).toThrow("'replicas' (1.5)");
});
