import type { EnvironmentConfig, KubernetesPlatform } from "../environments/environment";

/** The stacks of an environment, in the order in which they are deployed. Each has a state of its own. */
export function stackNames(environment: EnvironmentConfig): readonly string[] {
  const { name, platform } = environment;
  if (platform.kind === "docker") return [name];
  return [...(hasPlatformStack(platform) ? [platformStackName(name)] : []), pipelineStackName(name)];
}

/** A namespace that is given, with operators that are there, leaves the platform's stack nothing to do. */
export function hasPlatformStack({ namespace, operators }: KubernetesPlatform): boolean {
  return namespace.create || operators?.namespace.create === true;
}

export const platformStackName = (environment: string): string => `${environment}-platform`;
export const pipelineStackName = (environment: string): string => `${environment}-pipeline`;
