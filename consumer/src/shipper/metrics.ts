import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { FilebeatStats } from "./filebeat-stats";
import { type DirectoryScan, SKIP_REASONS } from "./log-directory";
import type { Unshipped } from "./unshipped";
import { UnwrittenEvents } from "./unwritten-events";

const PREFIX = "log_shipper_";

/** Metrics of one node's Filebeat and of the files that it ships. Totals of the node: there is no label of a file. */
export class ShipperMetrics {
  readonly registry = new Registry();
  private readonly up = this.gauge("up", "1 while Filebeat answers");
  private readonly uptime = this.gauge("uptime_seconds", "Time since Filebeat's process started");
  private readonly restarts = this.counter("restarts_total", "Starts of Filebeat after the first one seen");
  private readonly acked = this.counter(
    "events_acked_total",
    "Events that Filebeat takes for shipped, counting those that it dropped",
  );
  private readonly failed = this.counter("events_failed_total", "Events that could not be sent and are sent again");
  private readonly dropped = this.counter(
    "events_dropped_total",
    "Events that Kafka refused and Filebeat gave up: lost",
  );
  private readonly unwritten = this.counter(
    "events_unwritten_total",
    "Events taken for shipped while fewer bytes than they need were written to Kafka: lost. A lower bound",
  );
  private readonly writtenBytes = this.counter("written_bytes_total", "Bytes that Filebeat wrote to Kafka");
  private readonly active = this.gauge("events_active", "Events handed to Kafka's client and not yet answered");
  private readonly queue = this.gauge("queue_filled_ratio", "Fill of Filebeat's queue, 0 to 1");
  private readonly directoryReadable = this.gauge("directory_readable", "1 while the log directory can be read");
  private readonly filesMatched = this.gauge("files_matched", "Files that Filebeat reads");
  private readonly filesSkipped = this.gauge("files_skipped", "Files that Filebeat does not read", ["reason"]);
  private readonly registryReadable = this.gauge("registry_readable", "1 while Filebeat's registry is understood");
  private readonly unshippedBytes = this.gauge("unshipped_bytes", "Bytes of whole lines not yet shipped");
  private readonly unshippedSeconds = this.gauge("unshipped_seconds", "Time since the oldest unshipped byte was seen");
  private last: FilebeatStats | undefined;
  private unwrittenEvents = new UnwrittenEvents();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.setFiles(undefined);
    this.setUnshipped(undefined);
  }

  /** @param stats undefined if Filebeat does not answer */
  setFilebeat(stats: FilebeatStats | undefined): void {
    this.up.set(stats ? 1 : 0);
    if (!stats) return;
    const since = this.progressTo(stats);
    this.acked.inc(since.acked);
    this.failed.inc(since.failed);
    this.dropped.inc(since.dropped);
    this.writtenBytes.inc(since.writtenBytes);
    this.unwritten.inc(this.unwrittenEvents.observe({ ...since, active: stats.active }));
    this.uptime.set(stats.uptimeSeconds);
    this.active.set(stats.active);
    this.queue.set(stats.queueFilled);
    this.last = stats;
  }

  private progressTo(stats: FilebeatStats): Record<Counted, number> {
    const { last } = this;
    if (last === undefined) {
      // Filebeat counted before this process looked: that is no increase.
      this.unwrittenEvents = new UnwrittenEvents(stats.active);
      return { acked: 0, failed: 0, dropped: 0, writtenBytes: 0 };
    }
    const isRestarted = last.process !== stats.process;
    if (isRestarted) {
      this.restarts.inc();
      this.unwrittenEvents = new UnwrittenEvents();
    }
    const since = (name: Counted) => Math.max(0, stats[name] - (isRestarted ? 0 : last[name]));
    return {
      acked: since("acked"),
      failed: since("failed"),
      dropped: since("dropped"),
      writtenBytes: since("writtenBytes"),
    };
  }

  /** @param scan undefined if the log directory cannot be read */
  setFiles(scan: DirectoryScan | undefined): void {
    this.directoryReadable.set(scan ? 1 : 0);
    setOrRemove(this.filesMatched, scan?.files.length);
    for (const reason of SKIP_REASONS) {
      if (scan) this.filesSkipped.set({ reason }, scan.skipped[reason].count);
      else this.filesSkipped.remove({ reason });
    }
  }

  /** @param unshipped undefined if the registry cannot be read, so that nobody knows */
  setUnshipped(unshipped: Unshipped | undefined): void {
    this.registryReadable.set(unshipped ? 1 : 0);
    setOrRemove(this.unshippedBytes, unshipped?.bytes);
    setOrRemove(this.unshippedSeconds, unshipped?.seconds);
  }

  private counter(name: string, help: string): Counter {
    return new Counter({ name: PREFIX + name, help, registers: [this.registry] });
  }

  private gauge<L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }
}

function setOrRemove(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

type Counted = "acked" | "failed" | "dropped" | "writtenBytes";
