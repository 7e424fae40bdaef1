import { join } from "node:path";
import type { ListrTask } from "listr2";
import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import type { ImageSource } from "../../images/catalog";
import { ensurePackages } from "../host/debian";
import { type DockerEngine, ensureDockerEngine } from "../host/docker-engine";
import { preflight } from "../host/preflight";
import { chooseSource } from "../host/source";
import { buildDockerProvider, buildOpenTofu, findTerraform, type TerraformProgram } from "../host/terraform";
import { imageTasks, missingHostPackages, Workshop } from "../images/build";
import { type LocalSettings, writeLocalSettings } from "../lib/local-settings";
import { LOCAL_DIR, ROOT } from "../lib/paths";
import { announce, runSteps, type Say, type Step } from "../lib/steps";
import { deployWithin } from "./deploy";

export interface UpOptions {
  /** auto, registry or packages. */
  readonly source: string;
  readonly cacheDirectory: string;
  /** The user's environment: proxies, certificates, TERRAFORM_BINARY_NAME. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** What the steps of preparing a machine find out. */
interface Machine {
  readonly source: ImageSource;
  readonly engine: DockerEngine;
  readonly terraform: TerraformProgram | undefined;
  terraformBinary: string;
  cliConfigFile?: string | undefined;
}

/** From nothing to a running environment: source, engine, images, Terraform, deploy. */
export async function up(environment: EnvironmentConfig, platform: DockerPlatform, options: UpOptions): Promise<void> {
  const settings = await prepare(options, async (engine, say) => {
    await preflight(environment, platform, engine);
    say("memory, disk and ports suffice");
  });
  options.signal.throwIfAborted();
  writeLocalSettings(settings);
  await runSteps([{ title: `Deploy ${environment.name}`, run: (say) => deployWithin(environment, options.env, say) }]);
}

/** Everything that a deploy needs on this machine. Finds or makes it; safe to repeat and to interrupt. */
export async function prepare(
  options: UpOptions,
  check: (engine: DockerEngine, say: Say) => Promise<void> = async () => undefined,
): Promise<LocalSettings> {
  const machine = {} as { -readonly [K in keyof Machine]: Machine[K] };
  const steps: Step[] = [
    {
      title: "Source of images and providers",
      run: async (say) => {
        const { source, reason } = await chooseSource(options.source);
        machine.source = source;
        announce(say)(`${source}: ${reason}`);
        if (source === "packages") announce(say)("Kibana is left out: no package registry has it");
        // Early: a wrong TERRAFORM_BINARY_NAME must not show after minutes of building.
        machine.terraform = await findTerraform(options.env["TERRAFORM_BINARY_NAME"]);
      },
    },
    {
      title: "Docker Engine",
      run: async (say) => {
        machine.engine = await ensureDockerEngine(options.cacheDirectory, announce(say));
        announce(say)(`version ${machine.engine.version}`);
        await check(machine.engine, announce(say));
        if (machine.source === "packages") await ensureHostPackages(announce(say));
      },
    },
    { title: "Images and Terraform", run: async () => partTasks(machine, options) },
  ];
  await runSteps(steps);
  const { source, engine, terraformBinary, cliConfigFile } = machine;
  return {
    imageSource: source,
    terraformBinary,
    dockerHost: engine.dockerHost,
    ...(cliConfigFile ? { cliConfigFile } : {}),
  };
}

function partTasks(machine: Machine, { cacheDirectory, env, signal }: UpOptions): ListrTask[] {
  const workshop = new Workshop({
    source: machine.source,
    root: ROOT,
    cacheDir: cacheDirectory,
    logDir: join(LOCAL_DIR, "logs"),
    env,
    everyLine: process.stdout.isTTY,
    signal,
  });
  const terraform: ListrTask = {
    title: "Terraform and its Docker provider",
    task: async (_, task) => {
      const report: Say = (line) => void (task.output = line);
      if (!machine.terraform)
        report("neither terraform nor tofu is installed: building OpenTofu from its Go module into the cache");
      const program = machine.terraform ?? (await buildOpenTofu(workshop, report));
      machine.terraformBinary = program.path;
      machine.cliConfigFile = await buildDockerProvider(workshop, report);
      task.title = `${task.title} (${program.program} ${program.version})`;
    },
  };
  return [...imageTasks(workshop), terraform];
}

/** What the source `packages` builds images with. */
export async function ensureHostPackages(say: Say): Promise<void> {
  await ensurePackages(await missingHostPackages(), "images are built with", say);
}
