import { TerraformBackend, type TerraformRemoteState, type TerraformStack } from "cdktf";
import type { ClusterConnection, Platform } from "../environments/environment";
import { kubeconfigPath } from "./kubernetes-provider";
import type { StackProps } from "./stack-props";

export type StateBackendProps = Pick<StackProps<Platform>, "environment" | "stateDirectory">;

/** Where the state of a stack is, as its environment's facts say. Every stack has a place of its own, called after it. */
export class StateBackend extends TerraformBackend {
  private readonly settings: Readonly<Record<string, unknown>>;

  constructor(stack: TerraformStack, props: StateBackendProps) {
    super(stack, "StateBackend", props.environment.state.kind);
    this.settings = settingsOf(stack.node.id, props);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.settings };
  }

  /** Stacks meet by the names of what they make: a value read from another's state would be one more thing to hold in step. */
  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("a stack reads no other stack's state: pass names, which are known before anything is applied");
  }
}

function settingsOf(stack: string, { environment, stateDirectory }: StateBackendProps): Record<string, unknown> {
  const { state, platform } = environment;
  const file = `${stack}.tfstate`;
  switch (state.kind) {
    case "local":
      return { path: `${stateDirectory}/${file}` };
    case "s3":
      return {
        bucket: state.bucket,
        region: state.region,
        key: `${state.key}/${file}`,
        encrypt: true,
        use_lockfile: true,
      };
    case "gcs":
      // It appends the workspace's name, "default.tfstate".
      return { bucket: state.bucket, prefix: `${state.prefix}/${stack}` };
    case "azurerm":
      return {
        resource_group_name: state.resourceGroup,
        storage_account_name: state.storageAccount,
        container_name: state.container,
        key: `${state.key}/${file}`,
        use_azuread_auth: true,
      };
    case "kubernetes":
      return {
        namespace: state.namespace,
        secret_suffix: stack,
        ...(platform.kind === "kubernetes" ? clusterSettings(platform.cluster) : {}),
      };
    case "pg":
      return { schema_name: `${state.schemaPrefix}_${stack.replaceAll("-", "_")}` };
    case "http": {
      const address = `${state.address}/${stack}`;
      return {
        address,
        lock_address: address,
        unlock_address: address,
        lock_method: "LOCK",
        unlock_method: "UNLOCK",
      };
    }
  }
}

function clusterSettings(cluster: ClusterConnection): Record<string, unknown> {
  if (cluster === "in-cluster") return { in_cluster_config: true };
  return { config_path: kubeconfigPath(cluster.kubeconfig), config_context: cluster.context };
}
