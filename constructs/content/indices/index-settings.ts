import type { Json } from "../../../contract/index-template";
import { LOG_EVENT_FIELDS } from "../../../contract/log-event";
import type { Duration } from "../../core/duration";
import { Problems } from "../../core/validation";

/** How an index of lines is stored. */
export interface IndexSettings {
  /** Primary shards of each index; each should grow to 10-50 GB before the next index takes the lines. */
  readonly shards: number;
  /** Copies of each shard; 0 loses data with a disk, and on one node is the only number that is ever assigned. */
  readonly replicas: number;
  /** How soon a line can be found. Longer is cheaper. */
  readonly refreshInterval: Duration;
  /** @default "best_compression": about a quarter less disk for some more CPU */
  readonly codec?: "default" | "best_compression";
  /** Its lifecycle policy. @default it takes lines for ever, and nothing deletes it */
  readonly lifecycle?: string;
}

/** What Elasticsearch would refuse of settings; empty if nothing. */
export function indexSettingsProblems({ shards, replicas, refreshInterval }: IndexSettings): string[] {
  return new Problems()
    .require(
      Number.isInteger(shards) && shards >= 1 && shards <= 1024,
      `'shards' (${shards}) must be a whole number from 1 to 1024: correct it`,
    )
    .require(
      Number.isInteger(replicas) && replicas >= 0,
      `'replicas' (${replicas}) must be a whole number of at least 0: correct it`,
    )
    .require(
      refreshInterval.toMilliseconds() > 0,
      `'refreshInterval' (${refreshInterval}) must be above 0: each line would be written to disk by itself; raise it`,
    )
    .list();
}

/** The settings below `index`. All values are text: that is how Elasticsearch answers them, and the two are compared. */
export function renderIndexSettings(settings: IndexSettings): Json {
  const { shards, replicas, refreshInterval, codec = "best_compression", lifecycle } = settings;
  return {
    number_of_shards: String(shards),
    number_of_replicas: String(replicas),
    refresh_interval: refreshInterval.toString(),
    codec,
    ...(lifecycle ? { lifecycle: { name: lifecycle } } : {}),
    mapping: {
      // A value that a field cannot take is kept in _source and named in _ignored; it does not cost the document.
      ignore_malformed: "true",
      total_fields: { limit: String(totalFieldsLimit()) },
    },
  };
}

/** Fields and the objects around them both count; as much again is left for fields that a later version adds. */
function totalFieldsLimit(): number {
  return 2 * Object.keys(LOG_EVENT_FIELDS).reduce((sum, path) => sum + path.split(".").length, 0);
}
