/** What happened between two looks at Filebeat. */
export interface OutputProgress {
  readonly acked: number;
  readonly dropped: number;
  readonly writtenBytes: number;
  /** Events handed to Kafka's client and not yet answered, at the second look. */
  readonly active: number;
}

/**
 * Counts events that Filebeat takes for shipped and cannot have written.
 *
 * A batch whose events failed on the Kafka client's open circuit breaker alone is acknowledged, and none of Filebeat's counters
 * tells it from one that was delivered (`libbeat/outputs/kafka/client.go`, elastic/beats#35755). But an event takes bytes: where
 * fewer were written, the others were not sent. The result is a lower bound: events are taken for large enough to explain the
 * bytes, and those under way when the breaker opens may have been written before.
 */
export class UnwrittenEvents {
  /** Events that may be acknowledged without more bytes, as they were written or dropped before. */
  private explained: number;

  /** @param active events under way when counting starts */
  constructor(active = 0) {
    this.explained = active;
  }

  /** @returns events taken for shipped since the last call that no bytes explain */
  observe({ acked, dropped, writtenBytes, active }: OutputProgress): number {
    const left = this.explained + dropped + Math.floor(writtenBytes / LEAST_EVENT_BYTES) - acked;
    // Bytes of events that are answered explain nothing that comes later.
    this.explained = Math.min(Math.max(0, left), active);
    return Math.max(0, -left);
  }
}

/** Of one event in a batch of equal lines after lz4: offsets and times still differ. */
const LEAST_EVENT_BYTES = 8;
