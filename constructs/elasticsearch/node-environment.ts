import { Size } from "../core/size";

export interface SingleNodeEnvironmentProps {
  readonly heap: Size;
  readonly watermarks: DiskWatermarks;
  /** Who is who is then said by the files `users`, `users_roles` and `roles.yml` alone. */
  readonly security: boolean;
}

/** Free space below which Elasticsearch acts. */
export interface DiskWatermarks {
  /** Makes no new shard. */
  readonly low: Size;
  /** Would move shards away. */
  readonly high: Size;
  /** Takes no documents. */
  readonly floodStage: Size;
}

/** The variables of a node that is its own cluster, as every image reads them: settings by their names. */
export function singleNodeEnvironment({
  heap,
  watermarks,
  security,
}: SingleNodeEnvironmentProps): Record<string, string> {
  const { low, high, floodStage } = watermarks;
  return {
    ES_JAVA_OPTS: `${JVM_LOG} -Xms${heap.toMebibytes()}m -Xmx${heap.toMebibytes()}m`,
    "cluster.name": "log-pipeline",
    "node.name": "elasticsearch",
    // Nobody else is looked for, and what the node's kernel lacks (vm.max_map_count) is a warning, so that no privileged
    // container has to change it.
    "discovery.type": "single-node",
    ...(security ? SECURITY : { "xpack.security.enabled": "false" }),
    "cluster.routing.allocation.disk.watermark.low": `${low.toMebibytes()}mb`,
    "cluster.routing.allocation.disk.watermark.high": `${high.toMebibytes()}mb`,
    "cluster.routing.allocation.disk.watermark.flood_stage": `${floodStage.toMebibytes()}mb`,
  };
}

/** The official image logs each garbage collection to files of up to 2 GiB together, which nobody reads in a container. */
export const JVM_LOG = "-Xlog:disable -Xlog:all=warning:stderr:utctime,level,tags";

const SECURITY = {
  // Said outright, which also keeps the node from making certificates and passwords of its own at its first start.
  "xpack.security.enabled": "true",
  // Built-in users have passwords in an index or a keystore; ours are all in a file, where a new one needs no restart.
  "xpack.security.authc.reserved_realm.enabled": "false",
} as const;

/**
 * Elasticsearch's own shares of a disk, as sizes: below some storage classes a claim is a directory of a larger disk, whose
 * shares would say nothing about the claim.
 */
export function watermarksOf(storage: Size): DiskWatermarks {
  return { low: storage.times(0.15), high: storage.times(0.1), floodStage: storage.times(0.05) };
}

/** What is wrong with the disk of a node; empty if nothing is. @param fact what states it */
export function storageProblems(storage: Size, fact = "storage"): string[] {
  if (storage.toBytes() >= MIN_STORAGE.toBytes()) return [];
  return [
    `Elasticsearch: '${fact}' (${storage}) must be at least ${MIN_STORAGE}: with less it would take no documents soon; give more`,
  ];
}

const MIN_STORAGE = Size.gibibytes(1);
