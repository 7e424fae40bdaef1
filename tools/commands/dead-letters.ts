import type { DeadLetter, ReplayOutput } from "../../contract/dead-letter";
import type { EnvironmentConfig } from "../../environments/environment";
import { type Choice, type ChoiceOptions, readChoice } from "../dead-letters/asked";
import { renderLetter, renderLetters, renderRefused } from "../dead-letters/render";
import { LetterSummary, RefusedSummary } from "../dead-letters/summary";
import { ExecError } from "../lib/exec";
import { inertJson } from "../lib/inert";
import { printLines } from "../lib/standard-output";
import { UserError } from "../lib/user-error";
import { withAccess } from "../verify/open-access";
import type { PipelineAccess } from "../verify/pipeline-access";

export interface ListOptions extends ChoiceOptions {
  readonly all: boolean;
  readonly json: boolean;
  readonly limit?: number;
}

/** Of the table; NDJSON has all. */
const NEWEST = 10;

/** Prints the dead letters that wait for a replay, as the consumer's own program reads them. */
export async function listDeadLetters(environment: EnvironmentConfig, options: ListOptions): Promise<void> {
  const choice = readChoice(options, Date.now());
  const args = ["list", ...choice.flags, ...(options.all ? ["--all"] : [])];
  await withProgram(environment, async (access) => {
    if (options.json) {
      const limited = options.limit ? [...args, "--limit", String(options.limit)] : args;
      await printLines(inertLines(access.deadLetters(limited)), process.stdout);
      return;
    }
    const letters = await summaryOf(access.deadLetters([...args, "--no-value"]), options.limit ?? NEWEST);
    if (letters.total === 0) console.error(none(environment, choice, options.all));
    else console.log(renderLetters(letters));
  });
}

/** @param place `<partition>/<offset>` of the message in the topic of lines */
export async function showDeadLetter(environment: EnvironmentConfig, place: string): Promise<void> {
  const { flags } = readChoice({ at: place }, Date.now());
  await withProgram(environment, async (access) => {
    for await (const letter of objectsIn<DeadLetter>(access.deadLetters(["list", ...flags, "--all", "--limit", "1"])))
      return console.log(renderLetter(letter));
    throw new UserError(
      `environment '${environment.name}' has no dead letter of place ${place}: 'npm run dead-letters -- list --all' prints those that it has`,
    );
  });
}

export interface ReplayOptions extends ChoiceOptions {
  readonly yes: boolean;
}

/** Gives dead letters another chance; without `yes`, says what would be sent. */
export async function replayDeadLetters(environment: EnvironmentConfig, options: ReplayOptions): Promise<void> {
  const choice = readChoice(options, Date.now());
  await withProgram(environment, async (access) => {
    if (!options.yes) return previewReplay(environment, choice, access);
    const { sum, refused } = await readReplay(access.deadLetters(["replay", "--yes", ...choice.flags]));
    if (sum.indexed + sum.refused === 0) return console.error(none(environment, choice, false));
    console.log(`Indexed: ${sum.indexed}. Still dead letters: ${sum.refused}.`);
    if (refused.total > 0) {
      console.log(renderRefused(refused));
      process.exitCode = 1;
    }
  });
}

async function previewReplay({ name }: EnvironmentConfig, choice: Choice, access: PipelineAccess): Promise<void> {
  const letters = await summaryOf(access.deadLetters(["list", ...choice.flags, "--no-value"]), NEWEST);
  if (letters.total === 0) return console.error(none({ name }, choice, false));
  console.log(renderLetters(letters));
  const { sum, refused } = await readReplay(access.deadLetters(["replay", ...choice.flags]));
  console.log(`\nNothing was sent. A replay would send ${sum.indexed} to Elasticsearch.`);
  if (refused.total > 0) {
    console.log("It would leave these, which are no messages of a shipper:");
    console.log(renderRefused(refused));
  }
  const command = ["npm run dead-letters -- replay --yes", `--environment ${name}`, choice.words];
  if (sum.indexed > 0) console.log(`To send: ${command.filter(Boolean).join(" ")}`);
}

async function summaryOf(lines: AsyncIterable<string>, newest: number): Promise<LetterSummary> {
  const summary = new LetterSummary(newest);
  for await (const letter of objectsIn<DeadLetter>(lines)) summary.add(letter);
  return summary;
}

async function readReplay(lines: AsyncIterable<string>) {
  const refused = new RefusedSummary();
  let sum: Extract<ReplayOutput, { readonly kind: "sum" }> | undefined;
  for await (const output of objectsIn<ReplayOutput>(lines)) {
    if (output.kind === "sum") sum = output;
    else refused.add(output.refused);
  }
  if (!sum) throw new Error("the replay ended without its sum");
  return { sum, refused };
}

async function* objectsIn<T>(lines: AsyncIterable<string>): AsyncGenerator<T> {
  for await (const line of lines) if (line.startsWith("{")) yield JSON.parse(line) as T;
}

async function* inertLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield inertJson(line);
}

function none({ name }: Pick<EnvironmentConfig, "name">, { words }: Choice, all: boolean): string {
  const which = words === "" ? "" : ` for ${words}`;
  return `environment '${name}' has no dead letters${all ? "" : " that wait for a replay"}${which}`;
}

/** What the program in the container says of a failure, without the command that it was started with. */
async function withProgram(
  environment: EnvironmentConfig,
  use: (access: PipelineAccess) => Promise<void>,
): Promise<void> {
  try {
    await withAccess(environment, use);
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    // The lines before are its log.
    const [said] = error.result.stderr.trim().split("\n").slice(-1);
    throw new UserError(said ? said : error.message);
  }
}
