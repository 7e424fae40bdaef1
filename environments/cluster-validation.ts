import { Problems } from "../constructs/core/validation";
import type { ClusterConnection, EnvironmentConfig, KubernetesPlatform } from "./environment";

/** What environments cannot both have of one cluster; empty if nothing. */
export function sharedClusterProblems(environments: readonly EnvironmentConfig[]): string[] {
  const placed = environments.flatMap(({ name, platform }) =>
    platform.kind === "kubernetes" ? [{ name, platform }] : [],
  );
  return placed.flatMap((one, at) =>
    placed
      .slice(at + 1)
      .filter((other) => sameCluster(one.platform.cluster, other.platform.cluster))
      .flatMap((other) => pairProblems(one, other)),
  );
}

interface Placed {
  readonly name: string;
  readonly platform: KubernetesPlatform;
}

function pairProblems(one: Placed, other: Placed): string[] {
  const namespace = one.platform.namespace.name;
  const both = `environments '${one.name}' and '${other.name}' of one cluster`;
  return new Problems()
    .require(
      namespace !== other.platform.namespace.name,
      `${both} have the same 'platform.namespace.name' ('${namespace}'): each would change what the other made; give each its own`,
    )
    .require(
      !(one.platform.operators?.namespace.create && other.platform.operators?.namespace.create),
      `${both} both install operators, of which a cluster has one installation: set 'platform.operators.namespace.create' to false in one, and name its namespace in the other's 'alsoWatch'`,
    )
    .list();
}

function sameCluster(one: ClusterConnection, other: ClusterConnection): boolean {
  if (one === "in-cluster" || other === "in-cluster") return one === other;
  return one.kubeconfig === other.kubeconfig && one.context === other.context;
}
