import { DASHBOARDS } from "../../constructs/content/dashboards/all";
import { type DashboardDefinition, panelsOf } from "../../constructs/content/dashboards/panel";
import { CONNECTOR_LICENCE } from "../../constructs/content/kibana/alerts/connector";
import { RULE_LICENCE } from "../../constructs/content/kibana/alerts/render";
import { alertRules } from "../../constructs/content/kibana/alerts/rule";
import { ID_PREFIX } from "../../constructs/content/kibana/ids";
import { type Field, LOG_EVENT_FIELDS } from "../../contract/log-event";
import { between, markdownTable } from "./markdown";
import { alertInWords, code, panelInWords } from "./words";

/** The documents that follow from the content, each with what of it is written. */
export const CONTENT_DOCUMENTS: readonly { readonly file: string; readonly write: (document: string) => string }[] = [
  { file: "docs/fields.md", write: (document) => between(document, "fields", fields()) },
  {
    file: "docs/dashboards.md",
    write: (document) => between(between(document, "dashboards", dashboards()), "alerts", alerts()),
  },
];

function fields(): string {
  return markdownTable(
    ["field", "type", "what it is", "example", "services log it as"],
    Object.entries<Field>(LOG_EVENT_FIELDS).map(
      ([name, { type, description, example, from = [], fromSourceLine = [] }]) => [
        code(name),
        type,
        description,
        code(typeof example === "string" ? example : JSON.stringify(example)),
        [...from.map(code), ...fromSourceLine.map((name) => `${code(name)} with a line (${code("main.go:42")})`)].join(
          ", ",
        ),
      ],
    ),
  );
}

function dashboards(): string {
  return DASHBOARDS.map(dashboard).join("\n\n");
}

function dashboard(definition: DashboardDefinition): string {
  const { name, title, description, since = "1h", controls } = definition;
  return [
    `### ${title}`,
    `${description} Id ${code(`${ID_PREFIX}${name}`)}; shows the last ${since}. Chosen from: ${controls
      .map(({ field, label }) => `${label} (${code(field)})`)
      .join(", ")}.`,
    markdownTable(
      ["panel", "as", "what it asks"],
      panelsOf(definition).map((panel) => [
        panel.kind === "markdown" ? "" : panel.title,
        panel.kind,
        panelInWords(panel),
      ]),
    ),
  ].join("\n\n");
}

function alerts(): string {
  const rules = markdownTable(
    ["rule", "alerts", "what to do", "licence"],
    alertRules().map((rule) => [code(`${ID_PREFIX}${rule.name}`), alertInWords(rule), rule.description, RULE_LICENCE]),
  );
  const connectors = markdownTable(
    ["connector", "licence"],
    Object.entries(CONNECTOR_LICENCE).map(([kind, licence]) => [code(kind), licence]),
  );
  return `${rules}\n\n${connectors}`;
}
