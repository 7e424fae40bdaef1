import { describe, expect, test } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import { parse } from "yaml";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { Credentials } from "../../../constructs/credentials/credentials";
import type { ElasticsearchConnection } from "../../../constructs/elasticsearch/cluster";
import { renderRoles, type Role } from "../../../constructs/elasticsearch/roles";
import { Elasticsearch, type ElasticsearchProps } from "../../../constructs/elasticsearch/stateful-set";
import { PodGroup } from "../../../constructs/kubernetes/network";
import type { KubernetesSite } from "../../../constructs/kubernetes/site";
import { parseCredentialsSettings } from "../../../contract/credentials-settings";
import { differences } from "../../support/differences";
import { type KubernetesJson, SITE, stackWithSite, synthOnSite } from "../../support/kubernetes-json";

type Change = Partial<Omit<ElasticsearchProps, "credentials">>;

function elasticsearchOn(stack: TerraformStack, site: KubernetesSite, change: Change = {}): Elasticsearch {
  const credentials = new Credentials(stack, "Credentials", site, { image: ContainerImage.of("consumer:2") });
  return new Elasticsearch(stack, "Elasticsearch", site, {
    image: ContainerImage.of("elasticsearch:1"),
    credentials,
    memory: Size.mebibytes(1536),
    storage: Size.gibibytes(5),
    ...change,
  });
}

function synth(change: Change = {}, use: (elasticsearch: Elasticsearch) => void = () => undefined): KubernetesJson {
  return synthOnSite((stack, site) => use(elasticsearchOn(stack, site, change)));
}

function unsynthesized(): Elasticsearch {
  const { stack, site } = stackWithSite();
  return elasticsearchOn(stack, site);
}

const set = (json: KubernetesJson) => json.named("stateful_set_v1", "elasticsearch");
const node = (json: KubernetesJson) => json.container("stateful_set_v1", "elasticsearch");
const declared = (json: KubernetesJson) => parseCredentialsSettings(json.env("job_v1", "credentials")).CREDENTIALS;
const roles = (json: KubernetesJson) => parse(json.file("elasticsearch-roles", "roles.yml")) as Record<string, Role>;
const everyGrant = (elasticsearch: Elasticsearch) => {
  elasticsearch.grantIndex("test");
  elasticsearch.grantRead();
  elasticsearch.grantManageContent();
  elasticsearch.grantKibana();
};

describe("the smallest", () => {
  const json = synth();

  test("is these objects, and no other", () => {
    expect(json.names().filter((name) => !/\/(credentials|deny-all|allow-dns)/.test(name))).toEqual([
      "config_map_v1/elasticsearch-roles",
      "service_v1/elasticsearch",
      "stateful_set_v1/elasticsearch",
    ]);
  });

  test("has half of its memory for its heap, half a core, and a claim that is kept", () => {
    const { env = [], resources } = node(json);
    expect(resources).toEqual({ requests: { cpu: "500m", memory: "1536Mi" }, limits: { memory: "1536Mi" } });
    expect(env.find(({ name }) => name === "ES_JAVA_OPTS")?.value).toMatch(/ -Xms768m -Xmx768m$/);
    const { volume_claim_template: claims, persistent_volume_claim_retention_policy: policy } = set(json).spec;
    expect(claims).toHaveLength(1);
    expect(claims[0].spec).toEqual({
      access_modes: ["ReadWriteOnce"],
      resources: { requests: { storage: "5120Mi" } },
    });
    expect(policy).toEqual([{ when_deleted: "Retain", when_scaled: "Retain" }]);
  });

  test("is one node with security on, which knows no users but those of its files", () => {
    expect(set(json).spec.replicas).toBe("1");
    expect(json.env("stateful_set_v1", "elasticsearch")).toMatchObject({
      "discovery.type": "single-node",
      "xpack.security.enabled": "true",
      "xpack.security.authc.reserved_realm.enabled": "false",
    });
  });

  test("has no secret among its variables", () => {
    expect(node(json).env?.filter(({ value_from: from }) => from)).toEqual([]);
  });

  test("is watched against the size of its claim", () => {
    const env = json.env("stateful_set_v1", "elasticsearch");
    const mark = (name: string) => env[`cluster.routing.allocation.disk.watermark.${name}`];
    expect([mark("low"), mark("high"), mark("flood_stage")]).toEqual(["768mb", "512mb", "256mb"]);
  });
});

describe("changed", () => {
  const before = synth();

  test.each<[string, Change, Record<string, unknown>]>([
    ["image", { image: ContainerImage.of("elasticsearch:2") }, { image: "elasticsearch:2" }],
    ["cpu", { cpu: Cpu.cores(2) }, { "resources > requests > cpu": "2" }],
    ["heap", { heap: Size.mebibytes(600) }, { env: expect.anything() }],
    [
      "memory",
      { memory: Size.gibibytes(2) },
      { env: expect.anything(), "resources > requests > memory": "2048Mi", "resources > limits > memory": "2048Mi" },
    ],
    ["storage", { storage: Size.gibibytes(10) }, { env: expect.anything() }],
    ["storage class", { storageClass: "fast" }, {}],
    ["data deleted with it", { whenDestroyed: "delete" }, {}],
    ["data kept", { whenDestroyed: "keep" }, {}],
  ])("%s: of its container, nothing else", (_, change, expected) => {
    expect(differences(node(before), node(synth(change)))).toEqual(expected);
  });

  test("its image is that of what prepares its files", () => {
    const json = synth({ image: ContainerImage.of("elasticsearch:2") });
    expect(json.container("stateful_set_v1", "elasticsearch", "config").image).toBe("elasticsearch:2");
  });

  test("its heap", () => {
    const env = synth({ heap: Size.mebibytes(600) }).env("stateful_set_v1", "elasticsearch");
    expect(env["ES_JAVA_OPTS"]).toMatch(/ -Xms600m -Xmx600m$/);
  });

  test("its claim", () => {
    const { spec } = set(synth({ storage: Size.gibibytes(10), storageClass: "fast", whenDestroyed: "delete" }));
    expect(spec.volume_claim_template[0].spec).toMatchObject({
      storage_class_name: "fast",
      resources: { requests: { storage: "10240Mi" } },
    });
    expect(spec.persistent_volume_claim_retention_policy).toEqual([{ when_deleted: "Delete", when_scaled: "Retain" }]);
  });
});

describe("what belongs together", () => {
  const json = synth();

  test("the Service and the StatefulSet select its pods, and the Service's port is the container's", () => {
    const service = json.named("service_v1", "elasticsearch");
    const pod = json.pod("stateful_set_v1", "elasticsearch");
    expect(pod.metadata.labels).toMatchObject(service.spec.selector);
    expect(service.spec.selector).toEqual(set(json).spec.selector.match_labels);
    expect(set(json).spec.service_name).toBe(service.metadata.name);
    const [port] = service.spec.port;
    const [own] = node(json).port ?? [];
    expect([port.target_port, port.port]).toEqual([own?.name, own?.container_port]);
    expect(unsynthesized().grantRead().urls).toEqual([`http://${service.metadata.name}:${port.port}`]);
  });

  test("every mount is of a volume that is there, and every volume is mounted", () => {
    const { spec } = json.pod("stateful_set_v1", "elasticsearch");
    const claim = set(json).spec.volume_claim_template[0].metadata.name;
    const volumes = [claim, ...(spec.volume ?? []).map(({ name }) => name)].sort();
    expect((node(json).volume_mount ?? []).map(({ name }) => name).sort()).toEqual(volumes);
    expect(node(json).volume_mount?.find(({ name }) => name === claim)?.mount_path).toBe(
      "/usr/share/elasticsearch/data",
    );
  });

  test("it mounts the users' file and what its probe needs, and nobody else's password", () => {
    const secrets = json
      .pod("stateful_set_v1", "elasticsearch")
      .spec.volume?.flatMap(({ secret }) => secret?.["secret_name"] ?? []);
    const { fileRealm, users } = declared(json);
    expect(secrets).toEqual([fileRealm, users.find(({ username }) => username === "probe")?.secret]);
  });

  test("what is linked into its configuration is mounted, as whole directories, or it would never change", () => {
    const mounts = node(json).volume_mount ?? [];
    const config = json.container("stateful_set_v1", "elasticsearch", "config");
    const links = /ln -sf (.*) \/config$/.exec(config.args?.[0] ?? "")?.[1]?.split(" ") ?? [];
    expect(links.map((link) => link.split("/").at(-1))).toEqual(["users", "users_roles", "roles.yml"]);
    for (const link of links) {
      const folder = link.slice(0, link.lastIndexOf("/"));
      expect(mounts.find(({ mount_path: path }) => path === folder)).toMatchObject({ read_only: true });
    }
    expect(mounts.filter(({ sub_path: path }) => path)).toEqual([]);
    const prepared = config.volume_mount?.[0];
    expect(prepared?.mount_path).toBe("/config");
    expect(mounts.find(({ name }) => name === prepared?.name)?.mount_path).toBe("/usr/share/elasticsearch/config");
  });

  test("it starts when its users and roles are there", () => {
    expect(json.dependencies(set(json))).toEqual([
      "config_map_v1/elasticsearch-roles",
      json.names().find((name) => name.startsWith("job_v1/credentials-")),
      "service_v1/elasticsearch",
    ]);
    expect(set(json).wait_for_rollout).toBe(true);
  });

  test("its probes ask as a user who may only look, whose password is in no argument", () => {
    const { startup_probe: startup, readiness_probe: readiness, liveness_probe: liveness } = node(json);
    const [shell, option, script = ""] = readiness?.exec?.command ?? [];
    expect([shell, option]).toEqual(["/bin/sh", "-c"]);
    const file = /\$\(cat ([^)]+)\)/.exec(script)?.[1] ?? "";
    const mount = node(json).volume_mount?.find(({ mount_path: path }) => file === `${path}/password`);
    expect(mount?.name).toBe(declared(json).users.find(({ username }) => username === "probe")?.secret);
    // Only curl is a program of its own that could show it.
    expect(script.slice(script.indexOf("| curl"))).not.toContain(file);
    expect(roles(json)["probe"]).toEqual({ cluster: ["monitor"] });
    expect(startup?.exec).toEqual(readiness?.exec);
    expect((startup?.failure_threshold ?? 0) * (startup?.period_seconds ?? 0)).toBe(600);
    expect(liveness?.tcp_socket).toEqual([{ port: "9200" }]);
  });

  test("the user's group may write what is mounted, and it may take its time to stop", () => {
    const { security_context: context, termination_grace_period_seconds: grace } = json.pod(
      "stateful_set_v1",
      "elasticsearch",
    ).spec;
    expect(context).toMatchObject({ run_as_user: "1000", run_as_group: "0", fs_group: "0" });
    expect(grace).toBe(120);
  });
});

describe("a grant", () => {
  const GRANTS: [string, (elasticsearch: Elasticsearch) => ElasticsearchConnection, string][] = [
    ["to index", (elasticsearch) => elasticsearch.grantIndex("test"), "index-logs-app-test"],
    ["to read", (elasticsearch) => elasticsearch.grantRead(), "read"],
    ["to manage content", (elasticsearch) => elasticsearch.grantManageContent(), "content"],
    ["of what Kibana needs", (elasticsearch) => elasticsearch.grantKibana(), "kibana-server"],
  ];

  test.each(GRANTS)("%s is a user, whose Secret is made", (_, grant, username) => {
    let connection: ElasticsearchConnection | undefined;
    const json = synth({}, (elasticsearch) => (connection = grant(elasticsearch)));
    expect(connection).toMatchObject({ urls: ["http://elasticsearch:9200"], credentials: { username } });
    expect(connection).not.toHaveProperty("ca");
    const user = declared(json).users.find((one) => one.username === username);
    expect(connection?.credentials?.password.toString()).toBe(`${user?.secret}/password`);
    expect(connection?.ready).toHaveLength(1);
  });

  test.each(GRANTS)("%s that is asked for twice is the same user", (_, grant) => {
    const elasticsearch = unsynthesized();
    expect(grant(elasticsearch).credentials).toEqual(grant(elasticsearch).credentials);
  });

  test("each is another user, with exactly its own role", () => {
    const json = synth({}, everyGrant);
    const users = Object.fromEntries(declared(json).users.map(({ username, roles: own }) => [username, own]));
    expect(users).toEqual({
      content: ["content"],
      elastic: ["superuser"],
      "index-logs-app-test": ["index-logs-app-test"],
      "kibana-server": ["kibana_system"],
      probe: ["probe"],
      read: ["read"],
    });
    expect(Object.keys(roles(json))).toEqual(["content", "index-logs-app-test", "probe", "read"]);
  });

  test("roles are as they are rendered, although they were granted later than the file", () => {
    const json = synth({}, everyGrant);
    expect(json.file("elasticsearch-roles", "roles.yml")).toBe(
      renderRoles(new Map(Object.entries(roles(json)).reverse())),
    );
    expect(roles(json)["index-logs-app-test"]?.indices).toEqual([
      { names: ["logs-app-test", "logs-app.dead_letter-test"], privileges: ["create_doc", "auto_configure"] },
    ]);
  });

  test("what nobody was granted, nobody has", () => {
    const json = synth({}, (elasticsearch) => void elasticsearch.grantRead());
    expect(declared(json).users.map(({ username }) => username)).toEqual(["elastic", "probe", "read"]);
    expect(Object.keys(roles(json))).toEqual(["probe", "read"]);
  });

  test("of two streams is two users", () => {
    const elasticsearch = unsynthesized();
    const [one, two] = ["one", "two"].map((namespace) => elasticsearch.grantIndex(namespace));
    expect(one).toMatchObject({ dataStream: "logs-app-one", credentials: { username: "index-logs-app-one" } });
    expect(two).toMatchObject({ dataStream: "logs-app-two", credentials: { username: "index-logs-app-two" } });
  });

  test("restarts nothing: roles and users are read again", () => {
    const [before, after] = [synth(), synth({}, everyGrant)].map((json) =>
      json.pod("stateful_set_v1", "elasticsearch"),
    );
    expect(after).toEqual(before);
  });

  test("opens its port to the client's pods, in both directions, and to no others", () => {
    const json = synthOnSite((stack, site) => {
      const client = new PodGroup(stack, site, "client");
      const elasticsearch = elasticsearchOn(stack, site);
      client.allowTo(elasticsearch.grantRead().endpoint!);
    });
    const policies = json.policies();
    expect(
      Object.keys(policies)
        .filter((name) => name.includes("elasticsearch"))
        .sort(),
    ).toEqual(["client-to-elasticsearch", "elasticsearch-from-client"]);
    const port = String(node(json).port?.[0]?.container_port);
    const labels = set(json).spec.selector.match_labels;
    const { egress } = policies["client-to-elasticsearch"]!.spec;
    expect(egress).toEqual([{ to: [{ pod_selector: { match_labels: labels } }], ports: [{ port, protocol: "TCP" }] }]);
    const { ingress, pod_selector: target } = policies["elasticsearch-from-client"]!.spec;
    expect(target.match_labels).toEqual(labels);
    expect(ingress?.[0]?.ports).toEqual(egress?.[0]?.ports);
    expect(labels["app.kubernetes.io/instance"]).toBe(SITE.environment);
  });
});

test("people have a user for emergencies", () => {
  const { username, password } = unsynthesized().superuser;
  expect([username, password.toString()]).toEqual(["elastic", "elasticsearch-user-elastic/password"]);
});

describe("refused is", () => {
  test("what cannot work, all of it at once", () => {
    const change = { memory: Size.mebibytes(512), heap: Size.mebibytes(300), storage: Size.mebibytes(500) };
    expect(() => synth(change)).toThrow(
      new ConfigurationError([
        "Elasticsearch: 'memory' (512 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
        "Elasticsearch: 'heap' (300 MiB) must be at most 256 MiB: half of 'memory' (512 MiB) and never above 30 GiB; lower it or give more memory",
        "Elasticsearch: 'storage' (500 MiB) must be at least 1 GiB: with less it would take no documents soon; give more",
      ]),
    );
  });

  test("nothing at the bounds", () => {
    const change = { memory: Size.gibibytes(1), heap: Size.mebibytes(512), storage: Size.gibibytes(1) };
    expect(() => synth(change)).not.toThrow();
  });

  test.each(["Logs", "a.b", "a".repeat(30)])(
    "the environment '%s': no Secret can be named after its stream",
    (name) => {
      const stream = `logs-app-${name}`;
      expect(() => unsynthesized().grantIndex(name)).toThrow(
        new ConfigurationError([
          `data stream '${stream}': the Secret of its user, 'elasticsearch-user-index-${stream}', must be a DNS label: name it with at most 38 small letters, digits and '-'`,
        ]),
      );
    },
  );

  test("no data stream of the longest name, whose Secret is one", () => {
    const { credentials } = unsynthesized().grantIndex("a".repeat(29));
    expect(credentials?.password.secret).toHaveLength(63);
  });
});
