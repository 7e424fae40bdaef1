/** A run of records of one partition that are delivered together; handed out by {@link OffsetTracker.open}. */
export interface Span {
  readonly assignment: number;
  readonly partition: number;
  /** The offset after its last record; grows while its batch is filled. */
  end: number;
  delivered: boolean;
}

interface Partition {
  /** In the order in which they were read; only the first few are of interest. */
  readonly spans: Span[];
  /** The offset after the delivered prefix. */
  position: number;
  committed: number;
}

/**
 * Which offsets may be committed: of each partition the end of the prefix that is delivered without a gap, and only while
 * the partition is assigned as it was when the records were read.
 *
 * An assignment is numbered by its owner, anew for each one. What was read under an earlier one is another consumer's, or
 * will be read again.
 */
export class OffsetTracker {
  private assignment = -1;
  private partitions = new Map<number, Partition>();

  /** Starts anew; spans of earlier assignments no longer count. @param positions where each partition's reading starts */
  assign(assignment: number, positions: ReadonlyMap<number, number>): void {
    this.assignment = assignment;
    this.partitions = new Map(
      [...positions].map(([partition, position]) => [partition, { spans: [], position, committed: position }]),
    );
  }

  revoke(): void {
    this.assignment = -1;
    this.partitions.clear();
  }

  /** Whether what was read under an assignment still is this consumer's. */
  isCurrent(assignment: number): boolean {
    return assignment === this.assignment;
  }

  /** Starts a span at the end of what was read of a partition; undefined if the partition is no longer this consumer's. */
  open(assignment: number, partition: number, end: number): Span | undefined {
    const known = assignment === this.assignment ? this.partitions.get(partition) : undefined;
    if (!known) return undefined;
    const span: Span = { assignment, partition, end, delivered: false };
    known.spans.push(span);
    return span;
  }

  deliver(span: Span): void {
    span.delivered = true;
    // A span of an earlier assignment is in no list any more: what follows does not see it.
    const partition = this.partitions.get(span.partition);
    if (!partition) return;
    let done = 0;
    for (const next of partition.spans) {
      if (!next.delivered) break;
      partition.position = Math.max(partition.position, next.end);
      done++;
    }
    if (done > 0) partition.spans.splice(0, done);
  }

  /** What can be committed and is not yet: offsets of the next record to read, by partition. */
  committable(): { readonly assignment: number; readonly offsets: ReadonlyMap<number, number> } | undefined {
    const offsets = new Map<number, number>();
    for (const [partition, { position, committed }] of this.partitions) {
      if (position > committed) offsets.set(partition, position);
    }
    return offsets.size > 0 ? { assignment: this.assignment, offsets } : undefined;
  }

  /** The broker has taken these. */
  committed(assignment: number, offsets: ReadonlyMap<number, number>): void {
    if (assignment !== this.assignment) return;
    for (const [partition, offset] of offsets) {
      const known = this.partitions.get(partition);
      if (known) known.committed = Math.max(known.committed, offset);
    }
  }

  /** Delivered so far, by partition: what lag is measured from. */
  positions(): ReadonlyMap<number, number> {
    return new Map([...this.partitions].map(([partition, { position }]) => [partition, position]));
  }
}
