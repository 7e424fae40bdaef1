import { join } from "node:path";
import { exec, type ExecOptions, type ExecResult } from "./exec";
import type { LocalSettings } from "./local-settings";
import { ROOT } from "./paths";

export type CdktfCommand = "synth" | "diff" | "deploy" | "destroy";

/** Runs the real cdktf with the project's own provider settings. */
export function cdktf(
  command: CdktfCommand,
  stacks: readonly string[],
  settings: LocalSettings | undefined,
  options: ExecOptions & { readonly flags?: readonly string[] } = {},
): Promise<ExecResult> {
  // `terraform providers lock` ignores a filesystem mirror and would ask the registry.
  const lock = settings?.cliConfigFile && command !== "synth" ? ["--skip-provider-lock"] : [];
  return exec(
    process.execPath,
    [join(ROOT, "node_modules/cdktf-cli/bundle/bin/cdktf.js"), command, ...stacks, ...lock, ...(options.flags ?? [])],
    { ...options, cwd: ROOT, env: { ...cdktfEnvironment(settings, stacks), ...options.env } },
  );
}

/** What Terraform, and cdktf before it, run with. */
export function cdktfEnvironment(
  settings: LocalSettings | undefined,
  stacks: readonly string[],
): Record<string, string | undefined> {
  return {
    // Neither cdktf nor Terraform has anything to tell anyone.
    CHECKPOINT_DISABLE: "1",
    DISABLE_VERSION_CHECK: "1",
    CI: "1",
    // Terraform's helm provider would take it for the cluster (stacks/helm-provider.ts).
    KUBE_CONFIG_PATHS: undefined,
    ENVIRONMENTS: stacks.join(","),
    ...(settings
      ? {
          IMAGE_SOURCE: settings.imageSource,
          TERRAFORM_BINARY_NAME: settings.terraformBinary,
          DOCKER_HOST: settings.dockerHost,
          ...(settings.cliConfigFile ? { TF_CLI_CONFIG_FILE: settings.cliConfigFile } : {}),
        }
      : {}),
  };
}
