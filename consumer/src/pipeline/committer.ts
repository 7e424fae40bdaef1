import type { Liveness } from "../liveness";
import { describeError, RateLimit, type Log } from "../log";
import type { Metrics } from "../metrics";
import type { LogSource } from "./log-source";
import type { OffsetTracker } from "./offset-tracker";

export interface CommitterParts {
  readonly source: LogSource;
  readonly tracker: OffsetTracker;
  readonly metrics: Metrics;
  readonly liveness: Liveness;
  readonly log: Log;
  /** A commit that takes longer is stuck. */
  readonly stuckAfterMs: number;
}

const WARN_AFTER_MS = 30_000;

/** Commits what is delivered, one commit at a time. */
export class Committer {
  private underWay: Promise<void> | undefined;
  private committedAt = Date.now();
  private readonly warnings = new RateLimit(WARN_AFTER_MS);

  constructor(private readonly parts: CommitterParts) {}

  /** For a timer: does nothing if a commit is under way. */
  tick(): void {
    if (!this.underWay) void this.commit();
  }

  /** Starts at once if no commit is under way, as the moment before a rebalance is short. */
  commit(): Promise<void> {
    const run = this.underWay ? this.underWay.then(() => this.commitNow()) : this.commitNow();
    this.underWay = run;
    return run.finally(() => {
      if (this.underWay === run) this.underWay = undefined;
    });
  }

  private async commitNow(): Promise<void> {
    const { source, tracker, metrics, liveness, log, stuckAfterMs } = this.parts;
    const due = tracker.committable();
    if (!due) return;
    liveness.expect("commit", stuckAfterMs);
    try {
      await source.commit(due.assignment, due.offsets);
      tracker.committed(due.assignment, due.offsets);
      this.committedAt = Date.now();
      metrics.commits.inc({ result: "ok" });
    } catch (error) {
      metrics.commits.inc({ result: "failed" });
      // One that fails is part of every rebalance, and the next one has its offsets, too.
      const level = Date.now() - this.committedAt > WARN_AFTER_MS ? "warn" : "debug";
      this.warnings.allow(level, (held) =>
        log[level]({ error: describeError(error), held }, "offsets are not committed"),
      );
    } finally {
      liveness.rest("commit");
    }
  }
}
