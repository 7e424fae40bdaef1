import { renderShipperMetricsSettings } from "../../contract/shipper-metrics-settings";
import { Size } from "../core/size";
import { APP_LOGS_INPUT, METRICS_PORT } from "./config";

/** Port of the metrics of Filebeat and of its files. */
export const SHIPPER_METRICS_PORT = 9465;

/**
 * Limit of the container that serves them. With 3,000 files, none of them shipped, the process has 40 MiB of its own; the rest
 * is pages of Node.js itself, which the kernel may take back.
 */
export const SHIPPER_METRICS_MEMORY = Size.mebibytes(96);

/** The image's own entrypoint lets the heap grow to what the consumer may have. */
export const SHIPPER_METRICS_ENTRYPOINT = [
  "node",
  "--max-semi-space-size=2",
  "--max-old-space-size=32",
  "/app/main.js",
] as const;

/** Directory in which Filebeat keeps its registry and its lock. */
export const FILEBEAT_DATA = "/usr/share/filebeat/data";

/** @param host name or address at which Filebeat's own metrics endpoint is reached */
export function shipperMetricsEnv(host: string): Record<string, string> {
  return renderShipperMetricsSettings({
    FILEBEAT_URL: `http://${host}:${METRICS_PORT}`,
    FILEBEAT_INPUT: APP_LOGS_INPUT,
    FILEBEAT_REGISTRY: `${FILEBEAT_DATA}/registry/filebeat`,
    HTTP_PORT: SHIPPER_METRICS_PORT,
  });
}
