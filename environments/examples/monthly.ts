import type { EnvironmentConfig } from "../environment";
import { dev } from "../dev";

/**
 * `dev` with an index for each calendar month (`logs-2026-01`), as many pipelines have them, instead of a data stream. No deploy
 * knows this environment; copy what you need of it.
 */
export const monthly = {
  ...dev,
  name: "monthly",
  elasticsearch: { ...dev.elasticsearch, indexing: "monthly" },
} satisfies EnvironmentConfig;
