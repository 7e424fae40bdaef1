import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { exec } from "../lib/exec";
import type { Data } from "./data";

/**
 * The facts of every environment of a checkout, by its own code; none where it has no such folder.
 *
 * @param scratch a folder for what is made on the way
 */
export async function readFacts(root: string, scratch: string): Promise<Readonly<Record<string, Data>>> {
  if (!existsSync(join(root, "environments", "index.ts"))) return {};
  const program = join(scratch, "facts.cjs");
  const result = join(scratch, "facts.json");
  await build({
    stdin: { contents: PROGRAM, resolveDir: root, loader: "ts" },
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
    alias: { "review-snapshot": join(__dirname, "snapshot.ts") },
  });
  await exec(process.execPath, [program, result], { cwd: root });
  return JSON.parse(readFileSync(result, "utf8")) as Record<string, Data>;
}

/** `allEnvironments` is a function; in old revisions `environmentsNamed([])` or a list. */
const PROGRAM = `
import { writeFileSync } from "node:fs";
import * as environments from "./environments";
import { plainFacts } from "review-snapshot";

const { allEnvironments, environmentsNamed, environments: list } = environments;
const all = allEnvironments ? allEnvironments() : environmentsNamed ? environmentsNamed([]) : Object.values(list ?? {});
const facts = Object.fromEntries(all.map((environment) => [environment.name, plainFacts(environment)]));
writeFileSync(process.argv[2], JSON.stringify(facts));
`;
