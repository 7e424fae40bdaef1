import { readFileSync } from "node:fs";
import { type ContentFile, contentFileSchema, isKibanaApi } from "../../../contract/content";
import type { ContentSettings } from "../../../contract/content-settings";
import { SettingsError } from "../../../contract/settings";
import { applyContent, ChangeRefusedError } from "../content/apply";
import { ElasticsearchStore } from "../content/elasticsearch-stores";
import { KibanaStore } from "../content/kibana-stores";
import { type Report, renderReport } from "../content/report";
import { Server } from "../content/server";
import { clientOptions, ElasticsearchClient, kibanaOptions } from "../elasticsearch/client";
import { describeError, type Log } from "../log";

export interface ContentCommand {
  readonly dryRun: boolean;
  /** Whether the report is one JSON object, for programs. */
  readonly json: boolean;
  readonly write: (text: string) => void;
}

/** What the process ends with, for a Job: see `FINAL_EXIT_CODES`. */
export const REFUSED_EXIT_CODE = 3;

/**
 * Puts what is in the file, and prints a report. @returns the exit code
 *
 * @throws SettingsError for a file that is none
 */
export async function runContentApply(settings: ContentSettings, command: ContentCommand, log: Log): Promise<number> {
  const file = readContentFile(settings);
  const { ELASTICSEARCH_URLS: urls, WAIT_DEADLINE_MS: deadline } = settings;
  const clients = {
    elasticsearch: urls && new ElasticsearchClient(clientOptions({ ...settings, ELASTICSEARCH_URLS: urls }, 1)),
    kibana: settings.KIBANA_URL ? new ElasticsearchClient(kibanaOptions(settings, settings.KIBANA_URL)) : undefined,
  };
  const elasticsearch = clients.elasticsearch && new Server("Elasticsearch", clients.elasticsearch, deadline, log);
  const kibana = clients.kibana && new Server("Kibana", clients.kibana, deadline, log);
  const print = (report: Report) => command.write(command.json ? JSON.stringify(report) : renderReport(report));
  try {
    const report = await applyContent(file, {
      allow: settings.CONTENT_ALLOW,
      dryRun: command.dryRun,
      elasticsearch,
      storeOf: (api) =>
        isKibanaApi(api) ? new KibanaStore(kibana!, api) : new ElasticsearchStore(elasticsearch!, api),
      onRow: ({ what, result, detail }) => log.info({ content: what, detail }, result),
    });
    print(report);
    return 0;
  } catch (error) {
    if (!(error instanceof ChangeRefusedError)) throw error;
    print(error.report);
    log.error(describeError(error));
    return REFUSED_EXIT_CODE;
  } finally {
    await Promise.all([clients.elasticsearch?.close(), clients.kibana?.close()]);
  }
}

function readContentFile({ CONTENT_FILE: path, ...settings }: ContentSettings): ContentFile {
  const parsed = contentFileSchema.safeParse(jsonIn(path));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "it"}: ${issue.message}`);
    throw new SettingsError(`CONTENT_FILE (${path}) is wrong:\n- ${problems.join("\n- ")}`);
  }
  const apis = [...parsed.data.content.map(({ api }) => api), ...parsed.data.complete];
  const missing = [
    ...(apis.some(isKibanaApi) && !settings.KIBANA_URL ? ["KIBANA_URL"] : []),
    ...(apis.some((api) => !isKibanaApi(api)) && !settings.ELASTICSEARCH_URLS ? ["ELASTICSEARCH_URLS"] : []),
  ];
  if (missing.length > 0)
    throw new SettingsError(`CONTENT_FILE (${path}) has content for it, and ${missing.join(" and ")} is not set`);
  return parsed.data;
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SettingsError(`CONTENT_FILE (${path}) cannot be read: ${describeError(error)}`);
  }
}
