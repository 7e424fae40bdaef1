import type { Construct } from "constructs";
import { ContentBundle, type Lacking } from "../constructs/content/content-bundle";
import type { IlmPhases } from "../constructs/content/lifecycle/ilm-phases";
import { KibanaContent } from "../constructs/content/kibana/kibana-content";
import { LogIndices } from "../constructs/content/indices/log-indices";
import { SnapshotPolicy, SnapshotRepository } from "../constructs/content/snapshots/snapshot-policy";
import { type ElasticsearchApi, KIBANA_APIS } from "../contract/content";
import { searchTarget } from "../contract/indexing";
import {
  DEAD_LETTER_STREAM_PATTERN,
  deadLetterStreamName,
  MONTHLY_INDEX_PATTERN,
  SNAPSHOT_POLICY,
  STREAM_PATTERN,
} from "../contract/names";
import type { EnvironmentConfig, IndexLifecycle, Snapshots } from "../environments/environment";
import type { ImageSet } from "../images/image-set";

/** What Elasticsearch must know before the first line: all that follows from an environment's facts. */
export function elasticsearchContent(
  scope: Construct,
  environment: EnvironmentConfig,
  images: Pick<ImageSet, "elasticsearchLacks">,
): ContentBundle {
  const { lifecycle, shards, replicas, refreshInterval, indexing } = environment.elasticsearch;
  const snapshots = snapshotsOf(environment);
  const lacks = lackingOf(environment, images);
  const bundle = new ContentBundle(scope, "ElasticsearchContent", {
    complete: [
      // Without snapshots its user has no right to look at policies of them.
      ...(snapshots ? (["_slm/policy"] as const) : []),
      "_ilm/policy",
      "_component_template",
      "_index_template",
    ],
    ...(lacks ? { lacks } : {}),
  });
  if (snapshots) {
    const { repository, credentialsSecret: _, expireAfter, ...times } = snapshots;
    new SnapshotRepository(bundle, "SnapshotRepository", repository);
    new SnapshotPolicy(
      bundle,
      "SnapshotPolicy",
      { repository, ...times, expireAfterMs: expireAfter.toMilliseconds() },
      [STREAM_PATTERN, DEAD_LETTER_STREAM_PATTERN, ...(indexing === "monthly" ? [MONTHLY_INDEX_PATTERN] : [])],
    );
  }
  new LogIndices(bundle, "Indices", {
    namespace: environment.name,
    shards,
    replicas,
    refreshInterval,
    ...(indexing ? { indexing } : {}),
    ...(lifecycle ? { phases: phasesOf(lifecycle, snapshots !== undefined) } : {}),
  });
  return bundle;
}

/** What people see in Kibana. */
export function kibanaContent(scope: Construct, environment: EnvironmentConfig): ContentBundle {
  const { name, elasticsearch, kibana, platform, tracing } = environment;
  const { alerts, connectors } = kibana;
  const jaeger = platform.kind === "docker" ? `http://127.0.0.1:${platform.ports.jaeger}` : tracing.publicUrl;
  const bundle = new ContentBundle(scope, "KibanaContent", { complete: KIBANA_APIS });
  new KibanaContent(bundle, "Content", {
    lines: searchTarget(elasticsearch.indexing ?? "data-stream", name),
    deadLetters: deadLetterStreamName(name),
    ...(jaeger ? { jaeger } : {}),
    ...(alerts ? { alerts } : {}),
    ...(connectors ? { connectors } : {}),
  });
  return bundle;
}

function phasesOf({ rolloverSize, rolloverAge, warmAfter, deleteAfter }: IndexLifecycle, copied: boolean): IlmPhases {
  return {
    hot: { rollover: { maxPrimaryShardSize: rolloverSize, maxAge: rolloverAge }, priority: 100 },
    // Elasticsearch moves an index to the phase's tier by itself. No force merge: it writes every byte of an index again,
    // needs as much disk once more meanwhile, and makes the next snapshot copy all of it a second time.
    ...(warmAfter ? { warm: { after: warmAfter, priority: 50 } } : {}),
    delete: { after: deleteAfter, ...(copied ? { waitForSnapshotOf: SNAPSHOT_POLICY } : {}) },
  };
}

/** Only where the cluster is ours: an imported one is copied by whoever runs it. */
function snapshotsOf({ platform }: EnvironmentConfig): Snapshots | undefined {
  if (platform.kind !== "kubernetes" || platform.elasticsearch?.kind !== "eck") return undefined;
  return platform.elasticsearch.snapshots;
}

/** Only where our image runs: what others run has everything. */
function lackingOf({ platform }: EnvironmentConfig, images: Pick<ImageSet, "elasticsearchLacks">): Lacking | undefined {
  const apis: readonly ElasticsearchApi[] = images.elasticsearchLacks;
  const isOurs = platform.kind === "docker" || platform.elasticsearch === undefined;
  if (!isOurs || apis.length === 0) return undefined;
  return { apis, why: "this Elasticsearch is built from packages, which have its core only" };
}
