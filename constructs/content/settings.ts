import { type ContentSettingsInput, renderContentSettings } from "../../contract/content-settings";
import type { ContentSetting } from "../../contract/index-template";
import { elasticsearchAccess } from "../consumer/program";
import type { ContainerImage } from "../core/container-image";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";

export interface ContentProps {
  /** The consumer's image: it carries `content apply`. */
  readonly image: ContainerImage;
  readonly elasticsearch: ElasticsearchConnection;
  readonly indices: Pick<ContentSettingsInput, ContentSetting>;
}

/** The environment of `content apply`, and where the Secrets must be that it names. */
export function contentSettings({ elasticsearch, indices }: ContentProps) {
  const { settings, mounts } = elasticsearchAccess(elasticsearch);
  return { env: renderContentSettings({ ...indices, ...settings }), mounts };
}

/** Its name, and its command. */
export const CONTENT = { name: "content", command: ["content", "apply"] } as const;
