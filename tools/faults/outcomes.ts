import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "./run-schedule";

/** Writes what schedules came to as outcomes.json, and as a table for a document, outcomes.md. */
export function writeOutcomes(directory: string, outcomes: readonly Outcome[]): void {
  const plain = outcomes.map((outcome) => ({ ...outcome, moved: Object.fromEntries(outcome.moved) }));
  writeFileSync(join(directory, "outcomes.json"), `${JSON.stringify(plain, undefined, 2)}\n`);
  writeFileSync(join(directory, "outcomes.md"), tableOf(outcomes));
}

const HEAD = ["Seed", "Faults", "Consumers", "Lines", "Dead letters", "Duplicates", "Recovery, s", "MiB", "Result"];

/** One row a schedule; the seed of a fault alone is "-". */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((one) => [
    one.seed === 0 ? "-" : String(one.seed),
    one.faults.map((fault) => `\`${fault}\``).join(", "),
    String(one.consumers),
    String(one.lines),
    String(one.dead),
    String(one.duplicates),
    one.recoverySeconds.toFixed(1),
    String(one.rssMiB),
    one.problems.length === 0 ? "held" : one.problems.join("; "),
  ]);
  return [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
