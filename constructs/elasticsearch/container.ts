import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { ConfigurationError } from "../core/validation";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { ElasticsearchConnection, ElasticsearchIndexConnection, IElasticsearch } from "./cluster";
import { elasticsearchHeap, heapProblems } from "./heap";

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
    const heap = props.heap ?? elasticsearchHeap(props.memory);
    const problems = heapProblems(heap, props.memory);
    if (problems.length > 0) throw new ConfigurationError(problems);

    const node = new HardenedContainer(this, "Node", site, {
      name: "elasticsearch",
      image: props.image,
      user: "1000:0",
      memory: props.memory,
      ports: [{ container: PORT, host: props.machinePort }],
      mounts: [
        { volume: site.addVolume("elasticsearch-data"), path: `${HOME}/data` },
        // The keystore is written beside the image's own files: anonymous, so that an upgrade brings new ones.
        { path: `${HOME}/config` },
      ],
      tmpfs: {
        // Native libraries are unpacked here and run.
        "/tmp": "rw,nosuid,nodev,exec,size=128m",
        [`${HOME}/logs`]: "rw,nosuid,nodev,size=64m,uid=1000,gid=0",
      },
      env: {
        ES_JAVA_OPTS: `-Xms${heap.toMebibytes()}m -Xmx${heap.toMebibytes()}m`,
        "cluster.name": "log-pipeline",
        "node.name": "elasticsearch",
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        // A laptop's disk is often 90 % full: stop for want of space, not of percents.
        "cluster.routing.allocation.disk.watermark.low": "3gb",
        "cluster.routing.allocation.disk.watermark.high": "2gb",
        "cluster.routing.allocation.disk.watermark.flood_stage": "1gb",
      },
      healthCheck: { command: HEALTH_COMMAND },
      gracePeriod: Duration.seconds(30),
    });
    this.connection = { urls: [`http://${node.hostname}:${PORT}`], ready: [node.ready] };
  }

  grantIndex(dataStream: string): ElasticsearchIndexConnection {
    return { ...this.connection, dataStream };
  }

  grantRead(): ElasticsearchConnection {
    return this.connection;
  }

  grantManageContent(): ElasticsearchConnection {
    return this.connection;
  }
}

const HOME = "/usr/share/elasticsearch";
const PORT = 9200;

/** Ready is: a master is elected and every primary shard that was there before is there again. */
const HEALTH_COMMAND = `curl -fsS -o /dev/null 'http://127.0.0.1:${PORT}/_cluster/health?wait_for_status=yellow&timeout=2s'`;
