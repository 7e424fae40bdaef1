import { describe, expect, test } from "@jest/globals";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import type { TerraformStack } from "cdktf";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Cpu } from "../../../constructs/core/cpu";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError } from "../../../constructs/core/validation";
import { Credentials } from "../../../constructs/credentials/credentials";
import { EckElasticsearch } from "../../../constructs/elasticsearch/eck/cluster";
import type { KibanaResource } from "../../../constructs/elasticsearch/eck/custom-resources";
import { EckKibana, type EckKibanaProps } from "../../../constructs/kibana/eck";
import { PodGroup } from "../../../constructs/kubernetes/network";
import type { KubernetesSite } from "../../../constructs/kubernetes/site";
import { parseCredentialsSettings } from "../../../contract/credentials-settings";
import { customResources } from "../../support/custom-resources";
import { differences } from "../../support/differences";
import { type KubernetesJson, SITE, synthOnSite } from "../../support/kubernetes-json";

type Change = Partial<Omit<EckKibanaProps, "credentials" | "elasticsearch">>;

const IMAGE = ContainerImage.of("docker.elastic.co/kibana/kibana:9.5.1");
const LABELS = { "common.k8s.elastic.co/type": "kibana", "kibana.k8s.elastic.co/name": "kibana" };

function kibanaOn(stack: TerraformStack, site: KubernetesSite, change: Change = {}): EckKibana {
  new HelmProvider(stack, "helm");
  const credentials = new Credentials(stack, "Credentials", site, { image: ContainerImage.of("consumer:2") });
  const elasticsearch = new EckElasticsearch(stack, "Elasticsearch", site, {
    image: ContainerImage.of("elasticsearch:9.5.0"),
    credentials,
    operatorNamespace: "operators",
    nodes: 1,
    memory: Size.gibibytes(2),
    storage: Size.gibibytes(5),
  });
  return new EckKibana(stack, "Kibana", site, {
    image: IMAGE,
    elasticsearch,
    credentials,
    memory: Size.gibibytes(2),
    ...change,
  });
}

const synth = (change: Change = {}): KubernetesJson => synthOnSite((stack, site) => void kibanaOn(stack, site, change));

function kibana({ json }: KubernetesJson): KibanaResource {
  const [only, ...others] = customResources(json, "kibana");
  expect(others).toEqual([]);
  return only as KibanaResource;
}
const declared = (json: KubernetesJson) => parseCredentialsSettings(json.env("job_v1", "credentials")).CREDENTIALS;

interface ReleaseJson {
  readonly name: string;
  readonly lifecycle?: object;
  readonly depends_on?: readonly string[];
}
const release = ({ json }: KubernetesJson) => {
  const { resource } = JSON.parse(json) as { resource: { helm_release: Record<string, ReleaseJson> } };
  return Object.values(resource.helm_release).find(({ name }) => name === "kibana");
};

describe("the smallest", () => {
  const json = synth();

  test("is a Kibana and what it may reach, and no other object", () => {
    expect(kibana(json)).toMatchObject({ kind: "Kibana", metadata: { name: "kibana", namespace: SITE.namespace } });
    expect(json.names().filter((name) => name.includes("kibana"))).toEqual([
      "network_policy_v1/elasticsearch-from-kibana",
      "network_policy_v1/kibana-to-elasticsearch",
    ]);
  });

  test("is one, of the version in its image's tag, and reads the Elasticsearch of the same release's name", () => {
    const { spec } = kibana(json);
    expect(spec).toMatchObject({ version: "9.5.1", image: IMAGE.reference, count: 1 });
    const [elasticsearch] = customResources(json.json, "elasticsearch").filter(({ kind }) => kind === "Elasticsearch");
    expect(spec.elasticsearchRef).toEqual({ name: elasticsearch?.metadata.name });
  });

  test("has these settings: what is about Elasticsearch and TLS, ECK says", () => {
    expect(kibana(json).spec.config).toEqual({ "server.name": "log-pipeline", "telemetry.optIn": false });
  });

  test("takes its keys from the Secret that is made for it, each as the setting that it is", () => {
    const [made, ...others] = declared(json).keys;
    expect(others).toEqual([]);
    const settings = kibana(json).spec.secureSettings;
    expect(settings).toEqual([
      {
        secretName: made?.secret,
        entries: [
          { key: "encryptedSavedObjects", path: "xpack.encryptedSavedObjects.encryptionKey" },
          { key: "reporting", path: "xpack.reporting.encryptionKey" },
          { key: "security", path: "xpack.security.encryptionKey" },
        ],
      },
    ]);
    expect(settings[0]?.entries?.map(({ key }) => key)).toEqual(made?.keys);
    // ECK gives it a user.
    expect(declared(json).users).toEqual([]);
  });

  test("its pods have nothing that the restricted standard forbids, whatever ECK does in them", () => {
    const { spec, metadata } = kibana(json).spec.podTemplate;
    expect(metadata.labels).toMatchObject({ "app.kubernetes.io/name": "kibana", "app.kubernetes.io/instance": "test" });
    expect(spec).toEqual({
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      initContainers: [
        {
          name: "elastic-internal-init-keystore",
          args: ["true"],
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            runAsNonRoot: true,
          },
        },
      ],
      containers: [
        {
          name: "kibana",
          env: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=1536" }],
          resources: { requests: { cpu: "200m", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
        },
      ],
    });
  });

  test("may be destroyed, and waits for its keys and Elasticsearch", () => {
    expect(kibana(json).metadata).not.toHaveProperty("annotations");
    expect(release(json)).not.toHaveProperty("lifecycle");
    expect(release(json)?.depends_on).toEqual([
      expect.stringMatching(/^kubernetes_job_v1\.Credentials/),
      expect.stringMatching(/^helm_release\.Elasticsearch/),
    ]);
  });
});

describe("changed", () => {
  const flat = (json: KubernetesJson) => {
    const { podTemplate, ...spec } = kibana(json).spec;
    return { spec, pod: { ...podTemplate.spec, containers: podTemplate.spec.containers[0] } };
  };
  const before = flat(synth());
  const RESOURCES = "pod > containers > resources";

  test.each<[string, Change, Record<string, unknown>]>([
    [
      "image",
      { image: ContainerImage.of("kibana:9.4.0") },
      { "spec > version": "9.4.0", "spec > image": "kibana:9.4.0" },
    ],
    ["cpu", { cpu: Cpu.cores(1) }, { [`${RESOURCES} > requests > cpu`]: "1" }],
    [
      "memory",
      { memory: Size.gibibytes(4) },
      {
        "pod > containers > env": [{ name: "NODE_OPTIONS", value: "--max-old-space-size=3072" }],
        [`${RESOURCES} > requests > memory`]: "4096Mi",
        [`${RESOURCES} > limits > memory`]: "4096Mi",
      },
    ],
    [
      "address",
      { publicUrl: "https://logs.example.com" },
      { "spec > config > server.publicBaseUrl": "https://logs.example.com" },
    ],
    ["one", { replicas: 1 }, {}],
    ["replicas", { replicas: 2 }, { "spec > count": 2, "pod > topologySpreadConstraints": expect.anything() }],
  ])("%s: that, and nothing else", (_, change, expected) => {
    expect(differences(before, flat(synth(change)))).toEqual(expected);
  });

  test("several are on different machines, of which one is drained at a time", () => {
    const json = synth({ replicas: 2 });
    expect(kibana(json).spec.podTemplate.spec.topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: LABELS },
      },
    ]);
    expect(json.named("pod_disruption_budget_v1", "kibana").spec).toEqual({
      max_unavailable: "1",
      selector: { match_labels: LABELS },
    });
    expect(synth().resources("pod_disruption_budget_v1")).toEqual([]);
  });
});

test("who is given its endpoint may reach it, where its service says", () => {
  let made: EckKibana | undefined;
  const json = synthOnSite((stack, site) => {
    made = kibanaOn(stack, site);
    new PodGroup(stack, site, "proxy").allowTo(made.endpoint);
  });
  const { spec } = json.policies()["kibana-from-proxy"]!;
  expect(spec.pod_selector.match_labels).toEqual(LABELS);
  expect(spec.ingress?.[0]?.ports).toEqual([{ port: "5601", protocol: "TCP" }]);
  expect(made?.service).toMatchObject({ name: "kibana-kb-http", port: 5601, https: true });
  expect(made?.service.ca?.toString()).toBe("kibana-kb-http-certs-public/ca.crt");
});

test("reaches Elasticsearch, and nothing else", () => {
  const policies = Object.entries(synth().policies()).filter(([name]) => name.startsWith("kibana-to-"));
  expect(policies.map(([name]) => name)).toEqual(["kibana-to-elasticsearch"]);
  expect(policies[0]?.[1].spec).toMatchObject({
    pod_selector: { match_labels: LABELS },
    egress: [{ ports: [{ port: "9200", protocol: "TCP" }] }],
  });
});

describe("refused is", () => {
  test("what cannot work, all of it at once", () => {
    expect(() => synth({ image: ContainerImage.of("kibana:9"), replicas: 0, publicUrl: "logs" })).toThrow(
      new ConfigurationError([
        "Kibana: 'image' (kibana:9) must have a version as its tag, such as '9.5.0': ECK does what that version needs",
        "Kibana: 'replicas' (0) must be a whole number of at least 1: leave Kibana out where none is wanted",
        "Kibana: 'publicUrl' (logs) must be a URL without a slash at its end, such as 'https://logs.example.com': correct it",
      ]),
    );
  });

  test("a later version than Elasticsearch's", () => {
    expect(() => synth({ image: ContainerImage.of("kibana:9.6.0") })).toThrow(
      "Kibana: 'image' (kibana:9.6.0) must not be of a later version than Elasticsearch (9.5.0): ECK would wait for ever; upgrade Elasticsearch first",
    );
  });
});
