import { DataHelmTemplate } from "@cdktf/provider-helm/lib/data-helm-template";
import { Release } from "@cdktf/provider-helm/lib/release";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CUSTOM_RESOURCES_CHART } from "../kubernetes/custom-resources";
import { type Chart, type OperatorProps, operatorRelease } from "./operator";

/** Strimzi has named its chart repository on strimzi.io deprecated since 0.36: this one takes its place. */
export const STRIMZI_CHART: Chart = {
  repository: "oci://quay.io/strimzi-helm",
  name: "strimzi-kafka-operator",
  version: "1.2.0",
};

/**
 * Strimzi's operator, which makes Kafka of `Kafka`, `KafkaNodePool`, `KafkaTopic` and `KafkaUser`.
 *
 * Helm installs what a chart has in crds/ once and never upgrades it, and an operator that finds older definitions than it was
 * made for works with fields that the API server drops. So the definitions are a release of our own chart, which is upgraded
 * before the operator: Terraform reads them out of the same chart at the same version while it plans, for which it needs no
 * cluster, and its plan shows what changes in them. They stay when the release goes, because all objects of their kinds would
 * go with them.
 */
export class StrimziOperator extends Construct {
  /** Its custom resources can be made, and it acts on them. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { namespace, watches, dependsOn = [] } = props;
    const { repository, name: chart, version } = STRIMZI_CHART;
    const { crds } = new DataHelmTemplate(this, "Chart", { name: NAME, namespace, repository, chart, version });
    const definitions = new Release(this, "Definitions", {
      name: "strimzi-crds",
      namespace,
      chart: CUSTOM_RESOURCES_CHART,
      values: [Fn.jsonencode({ definitions: crds })],
      // Where a plain `helm install` has made them before, they belong to no release.
      takeOwnership: true,
      // Until the API server serves them.
      wait: true,
      maxHistory: 10,
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
    this.ready = operatorRelease(this, "Resource", {
      name: NAME,
      chart: STRIMZI_CHART,
      namespace,
      watches,
      values: {
        // The chart adds its own namespace.
        watchNamespaces: [...new Set(watches)],
        // Network policies of Kafka let in the operator of this namespace, where others would do as well without it.
        image: { operatorNamespaceLabels: `kubernetes.io/metadata.name=${namespace}` },
      },
      skipCrds: true,
      dependsOn: [...dependsOn, definitions],
    });
  }
}

/** As Strimzi's documentation has it: what it tells to look for is found. */
const NAME = "strimzi-cluster-operator";
