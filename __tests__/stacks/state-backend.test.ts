import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { TerraformStack, Testing } from "cdktf";
import type { ClusterConnection, StateBackend as StateFacts } from "../../environments/environment";
import { StateBackend } from "../../stacks/state-backend";
import { KUBERNETES, kubernetesPlatformWith } from "../support/environments";

function backendOf(state: StateFacts, cluster?: ClusterConnection): unknown {
  const stack = new TerraformStack(Testing.app({ outdir: join(tmpdir(), "log-pipeline-tests") }), "dev-pipeline");
  const base = cluster ? kubernetesPlatformWith({ cluster }) : KUBERNETES;
  new StateBackend(stack, { environment: { ...base, state }, stateDirectory: "/states" });
  return (JSON.parse(Testing.synth(stack, true)) as { terraform: { backend: unknown } }).terraform.backend;
}

const KINDS: readonly (readonly [StateFacts, object])[] = [
  [{ kind: "local" }, { path: "/states/dev-pipeline.tfstate" }],
  [
    { kind: "s3", bucket: "b", region: "eu-west-1", key: "logs" },
    { bucket: "b", region: "eu-west-1", key: "logs/dev-pipeline.tfstate", encrypt: true, use_lockfile: true },
  ],
  [
    { kind: "gcs", bucket: "b", prefix: "logs" },
    { bucket: "b", prefix: "logs/dev-pipeline" },
  ],
  [
    { kind: "azurerm", resourceGroup: "g", storageAccount: "a", container: "c", key: "logs" },
    {
      resource_group_name: "g",
      storage_account_name: "a",
      container_name: "c",
      key: "logs/dev-pipeline.tfstate",
      use_azuread_auth: true,
    },
  ],
  [
    { kind: "kubernetes", namespace: "states" },
    {
      namespace: "states",
      secret_suffix: "dev-pipeline",
      config_path: "/home/me/.kube/config",
      config_context: "review",
    },
  ],
  [{ kind: "pg", schemaPrefix: "logs" }, { schema_name: "logs_dev_pipeline" }],
  [
    { kind: "http", address: "https://states.test/logs" },
    {
      address: "https://states.test/logs/dev-pipeline",
      lock_address: "https://states.test/logs/dev-pipeline",
      unlock_address: "https://states.test/logs/dev-pipeline",
      lock_method: "LOCK",
      unlock_method: "UNLOCK",
    },
  ],
];

test.each(KINDS.map(([state, settings]) => [state.kind, state, settings] as const))(
  "a state of kind %s is the stack's own, and the only one",
  (kind, state, settings) => {
    expect(backendOf(state)).toEqual({ [kind]: settings });
  },
);

test("in a cluster, its state is found by the pod's own account", () => {
  expect(backendOf({ kind: "kubernetes", namespace: "states" }, "in-cluster")).toEqual({
    kubernetes: { namespace: "states", secret_suffix: "dev-pipeline", in_cluster_config: true },
  });
});

test("a kubeconfig of the repository is found from where Terraform runs", () => {
  const cluster = { kubeconfig: ".local/cluster/kubeconfig", context: "c" };
  expect(backendOf({ kind: "kubernetes", namespace: "states" }, cluster)).toEqual({
    kubernetes: {
      namespace: "states",
      secret_suffix: "dev-pipeline",
      config_path: "../../../.local/cluster/kubeconfig",
      config_context: "c",
    },
  });
});
