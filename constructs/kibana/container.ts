import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";

export interface KibanaContainerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  readonly elasticsearch: ElasticsearchConnection;
  /** Port on the machine's loopback address. */
  readonly machinePort: number;
}

/** Kibana in a container. */
export class KibanaContainer extends Construct {
  constructor(scope: Construct, id: string, site: DockerSite, props: KibanaContainerProps) {
    super(scope, id);
    new HardenedContainer(this, "Server", site, {
      name: "kibana",
      image: props.image,
      user: "1000:0",
      memory: props.memory,
      ports: [{ container: PORT, host: props.machinePort }],
      // Kibana writes its optimised bundles and its instance id below its own directory.
      readOnlyRootFilesystem: false,
      env: {
        ELASTICSEARCH_HOSTS: JSON.stringify(props.elasticsearch.urls),
        SERVER_NAME: "log-pipeline",
        SERVER_PUBLICBASEURL: `http://127.0.0.1:${props.machinePort}`,
        NODE_OPTIONS: `--max-old-space-size=${props.memory.times(0.75).toMebibytes()}`,
        TELEMETRY_OPTIN: "false",
      },
      healthCheck: {
        command: `curl -fsS http://127.0.0.1:${PORT}/api/status | grep -q '"level":"available"'`,
        startPeriod: Duration.minutes(3),
      },
      dependsOn: props.elasticsearch.ready,
    });
  }
}

const PORT = 5601;
