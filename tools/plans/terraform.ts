import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../environments/environment";
import { lockFlags, NOTHING_AMBIENT_OF_HELM, terraformBinary, withoutProviders } from "../kubernetes/cdktf";
import { connectionEnvironment, requireConnection } from "../kubernetes/connection";
import { cdktfEnvironment } from "../lib/cdktf";
import { exec, ExecError, type ExecOptions, type ExecResult } from "../lib/exec";
import type { LocalSettings } from "../lib/local-settings";
import { takeUpMovedState } from "../lib/local-state";
import { LOCAL_DIR, ROOT, stackDirectory } from "../lib/paths";
import { UserError } from "../lib/user-error";

/** Somebody else's deploy is waited for, rather than failed for. */
export const LOCK_TIMEOUT = "-lock-timeout=5m";

/** Terraform for the stacks of one environment, which were synthesized before. */
export class Terraform {
  private constructor(
    private readonly binary: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly keepsLockFile: boolean,
    private readonly environment: EnvironmentConfig,
  ) {}

  /**
   * @param settings where Docker and its provider are, for an environment on Docker
   * @throws UserError if the cluster or Terraform cannot be had
   */
  static async of(
    environment: EnvironmentConfig,
    userEnv: NodeJS.ProcessEnv,
    settings: LocalSettings | undefined,
  ): Promise<Terraform> {
    const { platform } = environment;
    if (environment.state.kind === "local") mkdirSync(join(LOCAL_DIR, "state"), { recursive: true });
    if (platform.kind === "docker") {
      if (!settings) {
        throw new UserError(
          `environment '${environment.name}' needs a Docker Engine, images and Terraform providers: 'npm run up' finds or makes them`,
        );
      }
      return new Terraform(
        settings.terraformBinary,
        cdktfEnvironment(settings, [environment.name]),
        false,
        environment,
      );
    }
    requireConnection(environment.name, platform);
    const env = {
      ...cdktfEnvironment(undefined, [environment.name]),
      ...connectionEnvironment(platform.cluster, userEnv),
      ...NOTHING_AMBIENT_OF_HELM,
    };
    const isMirrored = lockFlags(userEnv).length > 0;
    return new Terraform(await terraformBinary(userEnv["TERRAFORM_BINARY_NAME"]), env, !isMirrored, environment);
  }

  /** Fetches providers and opens the state of a stack. @throws UserError if a provider cannot be had */
  async init(stack: string, options: ExecOptions = {}): Promise<void> {
    if (this.environment.state.kind === "local") takeUpMovedState(stack);
    // A lock file that an earlier run with another mirror left would be compared with what this one has.
    const lock = this.keepsLockFile ? [] : ["-upgrade"];
    try {
      await this.run(stack, ["init", "-input=false", "-no-color", ...lock], options);
    } catch (error) {
      const { platform } = this.environment;
      if (!(error instanceof ExecError) || platform.kind !== "kubernetes") throw error;
      throw withoutProviders(error, this.environment, platform) ?? error;
    }
  }

  run(stack: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return exec(this.binary, [`-chdir=${stackDirectory(stack)}`, ...args], {
      ...options,
      endsItself: true,
      cwd: ROOT,
      env: { ...this.env, TF_IN_AUTOMATION: "1", ...options.env },
    });
  }
}
