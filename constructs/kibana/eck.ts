import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { SecretRef } from "../core/secret-ref";
import type { Size } from "../core/size";
import { Problems } from "../core/validation";
import type { Credentials } from "../credentials/credentials";
import type { EckElasticsearch } from "../elasticsearch/eck/cluster";
import type { KibanaResource, SecureSettings, TopologySpreadConstraint } from "../elasticsearch/eck/custom-resources";
import { eckPodTemplate } from "../elasticsearch/eck/pod-template";
import { imageProblems, mayUse, stackVersion } from "../elasticsearch/eck/stack-version";
import { CustomResources } from "../kubernetes/custom-resources";
import { type NetworkEndpoint, PodGroup } from "../kubernetes/network";
import type { KubernetesSite } from "../kubernetes/site";
import { encryptionKeys } from "./encryption-keys";
import { HTTP_PORT } from "./image";
import type { IKibana, KibanaService } from "./kibana";
import { kibanaProblems, nodeOptions, serverSettings } from "./settings";

export interface EckKibanaProps {
  /** The official one. Its tag is the version. */
  readonly image: ContainerImage;
  /** ECK gives it a user there. */
  readonly elasticsearch: EckElasticsearch;
  /** Where its keys are made: what it encrypts with them, such as alerts' API keys, must stay readable. */
  readonly credentials: Credentials;
  /** ECK's own default is 2 GiB: with 1 GiB, a Kibana of version 9 may not get through its start. */
  readonly memory: Size;
  /** @default 200m */
  readonly cpu?: Cpu;
  /** @default 1 */
  readonly replicas?: number;
  /** Where people open it. @default unknown: links in alerts and reports are left out */
  readonly publicUrl?: string;
}

/**
 * Kibana that ECK runs, with TLS. People log in with a user of Elasticsearch. No policy lets anybody reach it but who is given
 * {@link endpoint}; `kubectl port-forward` always does.
 */
export class EckKibana extends Construct implements IKibana {
  readonly endpoint: NetworkEndpoint;
  readonly service: KibanaService = {
    name: `${NAME}-kb-http`,
    port: HTTP_PORT,
    https: true,
    ca: SecretRef.of(`${NAME}-kb-http-certs-public`, "ca.crt"),
  };
  /** The object is there; ECK may still be making pods of it. */
  readonly ready: ITerraformDependable;

  /** @throws ConfigurationError naming everything that cannot work */
  constructor(scope: Construct, id: string, site: KubernetesSite, props: EckKibanaProps) {
    super(scope, id);
    const { image, elasticsearch, replicas = 1 } = props;
    const version = stackVersion(image) ?? "";
    new Problems()
      .add(imageProblems("Kibana", image))
      .require(
        mayUse(version, elasticsearch.version),
        `Kibana: 'image' (${image}) must not be of a later version than Elasticsearch (${elasticsearch.version}): ECK would wait for ever; upgrade Elasticsearch first`,
      )
      .add(kibanaProblems(replicas, props.publicUrl))
      .throwIfAny();

    const kibana: KibanaResource = {
      apiVersion: "kibana.k8s.elastic.co/v1",
      kind: "Kibana",
      metadata: { name: NAME },
      spec: {
        version,
        image: image.reference,
        count: replicas,
        elasticsearchRef: { name: elasticsearch.name },
        config: serverSettings(props.publicUrl),
        // ECK writes keys of its own into Kibana's file, and with the file they would go. Those of the keystore win.
        secureSettings: secureSettings(encryptionKeys(props.credentials)),
        podTemplate: eckPodTemplate({
          labels: site.commonLabels(NAME),
          user: { runAsUser: 1000, runAsGroup: 1000 },
          keystore: true,
          container: {
            name: NAME,
            env: [{ name: "NODE_OPTIONS", value: nodeOptions(props.memory) }],
            cpu: props.cpu ?? Cpu.millis(200),
            memory: props.memory,
          },
          ...(replicas > 1 ? { topologySpreadConstraints: [OVER_HOSTS] } : {}),
        }),
      },
    };
    const release = new CustomResources(this, "Resources", site, {
      name: NAME,
      objects: () => [kibana],
      dependsOn: [props.credentials.ready, elasticsearch.ready],
    });
    // ECK makes none for Kibana.
    if (replicas > 1) {
      new PodDisruptionBudgetV1(this, "DisruptionBudget", {
        metadata: site.metadata(NAME),
        spec: { maxUnavailable: "1", selector: { matchLabels: LABELS } },
      });
    }
    const pods = new PodGroup(this, site, NAME, LABELS);
    pods.allowTo(elasticsearch.endpoint);
    this.endpoint = pods.endpoint([HTTP_PORT]);
    this.ready = release.applied;
  }
}

/** Of the object. What ECK makes for it is named after it. */
const NAME = "kibana";

/** What tells its pods from all others. Unlike their other labels they never change. */
const LABELS = { "common.k8s.elastic.co/type": "kibana", "kibana.k8s.elastic.co/name": NAME } as const;

const OVER_HOSTS: TopologySpreadConstraint = {
  maxSkew: 1,
  topologyKey: "kubernetes.io/hostname",
  // Better two on one machine than one that waits for a machine that may never come.
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: { matchLabels: LABELS },
};

/** Each setting as an entry of the Secret that has its value. */
function secureSettings(settings: Readonly<Record<string, SecretRef>>): SecureSettings[] {
  const secrets = [...new Set(Object.values(settings).map(({ secret }) => secret))];
  return secrets.map((secretName) => ({
    secretName,
    entries: Object.entries(settings)
      .filter(([, { secret }]) => secret === secretName)
      .map(([path, { key }]) => ({ key, path })),
  }));
}
