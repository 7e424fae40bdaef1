import { z } from "zod";
import { lifecycleSchema } from "./lifecycle";
import {
  common,
  elasticsearchConnection,
  jsonOf,
  parseSettings,
  renderSettings,
  type Environment,
  type SettingsInput,
} from "./settings";
import { snapshotsSchema } from "./snapshots";

const count = z.coerce.number().int();

/** Settings of `content apply`. */
export const contentSettingsSchema = z.object({
  ...elasticsearchConnection,
  ...common,
  /** Primary shards of each backing index; each should grow to 10-50 GB before it rolls over. */
  CONTENT_SHARDS: count.min(1).max(1024).default(1),
  /** Copies of each shard; 0 loses data with a disk, and on one node is the only number that is ever assigned. */
  CONTENT_REPLICAS: count.min(0).max(100).default(1),
  /** How soon a line can be found. Longer is cheaper. */
  CONTENT_REFRESH_INTERVAL: z
    .string()
    .regex(/^(-1|[1-9]\d*(ms|s|m|h))$/, "must be a duration such as 5s, or -1")
    .default("5s"),
  CONTENT_CODEC: z.enum(["default", "best_compression"]).default("best_compression"),
  /** How a backing index goes through its life, as JSON. @default it takes lines for ever, and nothing deletes it */
  CONTENT_LIFECYCLE: jsonOf(lifecycleSchema).optional(),
  /** Copies of the data streams, as JSON. With a lifecycle, an index is deleted only when one has it. @default none */
  CONTENT_SNAPSHOTS: jsonOf(snapshotsSchema).optional(),
});

export type ContentSettings = Readonly<z.output<typeof contentSettingsSchema>>;

/** What a construct states; everything with a default may be left out. */
export type ContentSettingsInput = SettingsInput<ContentSettings> & { readonly ELASTICSEARCH_URLS: readonly string[] };

/** Environment variables for `content apply`. @throws SettingsError naming every setting that it would refuse */
export function renderContentSettings(settings: ContentSettingsInput): Record<string, string> {
  const { CONTENT_LIFECYCLE: lifecycle, CONTENT_SNAPSHOTS: snapshots } = settings;
  return renderSettings("the content's", contentSettingsSchema, {
    ...settings,
    ...(lifecycle ? { CONTENT_LIFECYCLE: JSON.stringify(lifecycle) } : {}),
    ...(snapshots ? { CONTENT_SNAPSHOTS: JSON.stringify(snapshots) } : {}),
  });
}

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseContentSettings(env: Environment): ContentSettings {
  return parseSettings("the content's", contentSettingsSchema, env);
}
