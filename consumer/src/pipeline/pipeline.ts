import { setImmediate as nextTurn } from "node:timers/promises";
import type { BulkSender, DeadLetterSink } from "../elasticsearch/bulk-sender";
import type { Liveness } from "../liveness";
import { describeError, type Log } from "../log";
import type { Metrics } from "../metrics";
import { Batch } from "./batch";
import { Committer } from "./committer";
import type { Chunk, LogSource, SourceListener, SourceRecord } from "./log-source";
import { OffsetTracker } from "./offset-tracker";
import type { Transform } from "./transform";

export interface PipelineSettings {
  readonly maxBytes: number;
  readonly maxDocuments: number;
  readonly maxAgeMs: number;
  readonly maxInFlight: number;
  readonly commitEveryMs: number;
  /** A loop that is silent for longer is stuck. */
  readonly stuckAfterMs: number;
}

export interface PipelineParts {
  readonly source: LogSource;
  readonly transform: Transform;
  readonly sender: BulkSender;
  readonly deadLetters: DeadLetterSink;
  readonly metrics: Metrics;
  readonly liveness: Liveness;
  readonly log: Log;
}

/** Room for actions and for the document that crosses the limit, and as much for the messages as for the documents. */
const BUFFER_SLACK = 64 * 1024;
const BUFFER_FACTOR = 2;

/** So many events are transformed before anything else may run: some 10 ms. */
const TURN = 500;

/**
 * Reads, batches, delivers, commits. Memory is bounded by the batches: when as many are under way as may be and the next is
 * full, reading stops until one is delivered, while the group membership goes on.
 */
export class Pipeline implements SourceListener {
  private readonly tracker = new OffsetTracker();
  private readonly buffers: Buffer[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private current: Batch | undefined;
  private due = false;
  private ageTimer: NodeJS.Timeout | undefined;
  private commitTimer: NodeJS.Timeout | undefined;
  private failure: unknown;
  private deliveries = 0;
  private readonly committer: Committer;
  private slotFreed: (() => void) | undefined;

  constructor(
    private readonly parts: PipelineParts,
    private readonly settings: PipelineSettings,
  ) {
    this.committer = new Committer({ ...parts, tracker: this.tracker, stuckAfterMs: settings.stuckAfterMs });
  }

  /** Runs until {@link stop} or until what must not fail has failed. Everything that was read is then delivered and committed. */
  async run(): Promise<void> {
    const { source, liveness } = this.parts;
    source.start(this);
    this.commitTimer = setInterval(() => {
      this.measure();
      this.committer.tick();
    }, this.settings.commitEveryMs);
    try {
      while (!this.stopped.signal.aborted) {
        liveness.expect("fetch", this.settings.stuckAfterMs);
        const chunk = await source.poll();
        if (chunk) await this.take(chunk);
      }
      liveness.rest("fetch");
      await this.drain();
    } finally {
      clearInterval(this.commitTimer);
      clearTimeout(this.ageTimer);
    }
    if (this.failure !== undefined) throw this.failure;
  }

  /** Ends {@link run} after what was read is delivered. */
  stop(): void {
    this.stopped.abort();
    this.slotFreed?.();
  }

  assigned(assignment: number, positions: ReadonlyMap<number, number>): void {
    this.tracker.assign(assignment, positions);
    this.parts.metrics.rebalances.inc();
    this.parts.metrics.lag.reset();
  }

  revoking(): void {
    void this.committer.commit();
  }

  revoked(): void {
    this.tracker.revoke();
    this.parts.metrics.lag.reset();
  }

  private async take(chunk: Chunk): Promise<void> {
    const { records, assignment, partition } = chunk;
    this.parts.metrics.eventsIn.inc(records.length);
    for (let start = 0; start < records.length; start += TURN) {
      // What is left is read again by whoever has the partition next.
      if (this.stopped.signal.aborted || !this.tracker.isCurrent(assignment)) return;
      const now = Date.now();
      const end = Math.min(start + TURN, records.length);
      for (let at = start; at < end; at++) {
        const record = records.at(at)!;
        const lines = this.transform(record, now);
        if (lines !== undefined) while (!this.batch().add(lines, record)) await this.send();
        const batch = this.batch();
        batch.cover(this.tracker, assignment, partition, record.offset + 1);
        if (this.isFull(batch)) await this.send();
      }
      await nextTurn();
    }
    const last = records.at(records.length - 1);
    if (last === undefined || last.offset + 1 < chunk.nextOffset) {
      this.batch().cover(this.tracker, assignment, partition, chunk.nextOffset);
    }
  }

  /** The record's lines; undefined if it has none, then it is in the batch as a dead letter. */
  private transform(record: SourceRecord, now: number): string | undefined {
    let detail: string;
    try {
      const result = this.parts.transform.apply(record, now);
      if ("lines" in result) return result.lines;
      detail = result.invalid;
    } catch (error) {
      // No message may stop all that follow it, whatever this program does wrong with it.
      detail = `the message cannot be normalised: ${describeError(error)}`;
    }
    this.batch().reject({ source: record, reason: "envelope-invalid", detail });
    return undefined;
  }

  private batch(): Batch {
    if (this.current) return this.current;
    const buffer = this.buffers.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
    this.current = new Batch(buffer, Date.now());
    this.due = false;
    this.ageTimer = setTimeout(() => this.becomeDue(), this.settings.maxAgeMs);
    return this.current;
  }

  private get bufferBytes(): number {
    return this.settings.maxBytes * BUFFER_FACTOR + BUFFER_SLACK;
  }

  private isFull(batch: Batch): boolean {
    return batch.messages >= this.settings.maxDocuments || batch.bytes >= this.settings.maxBytes;
  }

  private becomeDue(): void {
    this.due = true;
    if (this.current && this.underWay.size < this.settings.maxInFlight) this.dispatch(this.current);
  }

  /** Sends the batch as soon as there is room for it. */
  private async send(): Promise<void> {
    const batch = this.current;
    if (!batch) return;
    const { liveness, metrics } = this.parts;
    while (this.underWay.size >= this.settings.maxInFlight) {
      // The sender shows that it is alive; this loop only waits for it.
      liveness.rest("fetch");
      metrics.paused.set(1);
      await new Promise<void>((resolve) => {
        this.slotFreed = resolve;
      });
    }
    metrics.paused.set(0);
    liveness.expect("fetch", this.settings.stuckAfterMs);
    // Its age may have sent it in the meantime.
    if (this.current === batch) this.dispatch(batch);
  }

  private dispatch(batch: Batch): void {
    clearTimeout(this.ageTimer);
    this.current = undefined;
    this.due = false;
    const delivery = this.deliver(batch)
      .catch((error: unknown) => {
        this.failure = error;
        this.stop();
      })
      .finally(() => {
        this.underWay.delete(delivery);
        if (this.due) this.becomeDue();
        const freed = this.slotFreed;
        this.slotFreed = undefined;
        freed?.();
      });
    this.underWay.add(delivery);
  }

  private async deliver(batch: Batch): Promise<void> {
    const { sender, deadLetters, liveness, metrics } = this.parts;
    const loop = `bulk-${this.deliveries++}`;
    const progress = () => liveness.expect(loop, this.settings.stuckAfterMs);
    metrics.inFlight.inc(batch.bytes);
    try {
      progress();
      if (batch.rejected.length > 0) await deadLetters.write(batch.rejected, progress);
      // Never aborted: who stops decides how long to wait for it, and then exits.
      const { clean, rejected } = await sender.deliver(batch, NEVER, progress);
      batch.delivered(this.tracker);
      metrics.eventsOut.inc(batch.documents - rejected);
      if (batch.documents > 0) metrics.endToEnd.observe(Math.max(0, Date.now() - batch.oldest) / 1000);
      if (clean && this.buffers.length < this.settings.maxInFlight) this.keep(batch.release());
    } finally {
      liveness.rest(loop);
      metrics.inFlight.dec(batch.bytes);
    }
  }

  /** Buffers of the usual size are used again; one that grew for a giant is not. */
  private keep(buffer: Buffer): void {
    if (buffer.length === this.bufferBytes) this.buffers.push(buffer);
  }

  private async drain(): Promise<void> {
    if (this.current) this.dispatch(this.current);
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    await this.committer.commit();
    await this.parts.source.close();
  }

  private measure(): void {
    const { source, metrics } = this.parts;
    const positions = this.tracker.positions();
    for (const [partition, end] of source.endOffsets()) {
      const position = positions.get(partition);
      if (position !== undefined) metrics.lag.set({ partition: String(partition) }, Math.max(0, end - position));
    }
  }
}

const NEVER = new AbortController().signal;
