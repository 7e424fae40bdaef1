import type { Indices } from "../constructs/content/settings";
import type { EnvironmentConfig, Snapshots } from "../environments/environment";

/** What the content program makes of an environment's facts. */
export function contentIndices(environment: EnvironmentConfig): Indices {
  const { shards, replicas, refreshInterval, lifecycle } = environment.elasticsearch;
  const snapshots = snapshotsOf(environment);
  return {
    CONTENT_SHARDS: shards,
    CONTENT_REPLICAS: replicas,
    CONTENT_REFRESH_INTERVAL: refreshInterval.toString(),
    ...(lifecycle ? { lifecycle } : {}),
    ...(snapshots ? { snapshots } : {}),
  };
}

/** Only where the cluster is ours: an imported one is copied by whoever runs it. */
function snapshotsOf({ platform }: EnvironmentConfig): Snapshots | undefined {
  if (platform.kind !== "kubernetes" || platform.elasticsearch?.kind !== "eck") return undefined;
  return platform.elasticsearch.snapshots;
}
