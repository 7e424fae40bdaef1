import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerImage } from "../../core/container-image";
import { SecretRef } from "../../core/secret-ref";
import { Problems } from "../../core/validation";
import type { Credentials } from "../../credentials/credentials";
import { CustomResources, KEPT } from "../../kubernetes/custom-resources";
import { externalEndpoint, type NetworkEndpoint, PodGroup } from "../../kubernetes/network";
import type { KubernetesSite } from "../../kubernetes/site";
import type { VolumeClaimProps } from "../../kubernetes/volume-claim";
import type { ElasticsearchConnection, ElasticsearchCredentials } from "../cluster";
import { ElasticsearchBase } from "../cluster-base";
import { HTTP_PORT } from "../image";
import { ROLES_FILE } from "../node-files";
import { CONTENT_ROLE, CONTENT_WITH_SNAPSHOTS_ROLE, type Role } from "../roles";
import type { ElasticsearchResource, NodeSet, PublicSecret } from "./custom-resources";
import { CLUSTER, CLUSTER_LABELS, HOT_LABEL, HTTP_CERTIFICATES, HTTP_SERVICE, SUPERUSER_SECRET } from "./names";
import { nodeSet, type NodeSetProps } from "./node-set";
import { imageProblems, stackVersion } from "./stack-version";
import { type Topology, topologyProblems } from "./validation";

export interface EckElasticsearchProps extends Topology, VolumeClaimProps {
  /** The official one. Its tag is the version. */
  readonly image: ContainerImage;
  /** Where its users' passwords are made. */
  readonly credentials: Credentials;
  /** Where ECK is, which asks the nodes how they are. */
  readonly operatorNamespace: string;
  /**
   * Whether indices are mapped into memory, which is faster. Every machine's `vm.max_map_count` must then be 1048576: no
   * Elasticsearch starts below 262144, and no pod here has the privilege to raise it.
   * @default false
   */
  readonly mmap?: boolean;
  /** Copies of what is indexed, in an object storage. @default none are taken */
  readonly snapshots?: SnapshotAccess;
}

/** How nodes reach the object storage that snapshots go to. */
export interface SnapshotAccess {
  /**
   * Secret in the namespace whose keys are Elasticsearch's secure settings. It is there before: with a change of it, all
   * nodes are restarted, one after another.
   * @default none: the identity of the machines that they are on counts
   */
  readonly credentialsSecret?: string;
  /** Of the object storage. @default 443 */
  readonly port?: number;
}

/**
 * Elasticsearch that ECK runs, with TLS. Each grant is a user of its own with that right and no other. Users and roles are files,
 * which ECK completes with its own users and Elasticsearch reads again when they change: a new grant restarts nothing.
 *
 * Clients speak with the nodes that take lines and with no others. One node at a time is restarted or drained, and only while
 * every shard has all of its copies.
 */
export class EckElasticsearch extends ElasticsearchBase {
  /** Of the object, for what refers to it. */
  readonly name = CLUSTER;
  readonly version: string;
  /** For pods whose user ECK makes, such as its Kibana's. All others get it with a grant. */
  readonly endpoint: NetworkEndpoint;
  /** The object is there; ECK may still be making nodes of it. */
  readonly ready: ITerraformDependable;
  /** For people, in an emergency: may do everything. ECK makes it. */
  readonly superuser: ElasticsearchCredentials = {
    username: "elastic",
    password: SecretRef.of(SUPERUSER_SECRET, "elastic"),
  };
  protected override readonly connection: ElasticsearchConnection;

  /** @throws ConfigurationError naming everything that cannot work */
  constructor(
    scope: Construct,
    id: string,
    private readonly site: KubernetesSite,
    private readonly props: EckElasticsearchProps,
  ) {
    super(scope, id, props.credentials);
    new Problems().add(imageProblems("Elasticsearch", props.image)).add(topologyProblems(props)).throwIfAny();

    this.version = stackVersion(props.image) ?? "";
    const release = new CustomResources(this, "Resources", site, {
      name: CLUSTER,
      objects: () => [this.rolesSecret(), this.cluster()],
      protect: this.isKept,
      // Else its first nodes would know no user for a while.
      dependsOn: [props.credentials.ready],
    });
    this.ready = release.applied;

    const pods = new PodGroup(this, site, CLUSTER, CLUSTER_LABELS);
    // Before a node stops it says so to the cluster, by HTTP and to whichever node answers.
    pods.allowAmong([HTTP_PORT, TRANSPORT_PORT]);
    pods.allowFromNamespace(props.operatorNamespace, [HTTP_PORT], "operator");
    if (props.snapshots) allowSnapshots(pods, props.snapshots);
    this.endpoint = pods.endpoint([HTTP_PORT]);
    this.connection = {
      urls: [`https://${HTTP_SERVICE}.${site.namespace}.svc:${HTTP_PORT}`],
      ca: SecretRef.of(HTTP_CERTIFICATES, "ca.crt"),
      endpoint: this.endpoint,
      ready: [this.ready],
    };
  }

  protected override contentRole(): Role {
    return this.props.snapshots ? CONTENT_WITH_SNAPSHOTS_ROLE : CONTENT_ROLE;
  }

  private get isKept(): boolean {
    return this.props.whenDestroyed !== "delete";
  }

  private cluster(): ElasticsearchResource {
    const { image, credentials, snapshots } = this.props;
    return {
      apiVersion: "elasticsearch.k8s.elastic.co/v1",
      kind: "Elasticsearch",
      metadata: { name: CLUSTER, ...(this.isKept ? { annotations: KEPT } : {}) },
      spec: {
        version: this.version,
        image: image.reference,
        auth: { fileRealm: [{ secretName: credentials.fileRealm }], roles: [{ secretName: ROLES_SECRET }] },
        // Masters have no time for clients, and warm nodes no disk for lines.
        http: { service: { spec: { selector: { ...CLUSTER_LABELS, ...HOT_LABEL } } } },
        ...(snapshots?.credentialsSecret ? { secureSettings: [{ secretName: snapshots.credentialsSecret }] } : {}),
        // A node that is no longer wanted has given its shards away before its claim goes.
        volumeClaimDeletePolicy: this.isKept ? "DeleteOnScaledownOnly" : "DeleteOnScaledownAndClusterDeletion",
        // No limit to those that are there in addition: where nodes are replaced, the new ones must be there before the
        // old ones can give their shards away.
        updateStrategy: { changeBudget: { maxUnavailable: 1 } },
        nodeSets: this.nodeSets(),
      },
    };
  }

  private nodeSets(): NodeSet[] {
    const { nodes, memory, heap, storage, masters, warm, cpu, snapshots } = this.props;
    const common = {
      storageClass: this.props.storageClass,
      zones: this.props.zones ?? 1,
      mmap: this.props.mmap ?? false,
      keystore: snapshots?.credentialsSecret !== undefined,
      labels: this.site.commonLabels(CLUSTER),
    } satisfies Partial<NodeSetProps>;
    const takingLines = ["data_content", "data_hot", "ingest", ...(masters ? [] : ["master"])];
    return [
      ...(masters ? [nodeSet({ ...common, ...masters, name: "masters", roles: ["master"] })] : []),
      nodeSet({ ...common, nodes, memory, heap, storage, ...(cpu ? { cpu } : {}), name: "hot", roles: takingLines }),
      ...(warm ? [nodeSet({ ...common, ...warm, name: "warm", roles: ["data_warm"] })] : []),
    ];
  }

  /** Roles are no secret; ECK wants them in one. */
  private rolesSecret(): PublicSecret {
    return {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: ROLES_SECRET },
      type: "Opaque",
      stringData: { [ROLES_FILE]: this.renderRoles() },
    };
  }
}

function allowSnapshots(pods: PodGroup, { credentialsSecret, port = 443 }: SnapshotAccess): void {
  pods.allowTo(externalEndpoint("object-storage", [port]));
  if (credentialsSecret) return;
  // Where AWS, Google and Azure tell a machine who it is, and EKS a pod.
  pods.allowTo(externalEndpoint("machine-identity", [80], ["169.254.169.254/32", "169.254.170.23/32"]));
}

const ROLES_SECRET = "elasticsearch-roles";

/** Nodes speak with each other there. */
const TRANSPORT_PORT = 9300;
