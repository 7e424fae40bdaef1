import type { ContentSettingsInput } from "../contract/content-settings";
import type { EnvironmentConfig } from "../environments/environment";

/** What the content program makes of an environment's facts. */
export function contentIndices({ elasticsearch }: EnvironmentConfig): Omit<ContentSettingsInput, "ELASTICSEARCH_URLS"> {
  return {
    CONTENT_SHARDS: elasticsearch.shards,
    CONTENT_REPLICAS: elasticsearch.replicas,
    CONTENT_REFRESH_INTERVAL: elasticsearch.refreshInterval.toString(),
  };
}
