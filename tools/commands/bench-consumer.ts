import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benchConsumer, PARTS, type Part } from "../bench/consumer";
import { CONTENDER_IDS, type ContenderId } from "../bench/consumer/contenders";
import { printResults } from "../bench/consumer/report";
import type { Results } from "../bench/consumer/results";
import { DOC_FILE, writeBenchDocs } from "../bench/consumer/document";
import { jsonText } from "../lib/json-text";
import { withLock } from "../lib/lock";
import { ROOT } from "../lib/paths";
import { UserError } from "../lib/user-error";
import { prepare, type UpOptions } from "./up";

export interface ConsumerBenchCommand {
  readonly source: string;
  readonly events: number;
  readonly rounds: number;
  readonly contender?: readonly string[];
  readonly part?: readonly string[];
  readonly json: boolean;
  readonly docs: boolean;
}

/** @throws UserError for a name that is none, before anything is started */
export async function benchConsumerCommand(options: ConsumerBenchCommand, machine: UpOptions): Promise<void> {
  const contenders = named<ContenderId>("contender", options.contender, CONTENDER_IDS);
  const parts = named<Part>("part", options.part, PARTS);
  if (process.platform !== "linux") throw new UserError("'bench:consumer' reads /proc: it needs Linux");
  const keep = options.docs ? writeDocs : () => undefined;
  const settings = await prepare(machine);
  const results = await withLock("bench", () =>
    benchConsumer(
      { events: options.events, rounds: options.rounds, contenders, parts, command: commandOf(options), keep },
      { settings, cacheDirectory: machine.cacheDirectory, env: machine.env, signal: machine.signal },
    ),
  );
  keep(results);
  if (options.json) console.log(jsonText(results));
  else printResults(results);
}

function writeDocs(results: Results): void {
  const document = join(ROOT, DOC_FILE);
  writeBenchDocs(results, existsSync(document) ? readFileSync(document, "utf8") : "");
}

function named<T extends string>(
  option: string,
  given: readonly string[] | undefined,
  known: readonly T[],
): readonly T[] {
  if (given === undefined) return known;
  const wrong = given.filter((name) => !(known as readonly string[]).includes(name));
  if (wrong.length > 0) throw new UserError(`'--${option}' is ${wrong.join(", ")}: it must be of ${known.join(", ")}`);
  return known.filter((name) => given.includes(name));
}

function commandOf({ events, rounds, contender = [], part = [] }: ConsumerBenchCommand): string {
  const chosen = [...contender.map((name) => ` --contender ${name}`), ...part.map((name) => ` --part ${name}`)].join(
    "",
  );
  return `npm run bench:consumer -- --events ${events} --rounds ${rounds}${chosen}`;
}
