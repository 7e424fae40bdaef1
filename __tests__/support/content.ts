import { App, TerraformStack } from "cdktf";
import { type Construct } from "constructs";
import { ContentBundle, type ContentBundleProps } from "../../constructs/content/content-bundle";
import { LogIndices, type LogIndicesProps } from "../../constructs/content/indices/log-indices";
import { Duration } from "../../constructs/core/duration";
import {
  type Content,
  type ContentApi,
  type ContentFile,
  contentFileSchema,
  contentPath,
  type ElasticsearchApi,
} from "../../contract/content";
import type { EnvironmentConfig } from "../../environments/environment";
import { elasticsearchContent } from "../../stacks/content";
import { required } from "./synthesized";

/** Somewhere to put constructs. */
export function scope(): Construct {
  return new TerraformStack(new App(), "test");
}

/** What an environment's Elasticsearch must know. */
export function contentOf(environment: EnvironmentConfig, elasticsearchLacks: readonly ElasticsearchApi[] = []) {
  return elasticsearchContent(scope(), environment, { elasticsearchLacks }).file();
}

export function bundle(props: Partial<ContentBundleProps> = {}): ContentBundle {
  return new ContentBundle(scope(), "Bundle", {
    complete: ["_ilm/policy", "_component_template", "_index_template"],
    ...props,
  });
}

export const INDICES: LogIndicesProps = {
  namespace: "test",
  shards: 1,
  replicas: 0,
  refreshInterval: Duration.seconds(1),
};

/** The content of log indices, with what a test wants otherwise. */
export function logContent(
  change: Partial<LogIndicesProps> = {},
  props: Partial<ContentBundleProps> = {},
): ContentFile {
  const into = bundle(props);
  new LogIndices(into, "Indices", { ...INDICES, ...change });
  return into.file();
}

export function pathsOf({ content }: ContentFile): string[] {
  return content.map((one) => contentPath(one));
}

export function bodyOf(file: ContentFile, api: ContentApi, name: string): Content["body"] {
  const found = file.content.find((one) => one.api === api && one.name === name);
  return required(found, contentPath({ api, name })).body;
}

/** As the program reads it. */
export function parseContentFile(text: string): ContentFile {
  return contentFileSchema.parse(JSON.parse(text));
}
