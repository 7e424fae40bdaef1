import { Release } from "@cdktf/provider-helm/lib/release";
import { type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../core/literal";
import { REPOSITORY_ROOT } from "../core/repository-root";
import type { KubernetesSite } from "./site";

/** An object of the API of which we write the fields that we use, named as upstream names them. */
export interface CustomResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface CustomResourcesProps {
  /** Of the release, and the component that the objects belong to. */
  readonly name: string;
  /** Called at synthesis: grants are asked for until then. */
  readonly objects: () => readonly CustomResource[];
  /** Whether Terraform refuses to destroy the release. See also {@link KEPT}. @default false */
  readonly protect?: boolean;
  /** @default none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Annotation of an object that stays in the cluster when its release goes: what holds data.
 *
 * It stays as well when it is no longer among the release's objects.
 */
export const KEPT = { "helm.sh/resource-policy": "keep" } as const;

/**
 * Objects that an operator acts on, as one release of the chart in charts/custom-resources. Terraform needs neither a cluster nor
 * their definitions to plan it, shows what changes in them, and does not mind what operators write into them.
 *
 * What waits for {@link applied} waits for the objects, not for what the operator makes of them.
 */
export class CustomResources extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: KubernetesSite, props: CustomResourcesProps) {
    super(scope, id);
    const { name, objects, protect = false, dependsOn = [] } = props;
    const labelled = ({ metadata, ...rest }: CustomResource) => ({
      ...rest,
      metadata: {
        ...metadata,
        namespace: site.namespace,
        labels: { ...site.commonLabels(name), ...metadata.labels },
      },
    });
    this.applied = new Release(this, "Resource", {
      name,
      namespace: site.namespace,
      chart: CUSTOM_RESOURCES_CHART,
      values: Lazy.listValue({ produce: () => [literal(JSON.stringify({ objects: objects().map(labelled) }))] }),
      // Helm knows of no custom resource whether it is ready.
      wait: false,
      maxHistory: 10,
      ...(protect ? { lifecycle: { preventDestroy: true } } : {}),
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
  }
}

/** As Terraform finds it. */
export const CUSTOM_RESOURCES_CHART = `${REPOSITORY_ROOT}/charts/custom-resources`;
