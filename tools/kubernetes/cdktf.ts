import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig, KubernetesPlatform } from "../../environments/environment";
import { findTerraform } from "../host/terraform";
import { cdktf, type CdktfCommand } from "../lib/cdktf";
import { ExecError, type ExecOptions, type ExecResult } from "../lib/exec";
import { readLocalSettings } from "../lib/local-settings";
import { LOCAL_DIR } from "../lib/paths";
import { UserError } from "../lib/user-error";
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
 * @throws UserError if the cluster, Terraform or its provider cannot be had
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
  if (environment.state.kind === "local") mkdirSync(join(LOCAL_DIR, "state"), { recursive: true });
  try {
    return await cdktf(command, stacks, undefined, {
      ...options,
      flags: [...lockFlags(userEnv), ...flags],
      env: {
        ...connectionEnvironment(platform.cluster, userEnv),
        ENVIRONMENTS: environment.name,
        TERRAFORM_BINARY_NAME: binary,
        ...options.env,
      },
    });
  } catch (error) {
    if (!(error instanceof ExecError) || !providerIsMissing(error.result)) throw error;
    throw new UserError(
      `Terraform's provider hashicorp/kubernetes cannot be had from here${error.logFile ? ` (whole output: ${error.logFile})` : ""}: let Terraform reach its registry, or name a mirror with TF_CLI_CONFIG_FILE; or deploy without Terraform: 'npm run --silent manifests -- ${environment.name} | kubectl apply --server-side -f -'`,
    );
  }
}

/** `terraform providers lock` ignores a mirror and would ask the registry. */
export function lockFlags(userEnv: NodeJS.ProcessEnv): string[] {
  return userEnv["TF_CLI_CONFIG_FILE"] ? ["--skip-provider-lock"] : [];
}

/** Whether Terraform or OpenTofu said that a provider is nowhere to be had. */
export function providerIsMissing({ stdout, stderr }: Pick<ExecResult, "stdout" | "stderr">): boolean {
  return /Failed to (query available provider packages|install provider)|Could not retrieve (the list of available versions|providers for locking)|provider registry .* does not have a provider named/i.test(
    // Messages are broken into lines of a terminal's width, each behind a bar.
    `${stdout}\n${stderr}`.replaceAll(/[\s│|]+/g, " "),
  );
}

/** The user's choice, else what is installed, else what `up` built. */
async function terraformBinary(chosen: string | undefined): Promise<string> {
  const found = (await findTerraform(chosen))?.path ?? readLocalSettings()?.terraformBinary;
  if (found) return found;
  throw new UserError(
    "neither terraform nor tofu is installed: install one, or name it with TERRAFORM_BINARY_NAME; 'npm run images' builds OpenTofu, with a Docker Engine",
  );
}
