import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";
import { HTTP_PORT, KIBANA_USER, STATUS_PATH } from "./image";
import type { KibanaConnection } from "./kibana";
import { kibanaEnvironment, kibanaSettings, nodeOptions } from "./settings";

export interface KibanaContainerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  readonly elasticsearch: ElasticsearchConnection;
  /** Port on the machine's loopback address. */
  readonly machinePort: number;
}

/** Kibana in a container. */
export class KibanaContainer extends Construct {
  readonly connection: KibanaConnection;

  constructor(scope: Construct, id: string, site: DockerSite, props: KibanaContainerProps) {
    super(scope, id);
    const server = new HardenedContainer(this, "Server", site, {
      name: "kibana",
      image: props.image,
      user: `${KIBANA_USER.uid}:${KIBANA_USER.gid}`,
      memory: props.memory,
      ports: [{ container: HTTP_PORT, host: props.machinePort }],
      // Kibana writes its optimised bundles and its instance id below its own directory.
      readOnlyRootFilesystem: false,
      env: {
        ...kibanaEnvironment(
          kibanaSettings({
            elasticsearchUrls: props.elasticsearch.urls,
            publicUrl: `http://127.0.0.1:${props.machinePort}`,
          }),
        ),
        NODE_OPTIONS: nodeOptions(props.memory),
      },
      healthCheck: {
        command: `curl -fsS http://127.0.0.1:${HTTP_PORT}${STATUS_PATH} | grep -q '"level":"available"'`,
        startPeriod: Duration.minutes(3),
      },
      dependsOn: props.elasticsearch.ready,
    });
    this.connection = { url: `http://${server.hostname}:${HTTP_PORT}`, ready: [server.ready] };
  }
}
