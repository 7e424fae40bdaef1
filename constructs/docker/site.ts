import { Network } from "@cdktf/provider-docker/lib/network";
import { Volume } from "@cdktf/provider-docker/lib/volume";
import { Construct } from "constructs";

/** Every container, network and volume of the product carries it: how tools find what is theirs, and nothing else. */
export const PROJECT_LABEL = "log-pipeline.environment";

export interface DockerSiteProps {
  /** The environment's name. */
  readonly environment: string;
  /** What every container, volume and network is called first. */
  readonly prefix: string;
}

/** One machine's Docker Engine: the network that the containers of an environment share, and how things are named. */
export class DockerSite extends Construct {
  readonly networkName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DockerSiteProps,
  ) {
    super(scope, id);
    this.networkName = new Network(this, "Network", {
      name: props.prefix,
      driver: "bridge",
      labels: [{ label: PROJECT_LABEL, value: props.environment }],
    }).name;
  }

  nameOf(component: string): string {
    return `${this.props.prefix}-${component}`;
  }

  labels(component: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { [PROJECT_LABEL]: this.props.environment, "log-pipeline.component": component, ...more };
  }

  /** A named volume; it outlives its containers. Answers its name. */
  addVolume(name: string): string {
    return new Volume(this, `Volume-${name}`, {
      name: this.nameOf(name),
      labels: [{ label: PROJECT_LABEL, value: this.props.environment }],
    }).name;
  }
}
