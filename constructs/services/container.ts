import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { LOG_DIRECTORY } from "../../contract/names";
import type { ContainerImage } from "../core/container-image";
import { Duration } from "../core/duration";
import { goMemoryLimit } from "../core/go-memory-limit";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";

export interface SampleServicesContainersProps {
  /** One image with a program for each service. */
  readonly image: ContainerImage;
  /** Of each service. */
  readonly memory: Size;
  /** The volume that they write their log files to. */
  readonly logVolume: string;
  /** Where spans go, OTLP over HTTP. They do not wait for it. */
  readonly otlpEndpoint: string;
  /** Port of the gateway on the machine's loopback address. */
  readonly gatewayPort: number;
}

/** Three Go services in containers, each calling the next: gateway, orders, payments. */
export class SampleServicesContainers extends Construct {
  /** All three; the first of them gives an empty log volume its owner. */
  readonly ready: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly site: DockerSite,
    private readonly props: SampleServicesContainersProps,
  ) {
    super(scope, id);
    const payments = this.service("payments", {});
    const orders = this.service("orders", { PAYMENTS_URL: urlOf(payments) });
    const gateway = this.service("gateway", { ORDERS_URL: urlOf(orders) }, props.gatewayPort);
    this.ready = [payments.ready, orders.ready, gateway.ready];
  }

  private service(name: string, env: Readonly<Record<string, string>>, machinePort?: number): HardenedContainer {
    const { image, memory, logVolume, otlpEndpoint } = this.props;
    return new HardenedContainer(this, name, this.site, {
      name,
      image,
      user: "10001:10001",
      command: [name],
      memory,
      mounts: [{ volume: logVolume, path: LOG_DIRECTORY }],
      env: {
        ...env,
        PORT: String(PORT),
        LOG_DIRECTORY,
        OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
        GOMEMLIMIT: goMemoryLimit(memory),
      },
      ...(machinePort ? { ports: [{ container: PORT, host: machinePort }] } : {}),
      healthCheck: { command: [name, "healthcheck"] },
      gracePeriod: Duration.seconds(15),
    });
  }
}

const PORT = 8080;

function urlOf(service: HardenedContainer): string {
  return `http://${service.hostname}:${PORT}`;
}
