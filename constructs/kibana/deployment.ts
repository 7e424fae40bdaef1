import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { literal } from "../core/literal";
import type { SecretRef } from "../core/secret-ref";
import type { Size } from "../core/size";
import { Problems } from "../core/validation";
import type { Credentials } from "../credentials/credentials";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";
import { type NetworkEndpoint, PodGroup } from "../kubernetes/network";
import { podTemplate } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import { rollsWith } from "../kubernetes/rolls-with";
import type { KubernetesSite } from "../kubernetes/site";
import { encryptionKeys } from "./encryption-keys";
import { CONFIG_FILE, HTTP_PORT, KIBANA_USER, STATUS_PATH, WRITABLE_DIRECTORIES } from "./image";
import type { IKibana, KibanaService } from "./kibana";
import { kibanaFile, kibanaProblems, kibanaSettings, nodeOptions, secretVariables } from "./settings";

export interface KibanaProps {
  /** The official one. */
  readonly image: ContainerImage;
  /** `grantKibana()` of one with security on. */
  readonly elasticsearch: ElasticsearchConnection;
  /** Where its keys are made: what it encrypts with them, such as alerts' API keys, must stay readable. */
  readonly credentials: Credentials;
  readonly memory: Size;
  /** @default 200m */
  readonly cpu?: Cpu;
  /** @default 1 */
  readonly replicas?: number;
  /** Where people open it. @default unknown: links in alerts and reports are left out */
  readonly publicUrl?: string;
}

/**
 * Kibana. People log in with a user of Elasticsearch; its own server has one that nobody else has. No policy lets anybody
 * reach it but who is given {@link endpoint}; `kubectl port-forward` always does.
 */
export class Kibana extends Construct implements IKibana {
  readonly url = `http://${NAME}:${HTTP_PORT}`;
  readonly endpoint: NetworkEndpoint;
  readonly service: KibanaService = { name: NAME, port: HTTP_PORT, https: false };
  /** It answers. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: KibanaProps) {
    super(scope, id);
    const { elasticsearch, replicas = 1, publicUrl } = props;
    new Problems().add(kibanaProblems(replicas, publicUrl)).throwIfAny();

    const secrets = secretSettings(elasticsearch, props.credentials);
    const file = kibanaFile(
      {
        ...kibanaSettings({ elasticsearchUrls: elasticsearch.urls, ...(publicUrl ? { publicUrl } : {}) }),
        "server.host": "0.0.0.0",
        ...(elasticsearch.credentials ? { "elasticsearch.username": elasticsearch.credentials.username } : {}),
        ...(elasticsearch.ca
          ? { "elasticsearch.ssl.certificateAuthorities": [`${CA_DIRECTORY}/${elasticsearch.ca.key}`] }
          : {}),
      },
      Object.keys(secrets),
    );
    const config = new ConfigMapV1(this, "Config", {
      metadata: site.metadata(NAME),
      data: { [CONFIG_KEY]: literal(file) },
    });
    const pods = new PodGroup(this, site, NAME);
    const deployment = new DeploymentV1(this, "Resource", {
      metadata: site.metadata(NAME),
      spec: {
        replicas: String(replicas),
        selector: { matchLabels: pods.labels },
        // Two versions of Kibana must not use the same indices at once.
        strategy: { type: "Recreate" },
        revisionHistoryLimit: 3,
        template: podTemplate(site, NAME, {
          user: KIBANA_USER,
          // It reads its file once.
          annotations: rollsWith(file),
          spread: replicas > 1,
          containers: [
            {
              name: NAME,
              image: props.image,
              env: { ...secretVariables(secrets), NODE_OPTIONS: nodeOptions(props.memory) },
              resources: { cpu: props.cpu ?? Cpu.millis(200), memory: props.memory },
              ports: { http: HTTP_PORT },
              mounts: [
                { volume: PodVolume.configMap("config", NAME), path: CONFIG_FILE, subPath: CONFIG_KEY, readOnly: true },
                ...(elasticsearch.ca
                  ? [{ volume: PodVolume.secret("ca", elasticsearch.ca.secret), path: CA_DIRECTORY, readOnly: true }]
                  : []),
                ...Object.entries(WRITABLE_DIRECTORIES).map(([path, size]) => ({
                  volume: PodVolume.emptyDir(path.slice(1).replaceAll("/", "-"), size),
                  path,
                })),
              ],
              // Ten minutes: the first start makes its indices.
              startup: { ask: { http: STATUS_PATH, port: HTTP_PORT }, failures: 120 },
              readiness: { ask: { http: STATUS_PATH, port: HTTP_PORT }, period: Duration.seconds(10) },
              // Not its status: a restart brings no Elasticsearch back.
              liveness: { ask: { tcp: HTTP_PORT }, period: Duration.seconds(10), failures: 6 },
            },
          ],
        }),
      },
      waitForRollout: true,
      dependsOn: [config, props.credentials.ready, ...elasticsearch.ready],
    });
    new ServiceV1(this, "Service", {
      metadata: site.metadata(NAME),
      spec: {
        type: "ClusterIP",
        selector: pods.labels,
        port: [{ name: "http", port: HTTP_PORT, targetPort: "http", protocol: "TCP" }],
      },
    });
    if (elasticsearch.endpoint) pods.allowTo(elasticsearch.endpoint);
    this.endpoint = pods.endpoint([HTTP_PORT]);
    this.ready = deployment;
  }
}

const NAME = "kibana";
const CONFIG_KEY = "kibana.yml";
const CA_DIRECTORY = "/run/secrets/elasticsearch-ca";

/** Settings whose values only the pod knows. */
function secretSettings({ credentials }: ElasticsearchConnection, store: Credentials): Record<string, SecretRef> {
  return {
    ...encryptionKeys(store),
    ...(credentials ? { "elasticsearch.password": credentials.password } : {}),
  };
}
