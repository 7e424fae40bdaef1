import type { EnvironmentConfig } from "../../environments/environment";
import { exec } from "../lib/exec";

/** Prints the dead letters, as the consumer's own program reads them. */
export async function printDeadLetters(
  environment: EnvironmentConfig,
  options: { readonly since?: string; readonly limit?: number },
): Promise<void> {
  const flags = [
    ...(options.since ? ["--since", options.since] : []),
    ...(options.limit ? ["--limit", String(options.limit)] : []),
  ];
  const container = `log-pipeline-${environment.name}-consumer`;
  await exec("docker", ["exec", container, "node", "/app/main.js", "dead-letters", ...flags], { inherit: true });
}
