import type { EnvironmentConfig, KubernetesPlatform } from "../environments/environment";

/** The stacks of an environment, in the order in which they are deployed. Each has a state of its own. */
export function stackNames(environment: EnvironmentConfig): readonly string[] {
  const { name, platform } = environment;
  if (platform.kind === "docker") return [name];
  return [...(hasPlatformStack(platform) ? [platformStackName(name)] : []), pipelineStackName(name)];
}

/** A namespace that is given leaves the platform's stack nothing to do. */
export function hasPlatformStack(platform: KubernetesPlatform): boolean {
  return platform.namespace.create;
}

export const platformStackName = (environment: string): string => `${environment}-platform`;
export const pipelineStackName = (environment: string): string => `${environment}-pipeline`;
