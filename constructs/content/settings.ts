import type { ContentChange } from "../../contract/content";
import { renderContentSettings } from "../../contract/content-settings";
import { elasticsearchAccess, kibanaAccess, SecretFiles } from "../consumer/program";
import type { ContainerImage } from "../core/container-image";
import type { ElasticsearchConnection } from "../elasticsearch/cluster";
import type { KibanaConnection } from "../kibana/kibana";
import type { ContentBundle } from "./content-bundle";

export interface ContentProps {
  /** Of the container, and what a Job's name begins with. */
  readonly name: string;
  /** The consumer's image: it carries `content apply`. */
  readonly image: ContainerImage;
  /** What is put. Complete by now. */
  readonly bundle: ContentBundle;
  /** Where Elasticsearch's part of it goes. @default nowhere: there is none in it */
  readonly elasticsearch?: ElasticsearchConnection;
  /** Where Kibana's part of it goes. @default nowhere: there is none in it */
  readonly kibana?: KibanaConnection;
  /** What takes something away from people and is done all the same. @default nothing: the program refuses it */
  readonly allow?: readonly ContentChange[];
}

/** The environment of `content apply`, and where the Secrets must be that it names. */
export function contentSettings({ elasticsearch, kibana, allow = [] }: ContentProps, file: string) {
  const files = new SecretFiles();
  const env = renderContentSettings({
    CONTENT_FILE: file,
    ...(allow.length > 0 ? { CONTENT_ALLOW: [...allow] } : {}),
    ...(elasticsearch ? elasticsearchAccess(elasticsearch, files).settings : {}),
    ...(kibana ? kibanaAccess(kibana, files).settings : {}),
  });
  return { env, mounts: files.mounts };
}

/** What must be there before it runs. */
export function contentNeeds({ elasticsearch, kibana }: ContentProps) {
  return [...(elasticsearch?.ready ?? []), ...(kibana?.ready ?? [])];
}

export const CONTENT_COMMAND = ["content", "apply"] as const;

/** Exit codes of the program that another try would not change: its settings are wrong, or it refuses to take something away. */
export const FINAL_EXIT_CODES = [2, 3] as const;
