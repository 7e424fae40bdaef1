import type { DockerPlatform, EnvironmentConfig } from "../../environments/environment";
import { exec } from "../lib/exec";
import { DockerPipelineAccess } from "../verify/pipeline-access";

/** Prints the dead letters, as the consumer's own program reads them. */
export async function printDeadLetters(
  environment: EnvironmentConfig,
  platform: DockerPlatform,
  options: { readonly since?: string; readonly limit?: number },
): Promise<void> {
  const access = new DockerPipelineAccess(environment, platform);
  await access.requireRunning();
  const flags = [
    ...(options.since ? ["--since", options.since] : []),
    ...(options.limit ? ["--limit", String(options.limit)] : []),
  ];
  await exec("docker", ["exec", access.container("consumer"), "node", "/app/main.js", "dead-letters", ...flags], {
    inherit: true,
  });
}
