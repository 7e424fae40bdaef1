import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { EnvironmentConfig, KubernetesPlatform } from "../environments/environment";
import { addKubernetesProvider } from "./kubernetes-provider";
import { StateBackend } from "./state-backend";

export interface PlatformStackProps {
  readonly environment: EnvironmentConfig;
  readonly platform: KubernetesPlatform;
  /** Absolute path of the folder for state that is kept on this machine. */
  readonly stateDirectory: string;
}

/** What must be there before the pipeline: its namespace. */
export class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: PlatformStackProps) {
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
