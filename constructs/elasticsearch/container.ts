import { Construct } from "constructs";
import type { Indexing } from "../../contract/indexing";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import { Size } from "../core/size";
import { Problems } from "../core/validation";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { ElasticsearchConnection, ElasticsearchIndexConnection, IElasticsearch } from "./cluster";
import { indexTarget } from "./index-target";
import { elasticsearchHeap, heapProblems, memoryProblems } from "./heap";
import {
  CONFIG_DIRECTORY,
  DATA_DIRECTORY,
  ELASTICSEARCH_USER,
  HTTP_PORT,
  LOGS_DIRECTORY,
  TMP_DIRECTORY,
} from "./image";
import { singleNodeEnvironment } from "./node-environment";

export interface ElasticsearchContainerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  /** @default half of `memory` */
  readonly heap?: Size;
  /** Port on the machine's loopback address. */
  readonly machinePort: number;
}

/**
 * Elasticsearch as one node in a container.
 *
 * Security is off: the node is reachable from the environment's own network and from the machine's loopback address only,
 * and a password in a container's environment would end in Terraform's state. Clusters on Kubernetes have it on.
 */
export class ElasticsearchContainer extends Construct implements IElasticsearch {
  private readonly connection: ElasticsearchConnection;

  constructor(scope: Construct, id: string, site: DockerSite, props: ElasticsearchContainerProps) {
    super(scope, id);
    const { heap = elasticsearchHeap(props.memory) } = props;
    new Problems().add(memoryProblems(props.memory)).add(heapProblems(heap, props.memory)).throwIfAny();

    const { uid, gid } = ELASTICSEARCH_USER;
    const node = new HardenedContainer(this, "Node", site, {
      name: "elasticsearch",
      image: props.image,
      user: `${uid}:${gid}`,
      memory: props.memory,
      ports: [{ container: HTTP_PORT, host: props.machinePort }],
      mounts: [
        { volume: site.addVolume("elasticsearch-data"), path: DATA_DIRECTORY },
        // The keystore is written beside the image's own files: anonymous, so that an upgrade brings new ones.
        { path: CONFIG_DIRECTORY },
      ],
      tmpfs: {
        [TMP_DIRECTORY]: "rw,nosuid,nodev,exec,size=128m",
        [LOGS_DIRECTORY]: `rw,nosuid,nodev,size=64m,uid=${uid},gid=${gid}`,
      },
      env: singleNodeEnvironment({
        heap,
        // A laptop's disk is often 90 % full: stop for want of space, not of percents.
        watermarks: { low: Size.gibibytes(3), high: Size.gibibytes(2), floodStage: Size.gibibytes(1) },
        security: false,
      }),
      healthCheck: { command: HEALTH_COMMAND },
      gracePeriod: Duration.seconds(30),
    });
    this.connection = { urls: [`http://${node.hostname}:${HTTP_PORT}`], ready: [node.ready] };
  }

  grantIndex(namespace: string, indexing?: Indexing): ElasticsearchIndexConnection {
    return { ...this.connection, ...indexTarget(namespace, indexing) };
  }

  grantRead(): ElasticsearchConnection {
    return this.connection;
  }

  grantManageKibana(): undefined {
    return undefined;
  }

  grantKibana(): ElasticsearchConnection {
    return this.connection;
  }

  grantManageContent(): ElasticsearchConnection {
    return this.connection;
  }
}

/** Ready is: a master is elected and every primary shard that was there before is there again. */
const HEALTH_COMMAND = `curl -fsS -o /dev/null 'http://127.0.0.1:${HTTP_PORT}/_cluster/health?wait_for_status=yellow&timeout=2s'`;
