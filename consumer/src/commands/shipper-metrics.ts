import type { ShipperMetricsSettings } from "../../../contract/shipper-metrics-settings";
import { sleep } from "../backoff";
import { createHealthServer, listen } from "../health-server";
import { Liveness } from "../liveness";
import { describeError, RateLimit, type Log } from "../log";
import { fetchFilebeatStats } from "../shipper/filebeat-stats";
import { type DirectoryScan, scanLogDirectory, SKIP_REASONS } from "../shipper/log-directory";
import { ShipperMetrics } from "../shipper/metrics";
import { RegistryReader } from "../shipper/registry";
import { UnshippedBytes } from "../shipper/unshipped";

const FILEBEAT_TIMEOUT_MS = 3_000;
const REPORT_EVERY_MS = 10 * 60_000;

/** Serves metrics of Filebeat and of its files until the process is ended. */
export async function serveShipperMetrics(settings: ShipperMetricsSettings, log: Log): Promise<never> {
  const metrics = new ShipperMetrics();
  const liveness = new Liveness();
  const poll = createPoll(settings, metrics, log);
  await poll();
  // It is ready whatever it finds: a pod would not be by its fault, and Filebeat's own probe tells whether Filebeat is.
  await listen(createHealthServer({ liveness, metrics, missing: () => Promise.resolve([]) }), settings.HTTP_PORT);
  for (;;) {
    liveness.expect("poll", settings.POLL_INTERVAL_MS + 60_000);
    await sleep(settings.POLL_INTERVAL_MS);
    await poll();
  }
}

/** One look at everything; whatever cannot be seen is a metric, and never a failure. */
export function createPoll(
  settings: ShipperMetricsSettings,
  metrics: ShipperMetrics,
  log: Log,
  now: () => number = Date.now,
): () => Promise<void> {
  const registry = new RegistryReader(settings.FILEBEAT_REGISTRY, settings.FILEBEAT_INPUT);
  const unshipped = new UnshippedBytes();
  const reports = new RateLimit(REPORT_EVERY_MS, now);
  const orReport = async <T>(what: string, look: Promise<T>): Promise<T | undefined> => {
    try {
      return await look;
    } catch (error) {
      reports.allow(what, () => log.warn({ error: describeError(error) }, `${what} cannot be read`));
      return undefined;
    }
  };
  return async () => {
    const stats = fetchFilebeatStats(settings.FILEBEAT_URL, FILEBEAT_TIMEOUT_MS);
    metrics.setFilebeat(await orReport("Filebeat's metrics endpoint", stats));
    // Sizes before offsets: a line that is shipped in between must not count as unshipped.
    const scan = await orReport("the log directory", scanLogDirectory(settings.LOG_DIRECTORY, now()));
    metrics.setFiles(scan);
    if (scan) reportSkipped(scan, reports, log);
    const offsets = await orReport("Filebeat's registry", registry.refresh());
    metrics.setUnshipped(scan && offsets && (await unshipped.measure(scan.files, offsets, now())));
  };
}

function reportSkipped({ skipped }: DirectoryScan, reports: RateLimit, log: Log): void {
  for (const reason of SKIP_REASONS) {
    const { count, examples } = skipped[reason];
    if (count === 0 || reason === "rotated") continue;
    reports.allow(`skipped ${reason}`, () =>
      log.warn({ reason, count, examples }, "Filebeat does not read these files"),
    );
  }
}
