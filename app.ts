import type { App } from "cdktf";
import { ConfigurationError } from "./constructs/core/validation";
import type { EnvironmentConfig } from "./environments/environment";
import { requireWorkable } from "./environments/environment-validation";
import type { ImageSet } from "./images/image-set";
import { LocalStack } from "./stacks/local-stack";

export interface BuildOptions {
  readonly images: ImageSet;
  /** Absolute path of the folder for state that is kept on this machine. */
  readonly stateDirectory: string;
}

/**
 * Adds the stacks of each environment to the app. The only wiring: `main.ts` and the tests both call it.
 *
 * @throws ConfigurationError naming everything in the environments' facts that cannot work
 */
export function buildApp(app: App, environments: readonly EnvironmentConfig[], options: BuildOptions): void {
  requireWorkable(environments);
  for (const environment of environments) {
    switch (environment.platform.kind) {
      case "docker":
        new LocalStack(app, environment.name, {
          environment,
          platform: environment.platform,
          images: options.images,
          stateFile: `${options.stateDirectory}/${environment.name}.tfstate`,
        });
        break;
      case "kubernetes":
        throw new ConfigurationError([
          `environment '${environment.name}': no stack deploys to Kubernetes yet; use a platform of kind 'docker'`,
        ]);
    }
  }
}
