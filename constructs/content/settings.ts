import { type ContentSettingsInput, renderContentSettings } from "../../contract/content-settings";
import type { IndexSettings } from "../../contract/index-template";
import type { SnapshotRepository } from "../../contract/snapshots";
import { elasticsearchAccess } from "../consumer/program";
import type { ContainerImage } from "../core/container-image";
import type { Duration } from "../core/duration";
import type { Size } from "../core/size";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";

export interface ContentProps {
  /** The consumer's image: it carries `content apply`. */
  readonly image: ContainerImage;
  readonly elasticsearch: ElasticsearchConnection;
  readonly indices: Indices;
}

/** How the data streams are stored. */
export interface Indices extends Omit<Pick<ContentSettingsInput, keyof IndexSettings>, "CONTENT_LIFECYCLE"> {
  /** Ages but the first count from the rollover. @default an index takes lines for ever, and nothing deletes it */
  readonly lifecycle?: {
    /** Of a primary shard. */
    readonly rolloverSize: Size;
    readonly rolloverAge: Duration;
    /** @default never */
    readonly warmAfter?: Duration;
    readonly deleteAfter: Duration;
  };
  /** With a lifecycle, an index is deleted only when a snapshot has it. @default none are taken */
  readonly snapshots?: {
    readonly repository: SnapshotRepository;
    /** Elasticsearch's cron, in UTC. */
    readonly schedule: string;
    readonly expireAfter: Duration;
    /** Kept whatever their age. */
    readonly minCount: number;
    readonly maxCount: number;
  };
}

/** The environment of `content apply`, and where the Secrets must be that it names. */
export function contentSettings({ elasticsearch, indices }: ContentProps) {
  const { settings, mounts } = elasticsearchAccess(elasticsearch);
  return { env: renderContentSettings({ ...indexSettings(indices), ...settings }), mounts };
}

function indexSettings({
  lifecycle,
  snapshots,
  ...settings
}: Indices): Omit<ContentSettingsInput, "ELASTICSEARCH_URLS"> {
  return {
    ...settings,
    ...(lifecycle
      ? {
          CONTENT_LIFECYCLE: {
            rolloverSizeBytes: lifecycle.rolloverSize.toBytes(),
            rolloverAgeMs: lifecycle.rolloverAge.toMilliseconds(),
            ...(lifecycle.warmAfter ? { warmAfterMs: lifecycle.warmAfter.toMilliseconds() } : {}),
            deleteAfterMs: lifecycle.deleteAfter.toMilliseconds(),
          },
        }
      : {}),
    ...(snapshots
      ? {
          CONTENT_SNAPSHOTS: {
            repository: snapshots.repository,
            schedule: snapshots.schedule,
            expireAfterMs: snapshots.expireAfter.toMilliseconds(),
            minCount: snapshots.minCount,
            maxCount: snapshots.maxCount,
          },
        }
      : {}),
  };
}

/** Its name, and its command. */
export const CONTENT = { name: "content", command: ["content", "apply"] } as const;
