import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capacityOf } from "../../environments/capacity";
import type { EnvironmentConfig } from "../../environments/environment";
import { CHART_FILE, DOC_FILE, renderGrowthChart, withGrowthTable } from "../capacity/growth";
import { capacityReport, renderCapacity } from "../capacity/report";
import { jsonText } from "../lib/json-text";
import { ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";

/** Prints what an environment's workload needs, beside what it states. Sets the exit code if it does not fit. */
export function printCapacity(environment: EnvironmentConfig, { json }: { readonly json: boolean }): void {
  const capacity = capacityOf(environment);
  if (!capacity) {
    throw new UserError(
      `environment '${environment.name}' states no load to derive sizes from: add 'workload' and 'objectives' to it in environments/ (see environments/environment.ts and docs/capacity.md)`,
    );
  }
  const report = capacityReport(environment.name, capacity);
  console.log(json ? jsonText(report) : renderCapacity(report));
  if (report.problems.length > 0) process.exitCode = 1;
}

/** Writes what of docs/capacity.md follows from the code. */
export function writeCapacityDocs(): void {
  const document = join(ROOT, DOC_FILE);
  writeFileSync(document, withGrowthTable(readFileSync(document, "utf8")));
  writeFileSync(join(ROOT, CHART_FILE), renderGrowthChart());
  console.error(`${DOC_FILE} and ${CHART_FILE} are written.`);
}
