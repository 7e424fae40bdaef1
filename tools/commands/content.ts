import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Table from "cli-table3";
import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { panelsOf } from "../../constructs/content/dashboards/panel";
import { alertRules } from "../../constructs/content/kibana/alerts/rule";
import { type KibanaBodies, renderKibanaBodies } from "../../constructs/content/kibana/bodies";
import { ID_PREFIX } from "../../constructs/content/kibana/ids";
import { searchTarget } from "../../contract/indexing";
import { deadLetterStreamName } from "../../contract/names";
import type { EnvironmentConfig } from "../../environments/environment";
import { CONTENT_DOCUMENTS } from "../content/documents";
import { jsonText } from "../lib/json-text";
import { ROOT } from "../lib/paths";

export interface ContentOptions {
  readonly json: boolean;
  readonly out?: string;
  readonly jaeger?: string;
}

/** Prints what this project has in Kibana for an environment, or writes it as the bodies of Kibana's APIs. */
export function printContent(environment: EnvironmentConfig, { json, out, jaeger }: ContentOptions): void {
  const { name, elasticsearch, kibana, tracing } = environment;
  const traces = jaeger ?? tracing.publicUrl;
  const content = renderKibanaBodies({
    indices: {
      lines: searchTarget(elasticsearch.indexing ?? "data-stream", name),
      deadLetters: deadLetterStreamName(name),
    },
    ...(traces === undefined ? {} : { jaeger: traces }),
    ...(kibana.alerts ? { alerts: kibana.alerts } : {}),
    ...(kibana.connectors ? { connectors: kibana.connectors } : {}),
  });
  if (out !== undefined) writeContent(content, resolve(out));
  else console.log(json ? jsonText(content) : overview());
}

/** A file for each body, in a folder for each API. */
function writeContent({ dataViews, dashboards, alertRules }: KibanaBodies, directory: string): void {
  const files = [
    ...dataViews.map(({ id, body }) => ["data-views", id, body] as const),
    ...dashboards.map(({ id, body }) => ["dashboards", id, body] as const),
    ...alertRules.map(({ id, create }) => ["alert-rules", id, create] as const),
  ];
  for (const [folder, id, body] of files) {
    mkdirSync(join(directory, folder), { recursive: true });
    writeFileSync(join(directory, folder, `${id}.json`), `${JSON.stringify(body, null, 2)}\n`);
  }
  console.error(`${files.length} bodies are in ${directory}.`);
}

function overview(): string {
  // Colours would end up in CI logs.
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: ["id", "what it is for"], colWidths: [40, 86], wordWrap: true, style });
  for (const definition of DASHBOARDS) {
    const panels = panelsOf(definition).length;
    table.push([`${ID_PREFIX}${definition.name}`, `Dashboard of ${panels} panels. ${definition.description}`]);
  }
  for (const rule of alertRules()) table.push([`${ID_PREFIX}${rule.name}`, `Alert rule. ${rule.title}.`]);
  const documents = CONTENT_DOCUMENTS.map(({ file }) => file).join(", ");
  return `${table.toString()}\nWhat each panel asks, and when rules alert: ${documents}; or --json.`;
}

/** Writes what of the documents follows from the content. */
export function writeContentDocs(): void {
  for (const { file, write } of CONTENT_DOCUMENTS) {
    const document = join(ROOT, file);
    writeFileSync(document, write(readFileSync(document, "utf8")));
    console.error(`${file} is written.`);
  }
}
