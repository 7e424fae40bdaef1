import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { servicesOverview } from "../../../constructs/content/dashboards/services-overview";
import { UserError } from "../../lib/user-error";
import { type Asked, rangeWords } from "../asked";
import type { AskQuery } from "../search";
import { answersOf, type PanelAnswer } from "./answers";
import { renderPage } from "./page";
import { pageProgram } from "./program";

/**
 * Writes the charts of the dashboard Services overview into one file.
 *
 * @returns whether there was any line; the page is written all the same, and says so
 * @throws UserError where the file cannot be written
 */
export async function writePage(
  environment: string,
  { filter, range, which }: Asked,
  file: string,
  ask: AskQuery,
): Promise<boolean> {
  const rows = await answersOf(servicesOverview, ask, filter);
  const { title, description } = servicesOverview;
  const of = [`Environment ${environment}`, which, rangeWords(range)].filter(Boolean).join(", ");
  const page = renderPage({ title, description, of, range, rows, program: await pageProgram() });
  const path = resolve(file);
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new UserError(`${path} cannot be written: ${(error as Error).message}`);
  }
  console.error(`${path} is written: open it in a browser.`);
  return rows.flat().some(hasLines);
}

function hasLines({ rows, lines }: PanelAnswer): boolean {
  return lines.length > 0 || rows.some(({ values }) => values.some((value) => value !== null && value > 0));
}
