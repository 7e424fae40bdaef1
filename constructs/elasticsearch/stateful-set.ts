import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { literal } from "../core/literal";
import { Size } from "../core/size";
import { Problems } from "../core/validation";
import type { Credentials } from "../credentials/credentials";
import { PodGroup } from "../kubernetes/network";
import { podTemplate } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { KubernetesSite } from "../kubernetes/site";
import { volumeClaim, type VolumeClaimProps } from "../kubernetes/volume-claim";
import type { ElasticsearchConnection, ElasticsearchCredentials, IElasticsearch } from "./cluster";
import { ElasticsearchBase } from "./cluster-base";
import { elasticsearchHeap, heapProblems, memoryProblems } from "./heap";
import { DATA_DIRECTORY, ELASTICSEARCH_USER, HTTP_PORT, LOGS_DIRECTORY, TMP_DIRECTORY } from "./image";
import { type ElasticsearchAttributes, ImportedElasticsearch } from "./imported";
import { NodeFiles, ROLES_CONFIG_MAP, ROLES_FILE } from "./node-files";
import { singleNodeEnvironment, storageProblems, watermarksOf } from "./node-environment";
import { BUILT_IN, PROBE_ROLE } from "./roles";

export interface ElasticsearchProps extends VolumeClaimProps {
  readonly image: ContainerImage;
  /** Where its users' passwords are made. */
  readonly credentials: Credentials;
  readonly memory: Size;
  /** @default half of `memory`, the most that is allowed */
  readonly heap?: Size;
  /** @default 500m */
  readonly cpu?: Cpu;
}

/**
 * Elasticsearch as one node, for one namespace, with security on: each grant is a user of its own with that right and no
 * other. Users and roles are files, which Elasticsearch reads again when they change: a new grant restarts nothing.
 *
 * It is spoken to without TLS, inside the namespace, by the pods that were granted something and by no others.
 */
export class Elasticsearch extends ElasticsearchBase {
  /** One that is there already: Elastic Cloud, or another team's. */
  static fromAttributes(scope: Construct, id: string, attributes: ElasticsearchAttributes): IElasticsearch {
    return new ImportedElasticsearch(scope, id, attributes);
  }

  /** For people, in an emergency: may do everything. */
  readonly superuser: ElasticsearchCredentials;
  protected override readonly connection: ElasticsearchConnection;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: ElasticsearchProps) {
    super(scope, id, props.credentials);
    const { heap = elasticsearchHeap(props.memory) } = props;
    new Problems()
      .add(memoryProblems(props.memory))
      .add(heapProblems(heap, props.memory))
      .add(storageProblems(props.storage))
      .throwIfAny();

    this.superuser = props.credentials.addUser("elastic", [BUILT_IN.superuser]);
    const files = new NodeFiles(props.credentials.fileRealm, this.addUser("probe", PROBE_ROLE));
    const roles = new ConfigMapV1(this, "Roles", {
      metadata: site.metadata(NAME, { name: ROLES_CONFIG_MAP }),
      // Late: grants are asked for after this constructor has run.
      data: { [ROLES_FILE]: Lazy.stringValue({ produce: () => literal(this.renderRoles()) }) },
    });

    const pods = new PodGroup(this, site, NAME);
    const service = new ServiceV1(this, "Service", {
      metadata: site.metadata(NAME),
      spec: {
        type: "ClusterIP",
        selector: pods.labels,
        port: [{ name: "http", port: HTTP_PORT, targetPort: "http", protocol: "TCP" }],
      },
    });
    const node = new StatefulSetV1(this, "Resource", {
      metadata: site.metadata(NAME),
      spec: {
        replicas: "1",
        // One node asks for no other by its name, so the clients' Service will do.
        serviceName: NAME,
        selector: { matchLabels: pods.labels },
        template: podTemplate(site, NAME, {
          user: ELASTICSEARCH_USER,
          // It writes what is in memory to disk first, so that the next start has less to read.
          gracePeriod: Duration.seconds(120),
          initContainers: [files.initContainer(props.image)],
          containers: [
            {
              name: NAME,
              image: props.image,
              env: singleNodeEnvironment({ heap, watermarks: watermarksOf(props.storage), security: true }),
              resources: { cpu: props.cpu ?? Cpu.millis(500), memory: props.memory },
              ports: { http: HTTP_PORT },
              mounts: [
                { volume: PodVolume.claim(CLAIM), path: DATA_DIRECTORY },
                { volume: PodVolume.emptyDir("logs", Size.mebibytes(64)), path: LOGS_DIRECTORY },
                { volume: PodVolume.emptyDir("tmp", Size.mebibytes(256)), path: TMP_DIRECTORY },
                ...files.mounts,
              ],
              // Ten minutes: a node that was killed reads its shards again first.
              startup: { ask: files.question, failures: 120 },
              readiness: { ask: files.question, period: Duration.seconds(10) },
              liveness: { ask: { tcp: HTTP_PORT }, period: Duration.seconds(10), failures: 6 },
            },
          ],
        }),
        ...volumeClaim(site, NAME, CLAIM, props),
        // Left out, the provider would write 0.
        revisionHistoryLimit: 3,
      },
      waitForRollout: true,
      // Its pod cannot start before there are users.
      dependsOn: [service, roles, props.credentials.ready],
    });
    this.connection = {
      urls: [`http://${NAME}:${HTTP_PORT}`],
      endpoint: pods.endpoint([HTTP_PORT]),
      ready: [node],
    };
  }
}

const NAME = "elasticsearch";
const CLAIM = "data";
