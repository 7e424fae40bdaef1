import type { EnvironmentConfig } from "../../environments/environment";
import { withAccess } from "../verify/open-access";

/** Prints the dead letters, as the consumer's own program reads them. */
export async function printDeadLetters(
  environment: EnvironmentConfig,
  options: { readonly since?: string; readonly limit?: number },
): Promise<void> {
  const flags = [
    ...(options.since ? ["--since", options.since] : []),
    ...(options.limit ? ["--limit", String(options.limit)] : []),
  ];
  await withAccess(environment, (access) => access.printDeadLetters(flags));
}
