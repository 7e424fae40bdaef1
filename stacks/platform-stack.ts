import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { KubernetesPlatform } from "../environments/environment";
import { addKubernetesProvider } from "./kubernetes-provider";
import type { StackProps } from "./stack-props";
import { StateBackend } from "./state-backend";

/** What must be there before the pipeline: its namespace. */
export class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StackProps<KubernetesPlatform>) {
    super(scope, id);
    new StateBackend(this, props);
    addKubernetesProvider(this, props.platform.cluster);
    new NamespaceV1(this, "Namespace", {
      metadata: {
        name: props.platform.namespace.name,
        labels: {
          "app.kubernetes.io/name": "log-pipeline",
          "app.kubernetes.io/instance": props.environment.name,
          "app.kubernetes.io/part-of": "log-pipeline",
          "app.kubernetes.io/managed-by": "cdktf",
          // Filebeat reads the node's log files, which no stricter standard lets a pod do; every other pod is held to the
          // restricted one at synth. Auditing tells of any that is not.
          "pod-security.kubernetes.io/enforce": "privileged",
          "pod-security.kubernetes.io/audit": "restricted",
        },
      },
    });
  }
}
