import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";

export interface JaegerContainerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  /** Port of its API and pages on the machine's loopback address. */
  readonly machinePort: number;
}

/** Jaeger, with its spans in memory: they go with the container. */
export class JaegerContainer extends Construct {
  /** Where services send spans, OTLP over HTTP. */
  readonly otlpEndpoint: string;

  constructor(scope: Construct, id: string, site: DockerSite, props: JaegerContainerProps) {
    super(scope, id);
    const jaeger = new HardenedContainer(this, "Collector", site, {
      name: "jaeger",
      image: props.image,
      user: "10001:10001",
      memory: props.memory,
      ports: [{ container: 16686, host: props.machinePort }],
      // Of the configuration that the image carries; its default of 100,000 traces needs far more memory than a laptop's share.
      command: [`--set=extensions.jaeger_storage.backends.some_storage.memory.max_traces=${maxTraces(props.memory)}`],
      env: { GOMEMLIMIT: `${props.memory.times(0.8).toMebibytes()}MiB` },
      healthCheck: { command: "wget -q -O /dev/null http://127.0.0.1:13133/status" },
    });
    this.otlpEndpoint = `http://${jaeger.hostname}:4318`;
  }
}

/** Ten spans of about a kilobyte a trace, in half of the memory; the rest is the program's and the garbage collector's. */
function maxTraces(memory: Size): number {
  return Math.floor(memory.toBytes() / 2 / (10 * 1024));
}
