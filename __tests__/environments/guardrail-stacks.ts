import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import type { TerraformStack } from "cdktf";
import { ContainerImage } from "../../constructs/core/container-image";
import { Cpu } from "../../constructs/core/cpu";
import { Duration } from "../../constructs/core/duration";
import { SecretRef } from "../../constructs/core/secret-ref";
import { Size } from "../../constructs/core/size";
import { ConfigurationError } from "../../constructs/core/validation";
import { Elasticsearch } from "../../constructs/elasticsearch/stateful-set";
import { filebeatProblems } from "../../constructs/filebeat/config";
import type { IKafkaCluster, KafkaCredentials } from "../../constructs/kafka/cluster";
import { KafkaCluster } from "../../constructs/kafka/stateful-set";
import { podTemplate } from "../../constructs/kubernetes/pod";
import type { KubernetesSite, KubernetesSiteProps } from "../../constructs/kubernetes/site";
import type { GuardrailName } from "../../environments/guardrails";
import { refusals } from "../support/refusals";

/** A rule for what is synthesized, kept and just broken. */
export interface StackRow {
  readonly guardrail: GuardrailName;
  readonly rule: string;
  /** What is said. */
  readonly good: () => readonly string[];
  readonly bad: () => readonly string[];
  /** @default what the catalogue says of the guardrail: each has one such row */
  readonly message?: string;
}

type Build = (stack: TerraformStack, site: KubernetesSite) => void;

/** What is said about a stack, at once or at its synthesis, without where. */
function said(build: Build, props: Partial<KubernetesSiteProps> = {}): readonly string[] {
  try {
    return refusals(build, props).map((problem) => problem.replace(/^\[[^\]]*\] /, ""));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
}

interface Web {
  readonly image?: string;
  readonly resources?: object;
  readonly security?: object;
  readonly variables?: readonly object[];
  readonly minAvailable?: string;
}

/** A Deployment of two pods with a disruption budget. */
function web({ image = "web:1.2", resources, security = {}, variables, minAvailable }: Web): readonly string[] {
  return said((stack, site) => {
    const template = podTemplate(site, "web", {
      user: { uid: 1, gid: 1 },
      containers: [
        {
          name: "main",
          image: ContainerImage.of("web:1.2"),
          resources: { cpu: Cpu.millis(10), memory: Size.mebibytes(16) },
        },
      ],
    });
    const [container] = template.spec.container as unknown as readonly { readonly securityContext: object }[];
    const changed = {
      ...container,
      image,
      ...(resources ? { resources } : {}),
      ...(variables ? { env: variables } : {}),
      securityContext: { ...container?.securityContext, ...security },
    };
    const selector = { matchLabels: site.labels("web") };
    new DeploymentV1(stack, "Web", {
      metadata: site.metadata("web"),
      spec: {
        replicas: "2",
        selector,
        template: { ...template, spec: { ...template.spec, container: [changed] as never } },
      },
    });
    new PodDisruptionBudgetV1(stack, "Budget", {
      metadata: site.metadata("web"),
      spec: { selector: [selector] as never, ...(minAvailable ? { minAvailable } : { maxUnavailable: "1" }) },
    });
  });
}

function claim(preventDestroy: boolean): readonly string[] {
  return said(
    (stack, site) =>
      void new PersistentVolumeClaimV1(stack, "Claim", {
        metadata: site.metadata("data"),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        lifecycle: { preventDestroy },
      }),
    { keepData: true },
  );
}

function configMap(text: string): readonly string[] {
  return said(
    (stack, site) =>
      void new ConfigMapV1(stack, "Config", { metadata: site.metadata("web"), data: { "settings.yml": text } }),
  );
}

const user = (username: string): KafkaCredentials => ({
  mechanism: "SCRAM-SHA-512",
  username,
  password: SecretRef.of(`kafka-${username}`, "password"),
});

function importedKafka(use: (kafka: IKafkaCluster) => void): readonly string[] {
  return said((stack, site) => {
    const kafka = KafkaCluster.fromAttributes(stack, "Kafka", site, {
      bootstrapServers: ["b-1.example.com:9096"],
      brokers: 3,
      tls: {},
      users: { shipper: user("shipper") },
      manageTopics: false,
    });
    kafka.addTopic({ name: "logs", partitions: 1, retention: Duration.hours(1) });
    use(kafka);
  });
}

function importedElasticsearch(grant: "grantRead" | "grantManageContent"): readonly string[] {
  return said(
    (stack) =>
      void Elasticsearch.fromAttributes(stack, "Elasticsearch", {
        urls: ["https://search.test"],
        credentials: { read: { username: "reader", password: SecretRef.of("reader", "password") } },
      })[grant](),
  );
}

function filebeat(maxMessageBytes: number): readonly string[] {
  return filebeatProblems({
    paths: ["/var/log/*.log"],
    hostName: "node",
    maxLineBytes: 100,
    memory: Size.mebibytes(384),
    kafka: { bootstrapServers: ["kafka:9092"], topic: "logs", maxMessageBytes },
  });
}

export const STACK_ROWS: readonly StackRow[] = [
  {
    guardrail: "images have an exact version",
    rule: "an image by tag",
    good: () => web({ image: "web:1" }),
    bad: () => web({ image: "web:latest" }),
  },
  {
    guardrail: "images have an exact version",
    rule: "an image by digest",
    good: () => web({ image: `web@sha256:${"a".repeat(64)}` }),
    bad: () => web({ image: "registry.test:5000/web" }),
    message:
      "container 'main': image 'registry.test:5000/web' names no exact version: give a tag other than 'latest', or a digest",
  },
  {
    guardrail: "no secret is synthesized",
    rule: "a variable",
    good: () =>
      web({ variables: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }] }),
    bad: () => web({ variables: [{ name: "DB_PASSWORD", value: "hunter2" }] }),
  },
  {
    guardrail: "no secret is synthesized",
    rule: "a file",
    good: () => configMap("url: https://search.test"),
    bad: () => configMap("url: https://elastic:hunter2@search.test"),
    message: "'data.settings.yml.url' has a URL with a user or password in plain text: refer to a key of a Secret",
  },
  {
    guardrail: "kept data is protected",
    rule: "a claim",
    good: () => claim(true),
    bad: () => claim(false),
  },
  {
    guardrail: "every node can be drained",
    rule: "a disruption budget",
    good: () => web({ minAvailable: "1" }),
    bad: () => web({ minAvailable: "2" }),
  },
  {
    guardrail: "containers say what they take",
    rule: "memory and CPU",
    good: () => web({ resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } } }),
    bad: () => web({ resources: { requests: { cpu: "1", memory: "1Gi" } } }),
  },
  {
    guardrail: "pods are restricted",
    rule: "privilege",
    good: () => web({ security: { privileged: false } }),
    bad: () => web({ security: { privileged: true } }),
  },
  {
    guardrail: "topics are declared",
    rule: "a grant",
    good: () => importedKafka((kafka) => void kafka.grantProduce("logs", "shipper")),
    bad: () => importedKafka((kafka) => void kafka.grantProduce("log", "shipper")),
  },
  {
    guardrail: "rights have users and users have rights",
    rule: "a right that is granted",
    good: () => importedElasticsearch("grantRead"),
    bad: () => importedElasticsearch("grantManageContent"),
  },
  {
    guardrail: "rights have users and users have rights",
    rule: "a user who is granted nothing",
    good: () => importedKafka((kafka) => void kafka.grantProduce("logs", "shipper")),
    bad: () => importedKafka((kafka) => void kafka.grantProduce("logs")),
    message: "imported Kafka: there is a user for client 'shipper', to whom nothing is granted: remove it",
  },
  {
    guardrail: "Filebeat sends what the topic takes",
    rule: "the longest line",
    good: () => filebeat(LONGEST),
    bad: () => filebeat(LONGEST - 1),
  },
];

/** What a line of 100 bytes can need. */
const LONGEST = 16_984;
