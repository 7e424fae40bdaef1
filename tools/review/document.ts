import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/paths";
import { RULES } from "./dangers";
import { SEVERITIES } from "./dangers/danger";
import { exampleReport } from "./example";
import { COMMENT_MARK } from "./markdown";

export const REVIEW_FILE = "docs/review.md";

/** Writes what of the document follows from the code. */
export function writeReviewDocs(): void {
  const document = join(ROOT, REVIEW_FILE);
  writeFileSync(document, withReview(readFileSync(document, "utf8")));
  console.error(`${REVIEW_FILE} is written.`);
}

/** The document with its table and its example as they are now. */
export function withReview(document: string): string {
  return between(between(document, "dangers", rulesTable()), "example", example());
}

function between(document: string, mark: string, content: string): string {
  const marks = new RegExp(`(<!-- ${mark} -->)[\\s\\S]*?(<!-- /${mark} -->)`);
  return document.replace(marks, (_, begin: string, end: string) => `${begin}\n\n${content}\n\n${end}`);
}

function rulesTable(): string {
  const rows = RULES.map(({ name, finds }) => [name, ...SEVERITIES.map((severity) => finds[severity] ?? "")]);
  return [["rule", ...SEVERITIES], ["---", "---", "---", "---"], ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

/** As a quotation: its headings are none of the document's. */
function example(): string {
  return exampleReport()
    .replace(`${COMMENT_MARK}\n\n`, "")
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n");
}
