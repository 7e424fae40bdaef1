import type { Rejected } from "../elasticsearch/bulk-sender";
import type { SourceRecord } from "./log-source";
import type { OffsetTracker, Span } from "./offset-tracker";

/**
 * Documents on their way to Elasticsearch: the body of a bulk request, and for each of its documents the message that it came
 * from, which is what a dead letter consists of.
 */
export class Batch {
  /** Where each document's lines start in the body; one more at the end. */
  private readonly starts: number[] = [0];
  private readonly sources: SourceRecord[] = [];
  private readonly spans = new Map<number, Span>();
  private readonly invalid: Rejected[] = [];
  private length = 0;
  private invalidBytes = 0;

  constructor(
    private buffer: Buffer,
    readonly createdAt: number,
  ) {}

  get documents(): number {
    return this.sources.length;
  }

  /** Messages, whether they became documents or not. */
  get messages(): number {
    return this.sources.length + this.invalid.length;
  }

  get bytes(): number {
    return this.length + this.invalidBytes;
  }

  /** Messages that became no documents. */
  get rejected(): readonly Rejected[] {
    return this.invalid;
  }

  /** When the oldest message was sent, in ms. */
  get oldest(): number {
    return this.sources[0]?.timestamp ?? this.createdAt;
  }

  /**
   * Adds a document; false if it does not fit, which an empty batch never says.
   *
   * @param lines the action and the document, each with its line feed
   */
  add(lines: string, source: SourceRecord): boolean {
    // A character is at most three bytes; counting them exactly is only needed near the end of the buffer.
    if (this.length + lines.length * 3 > this.buffer.length) {
      const bytes = Buffer.byteLength(lines);
      if (this.length + bytes > this.buffer.length) {
        if (this.documents > 0) return false;
        this.buffer = Buffer.allocUnsafe(bytes);
      }
    }
    this.length += this.buffer.write(lines, this.length);
    this.starts.push(this.length);
    this.sources.push(source);
    return true;
  }

  /** Takes a message that cannot become a document; it is part of the batch, so that its offset waits for its dead letter. */
  reject(rejected: Rejected): void {
    this.invalid.push(rejected);
    this.invalidBytes += rejected.source.value?.length ?? 0;
  }

  /** Counts a record as part of this batch, whether it became a document or not. */
  cover(tracker: OffsetTracker, assignment: number, partition: number, end: number): void {
    const span = this.spans.get(partition);
    if (span && span.assignment === assignment) {
      span.end = end;
      return;
    }
    const opened = tracker.open(assignment, partition, end);
    // A span of an earlier assignment has nothing to say any more.
    if (opened) this.spans.set(partition, opened);
  }

  source(index: number): SourceRecord {
    return this.sources[index]!;
  }

  /** The body of a request for some of the documents, given by their ascending numbers; for all of them if none are given. */
  body(indices?: readonly number[]): Buffer {
    if (indices === undefined || indices.length === this.documents) return this.buffer.subarray(0, this.length);
    return Buffer.concat(indices.map((index) => this.buffer.subarray(this.starts[index], this.starts[index + 1])));
  }

  size(index: number): number {
    return this.starts[index + 1]! - this.starts[index]!;
  }

  delivered(tracker: OffsetTracker): void {
    for (const span of this.spans.values()) tracker.deliver(span);
  }

  /** Gives the buffer back for another batch; nothing of this one may be read afterwards. */
  release(): Buffer {
    return this.buffer;
  }
}
