import type { ReplayOutput } from "../../contract/dead-letter";
import type { EnvironmentConfig } from "../../environments/environment";
import { type Choice, type ChoiceOptions, readChoice } from "../dead-letters/asked";
import { renderLetter, renderLetters, renderRefused } from "../dead-letters/render";
import { ExecError } from "../lib/exec";
import { UserError } from "../lib/user-error";
import { withAccess } from "../verify/open-access";
import { parseDeadLetters, type PipelineAccess } from "../verify/pipeline-access";

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
      await access.printDeadLetters(options.limit ? [...args, "--limit", String(options.limit)] : args);
      return;
    }
    const letters = parseDeadLetters(await access.deadLetters([...args, "--no-value"]));
    if (letters.length === 0) console.error(none(environment, choice, options.all));
    else console.log(renderLetters(letters, options.limit ?? NEWEST));
  });
}

/** @param place `<partition>/<offset>` of the message in the topic of lines */
export async function showDeadLetter(environment: EnvironmentConfig, place: string): Promise<void> {
  const { flags } = readChoice({ at: place }, Date.now());
  await withProgram(environment, async (access) => {
    const [letter] = parseDeadLetters(await access.deadLetters(["list", ...flags, "--all", "--limit", "1"]));
    if (!letter) {
      throw new UserError(
        `environment '${environment.name}' has no dead letter of place ${place}: 'npm run dead-letters -- list --all' prints those that it has`,
      );
    }
    console.log(renderLetter(letter));
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
    const { sum, refused } = readReplay(await access.deadLetters(["replay", "--yes", ...choice.flags]));
    if (sum.indexed + sum.refused === 0) return console.error(none(environment, choice, false));
    console.log(`Indexed: ${sum.indexed}. Still dead letters: ${sum.refused}.`);
    if (refused.length > 0) {
      console.log(renderRefused(refused));
      process.exitCode = 1;
    }
  });
}

async function previewReplay({ name }: EnvironmentConfig, choice: Choice, access: PipelineAccess): Promise<void> {
  const letters = parseDeadLetters(await access.deadLetters(["list", ...choice.flags, "--no-value"]));
  if (letters.length === 0) return console.error(none({ name }, choice, false));
  console.log(renderLetters(letters, NEWEST));
  const { sum, refused } = readReplay(await access.deadLetters(["replay", ...choice.flags]));
  console.log(`\nNothing was sent. A replay would send ${sum.indexed} to Elasticsearch.`);
  if (refused.length > 0) {
    console.log("It would leave these, which are no messages of a shipper:");
    console.log(renderRefused(refused));
  }
  const command = ["npm run dead-letters -- replay --yes", `--environment ${name}`, choice.words];
  if (sum.indexed > 0) console.log(`To send: ${command.filter(Boolean).join(" ")}`);
}

function readReplay(output: string) {
  const outputs = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as ReplayOutput);
  const sum = outputs.find((one) => one.kind === "sum");
  if (!sum) throw new Error(`the replay printed no sum: ${output.slice(-200)}`);
  return { sum, refused: outputs.flatMap((one) => (one.kind === "refused" ? [one.refused] : [])) };
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
