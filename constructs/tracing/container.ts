import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { goMemoryLimit } from "../core/go-memory-limit";
import type { Size } from "../core/size";
import { HardenedContainer } from "../docker/hardened-container";
import type { DockerSite } from "../docker/site";
import { maxTracesArgument } from "./max-traces";

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
      command: [maxTracesArgument(props.memory)],
      env: { GOMEMLIMIT: goMemoryLimit(props.memory) },
      healthCheck: { command: "wget -q -O /dev/null http://127.0.0.1:13133/status" },
    });
    this.otlpEndpoint = `http://${jaeger.hostname}:4318`;
  }
}
