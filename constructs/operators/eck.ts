import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Chart, type OperatorProps, operatorRelease } from "./operator";

export const ECK_CHART: Chart = {
  repository: "https://helm.elastic.co",
  name: "eck-operator",
  version: "3.5.0",
};

/**
 * Elastic's operator, which makes Elasticsearch and Kibana of resources of these names.
 *
 * Its chart has the definitions among its templates, marked to be kept: Helm upgrades them with the operator, in the order that
 * it installs kinds in, and leaves them when the release goes. Its webhook refuses what cannot work where it is sent,
 * so that a deploy fails instead of an object that nobody looks at.
 */
export class EckOperator extends Construct {
  /** Its custom resources can be made, and it acts on them. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const namespaces = [...new Set(props.watches)];
    this.ready = operatorRelease(this, "Resource", {
      ...props,
      // As Elastic's documentation has it: what it tells to look for is found.
      name: "elastic-operator",
      chart: ECK_CHART,
      values: {
        managedNamespaces: namespaces,
        // Others' objects are for their own operator to judge.
        webhook: {
          namespaceSelector: {
            matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: namespaces }],
          },
        },
      },
    });
  }
}
