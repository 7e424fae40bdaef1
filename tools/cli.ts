import { inspect } from "node:util";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ConfigurationError } from "../constructs/core/validation";
import { DEFAULT_ENVIRONMENT, environmentsNamed } from "../environments";
import { requireWorkable } from "../environments/environment-validation";
import type { DockerPlatform, EnvironmentConfig } from "../environments/environment";
import { ExecError } from "./lib/exec";
import { inertText } from "./lib/inert";
import { cacheDir } from "./lib/paths";
import { tolerateLostOutput } from "./lib/standard-output";
import { UserError } from "./lib/user-error";
import type { ConsumerBenchCommand } from "./commands/bench-consumer";
import type { FaultsOptions, FilesOptions } from "./commands/test";
import type {
  ListOptions as ListDeadLettersOptions,
  ReplayOptions as ReplayDeadLettersOptions,
} from "./commands/dead-letters";
import type { ReviewOptions } from "./commands/review";
import type { LogsOptions } from "./logs/asked";

// Each command loads only what it needs: `npm test` must not wait for Docker's tools to load.

/** Requests a second of the proof: about 2,000 lines a second, which two cores carry beside everything else. */
const RATE = 200;

const program = new Command("npm run")
  .description("The log pipeline's own commands.")
  .showHelpAfterError("(see --help)")
  // Its own way to end would not wait to hear that its help could not be written.
  .exitOverride();

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
    if (options.verify) await runVerify(environment, { requests: options.requests, rate: RATE, json: false });
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
    const environment = workableEnvironment(options.environment);
    const { runVerify, printTrace } = await import("./commands/verify");
    endOrderly();
    if (options.trace) await printTrace(environment, options.trace, options.json);
    else await runVerify(environment, options);
  });

const deadLetters = program.command("dead-letters").description("what could not be indexed: list, show, replay");

const choosing = (command: Command) =>
  command
    .option("--environment <name>", "which environment", DEFAULT_ENVIRONMENT)
    .option("--since <time>", "only what was given up since then: 15m, 2h, 7d, or ISO 8601")
    .option("--until <time>", "only what was given up before, likewise")
    .option("--reason <reason>", "envelope-invalid, document-rejected or document-too-large, repeatable", collect)
    .option("--service <name>", "only lines of this service, repeatable", collect);

choosing(deadLetters.command("list", { isDefault: true }))
  .description("how many wait for a replay, why, and the newest")
  .option("--all", "also those that were replayed", false)
  .option("--limit <n>", "at most so many (default: the newest 10 in the table, all as NDJSON)", count)
  .option("--json", "print NDJSON: an object for each, with its message", false)
  .action(async (options: ListDeadLettersOptions & { environment: string }) => {
    const { listDeadLetters } = await import("./commands/dead-letters");
    endOrderly();
    await listDeadLetters(workableEnvironment(options.environment), options);
  });

deadLetters
  .command("show")
  .description("all of one: why it is one, where it came from, and its message")
  .argument("<place>", "<partition>/<offset> of the message in the topic of lines, as 'list' prints it")
  .option("--environment <name>", "which environment", DEFAULT_ENVIRONMENT)
  .action(async (place: string, options: { environment: string }) => {
    const { showDeadLetter } = await import("./commands/dead-letters");
    endOrderly();
    await showDeadLetter(workableEnvironment(options.environment), place);
  });

choosing(deadLetters.command("replay"))
  .description("send them to Elasticsearch again, after what refused them is mended")
  .option("--at <place>", "only the one of this place, <partition>/<offset>")
  .option("--yes", "do it; without, only say what would be sent", false)
  .action(async (options: ReplayDeadLettersOptions & { environment: string }) => {
    const { replayDeadLetters } = await import("./commands/dead-letters");
    endOrderly();
    await replayDeadLetters(workableEnvironment(options.environment), options);
  });

program
  .command("logs")
  .description("print log lines, the lines of one call chain, the most frequent values of a field, or a page of charts")
  .option("--environment <name>", "which environment", DEFAULT_ENVIRONMENT)
  .option("--service <name>", "only lines of this service, repeatable", collect)
  .option("--level <level>", "only lines of this level in any spelling (error, ERR, 50), repeatable", collect)
  .option("--trace <id>", "all lines of a trace, across services, in order")
  .option("--request <id>", "all lines of a request, across services, in order")
  .option("--since <time>", "90s, 15m, 2h, 7d, or ISO 8601 (default: 1h before --until; of a trace or a request: ever)")
  .option("--until <time>", "likewise (default: now)")
  .option("--limit <n>", "at most so many lines (default: 100, of a trace or a request 10000) or values (default: 10)")
  .option("--top <field>", "instead, the most frequent values of this field of contract/log-event.ts")
  .option("--html <file>", "instead, write the charts of the dashboard Services overview into one self-contained page")
  .option("--json", "print NDJSON: an object for each line, with all its fields, or for each value", false)
  .action(async (options: LogsOptions & { environment: string }) => {
    const { printLogs } = await import("./commands/logs");
    const { readAsked } = await import("./logs/asked");
    const [environments, problems] = environmentsOrProblems([options.environment]);
    const asked = readAsked(options, Date.now(), problems);
    endOrderly();
    for (const environment of environments) await printLogs(environment, asked);
  });

program
  .command("capacity")
  .description("print the sizes that an environment's workload needs, with rule and source, and what breaks first")
  .argument("[environment]", "which environment", DEFAULT_ENVIRONMENT)
  .option("--json", "print it as one JSON object", false)
  .option("--docs", "instead, write the table and the chart of docs/capacity.md again", false)
  .action(async (name: string, options: { json: boolean; docs: boolean }) => {
    const { printCapacity, writeCapacityDocs } = await import("./commands/capacity");
    if (options.docs) return writeCapacityDocs();
    // An environment whose sizes are too small is what one asks about: it is printed, not refused.
    for (const environment of namedEnvironments([name])) printCapacity(environment, options);
  });

program
  .command("guardrails")
  .description("print what cannot be deployed, and who refuses it")
  .option("--json", "print it as one JSON array", false)
  .option("--docs", "instead, write the tables of docs/guardrails.md again", false)
  .action(async (options: { json: boolean; docs: boolean }) => {
    const { printGuardrails, writeGuardrailDocs } = await import("./commands/guardrails");
    if (options.docs) writeGuardrailDocs();
    else printGuardrails(options);
  });

program
  .command("content")
  .description("print what this project has in Kibana: dashboards, data views, alert rules")
  .argument("[environment]", "whose indices they ask", DEFAULT_ENVIRONMENT)
  .option("--json", "print the bodies of Kibana's APIs as one JSON object", false)
  .option("--out <directory>", "instead, write one file a body")
  .option("--jaeger <url>", "where people open Jaeger, for the links of traces (default: as the environment says)")
  .option("--docs", "instead, write the tables of docs/fields.md and docs/dashboards.md again", false)
  .action(async (name: string, options: { json: boolean; out?: string; jaeger?: string; docs: boolean }) => {
    const { printContent, writeContentDocs } = await import("./commands/content");
    if (options.docs) return writeContentDocs();
    for (const environment of namedEnvironments([name])) printContent(environment, options);
  });

program
  .command("synth")
  .description("cdktf synth, with this project's provider settings")
  .argument("[environments...]", "which environments (default: all)")
  .action(async (names: string[]) => (await import("./commands/cdktf")).runSynth(workableEnvironments(names)));

program
  .command("diff")
  .description("cdktf diff, with this project's provider settings")
  .argument("[environments...]", "which environments", [DEFAULT_ENVIRONMENT])
  .option("--stack <name>", "only this stack, repeatable (default: all of the environment)", collect)
  .action(async (names: string[], options: { stack?: string[] }) => {
    await (await import("./commands/cdktf")).runDiff(workableEnvironments(names), process.env, options.stack);
  });

program
  .command("plan")
  .description("save what a deploy would do, for review: 'deploy --plan' then does exactly that")
  .argument("[environment]", "which environment", DEFAULT_ENVIRONMENT)
  .option("--out <folder>", "where the plans are kept (default: .local/plans/<environment>)")
  .option("--stack <name>", "only this stack, repeatable (default: all of the environment)", collect)
  .option("--json", "print one JSON object: what the plan is of, and how much it changes", false)
  .action(async (name: string, options: { out?: string; stack?: string[]; json: boolean }) => {
    await (await import("./commands/plan")).runPlan(workableEnvironment(name), process.env, options);
  });

program
  .command("deploy")
  .description("deploy, with this project's provider settings; where data is kept, what somebody has looked at")
  .argument("[environments...]", "which environments", [DEFAULT_ENVIRONMENT])
  .option("--stack <name>", "only this stack, repeatable (default: all of the environment)", collect)
  .option("--plan <folder>", "apply exactly the plans that 'plan --out' has saved there")
  .option("--yes", "do not ask; where data is kept it needs '--plan'", false)
  .action(async (names: string[], options: { stack?: string[]; plan?: string; yes: boolean }) => {
    await (await import("./commands/deploy")).runDeploy(workableEnvironments(names), process.env, options);
  });

program
  .command("review")
  .description(
    "tell in words what would change between two revisions in every environment, and what is dangerous about it",
  )
  .option("--base <ref>", "what it is compared with: a branch, a tag, a hash")
  .option("--head <ref>", "what is reviewed (default: the working tree, with all that is not committed)")
  .option("--environment <name>", "only this environment, repeatable (default: all)", collect)
  .option("--plan <file>", "what 'terraform show -json' prints of a plan, or <stack>=<file>, repeatable", collect)
  .addOption(
    new Option("--format <format>", "how it is printed").choices(["markdown", "terminal", "json"]).default("markdown"),
  )
  .addOption(
    new Option("--fail-on <severity>", "end with exit code 4 if there is one of it, or a worse one")
      .choices(["danger", "warning", "never"])
      .default("danger"),
  )
  .option("--docs", "instead, write the table and the example of docs/review.md again", false)
  .exitOverride(({ exitCode, code, message }) => {
    throw new CommanderError(exitCode === 0 ? 0 : 2, code, message);
  })
  .action(async (options: ReviewOptions & { docs: boolean }) => {
    if (options.docs) return (await import("./review/document")).writeReviewDocs();
    const { review } = await import("./commands/review");
    const { UsageError } = await import("./review/usage-error");
    endOrderly();
    try {
      process.exitCode = await review(options, process.env["IMAGE_SOURCE"] || "registry");
    } catch (error) {
      if (error instanceof UsageError) process.exitCode = 2;
      throw error;
    }
  });

program
  .command("destroy")
  .description("cdktf destroy: remove an environment from its Kubernetes cluster ('down' is for the local one)")
  .argument("<environment>", "which environment")
  .option("--yes", "do not ask", false)
  .action(async (name: string, options: { yes: boolean }) => {
    const { runDestroy } = await import("./commands/cdktf");
    await runDestroy(workableEnvironment(name), process.env, options);
  });

program
  .command("manifests")
  .description(
    "print what an environment deploys to Kubernetes as YAML (pipe it from 'npm run --silent manifests -- ...')",
  )
  .argument("<environment>", "which environment")
  .option("--out <directory>", "instead, write one file an object")
  .option(
    "--openapi <file>",
    "a cluster's own API ('kubectl get --raw /openapi/v2'), instead of a released Kubernetes'",
  )
  .option("--helm <program>", "what renders charts", "helm")
  .option("--stack <name>", "only this stack, repeatable (default: all of the environment)", collect)
  .action(async (name: string, options: { out?: string; openapi?: string; helm: string; stack?: string[] }) => {
    const { printManifests } = await import("./commands/manifests");
    for (const environment of workableEnvironments([name])) await printManifests(environment, options);
  });

program
  .command("cluster-up")
  .description("make a Kubernetes cluster of one node on this machine, or mend the one that is there")
  .option("--source <source>", "auto, registry or packages", process.env["IMAGE_SOURCE"] ?? "auto")
  .option("--no-images", "leave the pipeline's images out")
  .action(async (options: { source: string; images: boolean }) => {
    const { clusterUp } = await import("./cluster/up");
    await clusterUp({ ...machineOptions(options.source), images: options.images });
  });

program
  .command("cluster-down")
  .description("remove the cluster and its data from this machine")
  .option("--keep-data", "keep its images, volumes and objects for the next 'cluster:up'", false)
  .action(async (options: { keepData: boolean }) => {
    const { clusterDown } = await import("./cluster/down");
    await clusterDown(options);
  });

program
  .command("cluster-kubeconfig")
  .description("print where the cluster's kubeconfig is")
  .option("--raw", "print what is in it", false)
  .action(async (options: { raw: boolean }) => {
    const { printKubeconfig } = await import("./cluster/kubeconfig");
    await printKubeconfig(cacheDir(process.env), options.raw);
  });

program
  .command("images")
  .description("build or pull every image and what deploys them, and nothing else")
  .option("--source <source>", "auto, registry or packages", process.env["IMAGE_SOURCE"] ?? "auto")
  .option(
    "--push <registry>",
    "instead, build and push what a registry lacks (registry.example.com/team), and record the digests of all",
  )
  .addOption(
    new Option("--resolve <registry>", "instead, only record the digests of what a registry has").conflicts("push"),
  )
  .action(async (options: { source: string; push?: string; resolve?: string }) => {
    await (await import("./commands/images")).runImages(machineOptions(options.source), options);
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
  .command("test-faults")
  .description("the consumer under faults, between a Kafka and an Elasticsearch of its own: needs the images")
  .option("--schedules <n>", "how many schedules of mixed faults; 0 for none", countOrNone, 5)
  .option("--seed <n>", "the first one's seed, without each fault alone before them (default: at random)", count)
  .option("--only <fault>", "only this fault, repeatable (default: all)", collect)
  .option(
    "--bed <name>",
    "faults or faults-<name>, of the containers and a directory in .local: others go on beside it",
    "faults",
  )
  .action(async (options: FaultsOptions) => {
    const { testFaults } = await import("./commands/test");
    const { withLock } = await import("./lib/lock");
    // The bed's name is the machine's: another run would take it away.
    await withLock(`test-${options.bed}`, () => testFaults(options, interruption()), cacheDir(process.env));
  });

program
  .command("test-files")
  .description("what happens to log files, against the real Filebeat: every line is accounted for; needs the images")
  .option("--minutes <n>", "how long random sequences go on", count, 2)
  .option("--seed <n>", "of the sequence (default: at random)", count)
  .action(async (options: FilesOptions) => {
    const { testFiles } = await import("./commands/test");
    const { withLock } = await import("./lib/lock");
    await withLock("test-files", () => testFiles(options, interruption()), cacheDir(process.env));
  });

program
  .command("test-cluster")
  .description("the pipeline on a Kubernetes cluster for real: apply, verify, pods deleted, node restarted, down")
  .action(async () => (await import("./commands/test")).testCluster());

program
  .command("bench-synth")
  .description("time and memory of synth, beside plain node and ts-node")
  .action(async () => (await import("./bench/synth")).benchSynth());

program
  .command("bench-consumer")
  .description("the consumer beside what else could index from Kafka: rate, CPU, memory, latency, catching up")
  .option("--source <source>", "auto, registry or packages", process.env["IMAGE_SOURCE"] ?? "auto")
  .option("--events <n>", "lines in the backlog", count, 2_000_000)
  .option("--rounds <n>", "how often each is measured, in turn", count, 3)
  .option("--contender <name>", "only this one, repeatable (default: all)", collect)
  .option("--part <name>", "beside the backlog only this, repeatable (default: all; 'drain' for nothing else)", collect)
  .option("--json", "print the results as one JSON object", false)
  .option("--docs", "also write docs/benchmarks/consumer.md and its chart again", false)
  .action(async (options: ConsumerBenchCommand) => {
    await (await import("./commands/bench-consumer")).benchConsumerCommand(options, machineOptions(options.source));
  });

/** An option that may be given several times. */
function collect(one: string, all: readonly string[] = []): string[] {
  return [...all, one];
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("It must be a whole number of at least 1.");
}

function countOrNone(text: string): number {
  return text === "0" ? 0 : count(text);
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
  const environments = namedEnvironments(names);
  requireWorkable(environments);
  return environments;
}

function workableEnvironment(name: string): EnvironmentConfig {
  const [environment] = workableEnvironments([name]);
  if (!environment) throw new Error(`'${name}' names no environment, and nothing said so`);
  return environment;
}

/** For a command that tells of a wrong name together with whatever else is wrong. */
function environmentsOrProblems(
  names: readonly string[],
): readonly [environments: readonly EnvironmentConfig[], problems: readonly string[]] {
  try {
    return [workableEnvironments(names), []];
  } catch (error) {
    if (error instanceof ConfigurationError) return [[], error.problems];
    throw error;
  }
}

/** ENVIRONMENT_SUFFIX makes a preview and puts it in the place of what it is made from. */
function namedEnvironments(names: readonly string[]): readonly EnvironmentConfig[] {
  return environmentsNamed(names, process.env["ENVIRONMENT_SUFFIX"]);
}

/** SIGTERM ends a process without a word to what it started: an orderly end takes that along. */
function endOrderly(): void {
  process.once("SIGTERM", () => process.exit(143));
}

function dockerEnvironment(name: string): { environment: EnvironmentConfig; platform: DockerPlatform } {
  const environment = workableEnvironment(name);
  if (environment.platform.kind !== "docker") throw new UserError(`environment '${name}' does not run on Docker`);
  return { environment, platform: environment.platform };
}

const interrupted = new AbortController();

/** A mistake of the user's is told in a sentence; a defect of ours keeps its stack. */
function fail(error: unknown): void {
  // It has said itself what is wrong with the command line, or printed the help.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    return;
  }
  if (interrupted.signal.aborted) {
    console.error("\ninterrupted: run the same command again to go on from here");
  } else if (error instanceof UserError || error instanceof ConfigurationError || error instanceof ExecError) {
    // It may quote a server, a pod or a line.
    console.error(`\n${inertText(error.message)}`);
  } else {
    console.error(inertText(inspect(error)));
  }
  process.exitCode ||= 1;
}

tolerateLostOutput(process.stdout, process.stderr);
program.parseAsync().catch(fail);
