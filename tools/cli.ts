import { Command, InvalidArgumentError } from "commander";
import { ConfigurationError } from "../constructs/core/validation";
import { DEFAULT_ENVIRONMENT, environmentsNamed } from "../environments";
import { requireWorkable } from "../environments/environment-validation";
import type { DockerPlatform, EnvironmentConfig } from "../environments/environment";
import { ExecError } from "./lib/exec";
import { cacheDir } from "./lib/paths";
import { UserError } from "./lib/user-error";

// Each command loads only what it needs: `npm test` must not wait for Docker's tools to load.

/** Requests a second of the proof: about 2,000 lines a second, which two cores carry beside everything else. */
const RATE = 200;

const program = new Command("npm run")
  .description("The log pipeline's own commands.")
  .showHelpAfterError("(see --help)");

program
  .command("up")
  .description("deploy the local environment on Docker and prove that it works")
  .option(
    "--source <source>",
    "where images and providers come from: auto, registry or packages",
    process.env["IMAGE_SOURCE"] ?? "auto",
  )
  .option("--requests <n>", "requests that the proof sends", count, 500)
  .option("--no-verify", "deploy only")
  .action(async (options: { source: string; requests: number; verify: boolean }) => {
    const { environment, platform } = dockerEnvironment(DEFAULT_ENVIRONMENT);
    const { up } = await import("./commands/up");
    const { withLock } = await import("./lib/lock");
    await withLock("up", () => up(environment, platform, machineOptions(options.source)));
    const { runVerify, printAddresses } = await import("./commands/verify");
    if (options.verify) await runVerify(environment, platform, { requests: options.requests, rate: RATE, json: false });
    printAddresses(platform);
  });

program
  .command("down")
  .description("remove the local environment from this machine")
  .option("--volumes", "also remove its data", false)
  .option("--engine", "also stop the Docker Engine, if 'up' started it by hand", false)
  .action(async (options: { volumes: boolean; engine: boolean }) => {
    const { down } = await import("./commands/down");
    const { withLock } = await import("./lib/lock");
    await withLock("up", () => down(DEFAULT_ENVIRONMENT, { ...options, cacheDirectory: cacheDir(process.env) }));
  });

program
  .command("verify")
  .description("send requests through the gateway and account for every line that they cause")
  .option("--environment <name>", "which environment", DEFAULT_ENVIRONMENT)
  .option("--requests <n>", "how many requests", count, 500)
  .option("--rate <n>", "requests a second", count, RATE)
  .option("--json", "print the result as one JSON object on the last line", false)
  .option("--trace <id>", "instead, print the lines of one trace across services")
  .action(async (options: { environment: string; requests: number; rate: number; json: boolean; trace?: string }) => {
    const { environment, platform } = dockerEnvironment(options.environment);
    const { runVerify, printTrace } = await import("./commands/verify");
    if (options.trace) await printTrace(environment, platform, options.trace, options.json);
    else await runVerify(environment, platform, options);
  });

program
  .command("dead-letters")
  .description("print what could not be indexed, one JSON object a line")
  .option("--since <time>", "only what was given up since then, ISO 8601")
  .option("--limit <n>", "at most so many", count)
  .action(async (options: { since?: string; limit?: number }) => {
    const { printDeadLetters } = await import("./commands/dead-letters");
    const { environment, platform } = dockerEnvironment(DEFAULT_ENVIRONMENT);
    await printDeadLetters(environment, platform, options);
  });

for (const command of ["synth", "diff", "deploy"] as const) {
  program
    .command(command)
    .description(`cdktf ${command}, with this project's provider settings`)
    .argument("[environments...]", "which environments (default: all)")
    .action(async (names: string[]) => {
      const { runCdktf } = await import("./commands/cdktf");
      await runCdktf(command, workableEnvironments(names));
    });
}

program
  .command("images")
  .description("build or pull every image and what deploys them, and nothing else")
  .option("--source <source>", "auto, registry or packages", process.env["IMAGE_SOURCE"] ?? "auto")
  .action(async (options: { source: string }) => {
    const { prepare } = await import("./commands/up");
    await prepare(machineOptions(options.source));
  });

program
  .command("test")
  .description("types, lint, unit and synth tests: needs Node only")
  .action(async () => (await import("./commands/test")).test());

program
  .command("test-local")
  .description("the local environment for real: up, verify, hostile lines, faults, empty diff, down")
  .action(async () => (await import("./commands/test")).testLocal());

program
  .command("bench-synth")
  .description("time and memory of synth, beside plain node and ts-node")
  .action(async () => (await import("./bench/synth")).benchSynth());

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("It must be a whole number of at least 1.");
}

function machineOptions(source: string) {
  return { source, cacheDirectory: cacheDir(process.env), env: process.env, signal: interruption() };
}

/** Aborts at Ctrl-C or SIGTERM, so that what is being built is cleared away; the second one ends at once. */
function interruption(): AbortSignal {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.exitCode = signal === "SIGINT" ? 130 : 143;
      interrupted.abort();
    });
  }
  return interrupted.signal;
}

/** Before anything is installed or built for them: a fact that cannot work is told at once. */
function workableEnvironments(names: readonly string[]): readonly EnvironmentConfig[] {
  const environments = environmentsNamed(names);
  requireWorkable(environments);
  return environments;
}

function dockerEnvironment(name: string): { environment: EnvironmentConfig; platform: DockerPlatform } {
  const environment = workableEnvironments([name])[0];
  if (environment?.platform.kind !== "docker") throw new UserError(`environment '${name}' does not run on Docker`);
  return { environment, platform: environment.platform };
}

const interrupted = new AbortController();

/** A mistake of the user's is told in a sentence; a defect of ours keeps its stack. */
function fail(error: unknown): void {
  if (interrupted.signal.aborted) {
    console.error("\ninterrupted: run the same command again to go on from here");
  } else if (error instanceof UserError || error instanceof ConfigurationError || error instanceof ExecError) {
    console.error(`\n${error.message}`);
  } else {
    console.error(error);
  }
  process.exitCode ||= 1;
}

program.parseAsync().catch(fail);
