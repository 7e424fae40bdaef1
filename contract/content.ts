import type { ContentSettings } from "./content-settings";
import {
  renderIndexTemplate,
  renderMappingTemplate,
  renderSettingsTemplate,
  type IndexSettings,
  type Json,
} from "./index-template";
import { renderLifecyclePolicy } from "./lifecycle";
import {
  INDEX_TEMPLATE,
  LIFECYCLE_POLICY,
  MAPPING_COMPONENT_TEMPLATE,
  SETTINGS_COMPONENT_TEMPLATE,
  SNAPSHOT_POLICY,
  SNAPSHOT_REPOSITORY,
} from "./names";
import { renderSnapshotPolicy, renderSnapshotRepository } from "./snapshots";

/** Elasticsearch's APIs for content; each answers `GET` in a shape of its own. */
export type ContentApi = "_snapshot" | "_slm/policy" | "_ilm/policy" | "_component_template" | "_index_template";

/** A thing that `content apply` puts into Elasticsearch. */
export interface Content {
  readonly api: ContentApi;
  readonly name: string;
  readonly body: Json;
}

/** As in `PUT /_index_template/logs-app`, without the first slash. */
export function contentPath({ api, name }: Content): string {
  return `${api}/${name}`;
}

/** What content is made of. */
export type ContentFacts = IndexSettings & Readonly<Pick<ContentSettings, "CONTENT_SNAPSHOTS">>;

/**
 * Everything that Elasticsearch must know before the first document, in the order in which it must be put: a policy of
 * snapshots names a repository that must be there, the lifecycle waits for that policy, an index begins the lifecycle that
 * its template names, and the index template is refused without its components.
 */
export function renderContent(settings: ContentFacts): Content[] {
  const { CONTENT_LIFECYCLE: lifecycle, CONTENT_SNAPSHOTS: snapshots } = settings;
  const content: Content[] = [];
  if (snapshots) {
    content.push(
      { api: "_snapshot", name: SNAPSHOT_REPOSITORY, body: renderSnapshotRepository(snapshots.repository) },
      { api: "_slm/policy", name: SNAPSHOT_POLICY, body: renderSnapshotPolicy(snapshots) },
    );
  }
  if (lifecycle) {
    const body = renderLifecyclePolicy(lifecycle, snapshots ? { snapshotPolicy: SNAPSHOT_POLICY } : {});
    content.push({ api: "_ilm/policy", name: LIFECYCLE_POLICY, body });
  }
  content.push(
    { api: "_component_template", name: MAPPING_COMPONENT_TEMPLATE, body: renderMappingTemplate() },
    { api: "_component_template", name: SETTINGS_COMPONENT_TEMPLATE, body: renderSettingsTemplate(settings) },
    { api: "_index_template", name: INDEX_TEMPLATE, body: renderIndexTemplate() },
  );
  return content;
}
