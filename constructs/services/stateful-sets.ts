import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { Construct } from "constructs";
import { LOG_DIRECTORY } from "../../contract/names";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import { goMemoryLimit } from "../core/go-memory-limit";
import type { Size } from "../core/size";
import { Problems } from "../core/validation";
import { type NetworkEndpoint, PodGroup } from "../kubernetes/network";
import { type EnvValue, podTemplate } from "../kubernetes/pod";
import { PodVolume } from "../kubernetes/pod-volume";
import type { KubernetesSite } from "../kubernetes/site";
import type { TracingConnection } from "../tracing/collector";

export interface SampleServicesProps {
  /** One image with a program for each service. */
  readonly image: ContainerImage;
  /** Of each pod. */
  readonly memory: Size;
  /** Of each pod. @default 20m */
  readonly cpu?: Cpu;
  /** Pods of each service. @default 1 */
  readonly replicas?: number;
  readonly tracing: TracingConnection;
  /** Where their log files are on the node: where Filebeat looks for them. @default contract's LOG_DIRECTORY */
  readonly nodeLogDirectory?: string;
}

/** A service, for whoever calls it. */
export interface ServiceConnection {
  readonly url: string;
  readonly endpoint: NetworkEndpoint;
}

/**
 * Three Go services, each calling the next: gateway, orders, payments.
 *
 * They are StatefulSets for their log files' sake. The files outlive the pods, on the node, and one process writes one file:
 * it must be called after something that no other pod has at the same time (the new one of a rolling update least of all)
 * and that does not change with every update, which would leave files behind for ever. That is the name of a StatefulSet's
 * pod: `orders-0` is gone before the next `orders-0` is made, which then writes on in the same file.
 */
export class SampleServices extends Construct {
  /** What a site must let mount directories of its nodes. */
  static readonly COMPONENTS = ["gateway", "orders", "payments"] as const;

  /** The first of them. */
  readonly gateway: ServiceConnection;

  constructor(
    scope: Construct,
    id: string,
    private readonly site: KubernetesSite,
    private readonly props: SampleServicesProps,
  ) {
    super(scope, id);
    const { replicas = 1 } = props;
    new Problems()
      .require(
        Number.isInteger(replicas) && replicas >= 1,
        `sample services: 'replicas' (${replicas}) must be a whole number of at least 1`,
      )
      .throwIfAny();
    const payments = this.service("payments");
    const orders = this.service("orders", { PAYMENTS_URL: payments });
    this.gateway = this.service("gateway", { ORDERS_URL: orders });
  }

  /** @param calls the services that it calls, by the variable that tells it where they are */
  private service(
    name: (typeof SampleServices.COMPONENTS)[number],
    calls: Readonly<Record<string, ServiceConnection>> = {},
  ): ServiceConnection {
    const { site, props } = this;
    const scope = new Construct(this, name);
    const pods = new PodGroup(scope, site, name);
    const service = new ServiceV1(scope, "Service", {
      metadata: site.metadata(name),
      spec: {
        selector: pods.labels,
        port: [{ name: PORT_NAME, port: PORT, targetPort: PORT_NAME, protocol: "TCP" }],
      },
    });
    new StatefulSetV1(scope, "Resource", {
      metadata: site.metadata(name),
      spec: {
        replicas: String(props.replicas ?? 1),
        // A set must name one. No pod is called by its own name.
        serviceName: name,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: pods.labels },
        template: podTemplate(site, name, {
          user: USER,
          // Longer than the program takes to answer what it has begun.
          gracePeriod: Duration.seconds(15),
          spread: true,
          containers: [
            {
              name,
              image: props.image,
              command: [name],
              env: { ...this.environment(), ...urls(calls) },
              resources: { cpu: props.cpu ?? Cpu.millis(20), memory: props.memory },
              ports: { [PORT_NAME]: PORT },
              mounts: [{ volume: this.logVolume(), path: LOG_DIRECTORY }],
              startup: { ask: HEALTH, failures: 24 },
              readiness: { ask: HEALTH },
              liveness: { ask: HEALTH, period: Duration.seconds(10), failures: 6 },
            },
          ],
        }),
        // Left out, the provider would write 0.
        revisionHistoryLimit: 3,
      },
      waitForRollout: true,
      dependsOn: [service],
    });
    for (const endpoint of [...Object.values(calls), props.tracing].flatMap((one) => one.endpoint ?? [])) {
      pods.allowTo(endpoint);
    }
    return { url: `http://${name}:${PORT}`, endpoint: pods.endpoint([PORT]) };
  }

  private environment(): Record<string, EnvValue> {
    return {
      // Before the variable that refers to it.
      POD_NAME: { field: "metadata.name" },
      LOG_FILE_NAME: "$(POD_NAME).log",
      LOG_DIRECTORY,
      PORT: String(PORT),
      OTEL_EXPORTER_OTLP_ENDPOINT: this.props.tracing.otlpEndpoint,
      GOMEMLIMIT: goMemoryLimit(this.props.memory),
    };
  }

  private logVolume(): PodVolume {
    return PodVolume.nodeDirectory("logs", this.props.nodeLogDirectory ?? LOG_DIRECTORY, { ownedBy: USER });
  }
}

function urls(calls: Readonly<Record<string, ServiceConnection>>): Record<string, string> {
  return Object.fromEntries(Object.entries(calls).map(([variable, { url }]) => [variable, url]));
}

const USER = { uid: 10001, gid: 10001 };
const PORT = 8080;
const PORT_NAME = "http";
const HEALTH = { http: "/healthz", port: PORT };
