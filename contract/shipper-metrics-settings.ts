import { z } from "zod";
import { LOG_DIRECTORY } from "./names";
import {
  common,
  name,
  parseSettings,
  positive,
  renderSettings,
  type Environment,
  type SettingsInput,
} from "./settings";

const directory = z.string().startsWith("/", "must be an absolute path");

/** Settings of `shipper-metrics`. */
export const shipperMetricsSettingsSchema = z.object({
  /** Filebeat's own metrics endpoint. */
  FILEBEAT_URL: z.url({ protocol: /^http$/ }),
  /** Id of the input that reads `LOG_DIRECTORY`: part of the keys of Filebeat's registry. */
  FILEBEAT_INPUT: name,
  /** The folder that has `log.json`. */
  FILEBEAT_REGISTRY: directory,
  LOG_DIRECTORY: directory.default(LOG_DIRECTORY),
  /** Between two looks at Filebeat and at the files, in milliseconds. */
  POLL_INTERVAL_MS: positive.min(1_000).default(10_000),
  /** Serves /livez, /readyz and /metrics. */
  HTTP_PORT: positive.max(65_535).default(9465),
  LOG_LEVEL: common.LOG_LEVEL,
});

export type ShipperMetricsSettings = Readonly<z.output<typeof shipperMetricsSettingsSchema>>;

/** @throws SettingsError naming every setting that the command would refuse */
export function renderShipperMetricsSettings(settings: SettingsInput<ShipperMetricsSettings>): Record<string, string> {
  return renderSettings("the shipper metrics'", shipperMetricsSettingsSchema, settings);
}

/** @throws SettingsError with one line for each setting that is missing or wrong */
export function parseShipperMetricsSettings(env: Environment): ShipperMetricsSettings {
  return parseSettings("the shipper metrics'", shipperMetricsSettingsSchema, env);
}
