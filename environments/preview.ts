import { ConfigurationError, isDnsLabel } from "../constructs/core/validation";
import type { EnvironmentConfig, KubernetesPlatform } from "./environment";

/**
 * An environment beside the one that it is made from: the same facts, and nothing shared. For a pull request, say. Its states
 * are its own because they are called after its stacks, which are called after it.
 *
 * @param suffix such as `pr-42`
 * @throws ConfigurationError if the suffix makes no DNS label
 */
export function previewOf<E extends EnvironmentConfig & { readonly platform: KubernetesPlatform }>(
  environment: E,
  suffix: string,
): EnvironmentConfig {
  const { platform } = environment;
  const name = `${environment.name}-${suffix}`;
  if (!isDnsLabel(name) || !isDnsLabel(`${platform.namespace.name}-${suffix}`)) {
    throw new ConfigurationError([
      `ENVIRONMENT_SUFFIX ('${suffix}') makes '${platform.namespace.name}-${suffix}' of the namespace, which is no DNS label: use lower-case letters, digits and '-', and few of them`,
    ]);
  }
  return {
    ...environment,
    name,
    platform: {
      ...platform,
      namespace: { ...platform.namespace, name: `${platform.namespace.name}-${suffix}` },
      nodeDirectories: {
        logs: `${platform.nodeDirectories.logs}-${suffix}`,
        filebeat: `${platform.nodeDirectories.filebeat}-${suffix}`,
      },
    },
  };
}
