import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { stackNames } from "../../stacks/stack-names";
import { findTerraform } from "../host/terraform";
import { cdktf, type CdktfCommand } from "../lib/cdktf";
import { ExecError, type ExecOptions, type ExecResult } from "../lib/exec";
import { takeUpMovedState } from "../lib/local-state";
import { readLocalSettings } from "../lib/local-settings";
import { LOCAL_DIR } from "../lib/paths";
import { UserError } from "../lib/user-error";
import { complaintsOf } from "./complaints";
import { connectionEnvironment, requireConnection } from "./connection";

export interface KubernetesCdktfOptions extends ExecOptions {
  /** The user's environment: TERRAFORM_BINARY_NAME, TF_CLI_CONFIG_FILE, proxies. */
  readonly userEnv: NodeJS.ProcessEnv;
  /** @default none */
  readonly flags?: readonly string[];
}

/**
 * The real cdktf for stacks of a Kubernetes environment. Needs no Docker Engine: providers come from the Terraform registry,
 * or from where the user's own TF_CLI_CONFIG_FILE says.
 *
 * @throws UserError if the cluster, Terraform or one of its providers cannot be had
 */
export async function kubernetesCdktf(
  command: CdktfCommand,
  stacks: readonly string[],
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
  { userEnv, flags = [], ...options }: KubernetesCdktfOptions,
): Promise<ExecResult> {
  requireConnection(environment.name, platform);
  const binary = await terraformBinary(userEnv["TERRAFORM_BINARY_NAME"]);
  if (environment.state.kind === "local") {
    mkdirSync(join(LOCAL_DIR, "state"), { recursive: true });
    for (const stack of stacks) takeUpMovedState(stack);
  }
  try {
    return await cdktf(command, stacks, undefined, {
      ...options,
      flags: [...lockFlags(userEnv), ...flags],
      env: {
        ...connectionEnvironment(platform.cluster, userEnv),
        ...NOTHING_AMBIENT_OF_HELM,
        ENVIRONMENTS: environment.name,
        TERRAFORM_BINARY_NAME: binary,
        ...options.env,
      },
    });
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    throw withoutProviders(error, environment, platform) ?? inTerraformsWords(error);
  }
}

/** What to say to people where Terraform failed for want of a provider; undefined if it failed for something else. */
export function withoutProviders(
  { result, logFile }: ExecError,
  environment: EnvironmentConfig,
  platform: KubernetesPlatform,
): UserError | undefined {
  const missing = missingProviders(result);
  if (missing.length === 0) return undefined;
  const whole = logFile ? ` (whole output: ${logFile})` : "";
  return new UserError(
    `Terraform's ${missing.length > 1 ? "providers" : "provider"} ${missing.join(" and ")} cannot be had from here${whole}: let Terraform reach its registry, or name a mirror with TF_CLI_CONFIG_FILE; or deploy without Terraform: ${withoutTerraform(environment, platform).join(", then ")}`,
  );
}

/** The same failure; Terraform's reasons, if it gave any, take the place of cdktf's last words. */
function inTerraformsWords(error: ExecError): ExecError {
  const { command, result, logFile } = error;
  const complaints = complaintsOf(result.stdout);
  return complaints.length > 0 ? new ExecError(command, { ...result, stderr: complaints.join("\n") }, logFile) : error;
}

/** kubectl makes objects of a kind only where it was defined before it began: each stack is a command of its own. */
function withoutTerraform(environment: EnvironmentConfig, { operators }: KubernetesPlatform): string[] {
  const choices = operators?.namespace.create ? stackNames(environment).map((name) => ` --stack ${name}`) : [""];
  return choices.map(
    (choice) => `'npm run --silent manifests -- ${environment.name}${choice} | kubectl apply --server-side -f -'`,
  );
}

/** Variables by which releases would be looked for elsewhere, or a chart rendered for another namespace. */
export const NOTHING_AMBIENT_OF_HELM = { HELM_DRIVER: undefined, HELM_NAMESPACE: undefined };

/** `terraform providers lock` ignores a mirror and would ask the registry. */
export function lockFlags(userEnv: NodeJS.ProcessEnv): string[] {
  return userEnv["TF_CLI_CONFIG_FILE"] ? ["--skip-provider-lock"] : [];
}

/** Which providers Terraform or OpenTofu says are nowhere to be had; empty if it says nothing of that kind. */
export function missingProviders({ stdout, stderr }: Pick<ExecResult, "stdout" | "stderr">): readonly string[] {
  // Messages are broken into lines of a terminal's width, each behind a bar.
  const text = `${stdout}\n${stderr}`.replaceAll(/[\s│|╷╵]+/g, " ");
  const complaints = text.split(/(?=Error: )/).filter((one) => CANNOT_BE_HAD.test(one));
  if (complaints.length === 0) return [];
  // What stands before the complaint are those that could be had.
  const told = complaints.map((one) => one.slice(one.search(CANNOT_BE_HAD))).join(" ");
  const named = PROVIDERS.filter((provider) => new RegExp(`\\b${provider}\\b`).test(told));
  return named.length > 0 ? named : PROVIDERS;
}

const PROVIDERS = ["hashicorp/kubernetes", "hashicorp/helm"];

const CANNOT_BE_HAD =
  /Failed to (query available provider packages|install provider)|Could not retrieve (the list of available versions|providers for locking)|provider registry .* does not have a provider named/i;

/** The user's choice, else what is installed, else what `up` built. */
export async function terraformBinary(chosen: string | undefined): Promise<string> {
  const found = (await findTerraform(chosen))?.path ?? readLocalSettings()?.terraformBinary;
  if (found) return found;
  throw new UserError(
    "neither terraform nor tofu is installed: install one, or name it with TERRAFORM_BINARY_NAME; 'npm run images' builds OpenTofu, with a Docker Engine",
  );
}
