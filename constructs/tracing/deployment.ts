import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { goMemoryLimit } from "../core/go-memory-limit";
import { Size } from "../core/size";
import { PodGroup } from "../kubernetes/network";
import { podTemplate } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { KubernetesSite } from "../kubernetes/site";
import type { TracingConnection } from "./collector";
import { maxTracesArgument } from "./max-traces";

export interface JaegerProps {
  readonly image: ContainerImage;
  readonly memory: Size;
  /** @default 50m */
  readonly cpu?: Cpu;
  /** Namespaces whose pods may send spans. @default none: only who is granted it here */
  readonly fromNamespaces?: readonly string[];
}

/** Jaeger, with its spans in memory: they go with the pod. Its pages are for `kubectl port-forward service/jaeger 16686`. */
export class Jaeger extends Construct {
  private readonly pods: PodGroup;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: JaegerProps) {
    super(scope, id);
    this.pods = new PodGroup(this, site, NAME);
    const health = { http: "/status", port: HEALTH_PORT };
    new DeploymentV1(this, "Resource", {
      metadata: site.metadata(NAME),
      spec: {
        replicas: "1",
        // Two at once would each have a part of every trace.
        strategy: { type: "Recreate" },
        selector: { matchLabels: this.pods.labels },
        template: podTemplate(site, NAME, {
          user: { uid: 10001, gid: 10001 },
          containers: [
            {
              name: "jaeger",
              image: props.image,
              command: [maxTracesArgument(props.memory)],
              env: { GOMEMLIMIT: goMemoryLimit(props.memory) },
              resources: { cpu: props.cpu ?? Cpu.millis(50), memory: props.memory },
              ports: PORTS,
              mounts: [{ volume: PodVolume.emptyDir("tmp", Size.mebibytes(64)), path: "/tmp" }],
              startup: { ask: health, failures: 24 },
              readiness: { ask: health },
              liveness: { ask: health, period: Duration.seconds(10), failures: 6 },
            },
          ],
        }),
      },
      waitForRollout: true,
    });
    new ServiceV1(this, "Service", {
      metadata: site.metadata(NAME),
      spec: {
        selector: this.pods.labels,
        port: Object.entries(PORTS).map(([name, port]) => ({ name, port, targetPort: name, protocol: "TCP" })),
      },
    });
    for (const namespace of props.fromNamespaces ?? []) this.pods.allowFromNamespace(namespace, [PORTS.otlp]);
  }

  /** The right to send spans. */
  grantSend(): TracingConnection {
    return { otlpEndpoint: `http://${NAME}:${PORTS.otlp}`, endpoint: this.pods.endpoint([PORTS.otlp]) };
  }
}

const NAME = "jaeger";
const PORTS = { otlp: 4318, pages: 16686 };
const HEALTH_PORT = 13133;
