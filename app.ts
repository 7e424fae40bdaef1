import type { App } from "cdktf";
import type { EnvironmentConfig } from "./environments/environment";
import { requireWorkable } from "./environments/environment-validation";
import type { ImageDigests } from "./images/digests";
import type { ImageSet } from "./images/image-set";
import { LocalStack } from "./stacks/local-stack";
import { PipelineStack } from "./stacks/pipeline-stack";
import { PlatformStack } from "./stacks/platform-stack";
import { hasPlatformStack, pipelineStackName, platformStackName } from "./stacks/stack-names";

export interface BuildOptions {
  readonly images: ImageSet;
  /** What a registry has of them. @default nobody has asked it: images are referred to by their tags */
  readonly digests?: ImageDigests;
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
    const { name, platform } = environment;
    switch (platform.kind) {
      case "docker":
        new LocalStack(app, name, { environment, platform, ...options });
        break;
      case "kubernetes": {
        const before = hasPlatformStack(platform)
          ? [new PlatformStack(app, platformStackName(name), { environment, platform, ...options })]
          : [];
        const pipeline = new PipelineStack(app, pipelineStackName(name), { environment, platform, ...options });
        for (const stack of before) pipeline.addDependency(stack);
        break;
      }
    }
  }
}
