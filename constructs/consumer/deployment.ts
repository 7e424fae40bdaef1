import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ContainerImage } from "../core/container-image";
import { Cpu } from "../core/cpu";
import { Duration } from "../core/duration";
import type { Size } from "../core/size";
import { Problems } from "../core/validation";
import { PodGroup } from "../kubernetes/network";
import { type ContainerProps, podTemplate } from "../kubernetes/pod";
import type { KubernetesSite } from "../kubernetes/site";
import { consumerProblems } from "./consumer-validation";
import { CONSUMER_USER } from "./program";
import { type ConsumerSettingsProps, consumerSettings, DEFAULT_DRAIN_DEADLINE, HTTP_PORT } from "./settings";

export interface LogConsumerProps extends ConsumerSettingsProps {
  readonly image: ContainerImage;
  /** How many, at most one for each partition; with `autoscaling` that decides. */
  readonly replicas: number;
  /** @default none: always `replicas` */
  readonly autoscaling?: ConsumerAutoscaling;
  readonly memory: Size;
  /** @default 250m */
  readonly cpu?: Cpu;
  /** From SIGTERM to SIGKILL; longer than `drainDeadline`. @default 10 s longer */
  readonly gracePeriod?: Duration;
  /** How Prometheus finds the metrics; with "none" it is not let through to them either. @default "annotations" */
  readonly metrics?: "annotations" | "none";
  /** What must be there first, beside Kafka and Elasticsearch: the index template. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * By processor time, which is what a consumer that falls behind is short of. One that waits for Elasticsearch takes none, and
 * more of them would only press it harder.
 */
export interface ConsumerAutoscaling {
  readonly minReplicas: number;
  /** At most one for each partition. */
  readonly maxReplicas: number;
  /** What one may take of the processor time that it asked for (`cpu`) before another is added, in percent. @default 70 */
  readonly cpuUtilization?: number;
}

/** The consumer on Kubernetes: from Kafka into the data stream, and what cannot be indexed into the dead letters. */
export class LogConsumer extends Construct {
  readonly pods: PodGroup;

  /** @throws ConfigurationError for numbers that cannot work together, and for two ways to reach Kafka */
  constructor(scope: Construct, id: string, site: KubernetesSite, props: LogConsumerProps) {
    super(scope, id);
    new Problems().add(consumerProblems(props)).throwIfAny();
    const { source, deadLetters, elasticsearch, autoscaling, metrics = "annotations" } = props;
    const drainDeadline = props.drainDeadline ?? DEFAULT_DRAIN_DEADLINE;

    this.pods = new PodGroup(this, site, COMPONENT);
    for (const { endpoint } of [source, deadLetters, elasticsearch]) if (endpoint) this.pods.allowTo(endpoint);
    if (metrics === "annotations") this.pods.allowScraping(HTTP_PORT);

    new DeploymentV1(this, "Resource", {
      metadata: site.metadata(COMPONENT),
      spec: {
        // What the autoscaler decides, a deploy must not take back.
        ...(autoscaling ? {} : { replicas: String(props.replicas) }),
        selector: { matchLabels: this.pods.labels },
        strategy: REPLACE_ONE_BY_ONE,
        template: podTemplate(site, COMPONENT, {
          user: CONSUMER_USER,
          containers: [container(props)],
          // Longer than the drain, so that the program ends by itself and says how.
          gracePeriod: props.gracePeriod ?? Duration.milliseconds(drainDeadline.toMilliseconds() + 10_000),
          spread: true,
          ...(metrics === "annotations" ? { annotations: SCRAPE_ANNOTATIONS } : {}),
        }),
      },
      waitForRollout: true,
      dependsOn: [...source.ready, ...deadLetters.ready, ...elasticsearch.ready, ...props.after],
    });
    // Of one there is nothing to keep: Kafka holds the lines until it runs elsewhere.
    if ((autoscaling?.maxReplicas ?? props.replicas) > 1) this.keepAllButOne(site);
    if (autoscaling) this.scale(site, autoscaling);
  }

  /** A node that is emptied takes one at a time: the others go on. */
  private keepAllButOne(site: KubernetesSite): void {
    new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata: site.metadata(COMPONENT),
      spec: { maxUnavailable: "1", selector: { matchLabels: this.pods.labels } },
    });
  }

  private scale(site: KubernetesSite, { minReplicas, maxReplicas, cpuUtilization = 70 }: ConsumerAutoscaling): void {
    // Each change of the number is a rebalance, in which nobody reads: few changes, each as large as it must be.
    const inOneStep = { selectPolicy: "Max", policy: [{ type: "Percent", value: 100, periodSeconds: 60 }] };
    new HorizontalPodAutoscalerV2(this, "Autoscaler", {
      metadata: site.metadata(COMPONENT),
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: COMPONENT },
        minReplicas,
        maxReplicas,
        metric: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: cpuUtilization } },
          },
        ],
        behavior: {
          scaleUp: [{ ...inOneStep, stabilizationWindowSeconds: Duration.minutes(1).toSeconds() }],
          scaleDown: [{ ...inOneStep, stabilizationWindowSeconds: Duration.minutes(15).toSeconds() }],
        },
      },
    });
  }
}

function container(props: LogConsumerProps): ContainerProps {
  return {
    name: COMPONENT,
    image: props.image,
    ...consumerSettings(props),
    resources: { cpu: props.cpu ?? Cpu.millis(250), memory: props.memory },
    ports: { http: HTTP_PORT },
    // It listens before it waits for anything: a minute is for a node that is short of processor time.
    startup: { ask: { http: "/livez", port: HTTP_PORT }, period: Duration.seconds(2), failures: 30 },
    // What is late may still come back, and a restart costs more: the program itself gives up after as long.
    liveness: { ask: { http: "/livez", port: HTTP_PORT }, period: Duration.seconds(10), failures: 6 },
    readiness: { ask: { http: "/readyz", port: HTTP_PORT } },
  };
}

const COMPONENT = "consumer";

/**
 * One leaves, then its successor comes. One more in between would find no partition where there are as many members as
 * partitions; all at once would let a version that does not start end the reading. A pause loses nothing: Kafka keeps the lines.
 */
const REPLACE_ONE_BY_ONE = { type: "RollingUpdate", rollingUpdate: { maxSurge: "0", maxUnavailable: "1" } };

const SCRAPE_ANNOTATIONS = {
  "prometheus.io/scrape": "true",
  "prometheus.io/port": String(HTTP_PORT),
  "prometheus.io/path": "/metrics",
};
