import { describe, expect, test } from "@jest/globals";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import type { TerraformStack } from "cdktf";
import { parse } from "yaml";
import { ContainerImage } from "../../../../constructs/core/container-image";
import { Cpu } from "../../../../constructs/core/cpu";
import { SecretRef } from "../../../../constructs/core/secret-ref";
import { Size } from "../../../../constructs/core/size";
import { ConfigurationError } from "../../../../constructs/core/validation";
import { Credentials } from "../../../../constructs/credentials/credentials";
import type { ElasticsearchConnection } from "../../../../constructs/elasticsearch/cluster";
import { EckElasticsearch, type EckElasticsearchProps } from "../../../../constructs/elasticsearch/eck/cluster";
import type {
  ElasticsearchResource,
  NodeSet,
  PublicSecret,
} from "../../../../constructs/elasticsearch/eck/custom-resources";
import type { Role } from "../../../../constructs/elasticsearch/roles";
import { PodGroup } from "../../../../constructs/kubernetes/network";
import type { KubernetesSite } from "../../../../constructs/kubernetes/site";
import { parseCredentialsSettings } from "../../../../contract/credentials-settings";
import { customResources } from "../../../support/custom-resources";
import { differences } from "../../../support/differences";
import { type KubernetesJson, SITE, stackWithSite, synthOnSite } from "../../../support/kubernetes-json";

type Change = Partial<Omit<EckElasticsearchProps, "credentials">>;

const IMAGE = ContainerImage.of("docker.elastic.co/elasticsearch/elasticsearch:9.5.1");
const MASTERS = { nodes: 3, memory: Size.gibibytes(2), storage: Size.gibibytes(20) };
const WARM = { nodes: 3, memory: Size.gibibytes(6), storage: Size.gibibytes(500) };

function elasticsearchOn(stack: TerraformStack, site: KubernetesSite, change: Change = {}): EckElasticsearch {
  new HelmProvider(stack, "helm");
  return new EckElasticsearch(stack, "Elasticsearch", site, {
    image: IMAGE,
    credentials: new Credentials(stack, "Credentials", site, { image: ContainerImage.of("consumer:2") }),
    operatorNamespace: "operators",
    nodes: 3,
    memory: Size.gibibytes(4),
    storage: Size.gibibytes(100),
    ...change,
  });
}

type Use = (elasticsearch: EckElasticsearch, stack: TerraformStack, site: KubernetesSite) => void;

/** What is granted by default: without a user there are no credentials to make. */
const read: Use = (elasticsearch) => void elasticsearch.grantRead();

const synth = (change: Change = {}, use: Use = read): KubernetesJson =>
  synthOnSite((stack, site) => use(elasticsearchOn(stack, site, change), stack, site));

function unsynthesized(change: Change = {}): EckElasticsearch {
  const { stack, site } = stackWithSite();
  return elasticsearchOn(stack, site, change);
}

const objects = ({ json }: KubernetesJson) => customResources(json, "elasticsearch");
const object = <T>(json: KubernetesJson, kind: string) => objects(json).find((one) => one.kind === kind) as T;
const cluster = (json: KubernetesJson) => object<ElasticsearchResource>(json, "Elasticsearch");
const sets = (json: KubernetesJson) =>
  Object.fromEntries(cluster(json).spec.nodeSets.map((set) => [set.name, set])) as Record<string, NodeSet>;
const hot = (json: KubernetesJson) => sets(json)["hot"] as NodeSet;
const roles = (json: KubernetesJson) =>
  parse(object<PublicSecret>(json, "Secret").stringData["roles.yml"] ?? "") as Record<string, Role>;
const declared = (json: KubernetesJson) => parseCredentialsSettings(json.env("job_v1", "credentials")).CREDENTIALS;
const options = (set: NodeSet) =>
  set.podTemplate.spec.containers[0].env.find(({ name }) => name === "ES_JAVA_OPTS")?.value;
const claim = (set: NodeSet) => set.volumeClaimTemplates[0]?.spec;
const everyGrant: Use = (elasticsearch) => {
  elasticsearch.grantIndex("test");
  elasticsearch.grantRead();
  elasticsearch.grantManageContent();
  elasticsearch.grantKibana();
};

interface ReleaseJson {
  readonly name: string;
  readonly lifecycle?: { readonly prevent_destroy: boolean };
  readonly depends_on?: readonly string[];
}
const release = ({ json }: KubernetesJson) => {
  const { resource } = JSON.parse(json) as { resource: { helm_release: Record<string, ReleaseJson> } };
  return Object.values(resource.helm_release).find(({ name }) => name === "elasticsearch");
};

describe("the smallest", () => {
  const json = synth();

  test("is an Elasticsearch and its roles, and no other object", () => {
    expect(objects(json).map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      "Secret/elasticsearch-roles",
      "Elasticsearch/elasticsearch",
    ]);
    expect(json.names().filter((name) => !/\/(credentials|deny-all|allow-dns)/.test(name))).toEqual([
      "network_policy_v1/elasticsearch-from-elasticsearch",
      "network_policy_v1/elasticsearch-from-operator",
      "network_policy_v1/elasticsearch-to-elasticsearch",
    ]);
  });

  test("takes its users and roles from the Secrets that are made, and the version from its image's tag", () => {
    const { spec } = cluster(json);
    expect(spec).toMatchObject({ version: "9.5.1", image: IMAGE.reference });
    const secret = object<PublicSecret>(json, "Secret");
    expect(spec.auth).toEqual({
      fileRealm: [{ secretName: declared(json).fileRealm }],
      roles: [{ secretName: secret.metadata.name }],
    });
    expect(secret.type).toBe("Opaque");
    expect(Object.keys(secret.stringData)).toEqual(["roles.yml"]);
  });

  test("is kept, and so are its claims; one of its nodes is changed at once", () => {
    const { metadata, spec } = cluster(json);
    expect(metadata.annotations).toEqual({ "helm.sh/resource-policy": "keep" });
    expect(object<PublicSecret>(json, "Secret").metadata).not.toHaveProperty("annotations");
    expect(release(json)?.lifecycle).toEqual({ prevent_destroy: true });
    expect(spec.volumeClaimDeletePolicy).toBe("DeleteOnScaledownOnly");
    expect(spec.updateStrategy).toEqual({ changeBudget: { maxUnavailable: 1 } });
    // ECK's own knows whether a shard has all of its copies.
    expect(spec).not.toHaveProperty("podDisruptionBudget");
    expect(spec).not.toHaveProperty("secureSettings");
  });

  test("is one set of nodes, which take lines and elect", () => {
    expect(Object.keys(sets(json))).toEqual(["hot"]);
    expect(hot(json)).toMatchObject({
      count: 3,
      config: { "node.roles": ["data_content", "data_hot", "ingest", "master"], "node.store.allow_mmap": false },
    });
    expect(hot(json)).not.toHaveProperty("zoneAwareness");
    expect(hot(json).podTemplate.spec).not.toHaveProperty("topologySpreadConstraints");
  });

  test("has this much of everything, and a heap of the image's own choice", () => {
    const [container, ...others] = hot(json).podTemplate.spec.containers;
    expect(others).toEqual([]);
    expect(container).toMatchObject({
      name: "elasticsearch",
      resources: { requests: { cpu: "500m", memory: "4096Mi" }, limits: { memory: "4096Mi" } },
    });
    expect(options(hot(json))).not.toMatch(/-Xm[sx]/);
    expect(hot(json).volumeClaimTemplates).toEqual([
      {
        metadata: { name: "elasticsearch-data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "102400Mi" } } },
      },
    ]);
  });

  test("its pods have nothing that the restricted standard forbids, and what ECK knows better is left to it", () => {
    const { spec } = hot(json).podTemplate;
    expect(spec).toMatchObject({
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        fsGroup: 1000,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(spec.containers[0]).not.toHaveProperty("securityContext");
    expect(spec).not.toHaveProperty("initContainers");
    expect(JSON.stringify(spec)).not.toContain("privileged");
  });

  test("no two of its nodes share a machine", () => {
    const { podAntiAffinity } = hot(json).podTemplate.spec.affinity ?? {};
    const [required, ...others] = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(others).toEqual([]);
    expect(required).toEqual({
      topologyKey: "kubernetes.io/hostname",
      labelSelector: {
        matchLabels: {
          "elasticsearch.k8s.elastic.co/cluster-name": "elasticsearch",
          "elasticsearch.k8s.elastic.co/statefulset-name": "elasticsearch-es-hot",
        },
      },
    });
  });

  test("its pods carry the component's labels, beside ECK's own", () => {
    const { labels } = hot(json).podTemplate.metadata;
    expect(labels).toMatchObject({ "app.kubernetes.io/name": "elasticsearch", "app.kubernetes.io/instance": "test" });
    expect(Object.keys(labels).filter((label) => label.includes("elastic.co"))).toEqual([]);
  });

  test("waits for its users' passwords", () => {
    expect(release(json)?.depends_on).toEqual([expect.stringMatching(/^kubernetes_job_v1\.Credentials/)]);
  });
});

describe("changed", () => {
  const flat = (json: KubernetesJson) => {
    const { nodeSets, ...spec } = cluster(json).spec;
    return {
      metadata: cluster(json).metadata,
      spec,
      sets: Object.fromEntries(
        nodeSets.map(({ volumeClaimTemplates, podTemplate, ...set }) => [
          set.name,
          {
            ...set,
            pod: { ...podTemplate.spec, containers: podTemplate.spec.containers[0] },
            claim: volumeClaimTemplates[0],
          },
        ]),
      ),
    };
  };
  const before = flat(synth());
  const RESOURCES = "sets > hot > pod > containers > resources";

  test.each<[string, Change, Record<string, unknown>]>([
    [
      "image",
      { image: ContainerImage.of("elasticsearch:9.6.0") },
      { "spec > version": "9.6.0", "spec > image": "elasticsearch:9.6.0" },
    ],
    ["nodes", { nodes: 5 }, { "sets > hot > count": 5 }],
    ["cpu", { cpu: Cpu.cores(4) }, { [`${RESOURCES} > requests > cpu`]: "4" }],
    [
      "memory",
      { memory: Size.gibibytes(8) },
      { [`${RESOURCES} > requests > memory`]: "8192Mi", [`${RESOURCES} > limits > memory`]: "8192Mi" },
    ],
    ["heap", { heap: Size.gibibytes(1) }, { "sets > hot > pod > containers > env": expect.anything() }],
    [
      "storage",
      { storage: Size.gibibytes(1) },
      { "sets > hot > claim > spec > resources > requests > storage": "1024Mi" },
    ],
    ["storage class", { storageClass: "fast" }, { "sets > hot > claim > spec > storageClassName": "fast" }],
    ["mmap", { mmap: true }, { "sets > hot > config > node.store.allow_mmap": undefined }],
    ["no mmap", { mmap: false }, {}],
    ["kept", { whenDestroyed: "keep" }, {}],
    [
      "deleted",
      { whenDestroyed: "delete" },
      {
        "metadata > annotations > helm.sh/resource-policy": undefined,
        "spec > volumeClaimDeletePolicy": "DeleteOnScaledownAndClusterDeletion",
      },
    ],
    ["one zone", { zones: 1 }, {}],
    [
      "zones",
      { zones: 3 },
      {
        "sets > hot > zoneAwareness > topologyKey": "topology.kubernetes.io/zone",
        "sets > hot > pod > topologySpreadConstraints": expect.anything(),
      },
    ],
    ["replicas", { replicas: 1 }, {}],
    ["the operator's namespace", { operatorNamespace: "elastic-system" }, {}],
    ["snapshots by the machines' identity", { snapshots: {} }, {}],
    [
      "snapshots",
      { snapshots: { credentialsSecret: "buckets" } },
      {
        "spec > secureSettings": [{ secretName: "buckets" }],
        "sets > hot > pod > initContainers": [expect.objectContaining({ name: "elastic-internal-init-keystore" })],
      },
    ],
  ])("%s: that, and nothing else", (_, change, expected) => {
    expect(differences(before, flat(synth(change)))).toEqual(expected);
  });

  test("its heap is as large from the start as it may become", () => {
    expect(options(hot(synth({ heap: Size.gibibytes(1) })))).toMatch(/ -Xms1024m -Xmx1024m$/);
  });

  test("its release is protected only where it is kept", () => {
    expect(release(synth({ whenDestroyed: "delete" }))).not.toHaveProperty("lifecycle");
  });

  test("with zones it is spread over all of them, each set for itself", () => {
    const json = synth({ zones: 3, masters: MASTERS, warm: WARM });
    for (const [name, { zoneAwareness, podTemplate }] of Object.entries(sets(json))) {
      const [constraint, ...others] = podTemplate.spec.topologySpreadConstraints ?? [];
      expect(others).toEqual([]);
      expect(constraint).toMatchObject({
        maxSkew: 1,
        minDomains: 3,
        topologyKey: zoneAwareness?.topologyKey,
        whenUnsatisfiable: "DoNotSchedule",
      });
      expect(constraint?.labelSelector.matchLabels).toMatchObject({
        "elasticsearch.k8s.elastic.co/statefulset-name": `elasticsearch-es-${name}`,
      });
    }
  });

  test("the step that writes its secure settings keeps the restricted standard, and ends if there are none", () => {
    const [step] = hot(synth({ snapshots: { credentialsSecret: "buckets" } })).podTemplate.spec.initContainers ?? [];
    expect(step).toEqual({
      name: "elastic-internal-init-keystore",
      args: ["true"],
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        runAsNonRoot: true,
      },
    });
  });
});

describe("tiers", () => {
  const json = synth({
    masters: MASTERS,
    warm: { ...WARM, cpu: Cpu.cores(2) },
    cpu: Cpu.cores(1),
    heap: Size.gibibytes(1),
    storageClass: "fast",
  });

  test("have roles of their own: nodes that take lines elect none where there are masters", () => {
    expect(Object.values(sets(json)).map(({ name, count, config }) => [name, count, config["node.roles"]])).toEqual([
      ["masters", 3, ["master"]],
      ["hot", 3, ["data_content", "data_hot", "ingest"]],
      ["warm", 3, ["data_warm"]],
    ]);
  });

  test("have sizes of their own, and heaps of their images' choice", () => {
    const amounts = Object.values(sets(json)).map((set) => [
      set.podTemplate.spec.containers[0].resources.limits.memory,
      set.podTemplate.spec.containers[0].resources.requests.cpu,
      claim(set)?.resources.requests.storage,
      /-Xmx\d+m/.exec(options(set) ?? "")?.[0],
    ]);
    expect(amounts).toEqual([
      ["2048Mi", "500m", "20480Mi", undefined],
      ["4096Mi", "1", "102400Mi", "-Xmx1024m"],
      ["6144Mi", "2", "512000Mi", undefined],
    ]);
  });

  test("share everything else", () => {
    const shared = (set: NodeSet) => [
      set.podTemplate.metadata,
      set.podTemplate.spec.securityContext,
      claim(set)?.storageClassName,
      set.config["node.store.allow_mmap"],
    ];
    const { hot: first, masters, warm } = sets(json);
    expect(shared(first!)).toEqual([expect.anything(), expect.anything(), "fast", false]);
    expect(shared(masters!)).toEqual(shared(first!));
    expect(shared(warm!)).toEqual(shared(first!));
  });

  test("each without the others", () => {
    expect(Object.keys(sets(synth({ masters: MASTERS })))).toEqual(["masters", "hot"]);
    expect(Object.keys(sets(synth({ warm: WARM })))).toEqual(["hot", "warm"]);
    expect(hot(synth({ warm: WARM })).config["node.roles"]).toContain("master");
  });

  test("clients speak with those that take lines, and with no others", () => {
    const { selector } = cluster(json).spec.http.service.spec;
    expect(selector).toEqual({
      "common.k8s.elastic.co/type": "elasticsearch",
      "elasticsearch.k8s.elastic.co/cluster-name": "elasticsearch",
      "elasticsearch.k8s.elastic.co/node-data_hot": "true",
    });
    expect(cluster(synth()).spec.http).toEqual(cluster(json).spec.http);
  });
});

describe("a grant", () => {
  const GRANTS: [string, (elasticsearch: EckElasticsearch) => ElasticsearchConnection, string][] = [
    ["to index", (elasticsearch) => elasticsearch.grantIndex("test"), "index-logs-app-test"],
    ["to read", (elasticsearch) => elasticsearch.grantRead(), "read"],
    ["to manage content", (elasticsearch) => elasticsearch.grantManageContent(), "content"],
    ["of what Kibana needs", (elasticsearch) => elasticsearch.grantKibana(), "kibana-server"],
  ];

  test.each(GRANTS)("%s is a user whose Secret is made, over TLS with ECK's authority", (_, grant, username) => {
    let connection: ElasticsearchConnection | undefined;
    const json = synth({}, (elasticsearch) => (connection = grant(elasticsearch)));
    expect(connection).toMatchObject({
      urls: [`https://elasticsearch-es-http.${SITE.namespace}.svc:9200`],
      credentials: { username },
    });
    expect(connection?.ca?.toString()).toBe("elasticsearch-es-http-certs-public/ca.crt");
    const user = declared(json).users.find((one) => one.username === username);
    expect(connection?.credentials?.password.toString()).toBe(`${user?.secret}/password`);
    expect(connection?.ready).toHaveLength(1);
  });

  test("each is another user, with exactly its own role; ECK makes those that it needs itself", () => {
    const json = synth({}, everyGrant);
    expect(Object.fromEntries(declared(json).users.map((user) => [user.username, user.roles]))).toEqual({
      content: ["content"],
      "index-logs-app-test": ["index-logs-app-test"],
      "kibana-server": ["kibana_system"],
      read: ["read"],
    });
    expect(Object.keys(roles(json))).toEqual(["content", "index-logs-app-test", "read"]);
  });

  test("to index is one to create documents in its streams, and to nothing else", () => {
    expect(roles(synth({}, everyGrant))["index-logs-app-test"]).toEqual({
      cluster: ["monitor"],
      indices: [
        { names: ["logs-app-test", "logs-app.dead_letter-test"], privileges: ["create_doc", "auto_configure"] },
      ],
    });
  });

  test("to manage content is one to take snapshots only where some are taken", () => {
    const content = (change: Change) => roles(synth(change, everyGrant))["content"]?.cluster;
    expect(content({ snapshots: {} })).toEqual(expect.arrayContaining(["create_snapshot", "manage_slm"]));
    expect(content({})).not.toContain("create_snapshot");
    expect(content({})).toContain("manage_ilm");
  });

  test("what nobody was granted, nobody has", () => {
    expect(Object.keys(roles(synth()))).toEqual(["read"]);
  });

  test("changes nothing of the cluster: users and roles are read again", () => {
    expect(cluster(synth({}, everyGrant))).toEqual(cluster(synth()));
  });

  test("has ECK's own user in it for nobody but people", () => {
    const { username, password } = unsynthesized().superuser;
    expect([username, password]).toEqual(["elastic", SecretRef.of("elasticsearch-es-elastic-user", "elastic")]);
  });

  test("refuses a data stream that no Secret can be named after", () => {
    expect(() => unsynthesized().grantIndex("Logs")).toThrow("data stream 'logs-app-Logs'");
  });
});

describe("the network", () => {
  const LABELS = {
    "common.k8s.elastic.co/type": "elasticsearch",
    "elasticsearch.k8s.elastic.co/cluster-name": "elasticsearch",
  };
  const ports = (...numbers: number[]) => numbers.map((port) => ({ port: String(port), protocol: "TCP" }));

  test("lets nodes speak with each other, by HTTP too: one that stops says so to another", () => {
    const policies = synth().policies();
    expect(policies["elasticsearch-to-elasticsearch"]?.spec).toMatchObject({
      pod_selector: { match_labels: LABELS },
      egress: [{ to: [{ pod_selector: { match_labels: LABELS } }], ports: ports(9200, 9300) }],
    });
    expect(policies["elasticsearch-from-elasticsearch"]?.spec.ingress?.[0]?.ports).toEqual(ports(9200, 9300));
  });

  test("lets the operator ask them", () => {
    const { spec } = synth({ operatorNamespace: "elastic-system" }).policies()["elasticsearch-from-operator"]!;
    expect(spec.pod_selector.match_labels).toEqual(LABELS);
    const [from] = spec.ingress?.[0]?.from ?? [];
    expect(from?.namespace_selector?.match_labels).toEqual({ "kubernetes.io/metadata.name": "elastic-system" });
    expect(spec.ingress?.[0]?.ports).toEqual(ports(9200));
  });

  test("lets clients in that were granted something, for requests only", () => {
    const json = synth({}, (elasticsearch, stack, site) =>
      new PodGroup(stack, site, "client").allowTo(elasticsearch.grantRead().endpoint!),
    );
    const { ingress, pod_selector: target } = json.policies()["elasticsearch-from-client"]!.spec;
    expect(target.match_labels).toEqual(LABELS);
    expect(ingress?.[0]?.ports).toEqual(ports(9200));
    expect(json.policies()["client-to-elasticsearch"]?.spec.egress?.[0]?.ports).toEqual(ports(9200));
  });

  const outside = (change: Change) =>
    Object.fromEntries(
      Object.entries(synth(change).policies())
        .filter(([name]) => /^elasticsearch-to-(?!elasticsearch)/.test(name))
        .map(([name, { spec }]) => [name, spec.egress]),
    );

  test("lets nodes out for snapshots only", () => {
    expect(outside({})).toEqual({});
    expect(outside({ snapshots: { credentialsSecret: "buckets" } })).toEqual({
      "elasticsearch-to-object-storage": [{ ports: ports(443) }],
    });
    expect(outside({ snapshots: { credentialsSecret: "buckets", port: 9000 } })).toEqual({
      "elasticsearch-to-object-storage": [{ ports: ports(9000) }],
    });
  });

  test("lets nodes ask who they are where they have no credentials", () => {
    const cidrs = ["169.254.169.254/32", "169.254.170.23/32"];
    expect(outside({ snapshots: {} })).toMatchObject({
      "elasticsearch-to-object-storage": [{ ports: ports(443) }],
      "elasticsearch-to-machine-identity": [{ to: cidrs.map((cidr) => ({ ip_block: { cidr } })), ports: ports(80) }],
    });
  });
});

test("refused is what cannot work, all of it at once", () => {
  const change = {
    image: ContainerImage.of("elasticsearch:9"),
    nodes: 2,
    memory: Size.mebibytes(512),
    zones: 2,
    replicas: 0,
  };
  expect(() => synth(change)).toThrow(
    new ConfigurationError([
      "Elasticsearch: 'image' (elasticsearch:9) must have a version as its tag, such as '9.5.0': ECK does what that version needs",
      "Elasticsearch: 'memory' (512 MiB) must be at least 1 GiB: with less it is killed as soon as it has work to do; give more",
      "Elasticsearch: 'nodes' (2) elect the master by majority, so neither may be lost: take 1 or 3, or add 'masters'",
      "Elasticsearch: of 'nodes' (2) the loss of one of 'zones' (2) takes 1, and the 1 that are left are no majority: spread over 3 zones, or count them as 1",
      "Elasticsearch: 'replicas' (0) must be at least 1 over 'zones' (2): the loss of a zone would be the loss of its shards; raise it",
    ]),
  );
});
