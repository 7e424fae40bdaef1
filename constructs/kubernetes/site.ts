import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { Aspects } from "cdktf";
import { Construct } from "constructs";
import { validateTogether } from "../core/validate-together";
import { RestartsByHand } from "./aspects/restarts-by-hand";
import { kubernetesRules } from "./aspects/rules";
import { StandardLabels, standardLabels } from "./aspects/standard-labels";

export interface KubernetesSiteProps {
  /** The environment's name; every object carries it. */
  readonly environment: string;
  /** It exists before anything here is applied. */
  readonly namespace: string;
  /**
   * Namespace from which Prometheus scrapes.
   * @default none: metrics can be read through the API server's port-forward only
   */
  readonly monitoringNamespace?: string;
  /**
   * Components whose pods may mount directories of their node: the one exception from the restricted Pod Security Standard.
   * @default none
   */
  readonly mayMountNodeDirectories?: readonly string[];
  /** Whether no destroy may take what is kept here. @default false */
  readonly keepData?: boolean;
}

/** What an object is called, where it is and what it carries. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/**
 * The namespace of an environment: how its objects are named and labelled, and its network, in which nothing may be reached
 * that no grant opened (see {@link PodGroup}).
 */
export class KubernetesSite extends Construct {
  readonly environment: string;
  readonly namespace: string;
  readonly monitoringNamespace: string | undefined;

  constructor(scope: Construct, id: string, props: KubernetesSiteProps) {
    super(scope, id);
    this.environment = props.environment;
    this.namespace = props.namespace;
    this.monitoringNamespace = props.monitoringNamespace;
    new NetworkPolicyV1(this, "DenyAll", {
      metadata: this.metadata("deny-all"),
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    new NetworkPolicyV1(this, "AllowDns", {
      metadata: this.metadata("allow-dns"),
      spec: {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            // By port alone: where the answers come from (kube-system, a cache on the node) differs between clusters.
            ports: ["UDP", "TCP"].map((protocol) => ({ port: "53", protocol })),
          },
        ],
      },
    });
    const aspects = Aspects.of(scope);
    aspects.add(new StandardLabels(props.environment));
    aspects.add(new RestartsByHand());
    aspects.add(
      kubernetesRules({
        ...(props.mayMountNodeDirectories ? { mayMountNodeDirectories: props.mayMountNodeDirectories } : {}),
        ...(props.keepData ? { keepDataOf: props.namespace } : {}),
      }),
    );
    validateTogether(scope);
  }

  /** Of an object that is named as the component, or after it. */
  metadata(
    component: string,
    more: Pick<ObjectMetadata, "annotations"> & { readonly name?: string } = {},
  ): ObjectMetadata {
    return {
      name: more.name ?? component,
      namespace: this.namespace,
      labels: this.labels(component),
      ...(more.annotations ? { annotations: more.annotations } : {}),
    };
  }

  /** What Aspects put on every object, for objects that they do not see. */
  commonLabels(component: string): Record<string, string> {
    return { ...standardLabels(this.environment), ...this.labels(component) };
  }

  /** What tells the pods of a component from all others. Aspects add what all objects have in common. */
  labels(component: string): Record<string, string> {
    return { "app.kubernetes.io/name": component, "app.kubernetes.io/instance": this.environment };
  }
}
