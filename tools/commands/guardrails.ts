import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { type Guardrail, GUARDRAILS } from "../../environments/guardrails";
import { jsonText } from "../lib/json-text";
import { ROOT } from "../lib/paths";

export const GUARDRAILS_FILE = "docs/guardrails.md";

/** Prints what cannot be deployed. */
export function printGuardrails({ json }: { readonly json: boolean }): void {
  console.log(json ? jsonText(GUARDRAILS) : renderGuardrails());
}

/** The catalogue for people. */
export function renderGuardrails(): string {
  const table = new Table({
    head: ["what holds", "what is refused", "by"],
    colWidths: [45, 70, 14],
    wordWrap: true,
    // Colours would end up in CI logs.
    style: { head: [], border: [], compact: true },
  });
  for (const { name, refuses, where } of GUARDRAILS) table.push([name, refuses, where]);
  return `${table.toString()}\nWhat is said about each: ${GUARDRAILS_FILE}, or --json.`;
}

/** Writes what of the document follows from the catalogue. */
export function writeGuardrailDocs(): void {
  const document = join(ROOT, GUARDRAILS_FILE);
  writeFileSync(document, withCatalogue(readFileSync(document, "utf8")));
  console.error(`${GUARDRAILS_FILE} is written.`);
}

/** The document with its tables as the catalogue is now. */
export function withCatalogue(document: string): string {
  return document.replace(BETWEEN_MARKS, (_, begin: string, end: string) => `${begin}\n\n${tables()}\n\n${end}`);
}

const BETWEEN_MARKS = /(<!-- guardrails -->)[\s\S]*?(<!-- \/guardrails -->)/;

const SECTIONS: Readonly<Record<Guardrail["where"], string>> = {
  environments: "## Facts of an environment",
  constructs: "## What is put together",
  aspects: "## Every resource on Kubernetes",
};

function tables(): string {
  const guardrails: readonly Guardrail[] = GUARDRAILS;
  return Object.entries(SECTIONS)
    .map(([where, title]) =>
      [title, "", ...rows(guardrails.filter((guardrail) => guardrail.where === where))].join("\n"),
    )
    .join("\n\n");
}

function rows(guardrails: readonly Guardrail[]): string[] {
  const cells = guardrails.map(({ name, refuses, why, says }) => [
    name,
    why ? `${refuses}. ${why}` : refuses,
    `\`${says}\``,
  ]);
  return [["what holds", "what is refused", "as it is said"], ["---", "---", "---"], ...cells].map(
    (row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
}
